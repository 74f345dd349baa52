import { describe, expect, test } from "vitest";
import { webApp } from "../../src/web/server.ts";
import { anApp } from "../support/app.ts";
import { aPost } from "../support/builders.ts";

const config = 'sources: [{ id: blog, name: "The blog", url: "https://blog.example/posts" }]';

/** A site with a post in a category, and a feed with its twin on the shelf. */
async function aSite() {
  const app = await anApp({ config });
  await aPost(app.store, "blog", { title: "Budget", categories: ["大模型"] });
  for (const path of [
    "feeds/all.html",
    "feeds/c/大模型.html",
    "feeds/all.atom",
    "feeds/feed.css",
    "feeds/icon.svg",
  ])
    await app.shelf.write(path, Buffer.from(path));
  const web = webApp(app);
  const get = (path: string, headers: Record<string, string> = {}) => web.request(path, { headers });
  return { app, get, text: async (path: string) => (await get(path)).text() };
}

const alternates = (html: string) =>
  [...html.matchAll(/<link rel="alternate"[^>]*href="([^"]+)"/g)].map(([, href]) => href);
const everything = ["atom", "rss", "json", "html"].map((format) => `/feeds/all.${format}`);
const encoded = encodeURIComponent("大模型");

describe("what a page says of its feeds", () => {
  test("browsers and readers find those of its scope first, then those of everything", async () => {
    const { text } = await aSite();
    const own = (place: string) =>
      ["atom", "rss", "json", "html"].map((format) => `/feeds/${place}.${format}`);

    for (const path of ["/", "/feeds", "/issues", "/subscribe", "/nope"])
      expect(alternates(await text(path)), path).toEqual(everything);
    for (const path of [`/c/${encoded}`, "/p/1"])
      expect(alternates(await text(path)), path).toEqual([...own(`c/${encoded}`), ...everything]);
    expect(alternates(await text("/s/blog"))).toEqual([...own("s/blog"), ...everything]);
  });

  test.each([
    ["/", "feeds/all"],
    [`/c/${encoded}`, `feeds/c/${encoded}`],
    ["/s/blog", "feeds/s/blog"],
  ])("people find each address in full on %s, a button for it, and its twin", async (path, feed) => {
    const { text } = await aSite();
    const html = await text(path);

    for (const format of ["atom", "rss", "json"]) {
      expect(html).toContain(
        `<code id="address-${format}">https://notes.example.org/${feed}.${format}</code>`,
      );
      expect(html).toContain(`data-copy="address-${format}"`);
    }
    expect(html).toContain(`<a href="/${feed}.html">About this feed</a>`);
    expect(html).toContain('role="status" aria-live="polite"');
  });

  test("a source has a page with its posts; one that is unknown or gone from the configuration has none", async () => {
    const { app, get, text } = await aSite();
    const html = await text("/s/blog");
    expect(html).toContain("<h1>The blog</h1>");
    expect(html).toContain('1 post · <a href="https://blog.example/posts">blog.example</a>');
    expect(html).toContain("Budget");
    expect((await get("/s/other")).status).toBe(404);

    await app.store.syncSources([], app.config.categories, app.clock.now());
    expect((await get("/s/blog")).status).toBe(404);
  });
});

describe("what lies beside the feeds", () => {
  test.each([
    ["/feeds/all.html", "text/html; charset=utf-8"],
    [`/feeds/c/${encoded}.html`, "text/html; charset=utf-8"],
    ["/feeds/feed.css", "text/css; charset=utf-8"],
    ["/feeds/icon.svg", "image/svg+xml"],
  ])("%s is served byte for byte with its type, and not again to who has it", async (path, type) => {
    const { get } = await aSite();
    const response = await get(path);
    expect(response.headers.get("content-type")).toBe(type);
    expect(await response.text()).toBe(decodeURIComponent(path).slice(1));
    const etag = response.headers.get("etag") ?? "";
    expect((await get(path, { "if-none-match": etag })).status).toBe(304);
    expect((await get(path, { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("nothing else is", async () => {
    const { app, get } = await aSite();
    await app.shelf.write("secret.html", Buffer.from("secret"));
    for (const path of ["/feeds/..%2fsecret.html", "/feeds/s/none.html", "/feeds/x.css", "/feeds/c/NLP.html"])
      expect((await get(path)).status, path).toBe(404);
  });

  test("a browser that is led to a feed gets XML it shows; a reader gets the exact type", async () => {
    const { get } = await aSite();
    const typeFor = async (dest: string) =>
      (await get("/feeds/all.atom", { "sec-fetch-dest": dest })).headers.get("content-type");
    expect(await typeFor("document")).toBe("application/xml; charset=utf-8");
    expect(await typeFor("empty")).toBe("application/atom+xml; charset=utf-8");
    const { headers } = await get("/feeds/all.atom");
    expect(headers.get("content-type")).toBe("application/atom+xml; charset=utf-8");
    expect(headers.get("vary")).toContain("Sec-Fetch-Dest");
  });

  test("the script of the chooser is one that browsers run", async () => {
    const { get, text } = await aSite();
    const src = /<script src="([^"]+)"/.exec(await text("/"))?.[1] ?? "";
    const { headers } = await get(src);
    expect(headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(headers.get("cache-control")).toContain("immutable");
  });
});
