import { day, type Instant, minute } from "../base/clock.ts";
import type { Fetch, FetchOutcome } from "../domain/page.ts";
import type { Unreadable } from "./look.ts";

/** A look that nobody answered. */
interface Silence {
  readonly source: string;
  readonly host: string;
  readonly at: Instant;
}

/** Tells trouble of our own network from trouble of others. */
export interface Outage {
  /**
   * Notes what came of a look at a host. `isOurs`: so many different ones were silent, and nobody was heard in between,
   * that it is us; `others` are those that were blamed for it before that was clear, as often as they were, each with the
   * time of its last look.
   */
  note(
    source: string,
    host: string,
    outcome: FetchOutcome | Unreadable,
    now: Instant,
  ): { readonly isOurs: boolean; readonly others: readonly Silence[] };
  /** Somebody answered: we are not cut off. What is told from memory is no answer. */
  heard(): void;
  /** Whether it is worth asking anybody: while we are cut off, once a minute. */
  mayAsk(now: Instant): boolean;
}

/** So many hosts in a row are no accident. */
const manyHosts = 5;
/** Where little is looked at, that many looks take their time; who answers in between ends the row anyway. */
const forgottenMs = day;
const probeEveryMs = minute;

/** `hosts` is how many different ones there are: where there are few, fewer are enough. */
export function outageWatch(hosts: number): Outage {
  const enough = Math.min(manyHosts, Math.max(2, hosts));
  let silent: Silence[] = [];
  let [isDown, probedAt] = [false, Number.NEGATIVE_INFINITY];
  return {
    note: (source, host, outcome, now) => {
      if (!isSilence(outcome)) return { isOurs: false, others: [] };
      const recent = silent.filter(({ at }) => Math.abs(now - at) < forgottenMs);
      if (!isDown && new Set([...recent.map((one) => one.host), host]).size < enough) {
        silent = [...recent, { source, host, at: now }];
        return { isOurs: false, others: [] };
      }
      [silent, isDown, probedAt] = [[], true, now];
      const lastAt = new Map(recent.map((one) => [one.source, one.at]));
      return {
        isOurs: true,
        others: recent.map((one) => ({ ...one, at: lastAt.get(one.source) ?? one.at })),
      };
    },
    heard: () => {
      [silent, isDown] = [[], false];
    },
    mayAsk: (now) => {
      if (!isDown || Math.abs(now - probedAt) >= probeEveryMs) {
        probedAt = now;
        return true;
      }
      return false;
    },
  };
}

/** `fetch`, with an ear for whether anybody answers. */
export function heardBy(outage: Pick<Outage, "heard">, fetch: Fetch): Fetch {
  return async (request) => {
    const outcome = await fetch(request);
    if (isAnswer(outcome)) outage.heard();
    return outcome;
  };
}

/** Whether somebody out there said something, whatever it was. */
export function isAnswer(outcome: FetchOutcome): boolean {
  if (outcome.kind !== "trouble") return outcome.kind !== "resting" && outcome.kind !== "disallowed";
  return !isSilence(outcome) && outcome.trouble !== "refused-address" && outcome.trouble !== "aborted";
}

function isSilence(outcome: FetchOutcome | Unreadable): boolean {
  return outcome.kind === "trouble" && ["dns", "connect", "timeout"].includes(outcome.trouble);
}
