import { readFileSync } from "node:fs";
import type { Entry } from "./words.ts";

/** A mail that the sink took. */
export interface Copy {
  readonly at: number;
  readonly sender: string;
  readonly to: string;
  readonly sha256: string;
  readonly messageId: string;
  /** The whole 250 was on its way in good time. */
  readonly isReplied: boolean;
}

/** What the sink has written down. */
export interface Ledger {
  readonly entries: readonly Entry[];
  readonly copies: readonly Copy[];
  /** How often it misbehaved, by name; recipients that do not exist count too. */
  readonly faults: ReadonlyMap<string, number>;
}

/** A reply that took longer may have come to a sender who had given up. */
const goodTimeMs = 1_000;

export function readLedger(record: string): Ledger {
  const entries = readFileSync(record, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Entry);
  const repliedAt = new Map<number, number>();
  const faults = new Map<string, number>();
  for (const entry of entries) {
    if (entry.kind === "replied") repliedAt.set(entry.copy, entry.at);
    const fault =
      entry.kind === "misbehaved" ? entry.how : entry.kind === "refused" ? "rcpt 550 5.1.1" : null;
    if (fault !== null) faults.set(fault, (faults.get(fault) ?? 0) + 1);
  }
  const copies = entries.flatMap((entry) => {
    if (entry.kind !== "took") return [];
    const { at, sender, to, sha256, messageId, copy } = entry;
    const isReplied = (repliedAt.get(copy) ?? Number.POSITIVE_INFINITY) - at <= goodTimeMs;
    return [{ at, sender, to, sha256, messageId, isReplied }];
  });
  return { entries, copies, faults };
}

/** The copies of each mail, in the order they came. */
export function byMail(copies: readonly Copy[]): ReadonlyMap<string, readonly Copy[]> {
  return grouped(copies, ({ messageId }) => messageId);
}

export function grouped<T>(
  things: readonly T[],
  keyOf: (thing: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const group = groups.get(keyOf(thing)) ?? [];
    group.push(thing);
    groups.set(keyOf(thing), group);
  }
  return groups;
}
