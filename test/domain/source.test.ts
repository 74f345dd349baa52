import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { day, hour, minute } from "../../src/base/clock.ts";
import {
  afterFetch,
  afterMove,
  afterSkips,
  jitterOf,
  type NextLook,
  paceOf,
} from "../../src/domain/manners.ts";
import type { FetchOutcome, Freshness, Hints, Validators } from "../../src/domain/page.ts";
import { monday } from "../support/builders.ts";

const blog = { id: "blog", everyMs: 6 * hour, everyIsExact: false, url: "https://blog.example/posts" };
/** Every six hours, and the jitter that is the blog's own. */
const every = 6 * hour + Math.floor(0.6 * hour * jitterOf(blog.url));
const stale: Freshness = { maxAgeMs: null, retryAfterMs: null };

const notModified = (freshness: Partial<Freshness> = {}): FetchOutcome => ({
  kind: "not-modified",
  url: blog.url,
  movedTo: null,
  validators: null,
  freshness: { ...stale, ...freshness },
});
const held = (retryAfterMs: number | null, status = 429, url = blog.url): FetchOutcome => ({
  kind: "held",
  url,
  status,
  freshness: { maxAgeMs: null, retryAfterMs },
  botCheck: null,
});
const error = (retryAfterMs: number | null = null): FetchOutcome => ({
  kind: "error-status",
  status: 500,
  freshness: { maxAgeMs: null, retryAfterMs },
});
const trouble: FetchOutcome = { kind: "trouble", trouble: "timeout", message: "no answer" };

const asks = (restMs: number | null, skips: Partial<Hints> = {}): Hints => ({
  restMs,
  skipHours: [],
  skipDays: [],
  ...skips,
});

const validators: Validators = { url: blog.url, etag: '"1"', lastModified: null };
const page: FetchOutcome & { kind: "page" } = {
  kind: "page",
  url: blog.url,
  movedTo: null,
  contentType: "text/html",
  text: "",
  bodyHash: "",
  validators,
  freshness: stale,
  notes: [],
};

/** What comes of a look on Monday morning: how long the source rests, and the rest. */
function nextAfter(
  outcome: Parameters<typeof afterFetch>[2],
  { source = blog, failures = 0, restMs = null as number | null, ...lately } = {} as {
    source?: typeof blog;
    failures?: number;
    restMs?: number | null;
    paceMs?: number;
    lastNewAt?: number;
  },
): NextLook & { readonly rest: number } {
  const known = { failures, paceMs: lately.paceMs ?? null, lastNewAt: lately.lastNewAt ?? null };
  const next = afterFetch(source, known, outcome, asks(restMs), monday);
  return { ...next, rest: next.nextLookAt - monday };
}

describe("a source with an interval of its own", () => {
  test("is looked at when that is over, to the millisecond", () => {
    const exact = { ...blog, everyMs: hour, everyIsExact: true };

    expect(
      [notModified(), page].map((outcome) => nextAfter(outcome, { source: exact, paceMs: 9 * day }).rest),
    ).toEqual([hour, hour]);
  });
});

describe("after a good look", () => {
  test.each([
    ["a page", page],
    ["an unchanged one", notModified()],
  ])("%s ends all failures, and the next look is due as usual", (_, outcome) => {
    expect(nextAfter(outcome, { failures: 9 })).toEqual({
      rest: every,
      nextLookAt: monday + every,
      failures: 0,
      hold: null,
    });
  });

  test.each([
    ["a minute", minute, null, every],
    ["nine hours", 9 * hour, null, 9 * hour],
    ["a day", day, null, day],
    ["a year", 365 * day, null, day],
    ["nine hours by the feed's own word", null, 9 * hour, 9 * hour],
    ["a month by the feed's own word", null, 30 * day, day],
    ["the longer of both", 9 * hour, 12 * hour, 12 * hour],
  ])("an answer that stays fresh for %s is used at most a day", (_, maxAgeMs, restMs, rest) => {
    expect(nextAfter(notModified({ maxAgeMs }), { restMs }).rest).toBe(rest);
  });

  test("a source that is looked at less often than once a day keeps its interval", () => {
    const rare = { ...blog, everyMs: 3 * day };

    expect(nextAfter(notModified({ maxAgeMs: day }), { source: rare }).rest).toBeGreaterThanOrEqual(3 * day);
  });
});

describe("after a failure", () => {
  test.each<readonly [string, Parameters<typeof afterFetch>[2]]>([
    ["503", { ...error(), status: 503, freshness: { ...stale, maxAgeMs: 11 * hour } } as FetchOutcome],
    ["a page that cannot be read", { kind: "unreadable", freshness: { ...stale, maxAgeMs: 11 * hour } }],
  ])("%s is left alone while the answer is fresh", (_, outcome) => {
    expect(nextAfter(outcome).rest).toBe(11 * hour);
    expect(nextAfter(outcome, { failures: 5 }).rest).toBeGreaterThan(day);
  });

  test("each one in a row doubles the wait, up to a week, and never ends it", () => {
    const rests = Array.from({ length: 40 }, (_, failures) => nextAfter(trouble, { failures }).rest);

    expect(rests.slice(0, 5)).toEqual([every, 2 * every, 4 * every, 8 * every, 16 * every]);
    expect(rests.slice(5)).toEqual(rests.slice(5).map(() => 7 * day));
    expect(nextAfter(trouble, { failures: 100_000 })).toMatchObject({ rest: 7 * day, failures: 100_001 });
  });

  test.each([
    ["no answer", trouble],
    ["a page that cannot be read", { kind: "unreadable", freshness: stale } as const],
    ["404", { kind: "missing", status: 404, freshness: stale } as const],
    ["500", error()],
  ])("%s counts as one more and holds nobody else", (_, outcome) => {
    expect(nextAfter(outcome, { failures: 2 })).toMatchObject({
      rest: 4 * every,
      failures: 3,
      hold: null,
    });
  });

  test("a source without an interval waits five minutes at least", () => {
    const eager = { ...blog, everyMs: 0 };

    expect(nextAfter(trouble, { source: eager }).rest).toBe(5 * minute);
    expect(nextAfter(trouble, { source: eager, failures: 1 }).rest).toBe(10 * minute);
  });

  test("an error that says when to come back is given that time, at most a week", () => {
    expect(nextAfter(error(12 * hour)).rest).toBe(12 * hour);
    expect(nextAfter(error(minute)).rest).toBe(every);
    expect(nextAfter(error(365 * day)).rest).toBe(7 * day);
    expect(nextAfter(error(12 * hour), { failures: 3 }).rest).toBe(8 * every);
  });

  test("a page that is gone for good is asked for once a week", () => {
    expect(nextAfter({ kind: "gone", status: 410, freshness: stale })).toMatchObject({
      rest: 7 * day,
      failures: 1,
      hold: null,
    });
  });
});

describe("a source that asks to be left alone", () => {
  test("is left alone that long, and its host too", () => {
    expect(nextAfter(held(12 * hour))).toMatchObject({
      rest: 12 * hour,
      failures: 1,
      hold: { host: "blog.example", until: monday + 12 * hour },
    });
  });

  test("for seven days at most", () => {
    expect(nextAfter(held(365 * day))).toMatchObject({ rest: 7 * day, hold: { until: monday + 7 * day } });
  });

  test("for a moment only: the host is free then, the source keeps its interval", () => {
    expect(nextAfter(held(30_000))).toMatchObject({ rest: every, hold: { until: monday + 30_000 } });
    expect(nextAfter(held(0))).toMatchObject({ rest: every, hold: { until: monday } });
  });

  test("is the one that answered, wherever the look began", () => {
    const { hold } = nextAfter(held(hour, 429, "https://mirror.example:8443/posts"));

    expect(hold).toEqual({ host: "mirror.example:8443", until: monday + hour });
  });

  test("without saying how long, for four hours and longer each time, never more than a week", () => {
    const holds = [0, 1, 2, 3, 4, 5, 50].map(
      (failures) => nextAfter(held(null, 403), { failures }).hold?.until,
    );

    expect(holds.map((until) => ((until ?? 0) - monday) / hour)).toEqual([4, 8, 16, 32, 64, 128, 128]);
  });

  test.each([
    ["https://blog.example/posts", true],
    ["https://BLOG.example./posts", true],
    ["https://blog.example:8443/", true],
    ["https://博客.中国/", true],
    ["http://10.0.0.7/", false],
    ["http://[2001:db8::1]/", false],
    ["http://localhost:8080/", false],
    ["http://intranet/", false],
    ["http://nas.local/", false],
    ["http://app.localhost/", false],
    ["http://wiki.corp.internal/", false],
    ["http://printer.lan./", false],
    ["http://box.home.arpa/", false],
    ["https://notlocal.example/", true],
  ])("holds the whole host of %s: %s", (url, isHeld) => {
    const { hold, rest } = nextAfter(held(hour, 429, url), { source: { ...blog, url } });

    expect(hold !== null).toBe(isHeld);
    expect(rest).toBe(6 * hour + Math.floor(0.6 * hour * jitterOf(url)));
  });
});

test("a source that leads to a host at rest is due when that is free again, and not blamed", () => {
  const resting = (until: number): FetchOutcome => ({
    kind: "resting",
    url: "https://mirror.example/",
    until,
  });

  const long = nextAfter(resting(monday + 2 * day), { failures: 2 });
  expect(long).toMatchObject({ rest: 2 * day, failures: 2, hold: null });
  expect(nextAfter(resting(monday + minute))).toMatchObject({ rest: every, failures: 0 });
});

describe("whatever comes of a look", () => {
  const outcome = fc.oneof(
    fc.constant(trouble),
    fc.constant({ kind: "unreadable", freshness: stale } as const),
    fc.option(fc.nat(100 * day), { nil: null }).map((ms) => held(ms)),
    fc.option(fc.nat(100 * day), { nil: null }).map((ms) => error(ms)),
    fc.option(fc.nat(100 * day), { nil: null }).map((maxAgeMs) => notModified({ maxAgeMs })),
  );

  test("the next one comes, no sooner than the interval and not later than in about a week", () => {
    const intervals = fc.integer({ min: minute, max: 30 * day });
    fc.assert(
      fc.property(outcome, intervals, fc.nat(60), fc.string(), (what, everyMs, failures, id) => {
        const { nextLookAt } = afterFetch(
          { ...blog, url: `https://blog.example/${encodeURIComponent(id)}`, everyMs },
          { failures, paceMs: null, lastNewAt: null },
          what,
          null,
          monday,
        );

        expect(Number.isSafeInteger(nextLookAt)).toBe(true);
        expect(nextLookAt).toBeGreaterThanOrEqual(monday + everyMs);
        expect(nextLookAt).toBeLessThanOrEqual(monday + Math.max(7 * day, 1.1 * everyMs));
      }),
    );
  });
});

describe("the jitter", () => {
  test("is from 0 up to 1, and always the same for one address", () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        expect(jitterOf(id)).toBe(jitterOf(id));
        expect(jitterOf(id)).toBeGreaterThanOrEqual(0);
        expect(jitterOf(id)).toBeLessThan(1);
      }),
    );
  });

  test("was written down once: a new version leaves every source where it is", () => {
    expect(jitterOf("abc")).toBe(0xba7816bf / 2 ** 32);
  });

  test("spreads sources out, and adds at most a tenth", () => {
    const rests = Array.from(
      { length: 200 },
      (_, n) => nextAfter(notModified(), { source: { ...blog, url: `https://blog.example/${n}` } }).rest,
    );

    expect(Math.min(...rests)).toBeGreaterThanOrEqual(6 * hour);
    expect(Math.max(...rests)).toBeLessThanOrEqual(6.6 * hour);
    expect(new Set(rests).size).toBeGreaterThan(190);
  });
});

describe("a page that cannot be asked for conditionally", () => {
  test("is asked for once a day, unless its source has an interval of its own", () => {
    const blind = { ...page, validators: null };

    expect(nextAfter(blind).rest).toBe(day + Math.floor(0.1 * day * jitterOf(blog.url)));
    expect(nextAfter(blind, { source: { ...blog, everyIsExact: true } }).rest).toBe(6 * hour);
    expect(nextAfter(page).rest).toBe(every);
  });
});

describe("a source that has few posts", () => {
  const eager = { ...blog, everyMs: hour };
  const rests = (paceMs: number, quietMs: number) =>
    nextAfter(notModified(), { source: eager, paceMs, lastNewAt: monday - quietMs }).rest;
  const withJitter = (ms: number) => ms + Math.floor(ms * 0.1 * jitterOf(blog.url));

  test("is looked at after half the usual time between two of them, at least once a day", () => {
    expect(rests(10 * hour, hour)).toBe(withJitter(5 * hour));
    expect(rests(9 * day, hour)).toBe(withJitter(day));
    expect(rests(minute, 0)).toBe(withJitter(hour));
  });

  test("is looked at more seldom while nothing comes, at least once a day", () => {
    expect(rests(4 * hour, 40 * hour)).toBe(withJitter(10 * hour));
    expect(rests(4 * hour, 40 * day)).toBe(withJitter(day));
  });

  test("has a pace from four posts on: the median of the gaps", () => {
    expect(paceOf([0, 1, 2].map((n) => n * day))).toBeNull();
    expect(paceOf([9, 0, 3, 1].map((n) => n * day))).toBe(2 * day);
    expect(paceOf([])).toBeNull();
  });
});

describe("hours and days that a feed wants to be skipped", () => {
  const at = Date.parse("2026-01-05T07:20:00Z");
  const iso = (hints: Hints | null) => new Date(afterSkips(at, hints, "https://a.example/")).toISOString();

  test("are skipped, to the first instant that is in none of them", () => {
    expect(iso(null)).toBe("2026-01-05T07:20:00.000Z");
    expect(iso(asks(null, { skipHours: [3] }))).toBe("2026-01-05T07:20:00.000Z");
    expect(iso(asks(null, { skipHours: [7, 8] })).slice(0, 14)).toBe("2026-01-05T09:");
    expect(iso(asks(null, { skipDays: [1, 2] })).slice(0, 14)).toBe("2026-01-07T00:");
    expect(iso(asks(null, { skipDays: [1], skipHours: [0] })).slice(0, 14)).toBe("2026-01-06T01:");
  });

  test("are over for each address at its own place in the next hour, not for all at its beginning", () => {
    const hints = asks(null, { skipHours: [7] });
    const minutes = Array.from({ length: 50 }, (_, n) =>
      new Date(afterSkips(at, hints, `https://a.example/${n}`)).getUTCMinutes(),
    );

    expect(new Set(minutes).size).toBeGreaterThan(20);
  });

  test("count for nothing when they are all there are", () => {
    expect(iso(asks(null, { skipDays: [0, 1, 2, 3, 4, 5, 6] }))).toBe("2026-01-05T07:20:00.000Z");
  });
});

describe("a permanent redirect", () => {
  const to = "https://new.example/feed";
  const seen = (days: readonly number[], overlaps: boolean | null = true) =>
    days.reduce<ReturnType<typeof afterMove>>(
      (move, n) => afterMove(move, to, overlaps, monday + n * day),
      null,
    );

  test("is believed at the third sighting over two days, and not before", () => {
    expect(seen([0, 1])).toMatchObject({ sightings: 2, acceptedAt: null });
    expect(seen([0, 0.5, 1])).toMatchObject({ sightings: 3, acceptedAt: null });
    expect(seen([0, 1, 2])).toMatchObject({ to, sightings: 3, acceptedAt: monday + 2 * day });
    expect(seen([0, 2])?.acceptedAt).toBeNull();
  });

  test("to another place, or none in between, begins anew", () => {
    expect(afterMove(seen([0, 1]), "https://other.example/", true, monday + 2 * day)).toMatchObject({
      sightings: 1,
    });
    expect(afterMove(seen([0, 1]), null, true, monday + 2 * day)).toBeNull();
  });

  test("is not counted while no post is known at all", () => {
    expect(seen([0, 1, 2, 3], null)).toBeNull();
  });

  test("to a place without a post that is known is not believed, though its posts are known later", () => {
    const strange = seen([0], false);
    const later = [1, 2, 3, 4].reduce((move, n) => afterMove(move, to, true, monday + n * day), strange);

    expect(later).toMatchObject({ to, sightings: 0, acceptedAt: null });
  });

  test("is not counted at a look that finds nothing known, and is at the next one that does", () => {
    const between = afterMove(seen([0, 1]), to, false, monday + 2 * day);

    expect(between).toMatchObject({ sightings: 2, acceptedAt: null });
    expect(afterMove(between, to, true, monday + 3 * day)).toMatchObject({ acceptedAt: monday + 3 * day });
  });

  test("that was believed stays so", () => {
    const believed = seen([0, 1, 2]);

    expect(afterMove(believed, null, true, monday + 9 * day)).toEqual(believed);
  });
});

describe("a page that robots.txt does not want to be read", () => {
  test("is asked about once a day, and is no failure", () => {
    expect(nextAfter({ kind: "disallowed", rule: "Disallow: /" }, { failures: 2 })).toMatchObject({
      rest: day,
      failures: 2,
    });
  });
});
