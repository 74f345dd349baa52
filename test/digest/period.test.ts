import { describe, expect, test } from "vitest";
import { day, hour, type Instant, minute } from "../../src/base/clock.ts";
import { dueSchedule, keyOf, lastScheduled, nextScheduled } from "../../src/digest/period.ts";
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
  const handled = (handledAt: Instant) => ({ handledAt, bornAt: at("2025-06-01T00:00:00Z") });
  const unhandled = (bornAt: Instant) => ({ handledAt: null, bornAt });

  test("the latest one that was not dealt with, and never twice", () => {
    expect(dueSchedule(weekly, "UTC", handled(monday - 7 * day), monday)?.at).toBe(monday);
    expect(dueSchedule(weekly, "UTC", handled(monday), monday + hour)).toBeNull();
  });

  test("after two missed weeks only the latest is due", () => {
    expect(dueSchedule(weekly, "UTC", handled(monday - 21 * day), monday + day)?.key).toBe("2026-01-05");
  });

  test("an installation made five minutes after the schedule still sends that day, once", () => {
    const born = monday + 5 * minute;

    expect(dueSchedule(weekly, "UTC", unhandled(born), born + minute)?.key).toBe("2026-01-05");
    expect(dueSchedule(weekly, "UTC", handled(born + minute), born + 2 * minute)).toBeNull();
    expect(dueSchedule(weekly, "UTC", handled(monday), born + 2 * minute)).toBeNull();
  });

  test("an installation made the day after waits for the next week", () => {
    const born = monday + day;

    expect(dueSchedule(weekly, "UTC", unhandled(born), born + minute)).toBeNull();
    expect(dueSchedule(weekly, "UTC", unhandled(born), monday + 7 * day)?.key).toBe("2026-01-12");
  });

  test("one that is very late is left to the next, when that is less than twelve hours away", () => {
    const next = monday + 7 * day;

    expect(dueSchedule(weekly, "UTC", handled(monday - 7 * day), next - 11 * hour)).toBeNull();
    expect(dueSchedule(weekly, "UTC", handled(monday - 7 * day), next - 13 * hour)?.at).toBe(monday);
    expect(dueSchedule(weekly, "UTC", handled(monday - 7 * day), next)?.at).toBe(next);
  });

  test("after a step back nothing is due until the clock is again where the last one was dealt with", () => {
    const sunday = handled(monday + 6 * day);

    expect(dueSchedule(weekly, "UTC", handled(monday), monday - 1)).toBeNull();
    expect(dueSchedule(weekly, "UTC", handled(monday), monday - 7 * day + 1)).toBeNull();
    expect(dueSchedule(weekly, "UTC", sunday, monday)).toBeNull();
    expect(dueSchedule(weekly, "UTC", sunday, monday + 7 * day)?.key).toBe("2026-01-12");
  });

  test("what was dealt with a week ahead or more is disbelieved, but nothing from before the beginning is due", () => {
    const ahead = { handledAt: monday + 365 * day, bornAt: monday - 3 * day };

    expect(dueSchedule(weekly, "UTC", ahead, monday - day)).toBeNull();
    expect(dueSchedule(weekly, "UTC", ahead, monday)?.key).toBe("2026-01-05");
    expect(dueSchedule(weekly, "UTC", ahead, monday + 2 * day)?.key).toBe("2026-01-05");
  });

  test("long before the installation began, only an edition that is on time is due", () => {
    for (const cursor of [unhandled(monday + 900 * day), handled(monday + 900 * day)]) {
      const early = { ...cursor, bornAt: monday + 800 * day };

      expect(dueSchedule(weekly, "UTC", early, monday + 2 * day)).toBeNull();
      expect(dueSchedule(weekly, "UTC", early, monday + minute)?.key).toBe("2026-01-05");
    }
  });
});

describe("the key of an edition", () => {
  const monday = { at: at("2026-01-05T08:00:00Z"), key: "2026-01-05" };

  const keyAfter = (handledAt: Instant | null, taken: readonly string[]) =>
    keyOf(rule("Mon 08:00"), "UTC", handledAt, monday, taken);

  test("is its date, whether or not there is such an issue", () => {
    expect(keyAfter(null, [])).toBe("2026-01-05");
    expect(keyAfter(monday.at - hour, ["2026-01-05T07:00:00", "2026-01-05", "2025-12-29"])).toBe(
      "2026-01-05",
    );
    expect(keyAfter(monday.at + 7 * day, ["2026-01-12", "2026-01-05"])).toBe("2026-01-05");
  });

  test("is its local time when a clock that was ahead took the date", () => {
    expect(keyAfter(monday.at - 7 * day, ["2025-12-29", "2026-01-05"])).toBe("2026-01-05T08:00:00");
  });

  test("is its date when it is this issue that was right, and a clock far behind opened the one after it", () => {
    expect(keyAfter(monday.at - 40 * day, ["2025-11-24", "2026-01-05"])).toBe("2026-01-05");
  });
});
