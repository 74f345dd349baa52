// An SMTP server in a process of its own, and the only witness of what was delivered. It misbehaves as its driver
// wishes, takes mails, and writes each event down before it goes on: `tsx sink.ts RECORD SEED`, told and telling by IPC.
import { openSync, writeSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { type BehaviourName, behaviours, type Mood, type Stage } from "./behaviours.ts";
import { chance } from "./chance.ts";
import { type Backstage, converse } from "./talk.ts";
import { wireOver } from "./wire.ts";
import type { Entry, Order, Phase, Word } from "./words.ts";

const [record = "", seed = "1"] = process.argv.slice(2);
const file = openSync(record, "a");
const luck = chance(Number(seed));

/** A place where a sender is to die: the phase, and how often it may pass before. */
interface Trap {
  readonly phase: Phase;
  left: number;
  /** Set once it is sprung: what waits for the death goes on then. */
  readonly dead: PromiseWithResolve;
}

interface PromiseWithResolve {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

let byStage = sorted({});
let copies = 0;
const traps = new Map<string, Trap>();
const known = new Set<string>();

const back: Backstage = {
  chosen: (stage) => luck.drawn(byStage[stage]),
  note: (entry) => {
    writeSync(file, `${JSON.stringify({ at: Date.now(), ...entry } satisfies Entry)}\n`);
  },
  nextCopy: () => {
    copies += 1;
    return copies;
  },
  met: (sender) => {
    if (known.has(sender)) return;
    known.add(sender);
    tell({ kind: "met", sender });
  },
  passes: async (sender, phase, to) => {
    const trap = traps.get(sender);
    if (trap === undefined || trap.phase !== phase || trap.left === 0) return;
    trap.left -= 1;
    if (trap.left > 0) return;
    back.note({ kind: "trapped", sender, phase, to });
    tell({ kind: "trapped", sender });
    await trap.dead.promise;
  },
};

const server = createServer((socket) => void converse(wireOver(socket), back));
server.listen(0, "127.0.0.1", () => {
  tell({ kind: "listening", port: (server.address() as AddressInfo).port });
});

process.on("message", (order: Order) => {
  switch (order.kind) {
    case "mood":
      byStage = sorted(order.mood);
      break;
    case "trap":
      traps.set(order.sender, { phase: order.phase, left: order.count, dead: promised() });
      break;
    case "dead":
      traps.get(order.sender)?.dead.resolve();
      break;
    default:
      order satisfies never;
  }
});
process.on("disconnect", () => process.exit());

function tell(word: Word): void {
  process.send?.(word);
}

function promised(): PromiseWithResolve {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** A mood by stage. */
function sorted(mood: Mood): Readonly<Record<Stage, Partial<Record<BehaviourName, number>>>> {
  const stages: Record<Stage, Partial<Record<BehaviourName, number>>> = {
    ...{ greeting: {}, ehlo: {}, mail: {}, rcpt: {}, data: {}, body: {}, dot: {}, rset: {} },
  };
  for (const [name, probability] of Object.entries(mood) as [BehaviourName, number][]) {
    stages[behaviours[name].stage][name] = probability;
  }
  return stages;
}
