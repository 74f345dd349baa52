import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { day, hour, minute } from "../../src/base/clock.ts";
import { dueSchedule, lastScheduled, nextScheduled } from "../../src/digest/period.ts";
import { parseRule, type Rule } from "../../src/domain/issue.ts";

const at = (iso: string) => Date.parse(iso);

function rule(written: string): Rule {
  const parsed = parseRule(written);
  if (parsed === null) throw new Error(`${written} is no rule`);
  return parsed;
}

describe("when the digest is scheduled", () => {
  test("the latest schedule is the weekday's local time, known by its local date", () => {
    const last = lastScheduled(rule("Mon 08:00"), "Asia/Shanghai", at("2026-01-07T12:00:00Z"));

    expect(last).toEqual({ at: at("2026-01-05T00:00:00Z"), key: "2026-01-05" });
  });

  test("the schedule itself is the latest one, and a millisecond before it is not", () => {
    const monday = at("2026-01-05T08:00:00Z");

    expect(lastScheduled(rule("Mon 08:00"), "UTC", monday).at).toBe(monday);
    expect(lastScheduled(rule("Mon 08:00"), "UTC", monday - 1).key).toBe("2025-12-29");
    expect(nextScheduled(rule("Mon 08:00"), "UTC", monday).key).toBe("2026-01-12");
    expect(nextScheduled(rule("Mon 08:00"), "UTC", monday - 1).at).toBe(monday);
  });

  test("a local time that the clocks leave out is due at the first valid instant after it", () => {
    const spring = lastScheduled(rule("Sun 02:30"), "America/New_York", at("2026-03-09T00:00:00Z"));

    expect(spring).toEqual({ at: at("2026-03-08T07:00:00Z"), key: "2026-03-08" });
  });

  test("a whole day that the calendar leaves out is due at the first instant of the next", () => {
    const skipped = lastScheduled(rule("Fri 08:00"), "Pacific/Apia", at("2011-12-31T00:00:00Z"));

    expect(skipped).toEqual({ at: at("2011-12-30T10:00:00Z"), key: "2011-12-30" });
  });

  test("a local time that comes twice is due the first time only", () => {
    const first = at("2026-11-01T05:30:00Z");

    expect(lastScheduled(rule("Sun 01:30"), "America/New_York", first)).toEqual({
      at: first,
      key: "2026-11-01",
    });
    expect(lastScheduled(rule("Sun 01:30"), "America/New_York", first + 90 * minute).at).toBe(first);
    expect(nextScheduled(rule("Sun 01:30"), "America/New_York", first).key).toBe("2026-11-08");
  });

  test("clocks set back over midnight do not bring last week back", () => {
    const transition = at("2006-10-29T02:31:00Z");
    const first = lastScheduled(rule("Sun 00:00"), "America/St_Johns", transition - minute / 2);

    expect(first.key).toBe("2006-10-29");
    expect(lastScheduled(rule("Sun 00:00"), "America/St_Johns", transition + 30 * minute)).toEqual(first);
  });
});

describe("which edition is due", () => {
  const weekly = rule("Mon 08:00");
  const monday = at("2026-01-05T08:00:00Z");

  test("the latest one that was not dealt with, and never twice", () => {
    expect(dueSchedule(weekly, "UTC", monday - 7 * day, null, monday)?.at).toBe(monday);
    expect(dueSchedule(weekly, "UTC", monday, null, monday + hour)).toBeNull();
  });

  test("after two missed weeks only the latest is due", () => {
    expect(dueSchedule(weekly, "UTC", monday - 21 * day, null, monday + day)?.key).toBe("2026-01-05");
  });

  test("an installation made five minutes after the schedule still sends that day, once", () => {
    const born = monday + 5 * minute;

    expect(dueSchedule(weekly, "UTC", born, born, born + minute)?.key).toBe("2026-01-05");
    expect(dueSchedule(weekly, "UTC", born + minute, born, born + 2 * minute)).toBeNull();
    expect(dueSchedule(weekly, "UTC", monday, null, born + 2 * minute)).toBeNull();
  });

  test("an installation made the day after waits for the next week", () => {
    const born = monday + day;

    expect(dueSchedule(weekly, "UTC", born, born, born + minute)).toBeNull();
    expect(dueSchedule(weekly, "UTC", born, born, monday + 7 * day)?.key).toBe("2026-01-12");
  });

  test("one that is very late is left to the next, when that is less than twelve hours away", () => {
    const next = monday + 7 * day;

    expect(dueSchedule(weekly, "UTC", monday - 7 * day, null, next - 11 * hour)).toBeNull();
    expect(dueSchedule(weekly, "UTC", monday - 7 * day, null, next - 13 * hour)?.at).toBe(monday);
    expect(dueSchedule(weekly, "UTC", monday - 7 * day, null, next)?.at).toBe(next);
  });
});

const written = ["Sun 00:00", "Sun 01:30", "Sun 02:30", "Fri 23:45", "Mon 08:00"];

/** What is wrong with the editions of a zone between two instants: nothing, when all is well. */
function troubleOf(weekly: Rule, zone: string, from: number, to: number): readonly string[] {
  const trouble: string[] = [];
  for (let handled = lastScheduled(weekly, zone, from); handled.at < to; ) {
    const next = nextScheduled(weekly, zone, handled.at);
    const days = (Date.parse(next.key) - Date.parse(handled.key)) / day;
    const strayMs = Math.abs(next.at - handled.at - 7 * day);
    const early = dueSchedule(weekly, zone, handled.at, null, next.at - 1);
    const onTime = dueSchedule(weekly, zone, handled.at, null, next.at);
    if (days !== 7 || strayMs > day) trouble.push(`${zone} ${next.key}: off by ${strayMs} ms`);
    if (early !== null) trouble.push(`${zone} ${next.key}: early`);
    if (onTime?.at !== next.at) trouble.push(`${zone} ${next.key}: not due`);
    handled = next;
  }
  return trouble;
}

/** Every change of a zone's clocks between two instants; the first instant alone where there is none. */
function changesOf(zone: string, from: number, to: number): readonly number[] {
  const changes: number[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
  for (;;) {
    const next = at.getTimeZoneTransition("next");
    if (next === null || next.epochMilliseconds > to) return changes.length > 0 ? changes : [from];
    changes.push(next.epochMilliseconds);
    at = next;
  }
}

describe("through every change of the clocks", () => {
  test("no edition is skipped and none is doubled, in any time zone", () => {
    const trouble = Intl.supportedValuesOf("timeZone").flatMap((zone, index) =>
      changesOf(zone, Date.UTC(2025, 0, 1), Date.UTC(2027, 0, 1)).flatMap((at, change) => {
        const weekly = rule(written[(index + change) % written.length] ?? "");
        return troubleOf(weekly, zone, at - 8 * day, at + 8 * day);
      }),
    );

    expect(trouble).toEqual([]);
  });

  test("nor over seven years in the zones with the oddest past", () => {
    const odd = ["America/St_Johns", "Pacific/Apia", "Africa/Cairo", "Asia/Gaza", "America/Caracas"];
    const trouble = odd.flatMap((zone, index) =>
      troubleOf(rule(written[index] ?? ""), zone, Date.UTC(2006, 0, 1), Date.UTC(2013, 0, 1)),
    );

    expect(trouble).toEqual([]);
  });
});
