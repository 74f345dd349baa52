import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { hour, minute } from "../../src/base/clock.ts";
import type { LogFields } from "../../src/base/log.ts";
import { tally } from "../../src/base/tally.ts";
import { pingRestMs } from "../../src/domain/ping.ts";
import { folderShelf } from "../../src/feeds/write.ts";
import { hubPinger } from "../../src/fetch/ping.ts";
import { tellHub } from "../../src/jobs/ping.ts";
import { publisher } from "../../src/jobs/publish.ts";
import { aPost, monday } from "../support/builders.ts";
import { inEnglish } from "../support/inwords.ts";
import { aFolder, aStoreWith } from "../support/store.ts";

const site = {
  title: "Notes",
  url: "https://notes.example.org",
  language: "en",
  timeZone: "UTC",
  author: "Notes",
  imprint: "",
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const takes: Answer = (_, response) => void response.writeHead(204).end();

/** A hub on loopback: what it was told, and how it answers from now on. */
async function aHub() {
  const told: URLSearchParams[] = [];
  let answer: Answer = takes;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (
      request.method === "POST" &&
      request.headers["content-type"] === "application/x-www-form-urlencoded"
    ) {
      told.push(new URLSearchParams(Buffer.concat(chunks).toString()));
    }
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    told,
    topics: () => told.map((form) => form.get("hub.url")),
    answers: (with_: Answer) => {
      answer = with_;
    },
  };
}

/** A site that publishes to a hub, on a clock that is set. */
async function aSite(options: { allow?: boolean; hub?: string; limits?: { wholeMs: number } } = {}) {
  const hub = await aHub();
  const store = await aStoreWith();
  const root = aFolder();
  let now = monday;
  const logged: { event: string; fields: LogFields }[] = [];
  const note = (event: string, fields: LogFields = {}) => void logged.push({ event, fields });
  const { ping, close } = hubPinger({
    userAgent: "Postwire/0 (+https://notes.example.org)",
    allowPrivateAddresses: options.allow ?? true,
    clock: { now: () => now },
    ...(options.limits && { limits: options.limits }),
  });
  onTestFinished(close);
  const common = { store, site, now: () => now, log: { debug: note, info: note, warn: note, error: note } };
  const counts = tally();
  const address = options.hub ?? hub.url;
  const shelf = await folderShelf(root);
  const publish = publisher({ ...common, ...inEnglish, shelf, feeds: { posts: 100, hub: address } });
  return {
    ...{ hub, store, root, shelf, publish, logged, counts },
    tell: () => tellHub({ ...common, ping, hub: address, tally: counts }),
    setClock: (at: number) => {
      now = at;
    },
  };
}

describe("a hub", () => {
  test("is told of each feed that has changed, in a form as hubs expect it, and of no other", async () => {
    const { hub, store, publish, tell } = await aSite();
    await aPost(store, "blog", { categories: ["大模型"] });
    await publish();

    expect(await tell()).toEqual({ job: "ping", told: 9, failed: 0 });
    expect(Object.fromEntries(hub.told[0] ?? [])).toEqual({
      "hub.mode": "publish",
      "hub.url": "https://notes.example.org/feeds/all.atom",
    });
    expect(hub.topics()).toContain("https://notes.example.org/feeds/c/%E5%A4%A7%E6%A8%A1%E5%9E%8B.json");
    expect(hub.topics()).not.toContain("https://notes.example.org/feeds.opml");

    await publish();
    expect(await tell()).toMatchObject({ told: 0 });
    expect(hub.told).toHaveLength(9);
  });

  test("is told once of ten changes that came before", async () => {
    const { hub, store, publish, tell } = await aSite();
    for (let n = 0; n < 10; n++) {
      await aPost(store, "blog", { title: `Post ${n}` }, monday + n);
      await publish();
    }
    await tell();

    expect(new Set(hub.topics()).size).toBe(6);
    expect(hub.told).toHaveLength(6);
  });

  test("that is away is asked again, later each time, and publishing waits for nothing", async () => {
    const { hub, store, root, publish, tell, setClock, logged, counts } = await aSite();
    hub.answers((_, response) => void response.writeHead(503).end("busy"));
    await aPost(store, "blog", { title: "One" });
    await publish();
    expect(readFileSync(join(root, "feeds/all.atom"), "utf8")).toContain("One");

    expect(await tell()).toEqual({ job: "ping", told: 0, failed: 1 });
    expect(await tell()).toEqual({ job: "ping", told: 0, failed: 0 });
    expect(logged.find(({ event }) => event === "hub not told")?.fields).toMatchObject({
      why: "The hub answers 503.",
    });
    expect((await store.health(monday)).pings).toMatchObject({ waiting: 6, trouble: "The hub answers 503." });
    expect(counts.of("pings").get("failed")).toBe(1);

    setClock(monday + minute);
    await tell();
    setClock(monday + 2 * minute);
    expect(await tell()).toMatchObject({ failed: 0 });
    setClock(monday + 3 * minute);
    hub.answers(takes);
    expect(await tell()).toMatchObject({ told: 6 });
    expect((await store.health(monday)).pings).toEqual({ waiting: 0, trouble: null, dueAt: null });
  });

  test("is told after a crash between writing the feeds and saying so", async () => {
    const { hub, store, shelf, publish, tell } = await aSite();
    await aPost(store, "blog");
    await publish();
    await tell();
    hub.told.length = 0;
    await aPost(store, "blog", { title: "New" });
    const dying = publisher({
      ...inEnglish,
      ...{
        store: { ...store, clearDirty: () => Promise.reject(new Error("killed")) },
        shelf,
        site,
        now: () => monday,
      },
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      feeds: { posts: 100, hub: hub.url },
    });
    await expect(dying()).rejects.toThrow();
    expect(await tell()).toMatchObject({ told: 0 });

    await publish();
    await tell();

    expect(hub.topics()).toContain("https://notes.example.org/feeds/all.atom");
  });

  test("that leads elsewhere is not followed, and its answer is told in words fit for a log", async () => {
    const { hub, store, publish, tell, logged } = await aSite();
    const other = await aHub();
    hub.answers(
      (_, response) => void response.writeHead(307, { location: `${other.url}\u00ff\u0085` }).end(),
    );
    await aPost(store, "blog");
    await publish();
    await tell();

    expect(other.told).toEqual([]);
    const why = String(logged.find(({ event }) => event === "hub not told")?.fields.why);
    expect(why).toMatch(/^The hub answers 307 and leads to .*: set feeds\.hub to where it is\.$/);
    expect(why).toMatch(/^[\x20-\x7e]+$/);
  });

  test("that never answers, or never ends, costs its time and no more", async () => {
    const { hub, store, publish, tell, logged } = await aSite({ limits: { wholeMs: 300 } });
    hub.answers(() => {});
    await aPost(store, "blog");
    await publish();

    expect(await tell()).toMatchObject({ failed: 1 });
    expect(logged.find(({ event }) => event === "hub not told")?.fields.why).toMatch(/longer than 0.3 s/);
  });

  test("that says more than anybody reads is not read further", async () => {
    const { hub, store, publish, tell } = await aSite();
    hub.answers((_, response) => {
      response.writeHead(200);
      for (let n = 0; n < 100; n++) response.write(Buffer.alloc(10_000));
    });
    await aPost(store, "blog");
    await publish();

    expect(await tell()).toMatchObject({ told: 6, failed: 0 });
  });

  test("on a private address is not told unless that is allowed", async () => {
    const { hub, store, publish, tell, logged } = await aSite({ allow: false });
    await aPost(store, "blog");
    await publish();

    expect(await tell()).toMatchObject({ told: 0, failed: 1 });
    expect(hub.told).toEqual([]);
    expect(logged.find(({ event }) => event === "hub not told")?.fields.why).toMatch(/allowPrivateAddresses/);
  });

  test("is left alone twice as long each time, as long as it asks within six hours, and given up after a day", () => {
    expect([1, 2, 3, 9, 11].map((failures) => pingRestMs(failures, null))).toEqual([
      minute,
      2 * minute,
      4 * minute,
      256 * minute,
      6 * hour,
    ]);
    expect(pingRestMs(1, hour)).toBe(hour);
    expect(pingRestMs(1, 100 * hour)).toBe(6 * hour);
    expect(pingRestMs(12, null)).toBeNull();
  });

  test("that was given up is told of the next change", async () => {
    const { hub, store, publish, tell, setClock, logged } = await aSite();
    hub.answers((_, response) => void response.writeHead(400).end());
    await aPost(store, "blog");
    await publish();
    for (let n = 1; n <= 200 && (await store.health(monday)).pings.waiting > 0; n++) {
      setClock(monday + n * 7 * hour);
      await tell();
    }
    expect((await store.health(monday)).pings.waiting).toBe(0);
    expect(logged.some(({ event }) => event === "hub given up")).toBe(true);

    hub.answers(takes);
    await aPost(store, "blog", { title: "New" });
    await publish();
    expect(await tell()).toMatchObject({ told: 6 });
  });
});
