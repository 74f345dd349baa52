import { describe, expect, test } from "vitest";
import { day, hour, type Instant, minute } from "../../src/base/clock.ts";
import type { Log } from "../../src/base/log.ts";
import { tally } from "../../src/base/tally.ts";
import type { FetchOutcome } from "../../src/domain/page.ts";
import type { Source } from "../../src/domain/source.ts";
import { extract } from "../../src/extract/registry.ts";
import { judgeRobots } from "../../src/fetch/robots.ts";
import { outageWatch } from "../../src/jobs/outage.ts";
import { refresh } from "../../src/jobs/refresh.ts";
import { aSource, monday } from "../support/builders.ts";
import { aStoreWith } from "../support/store.ts";

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const freshness = { maxAgeMs: null, retryAfterMs: null };
const nobody: FetchOutcome = { kind: "trouble", trouble: "connect", message: "no way" };

const page = (
  url: string,
  text: string,
  given: Partial<FetchOutcome & { kind: "page" }> = {},
): FetchOutcome => ({
  ...{ kind: "page", url, movedTo: null, contentType: "text/html", text, bodyHash: text, notes: [] },
  ...{ validators: null, freshness },
  ...given,
});
const robots = (text: string) => page("", text, { contentType: "text/plain" });

/** A listing of posts with these numbers, on a site that has its posts there. */
const listing = (numbers: readonly number[], next = "") =>
  `<title>L</title><main>${numbers.map((n) => `<article><h2><a href="/p/${n}">Post ${n}</a></h2><p>This is what was said on day ${n}, at some length.</p></article>`).join("")}</main>${next}`;
const further = '<a rel="next" href="/older">Older</a>';
const cards = {
  kind: "selectors",
  item: "article",
  title: "h2",
  link: "h2 a@href",
  next: "a[rel=next]@href",
} as const;

type Answers = (url: string) => FetchOutcome;

/** The job with a store of its own, and a clock that goes on while it pauses. */
async function aJob(sources: readonly Source[], answers: Answers) {
  const store = await aStoreWith(sources);
  const asked: { url: string; at: Instant }[] = [];
  let [now, answer] = [monday, answers];
  const needs = {
    ...{
      store,
      sources,
      extract,
      tally: tally(),
      log: silent,
      owner: "me",
      concurrency: 1,
      hostGapMs: 2_000,
    },
    ...{ judge: judgeRobots, outage: outageWatch(sources.length), now: () => now },
    asking: () => ({
      fetch: async ({ url }: { readonly url: string }) => {
        asked.push({ url, at: now });
        return answer(url);
      },
      wasRead: () => {},
    }),
    pause: async (ms: number) => {
      now += ms;
    },
  };
  return {
    asked,
    store,
    lookAt: async (at: Instant, as: Answers = answer) => {
      [now, answer] = [Math.max(now, at), as];
      await refresh(needs);
    },
    stateOf: async (id: string) => (await store.listSources()).find((row) => row.id === id)?.state,
  };
}

const blog = aSource({ url: "https://blog.example/posts", reading: cards, pages: 3 });

describe("the pages of a listing", () => {
  const web =
    (rules: string, first: readonly number[]): Answers =>
    (url) => {
      if (url.endsWith("/robots.txt")) return robots(rules);
      return url.endsWith("/posts") ? page(url, listing(first, further)) : page(url, listing([1, 2]));
    };

  test("are as far apart as its robots.txt asks for", async () => {
    const { asked, lookAt } = await aJob([blog], web("User-agent: *\nCrawl-delay: 7", [3, 4]));

    await lookAt(monday);

    expect(asked.map(({ url, at }) => [new URL(url).pathname, at - monday])).toEqual([
      ["/robots.txt", 0],
      ["/posts", 7_000],
      ["/older", 14_000],
    ]);
  });

  test("wait for another round where it asks for longer than a look may take", async () => {
    const { asked, lookAt, stateOf } = await aJob([blog], web("User-agent: *\nCrawl-delay: 600", [3, 4]));

    await lookAt(monday);
    expect(asked).toHaveLength(1);
    expect(await stateOf("blog")).toMatchObject({ failures: 0 });
    await lookAt(monday + 9 * minute);
    expect(asked).toHaveLength(1);
    await lookAt(monday + 10 * minute);

    expect(asked.map(({ url }) => new URL(url).pathname)).toEqual(["/robots.txt", "/posts"]);
  });

  test("are not asked for where robots.txt forbids them", async () => {
    const { asked, lookAt } = await aJob([blog], web("User-agent: *\nDisallow: /older", [3, 4]));

    await lookAt(monday);

    expect(asked.map(({ url }) => new URL(url).pathname)).toEqual(["/robots.txt", "/posts"]);
  });

  test("are followed as long as they are new to the end, whatever is pinned to the top", async () => {
    const { asked, lookAt } = await aJob([blog], web("", [3, 4]));
    await lookAt(monday);

    await lookAt(monday + 2 * day, web("", [5, 3]));
    await lookAt(monday + 4 * day, web("", [3, 8, 7]));

    expect(asked.filter(({ url }) => url.endsWith("/older")).map(({ at }) => at < monday + day)).toEqual([
      true,
      false,
    ]);
    expect(asked.at(-1)?.url).toMatch(/older$/);
  });
});

describe("a permanent redirect", () => {
  const old = aSource({ url: "https://old.example/posts", reading: cards });
  const to = "https://new.example/posts";
  const led =
    (text: string): Answers =>
    (url) =>
      url.endsWith("/robots.txt") ? robots("") : page(to, text, { movedTo: to, bodyHash: text });

  test("is believed where the posts are the same, though their addresses moved with them", async () => {
    const { lookAt, stateOf } = await aJob([old], (url) => page(url, listing([1, 2, 3])));
    await lookAt(monday);

    for (const n of [1, 2, 3, 4]) await lookAt(monday + 2 * n * day, led(listing([1, 2, 3])));

    expect(await stateOf("blog")).toMatchObject({ address: to });
  });

  test.each([
    ["nothing on it", "<h1>This name is for sale</h1>"],
    ["somebody else's posts on it", listing([71, 72, 73])],
  ])("to a page with %s is never believed, however long it stays the same", async (_, text) => {
    const { lookAt, stateOf } = await aJob([old], (url) => page(url, listing([1, 2, 3])));
    await lookAt(monday);

    for (let n = 1; n < 9; n++) await lookAt(monday + 2 * n * day, led(text));
    await lookAt(monday + 30 * day, led(`${text}<!-- another -->`));

    expect(await stateOf("blog")).toMatchObject({ address: old.url });
  });
});

test("while we are cut off nobody is charged, however little is looked at, and however often", async () => {
  const feed = '<rss version="2.0"><channel><title>F</title></channel></rss>';
  const sources = [1, 2, 3, 4, 5].map((n) =>
    aSource({ id: `s${n}`, url: `https://h${n}.example/feed`, everyMs: n * hour, everyIsExact: true }),
  );
  const { lookAt, stateOf } = await aJob(sources, (url) => page(url, feed));
  await lookAt(monday);

  for (let n = 1; n <= 6 * 60; n++) await lookAt(monday + n * minute, () => nobody);

  for (const { id } of sources) expect(await stateOf(id)).toMatchObject({ failures: 0, failingSince: null });
});
