import { stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { feedNamed } from "../../src/web/feeds.ts";
import { webApp } from "../../src/web/server.ts";
import { anApp } from "../support/app.ts";
import { aPost } from "../support/builders.ts";

const config = 'sources: [{ id: blog, url: "https://blog.example/posts" }]';
const atom = "feeds/all.atom";

/** A site with one published feed. */
async function aSite() {
  const app = await anApp({ config });
  await app.shelf.write(atom, Buffer.from("<feed>ä</feed>"));
  const web = webApp(app);
  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    web.request(path, { headers, method });
  return { app, get };
}

describe("a published feed", () => {
  test("is served byte for byte, with its type, its validators and leave to be read anywhere", async () => {
    const { app, get } = await aSite();
    const response = await get("/feeds/all.atom");
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).toString()).toBe("<feed>ä</feed>");
    expect(response.headers.get("content-type")).toBe("application/atom+xml; charset=utf-8");
    expect(response.headers.get("content-length")).toBe("15");
    expect(response.headers.get("etag")).toMatch(/^"[\w-]{22}"$/);
    const { mtime } = await stat(join(app.folder, "public", atom));
    expect(response.headers.get("last-modified")).toBe(mtime.toUTCString());
    expect(response.headers.get("cache-control")).toBe("public, max-age=900, stale-while-revalidate=3600");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("each format has its own type, the list of feeds too", async () => {
    const { app, get } = await aSite();
    await app.shelf.write("feeds/s/blog.rss", Buffer.from("r"));
    await app.shelf.write("feeds/c/大模型.json", Buffer.from("j"));
    await app.shelf.write("feeds.opml", Buffer.from("o"));
    const typeOf = async (path: string) => (await get(path)).headers.get("content-type");
    expect(await typeOf("/feeds/s/blog.rss")).toBe("application/rss+xml; charset=utf-8");
    expect(await typeOf("/feeds/c/%E5%A4%A7%E6%A8%A1%E5%9E%8B.json")).toBe(
      "application/feed+json; charset=utf-8",
    );
    expect(await typeOf("/feeds.opml")).toBe("text/x-opml; charset=utf-8");
  });

  test("HEAD says the same without the body", async () => {
    const { get } = await aSite();
    const [head, whole] = [await get("/feeds/all.atom", {}, "HEAD"), await get("/feeds/all.atom")];
    expect(await head.text()).toBe("");
    expect([...head.headers]).toEqual([...whole.headers]);
  });

  test("who has these bytes gets 304, by tag: weak, in a list, or any", async () => {
    const { get } = await aSite();
    const etag = (await get("/feeds/all.atom")).headers.get("etag") ?? "";
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const response = await get("/feeds/all.atom", { "if-none-match": tags });
      expect(response.status, tags).toBe(304);
      expect(await response.text()).toBe("");
      expect(response.headers.get("etag")).toBe(etag);
      expect(response.headers.get("cache-control")).toContain("max-age=900");
      expect(response.headers.has("content-type")).toBe(false);
    }
    expect((await get("/feeds/all.atom", { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("who names a date gets 304 when nothing changed since; a tag beside it decides alone", async () => {
    const { app, get } = await aSite();
    await utimes(join(app.folder, "public", atom), new Date(), new Date("2026-01-01T00:00:00.900Z"));
    const at = (since: string, more = {}) => get("/feeds/all.atom", { "if-modified-since": since, ...more });
    expect((await at("Thu, 01 Jan 2026 00:00:00 GMT")).status).toBe(304);
    expect((await at("Wed, 31 Dec 2025 23:59:59 GMT")).status).toBe(200);
    expect((await at("nonsense")).status).toBe(200);
    expect((await at("Thu, 01 Jan 2026 00:00:00 GMT", { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("other bytes have another tag", async () => {
    const { app, get } = await aSite();
    const before = (await get("/feeds/all.atom")).headers.get("etag");
    await app.shelf.write(atom, Buffer.from("<feed>b</feed>"));
    expect((await get("/feeds/all.atom")).headers.get("etag")).not.toBe(before);
  });

  test("a script of another site may ask on conditions", async () => {
    const { get } = await aSite();
    const response = await get("/feeds/all.atom", {}, "OPTIONS");
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-headers")).toContain("If-None-Match");
  });
});

describe("a feed that is not there", () => {
  test("of something we know is not published yet, of something else does not exist", async () => {
    const { app, get } = await aSite();
    await aPost(app.store, "blog", { categories: ["NLP"] });
    for (const path of ["/feeds/c/nlp.atom", "/feeds/s/blog.rss", "/feeds/all.json", "/feeds.opml"]) {
      const response = await get(path);
      expect(response.status, path).toBe(404);
      expect(await response.text()).toContain("not published yet");
    }
    expect(await (await get("/feeds/c/cobol.atom")).text()).toContain("There is no such page");
  });

  test("no address reaches anything but feeds", async () => {
    const { app, get } = await aSite();
    await app.shelf.write("secret.atom", Buffer.from("secret"));
    const paths = [
      "/feeds/..%2fsecret.atom",
      "/feeds/c/..%2f..%2fsecret.atom",
      "/feeds/c/%2e%2e%2f%2e%2e%2fsecret.atom",
      "/feeds/s/..%5c..%5csecret.atom",
      "/feeds/..%2f..%2fpostwire.db",
      "/feeds/c/%00.atom",
      "/feeds/c/a%0d%0ab.atom",
      "/feeds/c/%E0%A4%A.atom",
      "/feeds/c/NLP.atom",
      "/feeds/all.atom/",
      "/feeds/all.exe",
      "/feeds//all.atom",
      "/feeds/__proto__.atom",
    ];
    for (const path of paths) {
      const response = await get(path);
      expect(response.status, path).toBe(404);
      expect(await response.text(), path).not.toContain("secret");
    }
    expect(feedNamed("/feeds/c/%2e%2e.atom")).toBeNull();
  });
});
