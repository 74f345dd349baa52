import { describe, expect, test } from "vitest";
import { webApp } from "../../src/web/server.ts";
import { anApp } from "../support/app.ts";
import { aCandidate, aPost, looked } from "../support/builders.ts";

const config = `
sources:
  - { id: blog, name: "The blog", url: "https://blog.example/posts", zone: Asia/Shanghai }
categories: { order: [NLP, Python] }
`;

/** An app and what it answers, as text. */
async function aSite(options: Parameters<typeof anApp>[0] = { config }) {
  const app = await anApp(options);
  const web = webApp(app);
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await web.request(path, { headers });
    return { response, text: await response.text() };
  };
  return { app, get };
}

describe("the home page", () => {
  test("without any source it says how to add the first one", async () => {
    const { get } = await aSite({});
    expect((await get("/")).text).toContain("postwire add");
  });

  test("with sources but no posts it says how to look now", async () => {
    const { get } = await aSite();
    expect((await get("/")).text).toContain("postwire run all");
  });

  test("posts stand by category, in the configured order, each once", async () => {
    const { app, get } = await aSite();
    await looked(app.store, "blog", [
      aCandidate({ title: "A snake", categories: ["Python"] }),
      aCandidate({ title: "A parser", categories: ["Python", "NLP"] }),
      aCandidate({ title: "A fish", categories: ["Animals"] }),
      aCandidate({ title: "Loose" }),
    ]);
    const { text } = await get("/");
    const order = ["NLP", "A parser", "Python", "A snake", "Animals", "A fish", "Other", "Loose"];
    const places = order.map((words) => text.search(new RegExp(`>${words}\\s?<`)));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text.match(/A parser</g)).toHaveLength(1);
    expect(text).toMatch(/Python<\/a> <span class="count">2</);
  });

  test("all three formats are advertised, for everything and for a category", async () => {
    const { app, get } = await aSite();
    await aPost(app.store, "blog", { categories: ["大模型"] });
    expect((await get("/")).text).toContain(
      'type="application/feed+json" title="Weekly Notes (JSON)" href="/feeds/all.json"',
    );
    const { text } = await get(`/c/${encodeURIComponent("大模型")}`);
    for (const format of ["atom", "rss", "json"]) {
      expect(text).toContain(`href="/feeds/c/%E5%A4%A7%E6%A8%A1%E5%9E%8B.${format}"`);
    }
  });

  test("a title made from the text is not said twice", async () => {
    const { app, get } = await aSite();
    await aPost(app.store, "blog", {
      title: "Today we opened the new…",
      titleIsMade: true,
      text: "Today we opened the new reading room to everybody.",
    });
    const { text } = await get("/");
    expect(text).toContain('<p class="summary">…reading room to everybody.</p>');
  });

  test("a post that only has a day shows the day of its source, not of the site", async () => {
    const { app, get } = await aSite();
    await aPost(app.store, "blog", {
      publishedAt: Date.UTC(2026, 0, 3, 16),
      dateOnly: true,
      dateOn: "2026-01-04",
    });
    expect((await get("/")).text).toContain('<time datetime="2026-01-04">4 January 2026</time>');
  });

  test("a post without a date says when it was first seen", async () => {
    const { app, get } = await aSite();
    await aPost(app.store, "blog");
    expect((await get("/")).text).toContain("seen 5 January 2026");
  });

  test("where nobody can sign up, nothing invites to", async () => {
    const { get } = await aSite({ config: "subscribe: { open: false }" });
    expect((await get("/")).text).not.toContain('href="/subscribe"');
  });

  test("below a path of its own, links stay below it", async () => {
    const { get } = await aSite({ config: 'site: { title: Notes, url: "https://example.org/notes/" }' });
    const { text } = await get("/");
    expect(text).toContain('href="/notes/feeds/all.atom"');
    expect(text).toContain('href="/notes/style.css?v=');
    expect(text).not.toMatch(/href="\/(?!notes\/)/);
  });
});

describe("other pages", () => {
  test("a category has its newest posts; one that is not there is 404", async () => {
    const { app, get } = await aSite();
    await aPost(app.store, "blog", { title: "A snake", categories: ["Python"] });
    expect((await get("/c/python")).text).toContain("A snake");
    expect((await get("/c/cobol")).response.status).toBe(404);
    expect((await get("/c/%ff%00")).response.status).toBe(404);
  });

  test("a post has a page with its text, and a link to where it was", async () => {
    const { app, get } = await aSite();
    const post = await aPost(app.store, "blog", {
      title: "Budget",
      text: "First.\n\nSecond.",
      url: "https://blog.example/b",
    });
    const { text } = await get(`/p/${post.id}`);
    expect(text).toContain('<p class="lines">First.</p><p class="lines">Second.</p>');
    expect(text).toContain('<a href="https://blog.example/b">Read it at The blog</a>');
  });

  test("a post with markup shows it as it is", async () => {
    const { app, get } = await aSite();
    const post = await aPost(app.store, "blog", { html: "<p>One <em>two</em></p>" });
    expect((await get(`/p/${post.id}`)).text).toContain("<p>One <em>two</em></p>");
  });

  test("posts that are unknown, held or named by nonsense are 404", async () => {
    const { app, get } = await aSite();
    for (const path of ["/p/99", "/p/0", "/p/-1", "/p/1e3", "/p/999999999999999", "/p/9999999999999999"]) {
      expect((await get(path)).response.status, path).toBe(404);
    }
    const old = Array.from({ length: 12 }, (_, n) =>
      aCandidate({
        title: `Post ${n}`,
        url: `https://blog.example/${n}`,
        publishedAt: Date.UTC(2025, 1, n + 1),
      }),
    );
    await looked(app.store, "blog", [aCandidate()]);
    const { new: fresh, held } = await looked(app.store, "blog", old, Date.UTC(2026, 0, 6));
    expect(held).toBeGreaterThan(0);
    const kept = fresh.find((post) => post.held);
    expect((await get(`/p/${kept?.id}`)).response.status).toBe(404);
  });

  test("the list of feeds names every category and source", async () => {
    const { app, get } = await aSite();
    await aPost(app.store, "blog", { categories: ["NLP"] });
    const { text } = await get("/feeds");
    expect(text).toContain('href="/feeds/c/nlp.rss"');
    expect(text).toContain('href="/feeds/s/blog.json"');
    expect(text).toContain('href="/feeds.opml"');
  });
});

describe("the language", () => {
  test("a page speaks the site's language when nothing is asked for", async () => {
    const { get } = await aSite({ config: 'site: { title: 周报, url: "https://zh.example", language: zh }' });
    const { text } = await get("/");
    expect(text).toContain('<html lang="zh" dir="ltr">');
    expect(text).toContain("订阅源");
  });

  test("it speaks the first language of Accept-Language that it knows, and says that it varies", async () => {
    const { get } = await aSite();
    const { response, text } = await get("/", { "accept-language": "fr, zh-CN;q=0.9, en;q=0.8" });
    expect(text).toContain('<html lang="zh"');
    expect(response.headers.get("vary")).toBe("Accept-Language");
    expect((await get("/", { "accept-language": "*, zh;q=0.5" })).text).toContain('<html lang="en"');
    expect((await get("/", { "accept-language": "zh;q=0, en" })).text).toContain('<html lang="en"');
  });

  test("?lang= wins, and links carry it on; one that nobody speaks is ignored", async () => {
    const { get } = await aSite();
    const { text } = await get("/?lang=zh", { "accept-language": "en" });
    expect(text).toContain('<html lang="zh"');
    expect(text).toContain('href="/subscribe?lang=zh"');
    expect((await get('/?lang="><script>')).text).toContain('<html lang="en"');
  });
});
