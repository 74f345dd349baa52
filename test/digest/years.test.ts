import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { day, type Instant, minute } from "../../src/base/clock.ts";
import { dueSchedule, lastScheduled, nextScheduled } from "../../src/digest/period.ts";
import type { Rule } from "../../src/domain/issue.ts";
import { isLong, ruleOf, tell, times } from "../support/long.ts";
import {
  allZones,
  type Edition,
  editionOf,
  editionsOf,
  type Group,
  groupsOf,
  type Stretch,
} from "../support/zones.ts";

interface Decade {
  readonly name: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly groups: readonly Group[];
}

/** Ten years, seen from a month before them to a month after. */
function decadeFrom(year: number): Decade {
  const [from, to] = [Date.UTC(year, 0, 1), Date.UTC(year + 10, 0, 1)];
  const groups = groupsOf(from - 28 * day, to + 28 * day, isLong ? day : 14 * day);
  return { name: `${year} to ${year + 9}`, from, to, groups };
}

const decades = [decadeFrom(2026), decadeFrom(2005)];

/** One of a group's zones, another one each time. */
function memberOf({ zones }: Group, n: number): string {
  return zones[n % zones.length] ?? "";
}

function written(zone: string, { weekday, hour, minute: past }: Rule, key: string): string {
  return `${zone} ${key}, weekday ${weekday}, ${hour}:${past}`;
}

/** What is wrong with the editions of a daemon that always runs: nothing, when all is well. */
function troubleOf(rule: Rule, zone: string, editions: readonly Edition[]): readonly string[] {
  const trouble: string[] = [];
  for (const [n, edition] of editions.entries()) {
    const before = editions[n - 1];
    if (before === undefined) continue;
    const cursor = { handledAt: before.at, bornAt: before.at };
    const due = dueSchedule(rule, zone, cursor, edition.at);
    const isEarly = isLong && dueSchedule(rule, zone, cursor, edition.at - 1) !== null;
    if (isEarly || due?.at !== edition.at || due.key !== edition.key) {
      trouble.push(written(zone, rule, edition.key));
    }
  }
  return trouble;
}

describe.each(decades)("a daemon that runs always, $name", ({ name, from, to, groups }) => {
  const isWalked = (n: number, time: number) =>
    isLong || (from > Date.UTC(2020) && n % times.length === time) || n % (8 * times.length) === time;

  test("brings out each edition when the wall clock first shows its time or a later one", {
    timeout: 900_000,
  }, () => {
    let walked = 0;
    const trouble = groups.flatMap((group, n) =>
      times.flatMap((time, k) => {
        if (!isWalked(n, k)) return [];
        const rule = ruleOf(((n + k + Math.floor(n / 7)) % 7) + 1, time);
        const editions = editionsOf(group.stretches, rule, from, to);
        walked += editions.length - 1;
        return troubleOf(rule, memberOf(group, n + k), editions);
      }),
    );
    tell(`${name}: ${walked} editions walked, ${allZones.length} zones in ${groups.length} groups`);

    expect(trouble).toEqual([]);
    expect(groups.flatMap(({ zones }) => zones).toSorted()).toEqual(allZones.toSorted());
  });
});

/** The rules that a change of the clocks touches: on the local date it begins and ends on, around the hour it is at. */
function rulesAt({ from, aheadMs }: Stretch, beforeMs: number, n: number): readonly Rule[] {
  const middle = from + (beforeMs + aheadMs) / 2;
  const shown = [from + beforeMs - minute, from + aheadMs, from + beforeMs, middle].map((at) => new Date(at));
  const weekdays = shown.slice(0, 2).map((local) => local.getUTCDay() || 7);
  const exact = shown.map((local) => ruleOf(local.getUTCDay() || 7, local.toISOString().slice(11, 16)));
  const near = times.flatMap((time) => weekdays.map((weekday) => ruleOf(weekday, time)));
  return isLong ? [...exact, ...near] : exact.slice(n % exact.length).slice(0, 1);
}

/** Whether the schedules next to a change are what the wall clock says, whenever one asks. */
function isRightAt(rule: Rule, zone: string, [before, at, after]: readonly Edition[]): boolean {
  if (before === undefined || at === undefined || after === undefined) return false;
  const is = (one: Edition, other: Edition) => one.at === other.at && one.key === other.key;
  return (
    is(lastScheduled(rule, zone, at.at - 1), before) &&
    is(nextScheduled(rule, zone, at.at - 1), at) &&
    is(nextScheduled(rule, zone, at.at), after) &&
    is(lastScheduled(rule, zone, at.at + 31 * minute), at) &&
    dueSchedule(rule, zone, { handledAt: at.at, bornAt: 0 }, at.at + 61 * minute) === null
  );
}

describe.each(decades)("where the clocks change, $name", ({ name, from, to, groups }) => {
  const changes = groups.flatMap((group) =>
    group.stretches.flatMap((stretch, n) => {
      const before = group.stretches[n - 1];
      const isInside = before !== undefined && stretch.from >= from && stretch.from < to;
      return isInside ? [{ group, stretch, beforeMs: before.aheadMs }] : [];
    }),
  );

  test("what the wall clock leaves out comes at the change, what it shows twice the first time, and nothing early", {
    timeout: 900_000,
  }, () => {
    let editions = 0;
    const trouble = changes.flatMap(({ group, stretch, beforeMs }, n) =>
      rulesAt(stretch, beforeMs, n).flatMap((rule) => {
        const near = Math.floor((stretch.from + beforeMs) / day) * day;
        const date = [-1, 0, 1]
          .map((away) => near + away * day)
          .find((on) => (new Date(on).getUTCDay() || 7) === rule.weekday);
        if (date === undefined) return [];
        const three = [-7, 0, 7].map((away) => editionOf(group.stretches, rule, date + away * day));
        const zone = memberOf(group, n);
        editions++;
        return isRightAt(rule, zone, three) ? [] : [written(zone, rule, three[1]?.key ?? "")];
      }),
    );
    tell(`${name}: ${editions} editions at ${changes.length} changes of the clocks`);

    expect(trouble).toEqual([]);
  });

  test("Temporal knows no other changes than the wall clock shows", () => {
    const trouble = groups.flatMap(({ zones, stretches }) => {
      const [zone = "", seen] = [zones.at(-1), stretches.slice(1).map((stretch) => stretch.from)];
      const end = seen.at(-1) ?? to;
      return String(changesOf(zone, stretches[0]?.from ?? from, end)) === String(seen) ? [] : [zone];
    });

    expect(trouble).toEqual([]);
  });
});

/** The changes of a zone's clocks after one instant and up to another, as Temporal has them. */
function changesOf(zone: string, from: Instant, to: Instant): readonly Instant[] {
  const changes: Instant[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
  for (;;) {
    const next = at.getTimeZoneTransition("next");
    if (next === null || next.epochMilliseconds > to) return changes;
    changes.push(next.epochMilliseconds);
    at = next;
  }
}
