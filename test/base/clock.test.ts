import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  clockStartingAt,
  day,
  dayIn,
  hour,
  isoInstant,
  minute,
  parseDuration,
  second,
  stepWatch,
  systemClock,
  writtenDuration,
} from "../../src/base/clock.ts";
import { AppError } from "../../src/base/errors.ts";

describe("parseDuration", () => {
  test.each([
    ["0s", 0],
    ["250ms", 250],
    ["2s", 2 * second],
    ["15m", 15 * minute],
    ["6h", 6 * hour],
    ["7d", 7 * day],
    ["2y", 730 * day],
    ["1.5h", 90 * minute],
    ["0.5ms", 1],
    ["  6h ", 6 * hour],
    ["007m", 7 * minute],
  ])("%s is %d ms", (written, ms) => {
    expect(parseDuration(written)).toBe(ms);
  });

  test.each([
    [""],
    [" "],
    ["6"],
    ["h"],
    ["6 h"],
    ["6H"],
    ["-6h"],
    ["+6h"],
    [".5h"],
    ["6.h"],
    ["1e3s"],
    ["6h30m"],
    ["6hours"],
    ["6w"],
    ["6,5h"],
    ["６h"],
    ["6h\n6h"],
    ["Infinitys"],
  ])("%j is no duration", (written) => {
    expect(parseDuration(written)).toBeNull();
  });

  test("more than a hundred years is none", () => {
    for (const written of ["101y", "99999999999999y", `${"9".repeat(400)}y`])
      expect(parseDuration(written)).toBeNull();
  });

  test("a whole number of a unit is that many times the unit", () => {
    const sizes = { ms: 1, s: second, m: minute, h: hour, d: day, y: 365 * day } as const;
    const units = fc.constantFrom(...(["ms", "s", "m", "h", "d", "y"] as const));
    fc.assert(
      fc.property(fc.nat(100), units, (count, unit) => {
        expect(parseDuration(`${count}${unit}`)).toBe(count * sizes[unit]);
      }),
    );
  });
});

describe("a clock that starts at an instant", () => {
  test.each([
    ["2026-01-05T07:00:00Z", Date.UTC(2026, 0, 5, 7)],
    ["2026-01-05T07:00:00.250Z", Date.UTC(2026, 0, 5, 7, 0, 0, 250)],
    ["2026-01-05T07:00:00.9Z", Date.UTC(2026, 0, 5, 7, 0, 0, 900)],
    ["2026-01-05T15:00:00+08:00", Date.UTC(2026, 0, 5, 7)],
    ["2026-01-05T15:00:00.5+08:00", Date.UTC(2026, 0, 5, 7, 0, 0, 500)],
    ["2026-01-05T02:00:00-05:00", Date.UTC(2026, 0, 5, 7)],
  ])("%s stands there and runs on", (iso, at) => {
    const clock = clockStartingAt(iso);

    const first = clock.now();
    const later = clock.now();

    expect(first).toBeGreaterThanOrEqual(at);
    expect(first).toBeLessThan(at + minute);
    expect(later).toBeGreaterThanOrEqual(first);
  });

  test("it gives whole milliseconds and really runs", async () => {
    const clock = clockStartingAt("2026-01-05T07:00:00.123Z");
    const first = clock.now();

    while (clock.now() === first) await new Promise(setImmediate);

    expect(clock.now()).toBeGreaterThan(first);
    expect(Number.isInteger(clock.now())).toBe(true);
  });

  test.each([
    ["no zone", "2026-01-05T07:00:00"],
    ["only a day", "2026-01-05"],
    ["a zone by name", "2026-01-05T07:00:00 Europe/Berlin"],
    ["the thirtieth of February", "2026-02-30T07:00:00Z"],
    ["a thirteenth month", "2026-13-05T07:00:00Z"],
    ["a twenty-fifth hour", "2026-01-05T25:00:00Z"],
    ["words", "next Monday"],
    ["words that end like a zone", "next MondayZ"],
    ["nothing", ""],
    ["a number", "1767596400000"],
  ])("%s is refused, and the message says how to write it", (_, iso) => {
    const refusal = caught(() => clockStartingAt(iso));

    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code: "config", hint: expect.stringContaining("2026-01-05T07:00:00Z") });
    expect(String(refusal)).toContain("POSTWIRE_CLOCK");
  });
});

test("the system's clock is the machine's, in whole milliseconds", () => {
  const before = Date.now();
  const now = systemClock.now();

  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

describe("isoInstant", () => {
  test("an instant leaves the program in UTC with milliseconds, null as null", () => {
    expect(isoInstant(Date.UTC(2026, 0, 5, 7, 0, 0, 5))).toBe("2026-01-05T07:00:00.005Z");
    expect(isoInstant(null)).toBeNull();
  });
});

describe("dayIn", () => {
  test.each([
    ["UTC", "2026-01-10T23:59:59.999Z", "2026-01-10"],
    ["Asia/Shanghai", "2026-01-10T16:00:00Z", "2026-01-11"],
    ["Asia/Shanghai", "2026-01-10T15:59:59Z", "2026-01-10"],
    ["America/Los_Angeles", "2026-01-01T07:59:00Z", "2025-12-31"],
    ["Asia/Kolkata", "2026-01-10T18:30:00Z", "2026-01-11"],
    ["Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29"],
    ["Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-30"],
    ["Europe/Berlin", "2026-10-25T22:59:00Z", "2026-10-25"],
    ["Pacific/Kiritimati", "2026-01-10T10:00:00Z", "2026-01-11"],
  ])("in %s it is at %s the %s", (zone, at, on) => {
    expect(dayIn(zone, Date.parse(at))).toBe(on);
  });

  test("in UTC it is the day of the ISO form, for every instant of four centuries", () => {
    const instants = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2299, 11, 31) });
    fc.assert(
      fc.property(instants, (at) => {
        expect(dayIn("UTC", at)).toBe(isoInstant(at).slice(0, 10));
      }),
    );
  });
});

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}

test("a duration is written as it would be read", () => {
  expect(
    ["6h", "90s", "2d", "1y", "1500ms", "0s", "72h"].map((written) =>
      writtenDuration(parseDuration(written) ?? -1),
    ),
  ).toEqual(["6h", "90s", "2d", "1y", "1500ms", "0s", "3d"]);
  fc.assert(
    fc.property(fc.nat(10 * 365 * day), (ms) => {
      expect(parseDuration(writtenDuration(ms))).toBe(ms);
    }),
  );
});

test("a clock that goes back is noticed once, and not for less than it matters", () => {
  let now = Date.UTC(2026, 0, 5);
  const isBack = stepWatch(() => now, hour);

  const told = [0, day, -hour, -hour - 1, 0].map((ms) => {
    now += ms;
    return isBack();
  });

  expect(told).toEqual([false, false, false, true, false]);
});
