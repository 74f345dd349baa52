import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isGone } from "./behaviours.ts";
import { byMail, type Copy, grouped, type Ledger, readLedger } from "./ledger.ts";
import type { Life } from "./life.ts";
import { integrity } from "./look.ts";
import type { Trial } from "./trial.ts";

/** A line of `deliveries --json`. */
interface Delivery {
  readonly id: number;
  readonly issue: number | null;
  readonly email: string;
  readonly state: string;
  readonly messageId: string;
  readonly code: string | null;
}

/** What a trial came to. */
export interface Verdict {
  readonly name: string;
  readonly kills: { readonly random: number; readonly step: number; readonly phase: number };
  readonly faults: number;
  readonly kindsOfFault: number;
  readonly steps: readonly string[];
  readonly accepted: number;
  readonly lost: number;
  readonly falseSent: number;
  readonly extra: number;
  readonly bound: number;
  readonly most: number;
  readonly states: Readonly<Record<string, number>>;
  readonly isHold: boolean;
  readonly integrity: string;
  /** Everything that must not be, each with the history of its mail. */
  readonly wrongs: readonly string[];
}

/**
 * Holds what the program says in the end, when the operator has settled what was unknown, against what the sink has
 * seen.
 */
export async function audit(trial: Trial, onUnknown: "resend" | "hold"): Promise<Verdict> {
  const ledger = readLedger(trial.record);
  const [listed, issues] = await Promise.all([trial.run("deliveries"), trial.run("issues")]);
  const deliveries = listed.lines as unknown as readonly Delivery[];
  const copies = byMail(ledger.copies);
  const wrongs = [...new Set(trial.wrongs)];
  const wrong = (what: string, messageId: string | null = null) =>
    wrongs.push(messageId === null ? what : `${what}\n${history(trial, ledger, deliveries, messageId)}`);
  for (const what of outOfBalance(issues.lines, trial.frozen, { isOver: true })) wrong(what);
  const lost = checkPresence(trial, deliveries, wrong);
  const falseSent = checkStates(trial, deliveries, copies, wrong);
  checkCopies(trial, copies, wrong);
  const ends = trial.lives.flatMap((life) => life.end() ?? []);
  const killed = (kind: string) => ends.filter(({ kill }) => kill === kind).length;
  const extra = ledger.copies.length - copies.size;
  const bound = boundOf(trial, ledger);
  const isHold = onUnknown === "hold";
  if (extra > (isHold ? 0 : bound)) wrong(`${extra} extra copies, ${isHold ? 0 : bound} allowed`);
  const sound = integrity(trial.database);
  if (sound !== "ok") wrong(`integrity_check: ${sound}`);
  return {
    name: trial.name,
    kills: { random: killed("random"), step: killed("step"), phase: killed("phase") },
    faults: [...ledger.faults.values()].reduce((sum, times) => sum + times, 0),
    kindsOfFault: ledger.faults.size,
    steps: trial.lives.flatMap((life) => (life.end()?.kill === "step" && life.fault ? [life.fault] : [])),
    accepted: ledger.copies.length,
    ...{ lost, falseSent, extra, bound, isHold, wrongs },
    most: Math.max(0, ...[...copies.values()].map(({ length }) => length)),
    states: counted(deliveries.map(({ state }) => state)),
    integrity: sound,
  };
}

type Wrong = (what: string, messageId?: string | null) => void;

/** What is wrong with `issues --json`: candidates are those who were there, and each is in one column. */
export function outOfBalance(
  lines: readonly Readonly<Record<string, unknown>>[],
  frozen: Trial["frozen"],
  { isOver }: { readonly isOver: boolean },
): readonly string[] {
  return lines.flatMap((line) => {
    const of = (key: string) => Number(line[key]);
    const sum = of("sent") + of("failed") + of("cancelled") + of("unknown") + of("pending");
    const wants = frozen.get(of("issue"))?.length;
    const isBalanced = of("candidates") === wants && sum === wants;
    const isDone = of("pending") === 0 && line.state === "done";
    return isBalanced && (isDone || !isOver)
      ? []
      : [`${wants} readers do not add up: ${JSON.stringify(line)}`];
  });
}

/** Everybody who was there has one row that came to an end, and nobody else has any. For how many that is not so. */
function checkPresence({ frozen }: Trial, deliveries: readonly Delivery[], wrong: Wrong): number {
  let lost = 0;
  for (const [issue, readers] of frozen) {
    const rows = grouped(
      deliveries.filter((delivery) => delivery.issue === issue),
      ({ email }) => email,
    );
    for (const reader of readers) {
      const states = (rows.get(reader) ?? []).map(({ state }) => state);
      if (states.length === 1 && /^(?:sent|failed|cancelled)$/.test(states[0] ?? "")) continue;
      lost += 1;
      wrong(`${reader} has ${states.join(" and ") || "no delivery"} in issue ${issue}`);
    }
    if (rows.size > readers.length) wrong(`issue ${issue} has deliveries for others than its readers`);
  }
  return lost;
}

/** Each state says what the sink says. How many are `sent` that the sink never took. */
function checkStates(
  { removed }: Trial,
  deliveries: readonly Delivery[],
  copies: ReadonlyMap<string, readonly Copy[]>,
  wrong: Wrong,
): number {
  let falseSent = 0;
  for (const { id, email, state, messageId, code } of deliveries) {
    const taken = copies.get(messageId)?.length ?? 0;
    if (state === "sent" && taken === 0) {
      falseSent += 1;
      wrong(`${id} is sent, but the sink never took it`, messageId);
    }
    if (state === "failed" && !isGone(email))
      wrong(`${id} failed (${code}), but its reader exists`, messageId);
    if (state === "failed" && taken > 0) wrong(`${id} failed, but the sink took it`, messageId);
    if (state === "cancelled" && !removed.has(email)) wrong(`${id} is cancelled (${code})`, messageId);
  }
  return falseSent;
}

/** Nobody has three, all copies are the same, and each extra one has a cause. */
function checkCopies(trial: Trial, copies: ReadonlyMap<string, readonly Copy[]>, wrong: Wrong): void {
  const senders = new Map(trial.lives.map((life) => [life.name, life]));
  const inDoubt = new Map<string, number>();
  for (const [messageId, all] of copies) {
    if (all.length > 2) wrong(`${all.length} copies`, messageId);
    if (new Set(all.map(({ sha256, to }) => `${sha256} ${to}`)).size > 1)
      wrong("copies that differ", messageId);
    for (const copy of all.slice(0, -1)) {
      const life = senders.get(copy.sender);
      if (copy.isReplied && !isExcused(life, copy)) wrong("an extra copy without a cause", messageId);
      if (copy.isReplied) inDoubt.set(copy.sender, (inDoubt.get(copy.sender) ?? 0) + 1);
    }
    const leftAt = trial.removed.get(all[0]?.to ?? "");
    const late = all.find(
      ({ sender }) => (senders.get(sender)?.startedAt ?? 0) > (leftAt ?? Number.POSITIVE_INFINITY),
    );
    if (late !== undefined) wrong("a copy for somebody who had left", messageId);
  }
  for (const [sender, mails] of inDoubt) {
    const stops = 1 + (senders.get(sender)?.naps.length ?? 0);
    if (mails > stops * trial.connections) wrong(`${sender} left ${mails} mails in doubt`);
  }
}

/** A sender that was killed after it, or stopped meanwhile, could not write down what it was told. */
function isExcused(life: Life | undefined, { at }: Copy): boolean {
  if (life === undefined) return false;
  return life.end()?.kill !== null || life.naps.some(({ from, to }) => at <= to && from - at < 5_000);
}

/** Kills and stops × connections, and the replies that did not come through. */
function boundOf({ lives, connections }: Trial, { copies }: Ledger): number {
  const doubts = lives.map((life) => life.naps.length + (life.end()?.kill === null ? 0 : 1));
  const unheard = copies.filter(({ isReplied }) => !isReplied).length;
  return doubts.reduce((sum, times) => sum + times, 0) * connections + unheard;
}

/** What sink and program wrote about a mail. */
function history(trial: Trial, ledger: Ledger, deliveries: readonly Delivery[], messageId: string): string {
  const row = deliveries.find((delivery) => delivery.messageId === messageId);
  const log = readFileSync(join(dirname(trial.record), "program.log"), "utf8").split("\n");
  const entries = ledger.entries.filter((entry) => "to" in entry && entry.to === row?.email);
  const senders = trial.lives.filter(({ name }) => entries.some(({ sender }) => sender === name));
  const lines = [
    ...entries.map((entry) => JSON.stringify(entry)),
    ...senders.map(({ name, startedAt, fault, naps, end }) =>
      JSON.stringify({ name, startedAt, fault, naps, end: end() }),
    ),
    ...log.filter((line) => row !== undefined && line.includes(`"delivery":${row.id},`)),
  ];
  return [JSON.stringify(row), ...lines].map((line) => `    ${line}`).join("\n");
}

function counted(words: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...grouped(words, (word) => word)].map(([word, { length }]) => [word, length]));
}
