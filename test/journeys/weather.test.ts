import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { healthOf, healthSentence } from "../../src/domain/health.ts";
import { aHouse, type House } from "../support/house.ts";
import { serve, type TestServer } from "../support/server.ts";

function rss(titles: readonly string[]): string {
  const items = titles.map(
    (title, n) => `<item><guid>${n}</guid><title>${title}</title><link>https://a.example/${n}</link></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>A</title><link>https://a.example/</link><description>d</description>${items.join("")}</channel></rss>`;
}

const listing = (titles: readonly string[]) =>
  `<html><title>L</title><main>${titles.map((title, n) => `<article><h2><a href="/p/${n}">${title}</a></h2><time datetime="2026-01-0${(n % 5) + 1}">1</time><p>About ${title}, at some length, as it is done.</p></article>`).join("")}</main></html>`;

/** "天气预报：明天有雨" in GBK. */
const gbkTitle = Buffer.from("ccecc6f8d4a4b1a8a3bac3f7ccecd3d0d3ea", "hex");

let server: TestServer;
let house: House;

async function openHouse(sources: readonly string[]): Promise<void> {
  house = await aHouse(
    `site: { title: W, url: "https://w.example" }\npolling: { hostGap: 0s, allowPrivateAddresses: true }\nsources:\n${sources.map((line) => `  - { ${line} }`).join("\n")}`,
    "2026-01-06T09:00:00Z",
    {},
  );
}

async function look() {
  return await house.app.jobs.refresh({ force: true });
}

async function healthOfAll() {
  const { store, clock, speech } = house.app;
  const rows = await store.listSources();
  const judged = rows.map((row) => {
    const health = healthOf(row, clock.now());
    const sentence = healthSentence(row, health, speech.in("en"), clock.now());
    return [row.id, { state: health.state, sentence, posts: row.posts }] as const;
  });
  return Object.fromEntries(judged);
}

beforeEach(async () => {
  server = await serve();
  onTestFinished(() => server.close());
});

describe("bad weather at a source", () => {
  test("each kind of trouble is a sentence at its own source, and nobody else's", {
    timeout: 30_000,
  }, async () => {
    server.on("/good", { headers: { "content-type": "application/rss+xml" }, body: rss(["One", "Two"]) });
    server.on("/loop", { status: 302, headers: { location: "/loop" } });
    server.on("/page", {
      headers: { "content-type": "text/html" },
      body: "<html><title>Sorry</title><p>We moved.</p></html>",
    });
    server.on("/empty", { headers: { "content-type": "text/html" }, body: "" });
    server.on("/gone", { status: 410 });
    server.on("/busy", { status: 503, headers: { "retry-after": "7200" } });
    await openHouse([
      `id: good, url: "${server.url}/good", read: { kind: feed }`,
      'id: down, url: "http://127.0.0.1:9/", read: { kind: feed }',
      `id: loop, url: "${server.url}/loop"`,
      `id: html, url: "${server.url}/page", read: { kind: feed }`,
      `id: empty, url: "${server.url}/empty"`,
      `id: gone, url: "${server.url}/gone"`,
      `id: busy, url: "${server.url}/busy"`,
    ]);

    const refreshed = await look();
    const health = await healthOfAll();

    expect(refreshed).toMatchObject({ looked: 7, new: 2 });
    expect(health.good).toMatchObject({ state: "fine", posts: 2 });
    expect(health.down).toMatchObject({
      state: "failing",
      sentence: expect.stringMatching(/refused.*Next try in \d+ hours\./s),
    });
    expect(health.loop).toMatchObject({ state: "failing", sentence: expect.stringMatching(/redirect/i) });
    expect(health.html).toMatchObject({ state: "failing", sentence: expect.stringMatching(/web page|HTML/) });
    expect(health.empty?.state).toBe("empty");
    expect(health.gone).toMatchObject({ state: "gone", sentence: expect.stringContaining("410") });
    expect(health.busy).toMatchObject({
      state: "held",
      sentence: expect.stringMatching(/503.*Next try in/s),
    });
  });

  test("truncated XML loses nothing that was known, and the posts before the cut are read", async () => {
    const whole = rss(["One", "Two", "Three"]);
    server.on("/feed", { headers: { "content-type": "application/rss+xml" }, body: whole });
    await openHouse([`id: a, url: "${server.url}/feed", read: { kind: feed }`]);
    await look();

    server.on("/feed", {
      headers: { "content-type": "application/rss+xml" },
      body: whole.slice(0, whole.indexOf("Three")),
    });
    house.setClock("2026-01-07T09:00:00Z");
    await look();

    const posts = await house.app.store.listPosts({ source: "a", after: 0, limit: 10 });
    expect(posts.map(({ title }) => title).toSorted()).toEqual(["One", "Three", "Two"]);
  });

  test("a GBK page that is labelled UTF-8 is read as GBK", async () => {
    const [head, tail] = listing(["TITLE", "Second title here", "Third title here"]).split("TITLE</a>");
    const body = Buffer.concat([
      Buffer.from(head ?? ""),
      gbkTitle,
      Buffer.from(`</a>${tail?.replaceAll("TITLE", "it") ?? ""}`),
    ]);
    server.on("/", { headers: { "content-type": "text/html; charset=utf-8" }, body });
    await openHouse([`id: a, url: "${server.url}/"`]);

    await look();

    const posts = await house.app.store.listPosts({ source: "a", after: 0, limit: 10 });
    expect(posts.map(({ title }) => title)).toContain("天气预报：明天有雨");
  });

  test("of 10,000 items the first 500 are kept, and a second look adds none", {
    timeout: 30_000,
  }, async () => {
    server.on("/feed", {
      headers: { "content-type": "application/rss+xml" },
      body: rss(Array.from({ length: 10_000 }, (_, n) => `Post ${n}`)),
    });
    await openHouse([`id: a, url: "${server.url}/feed", read: { kind: feed }, backfill: none`]);

    expect(await look()).toMatchObject({ new: 500, failed: 0 });
    house.setClock("2026-01-07T09:00:00Z");
    expect(await look()).toMatchObject({ new: 0, failed: 0 });
  });

  test("a listing that loses its posts keeps the old ones and says so after two looks", async () => {
    server.on("/", {
      headers: { "content-type": "text/html" },
      body: listing(["First title", "Second title", "Third title"]),
    });
    await openHouse([`id: a, url: "${server.url}/"`]);
    await look();
    expect((await healthOfAll()).a).toMatchObject({ state: "fine", posts: 3 });

    server.on("/", {
      headers: { "content-type": "text/html" },
      body: "<html><title>New design</title><p>Coming soon.</p></html>",
    });
    house.setClock("2026-01-07T09:00:00Z");
    await look();
    house.setClock("2026-01-08T09:00:00Z");
    server.on("/", {
      headers: { "content-type": "text/html" },
      body: "<html><title>New design</title><p>Coming really soon.</p></html>",
    });
    await look();

    expect((await healthOfAll()).a).toMatchObject({
      state: "empty",
      posts: 3,
      sentence: expect.stringContaining("postwire try http"),
    });
  });

  test("an advertised feed is read in place of its page, and the page again when the feed is gone", async () => {
    const page = listing(["First title", "Second title", "Third title"]).replace(
      "<title>",
      '<link rel="alternate" type="application/rss+xml" href="/feed"><title>',
    );
    server.on("/", { headers: { "content-type": "text/html" }, body: page });
    server.on("/feed", {
      headers: { "content-type": "application/rss+xml" },
      body: rss(["From the feed", "And another"]),
    });
    await openHouse([`id: a, url: "${server.url}/"`]);

    await look();
    expect((await house.app.store.listSources())[0]?.state.address).toBe(`${server.url}/feed`);
    server.on("/feed", { status: 404 });
    house.setClock("2026-01-07T09:00:00Z");
    await look();

    expect((await house.app.store.listSources())[0]?.state.address).toBe(`${server.url}/`);
  });
});
