import { describe, expect, test } from "vitest";
import { day } from "../../src/base/clock.ts";
import { areNews, identify, isPlausible } from "../../src/domain/post.ts";
import { monday } from "../support/builders.ts";
import { anItem } from "./items.ts";

const where = { listingUrl: "https://blog.example/updates", zone: "UTC" };

describe("a date", () => {
  test.each([
    ["null", null, false],
    ["no number", Number.NaN, false],
    ["1970", 0, false],
    ["the end of 1994", Date.UTC(1995, 0, 1) - 1, false],
    ["1995", Date.UTC(1995, 0, 1), true],
    ["now", monday, true],
    ["tomorrow", monday + day, true],
    ["later than tomorrow", monday + day + 1, false],
    ["the year 9999", Date.UTC(9999, 0, 1), false],
  ])("of %s: plausible is %s", (_, at, plausible) => {
    expect(isPlausible(at, monday)).toBe(plausible);
  });

  test("that is not plausible is unknown, with everything that hangs on it", () => {
    expect(
      identify([anItem({ title: "x", publishedAt: Date.UTC(2062, 0, 1), dateOnly: true })], where, monday)[0],
    ).toMatchObject({
      publishedAt: null,
      dateOnly: false,
      dateOn: null,
    });
  });

  test("falls on the day it has where the source is", () => {
    const item = anItem({ title: "x", publishedAt: Date.UTC(2026, 0, 3, 16), dateOnly: true });
    const [inShanghai] = identify([item], { ...where, zone: "Asia/Shanghai" }, monday);

    expect(inShanghai).toMatchObject({ dateOn: "2026-01-04", dateOnly: true });
    expect(identify([item], where, monday)[0]).toMatchObject({ dateOn: "2026-01-03" });
  });
});

describe("what is news", () => {
  const at = (publishedAt: number | null) => ({ publishedAt });
  const found = [
    at(null),
    at(monday),
    at(monday - 7 * day + 1),
    at(monday - 7 * day),
    at(null),
    at(null),
    at(null),
  ];

  test("after the first look everything is, old dates too", () => {
    for (const backfill of ["none", "recent", "all"] as const) {
      expect(areNews(found, false, backfill, monday)).toEqual(found.map(() => true));
    }
  });

  test("at the first look it is everything, nothing, or the last week and three posts without a date", () => {
    expect(areNews(found, true, "all", monday)).toEqual(found.map(() => true));
    expect(areNews(found, true, "none", monday)).toEqual(found.map(() => false));
    expect(areNews(found, true, "recent", monday)).toEqual([true, true, true, false, true, true, false]);
  });
});
