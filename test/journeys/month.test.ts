import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import RssParser from "rss-parser";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type SamplePost, sampleSite } from "../../examples/site/site.mjs";
import { aHouse, type House, type Read, read } from "../support/house.ts";
import { serve, type TestServer } from "../support/server.ts";
import { aSink, type Sink } from "../support/sink.ts";

const contours: SamplePost = {
  slug: "contours",
  title: "Contours by hand",
  category: "Maps",
  date: "2026-01-05",
  text: "How to draw a hill without walking on all of it.",
};
const tape: SamplePost = {
  slug: "old-tape",
  title: "旧卷尺的整治",
  category: "Tools",
  date: "2026-01-04",
  text: "尺头的铆钉松了半毫米，量十次就差半厘米。",
};
const note: SamplePost = {
  slug: null,
  title: null,
  category: null,
  date: null,
  text: "The footbridge below the mill is closed until spring. Take the lane behind the church instead...",
};
const backlog: SamplePost = {
  slug: "first-post",
  title: "The first post ever",
  category: "Maps",
  date: "2024-05-01",
  text: "It all began with a map that was wrong in three places.",
};
const ford: SamplePost = {
  slug: "ford",
  title: "The ford on the 1841 map",
  category: "Maps",
  date: "2026-01-14",
  text: "It is under the supermarket now, as far as we can tell.",
};
const ink: SamplePost = {
  slug: "ink",
  title: "Ink & rain: a <b> test",
  category: "Tools",
  date: "2026-01-29",
  text: "Six notebooks on a roof for a week in November.",
};

interface Level {
  readonly guid: string;
  readonly title: string;
  readonly date: string;
}

function rss(levels: readonly Level[]): string {
  const items = levels.map(
    ({ guid, title, date }) =>
      `<item><guid isPermaLink="false">${guid}</guid><title>${title}</title><pubDate>${new Date(date).toUTCString()}</pubDate><description>The level at the mill.</description></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>River log</title><link>https://river.example/</link><description>Levels</description>${items.join("")}</channel></rss>`;
}

let blog: SamplePost[];
let around: () => string;
let log: Level[];
let river: TestServer;
let sink: Sink;
let house: House;

beforeEach(async () => {
  blog = [contours, tape, note, backlog];
  around = () => "";
  log = [{ guid: "w1", title: "Levels, first week", date: "2026-01-05T10:00:00Z" }];
  const site = createServer(
    sampleSite(
      () => blog,
      () => around(),
    ),
  );
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  river = await serve();
  river.on("/log.rss", (_, response) =>
    response.writeHead(200, { "content-type": "application/rss+xml" }).end(rss(log)),
  );
  sink = await aSink();
  onTestFinished(async () => {
    site.close();
    site.closeAllConnections();
    await river.close();
    await sink.close();
  });
  house = await aHouse(
    `site: { title: Field Weekly, url: "https://weekly.example.org", imprint: "Field Press, 1 River Lane" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources:
  - { id: notes, name: Field Notes, url: "http://127.0.0.1:${(site.address() as AddressInfo).port}/" }
  - { id: river, name: River log, url: "${river.url}/log.rss", category: Rivers, read: { kind: feed } }
categories: { order: [Rivers, Maps, Tools] }
mail: { transport: smtp, rate: none }`,
    "2026-01-06T09:00:00Z",
    { SMTP_URL: sink.url },
  );
});

async function lookAndPublish(iso: string): Promise<void> {
  house.setClock(iso);
  await house.app.jobs.refresh({ force: true });
  await house.app.jobs.publish();
}

/** What reaches inboxes when the daemon wakes at `iso`, by reader. */
async function mailsOf(iso: string): Promise<ReadonlyMap<string, Read>> {
  const before = sink.taken.length;
  house.setClock(iso);
  await house.app.jobs.digest({ anyway: false });
  await house.app.jobs.deliver({ wait: true });
  const mails = await Promise.all(sink.taken.slice(before).map(read));
  expect(new Set(mails.map(({ to }) => to)).size).toBe(mails.length);
  return new Map(mails.map((mail) => [mail.to, mail]));
}

async function titlesIn(path: string): Promise<readonly (string | undefined)[]> {
  const response = await house.ask(path);
  expect(response.status).toBe(200);
  const feed = await new RssParser().parseString(await response.text());
  return feed.items.map(({ title }) => title);
}

async function signUp(email: string, categories: readonly string[]): Promise<void> {
  const body = new URLSearchParams({ email });
  for (const category of categories) body.append("category", category);
  const response = await house.ask("/subscribe", { method: "POST", body });
  expect(response.status).toBe(200);
}

describe("a month", () => {
  test("from a page without a feed to feeds and four Mondays of mail", async () => {
    await lookAndPublish("2026-01-06T09:00:00Z");
    expect(await titlesIn("/feeds/all.atom")).toHaveLength(5);
    expect(await titlesIn("/feeds/c/maps.rss")).toEqual(["Contours by hand", "The first post ever"]);

    await signUp("anna@example.org", ["maps", "tools"]);
    await signUp("ben@example.net", []);
    await signUp("cleo@example.com", []);
    const asked = await mailsOf("2026-01-06T09:01:00Z");
    expect([...asked.keys()].toSorted()).toEqual(["anna@example.org", "ben@example.net", "cleo@example.com"]);
    for (const email of ["anna@example.org", "ben@example.net"]) {
      const link = asked.get(email)?.link("/confirm/") ?? "";
      expect((await house.ask(link)).status).toBe(200);
      expect((await house.app.store.findSubscriber(email))?.status).toBe("pending");
      expect((await house.post(link, {})).status).toBe(200);
      expect((await house.app.store.findSubscriber(email))?.status).toBe("active");
    }

    const first = await mailsOf("2026-01-12T08:00:00Z");
    expect([...first.keys()].toSorted()).toEqual(["anna@example.org", "ben@example.net"]);
    const [annas, bens] = [first.get("anna@example.org"), first.get("ben@example.net")];
    expect(annas?.text).toContain("Contours by hand");
    expect(annas?.text).toContain("旧卷尺的整治");
    expect(annas?.text).not.toContain("Levels, first week");
    expect(annas?.text).not.toContain("footbridge");
    expect(annas?.text).not.toContain("The first post ever");
    for (const said of [
      "Contours by hand",
      "旧卷尺的整治",
      "Levels, first week",
      "The footbridge below the mill",
    ]) {
      expect(bens?.text).toContain(said);
      expect(bens?.html).toContain(said);
    }
    expect(bens?.text).not.toContain("The first post ever");
    const order = ["Rivers", "Maps", "Tools"].map(
      (name) => bens?.text.search(new RegExp(`^${name} · `, "m")) ?? -1,
    );
    expect(order[0]).toBeGreaterThan(0);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(bens?.header("List-Unsubscribe")).toMatch(
      /^<https:\/\/weekly\.example\.org\/unsubscribe\/[\w-]+>$/,
    );
    expect(bens?.header("List-Unsubscribe-Post")).toBe("List-Unsubscribe=One-Click");
    expect(await mailsOf("2026-01-12T08:05:00Z")).toEqual(new Map());

    const ids = (await house.app.store.listPosts({ source: null, after: 0, limit: 100 })).map(
      ({ id, tag }) => [id, tag],
    );
    const etag = (await house.ask("/feeds/all.atom")).headers.get("etag") ?? "";
    around = () => "<div class='ad'>Buy boots! 4711 readers today</div>";
    await lookAndPublish("2026-01-13T09:00:00Z");
    expect((await house.ask("/feeds/all.atom", { headers: { "if-none-match": etag } })).status).toBe(304);

    blog = [ford, { ...contours, title: "Contours by hand, corrected" }, tape, note, backlog];
    log = [{ guid: "w2", title: "Levels, second week", date: "2026-01-14T10:00:00Z" }, ...log];
    await lookAndPublish("2026-01-14T12:00:00Z");
    expect(await titlesIn("/feeds/c/maps.rss")).toEqual([
      "The ford on the 1841 map",
      "Contours by hand, corrected",
      "The first post ever",
    ]);
    const kept = (await house.app.store.listPosts({ source: null, after: 0, limit: 100 })).map(
      ({ id, tag }) => [id, tag],
    );
    expect(kept.slice(0, ids.length)).toEqual(ids);
    const second = await mailsOf("2026-01-19T08:00:30Z");
    expect(second.get("anna@example.org")?.text).toContain("The ford on the 1841 map");
    expect(second.get("anna@example.org")?.text).not.toContain("Contours");
    expect(second.get("ben@example.net")?.text).toContain("Levels, second week");

    house.setClock("2026-01-22T10:00:00Z");
    const leave = second.get("ben@example.net")?.header("List-Unsubscribe")?.slice(1, -1) ?? "";
    expect((await house.ask(leave)).status).toBe(200);
    expect((await house.app.store.findSubscriber("ben@example.net"))?.status).toBe("active");
    expect((await house.post(leave, { "List-Unsubscribe": "One-Click" })).status).toBe(200);
    expect((await house.app.store.findSubscriber("ben@example.net"))?.status).toBe("left");

    log = [{ guid: "w3", title: "Levels, third week", date: "2026-01-21T10:00:00Z" }, ...log];
    await lookAndPublish("2026-01-22T12:00:00Z");
    expect(await mailsOf("2026-01-26T08:00:00Z")).toEqual(new Map());

    blog = [ink, ...blog];
    await lookAndPublish("2026-01-30T12:00:00Z");
    const fourth = await mailsOf("2026-02-02T08:00:00Z");
    expect([...fourth.keys()]).toEqual(["anna@example.org"]);
    expect(fourth.get("anna@example.org")?.text).toContain("Ink & rain: a <b> test");
    expect(fourth.get("anna@example.org")?.html).not.toContain("<b> test");
    expect(await titlesIn("/feeds/c/tools.atom")).toContain("Ink & rain: a <b> test");

    const accounts = (await house.app.store.listIssues()).map(({ number, period, accounting }) => ({
      number,
      key: period.key,
      ...accounting,
    }));
    const none = { failed: 0, cancelled: 0, unknown: 0, pending: 0 };
    expect(accounts.toReversed()).toEqual([
      { number: 1, key: "2026-01-12", posts: 4, candidates: 2, skipped: 0, sent: 2, ...none },
      { number: 2, key: "2026-01-19", posts: 2, candidates: 2, skipped: 0, sent: 2, ...none },
      { number: 3, key: "2026-01-26", posts: 1, candidates: 0, skipped: 1, sent: 0, ...none },
      { number: 4, key: "2026-02-02", posts: 1, candidates: 1, skipped: 0, sent: 1, ...none },
    ]);
    expect((await house.ask("/issues/4")).status).toBe(200);
    expect(await (await house.ask("/issues/4")).text()).toContain("Ink &amp; rain");
  });
});
