import { day, hour, type Instant } from "../base/clock.ts";
import type { Words } from "../base/words.ts";
import type { Health } from "./records.ts";
import type { LookResult, SourceRow } from "./source.ts";

/**
 * How a source is, in one word; each has its sentences in the locales, `health.<state>` and `health.<state>.next`.
 *
 * `fine` · `quiet` nothing new for long · `unseen` not looked at yet · `overdue` nobody looked when it was time ·
 * `empty` nothing found where there had been posts · `changed` the page changed, and its posts were found again · `held` the server asks to be left alone · `disallowed` robots.txt
 * does not want it read · `failing` looks fail · `moved` it is read at another address for good · `gone` the server says the page is gone for good · `off` switched off · `removed` not in the configuration any more.
 */
export type HealthState =
  | "fine"
  | "quiet"
  | "unseen"
  | "overdue"
  | "empty"
  | "changed"
  | "held"
  | "disallowed"
  | "moved"
  | "failing"
  | "gone"
  | "off"
  | "removed";

/** How much it matters, for colours and sorting. */
export type Level = "bad" | "attention" | "good" | "idle";

export interface SourceHealth {
  readonly state: HealthState;
  readonly level: Level;
}

const lateMs = hour;
const quietMs = 90 * day;
/** Failures in a row that are more than weather. */
const manyFailures = 3;
/** Looks in a row without posts, where there had been some, that are more than an accident. */
const manyEmptyLooks = 2;

/** How a source is. Pure: from what the database knows and `now`. */
export function healthOf(row: SourceRow, now: Instant): SourceHealth {
  const { state } = row;
  if (!row.configured) return { state: "removed", level: "idle" };
  if (!row.enabled) return { state: "off", level: "idle" };
  if (state.last?.outcome === "gone") return { state: "gone", level: "bad" };
  if (state.last?.outcome === "held") return { state: "held", level: "attention" };
  if (state.last?.outcome === "disallowed") return { state: "disallowed", level: "bad" };
  if (state.failures > 0) {
    return { state: "failing", level: state.failures >= manyFailures ? "bad" : "attention" };
  }
  if (state.nextLookAt < now - lateMs) return { state: "overdue", level: "attention" };
  if (state.lastLookAt === null) return { state: "unseen", level: "idle" };
  if (state.last?.outcome === "empty" && (row.posts === 0 || state.emptyLooks >= manyEmptyLooks)) {
    return { state: "empty", level: "bad" };
  }
  if (state.move?.acceptedAt != null && state.address === state.move.to) {
    return { state: "moved", level: "attention" };
  }
  if (isRead(state.last) && state.last.detail !== null) return { state: "changed", level: "attention" };
  const lastNewAt = state.lastNewAt ?? state.lastOkAt;
  if (lastNewAt !== null && lastNewAt < now - quietMs) return { state: "quiet", level: "attention" };
  return { state: "fine", level: "good" };
}

function isRead(last: LookResult | null): last is LookResult {
  return last?.outcome === "new" || last?.outcome === "unchanged";
}

/** Whether the operator should look at it. */
export function isTrouble({ level }: SourceHealth): boolean {
  return level === "bad" || level === "attention";
}

/** How a source is, in a few words: what happened and since when, what to do, when it is tried again. */
export function healthSentence(row: SourceRow, health: SourceHealth, words: Words, now: Instant): string {
  const { last, failures, failingSince, lastNewAt, nextLookAt, address } = row.state;
  const ago = (at: Instant | null) => (at === null ? null : words.fromNow(at - now));
  const slots = { id: row.id, url: row.url, to: address, count: failures };
  const advice =
    health.state === "empty" && row.posts > 0
      ? words.say("health.emptied.next", { url: row.url, count: row.posts, when: ago(lastNewAt) ?? "" })
      : words.say(`health.${health.state}.next`, slots);
  const since = failures > 1 ? ago(failingSince) : null;
  const parts = isTrouble(health)
    ? [
        health.state === "moved" ? null : (last?.detail ?? null),
        since === null ? null : words.say("health.since", { when: since }),
        advice,
        words.say("health.again", { when: words.fromNow(nextLookAt - now) }),
      ]
    : [
        advice,
        lastNewAt === null ? null : words.say("health.news", { when: words.fromNow(lastNewAt - now) }),
      ];
  return parts.filter((part) => part !== null).join(words.say("page.gap"));
}

/** What is wrong with what leaves the house, a sentence each: what happened, and what to do. */
export function mailTroubles(
  { halted, mailServer, pings }: Pick<Health, "halted" | "mailServer" | "pings">,
  words: Words,
  now: Instant,
): readonly string[] {
  const { restsUntil, code } = mailServer;
  return [
    ...halted.map((issue) => words.say("status.halted", { issue })),
    ...(restsUntil === null
      ? []
      : [words.say("status.away", { code: code ?? "", when: words.fromNow(restsUntil - now) })]),
    ...(pings.trouble === null
      ? []
      : [
          words.say("status.hub", {
            count: pings.waiting,
            why: pings.trouble,
            when: words.fromNow((pings.dueAt ?? now) - now),
          }),
        ]),
  ];
}
