import { day, type Instant, minute } from "../../src/base/clock.ts";
import type { Rule } from "../../src/domain/issue.ts";

/** A stretch of time in which a zone's clocks are ahead of UTC by the same; it lasts until the next one begins. */
export interface Stretch {
  readonly from: Instant;
  readonly aheadMs: number;
}

/** Zones whose clocks show the same throughout a range. */
export interface Group {
  readonly zones: readonly string[];
  readonly stretches: readonly Stretch[];
}

/** An edition as the wall clock has it. */
export interface Edition {
  readonly at: Instant;
  readonly key: string;
}

export const allZones = Intl.supportedValuesOf("timeZone");

/**
 * How far a zone's clocks are ahead of UTC, asked of `Intl` at every `stepMs` and halved down to the minute where
 * they changed; two changes in one step that undo each other go unseen.
 */
export function stretchesOf(zone: string, from: Instant, to: Instant, stepMs: number): readonly Stretch[] {
  const aheadAt = aheadIn(zone);
  let last: Stretch = { from, aheadMs: aheadAt(from) };
  const stretches = [last];
  for (let at = from; at < to; at += stepMs) {
    while (aheadAt(at + stepMs) !== last.aheadMs) {
      let [before, after] = [Math.max(at, last.from), at + stepMs];
      while (after - before > minute) {
        const middle = before + Math.floor((after - before) / 2 / minute) * minute;
        if (aheadAt(middle) === last.aheadMs) before = middle;
        else after = middle;
      }
      last = { from: after, aheadMs: aheadAt(after) };
      stretches.push(last);
    }
  }
  return stretches;
}

function aheadIn(zone: string): (at: Instant) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  return (at) => {
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(format.format(at)) ?? [];
    return (sign === "-" ? -minute : minute) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
  };
}

/** All zones, by what their clocks show between two instants: one walk is enough for those that show the same. */
export function groupsOf(from: Instant, to: Instant, stepMs: number): readonly Group[] {
  const groups = new Map<string, { zones: string[]; stretches: readonly Stretch[] }>();
  for (const zone of allZones) {
    const stretches = stretchesOf(zone, from, to, stepMs);
    const shown = JSON.stringify(stretches);
    const group = groups.get(shown) ?? { zones: [], stretches };
    group.zones.push(zone);
    groups.set(shown, group);
  }
  return [...groups.values()];
}

/** The first instant at which the wall clock shows `local` or later; a local time is written as if it were UTC. */
export function firstShowing(stretches: readonly Stretch[], local: number): Instant {
  for (const [n, { from, aheadMs }] of stretches.entries()) {
    const at = Math.max(from, local - aheadMs);
    if (at < (stretches[n + 1]?.from ?? Number.POSITIVE_INFINITY)) return at;
  }
  throw new Error("the wall clock never shows it");
}

/** The edition of a local date (its midnight as if it were UTC). */
export function editionOf(stretches: readonly Stretch[], rule: Rule, on: number): Edition {
  const at = firstShowing(stretches, on + (rule.hour * 60 + rule.minute) * minute);
  return { at, key: new Date(on).toISOString().slice(0, 10) };
}

/** The editions of the local dates from that of `from` until that of `to`, both as if they were UTC. */
export function editionsOf(
  stretches: readonly Stretch[],
  rule: Rule,
  from: number,
  to: number,
): readonly Edition[] {
  const first = Math.ceil(from / day) * day;
  const weekday = new Date(first).getUTCDay() || 7;
  const editions: Edition[] = [];
  for (let on = first + ((rule.weekday - weekday + 7) % 7) * day; on < to; on += 7 * day) {
    editions.push(editionOf(stretches, rule, on));
  }
  return editions;
}
