import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import {
  type Behaviour,
  type BehaviourName,
  behaviours,
  isGone,
  noSuchReader,
  type Stage,
} from "./behaviours.ts";
import type { Wire } from "./wire.ts";
import type { Phase, Unwritten } from "./words.ts";

/** What a conversation needs of the sink. */
export interface Backstage {
  /** What it does at this stage, or null: what it should. */
  chosen(stage: Stage): BehaviourName | null;
  note(entry: Unwritten): void;
  nextCopy(): number;
  met(sender: string): void;
  /** Resolves at once, or, where a trap was set, when its sender is dead. */
  passes(sender: string, phase: Phase, to: string): Promise<void>;
}

interface Talk {
  readonly wire: Wire;
  readonly back: Backstage;
  sender: string;
  to: string;
}

const dripMs = 25;

/** Talks SMTP (RFC 5321) over one connection until it ends. */
export async function converse(wire: Wire, back: Backstage): Promise<void> {
  const talk: Talk = { wire, back, sender: "", to: "" };
  if (!(await answer(talk, "greeting", "220 sink.test ESMTP"))) return;
  for (let line = await wire.line(); line !== null; line = await wire.line()) {
    if (!(await hear(talk, line))) return;
  }
}

/** Deals with one command: false when the conversation is over. */
async function hear(talk: Talk, line: string): Promise<boolean> {
  const verb = line.slice(0, 4).toUpperCase();
  switch (verb) {
    case "EHLO":
      meet(talk, line);
      return answer(talk, "ehlo", "250-sink.test\r\n250-8BITMIME\r\n250 SIZE 50000000");
    case "HELO":
      meet(talk, line);
      return answer(talk, null, "250 sink.test");
    case "MAIL":
      await pass(talk, "mail");
      return answer(talk, "mail", "250 2.1.0 ok");
    case "RCPT":
      talk.to = /<([^>]*)>/.exec(line)?.[1] ?? "";
      await pass(talk, "rcpt");
      return recipient(talk);
    case "DATA":
      await pass(talk, "data");
      return take(talk);
    case "RSET":
      return answer(talk, "rset", "250 2.0.0 ok");
    case "QUIT":
      await talk.wire.say("221 2.0.0 bye\r\n");
      talk.wire.close();
      return false;
    default:
      return answer(talk, null, "250 2.0.0 ok");
  }
}

function meet(talk: Talk, line: string): void {
  talk.sender = line.slice(5).trim();
  talk.back.met(talk.sender);
}

function pass({ back, sender, to }: Talk, phase: Phase): Promise<void> {
  return back.passes(sender, phase, to);
}

/** Says `usual`, or misbehaves: false when the conversation is over. */
async function answer(talk: Talk, stage: Stage | null, usual: string): Promise<boolean> {
  const behaviour = stage === null ? null : choose(talk, stage);
  if (behaviour !== null) return play(talk.wire, behaviour);
  return talk.wire.say(`${usual}\r\n`);
}

function choose({ back, sender, to }: Talk, stage: Stage): Behaviour | null {
  const how = back.chosen(stage);
  if (how === null) return null;
  back.note({ kind: "misbehaved", sender, how, to });
  return behaviours[how];
}

async function recipient(talk: Talk): Promise<boolean> {
  const { back, sender, to } = talk;
  if (!isGone(to)) return answer(talk, "rcpt", "250 2.1.5 ok");
  const behaviour = choose(talk, "rcpt");
  if (behaviour !== null) return play(talk.wire, behaviour);
  back.note({ kind: "refused", sender, to });
  return talk.wire.say(`${noSuchReader}\r\n`);
}

/** DATA and what follows, up to the reply to the final dot. */
async function take(talk: Talk): Promise<boolean> {
  const { wire } = talk;
  const refusal = choose(talk, "data");
  if (refusal !== null) return play(wire, refusal);
  await wire.say("354 go on\r\n");
  await wire.something();
  await pass(talk, "body");
  const inBody = choose(talk, "body");
  if (inBody !== null) return play(wire, inBody);
  const raw = await wire.body();
  if (raw === null) return false;
  await pass(talk, "dot");
  const behaviour = choose(talk, "dot");
  if (behaviour !== null && !behaviour.accepts) return play(wire, behaviour);
  return keep(talk, raw, behaviour);
}

async function keep(talk: Talk, raw: Buffer, behaviour: Behaviour | null): Promise<boolean> {
  const { wire, back, sender, to } = talk;
  const copy = back.nextCopy();
  const sha256 = createHash("sha256").update(raw).digest("hex");
  const messageId = /^message-id:\s*(<[^>]*>)/im.exec(raw.toString("latin1"))?.[1] ?? "";
  back.note({ kind: "took", sender, copy, to, sha256, messageId });
  await pass(talk, "taken");
  const said = async () => {
    if (behaviour === null || behaviour.isHeard) back.note({ kind: "replied", sender, copy, to });
    await pass(talk, "replied");
  };
  if (behaviour !== null) return play(wire, behaviour, said);
  if (!(await wire.say("250 2.0.0 taken\r\n"))) return false;
  await said();
  return true;
}

/** Does what the behaviour says: false when the conversation is over. `said` is called when its words are out. */
async function play(wire: Wire, behaviour: Behaviour, said?: () => Promise<void>): Promise<boolean> {
  const { words, then } = behaviour;
  for (const [n, word] of words.entries()) {
    if (n > 0) await pause(dripMs);
    if (!(await wire.say(word))) return false;
  }
  await said?.();
  switch (then) {
    case "go on":
      return true;
    case "close":
      wire.close();
      return false;
    case "drop":
      wire.drop();
      return false;
    case "reset":
      wire.reset();
      return false;
    case "hang":
      await wire.gone();
      return false;
    case "stop reading":
      wire.stopReading();
      return false;
    default:
      return then satisfies never;
  }
}
