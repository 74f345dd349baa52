import type { RequestListener } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isolatedExtract } from "../../src/app/isolated.ts";
import { systemClock } from "../../src/base/clock.ts";
import type { Reading } from "../../src/domain/page.ts";
import { judgeRobots } from "../../src/fetch/robots.ts";
import { asRead } from "../../src/jobs/drift.ts";
import { look } from "../../src/jobs/look.ts";
import { refusedByRobots } from "../../src/jobs/robots.ts";
import { hosts } from "./forms.ts";
import { anOutside, mustNotLeave, type Outside, wired } from "./outside.ts";

const reader = isolatedExtract();
let outside: Outside;

beforeAll(async () => {
  outside = await anOutside();
});
afterAll(async () => {
  outside.close();
  await reader.close();
});

const titles = [1, 2, 3].map((n) => `Post number ${n}`);
const links = titles.map(
  (title, n) => `<article><h2><a href="/${n}">${title}</a></h2><p>About it.</p></article>`,
);
const listing = (more: string): RequestListener => {
  return (_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(`<main>${links.join("")}</main>${more}`);
  };
};
const next: Reading = {
  kind: "selectors",
  item: "article",
  title: "h2",
  link: "a@href",
  next: "a.next@href",
};

/** Reads the listing outside; gives the titles it found and the addresses it asked for. */
async function read(reading: Reading) {
  const fetch = outside.aFetch();
  const asked: string[] = [];
  const found = await look(
    {
      fetch: (request) => {
        asked.push(request.url);
        return fetch(request.url);
      },
      ...{ extract: reader.extract, now: systemClock.now, rest: async () => true, refusal: async () => null },
    },
    {
      source: { reading, pages: 5, zone: "UTC", headers: {} },
      ...{ learned: null, validators: null, bodyHash: null, settle: asRead, wantsMore: async () => true },
      address: `${outside.url}/list`,
    },
  );
  return { titles: found.kind === "read" ? found.items.map(({ title }) => title) : [], asked };
}

describe("what a page leads to is refused, and the page itself is read", () => {
  test.each(hosts)("http://%s/ as its feed and as its next page", async (host) => {
    const url = `http://${host}:${outside.canary.port}/`;
    mustNotLeave(url);

    outside.answer(listing(`<link rel="alternate" type="application/rss+xml" href="${url}">`));
    expect((await read({ kind: "auto" })).titles).toEqual(titles);
    outside.answer(listing(`<a class="next" href="${url}">next</a>`));
    expect((await read(next)).titles).toEqual(titles);
    expect(outside.canary.hits()).toBe(0);
  });

  test("both are really asked for", async () => {
    const url = `http://127.0.0.1:${outside.canary.port}/`;

    outside.answer(listing(`<link rel="alternate" type="application/rss+xml" href="${url}">`));
    expect((await read({ kind: "auto" })).asked).toEqual([`${outside.url}/list`, url]);
    outside.answer(listing(`<a class="next" href="${url}">next</a>`));
    expect((await read(next)).asked).toEqual([`${outside.url}/list`, url]);
    expect(outside.canary.hits()).toBe(0);
  });
});

describe("a robots.txt that is said to be elsewhere is refused, and that is what the look came to", () => {
  test.each(hosts)("http://%s/", async (host) => {
    const url = `http://${host}:${outside.canary.port}/`;
    mustNotLeave(url);
    outside.answer((_, response) => {
      response.writeHead(301, { location: wired(url), "content-length": 0 }).end();
    });
    const fetch = outside.aFetch();
    const store = { getRobots: async () => null, putRobots: async () => {} };
    const needs = { store, judge: judgeRobots, rest: async () => true, now: systemClock.now };

    const refusal = await refusedByRobots(
      { ...needs, fetch: (request) => fetch(request.url) },
      `${outside.url}/list`,
    );

    expect(refusal).toMatchObject({ kind: "trouble", trouble: "refused-address" });
    expect(outside.canary.hits()).toBe(0);
  });
});
