import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { speech } from "../../src/base/words.ts";
import { buildTwin, type TwinAbout } from "../../src/feeds/twin.ts";
import { parseXml } from "../../src/feeds/xml.ts";
import { aPost, monday } from "./posts.ts";

const sentences = (tag: string) =>
  JSON.parse(readFileSync(new URL(`../../locales/${tag}.json`, import.meta.url), "utf8"));
const spoken = speech({ en: sentences("en"), zh: sentences("zh") }, "en");
const site = {
  title: "The digest",
  url: "https://digest.example.org",
  language: "en",
  timeZone: "Asia/Shanghai",
  author: "The editors",
  imprint: "",
};

function twinOf(said: Partial<TwinAbout>, posts: Parameters<typeof buildTwin>[1]): string {
  const about: TwinAbout = {
    title: "The digest – Tech",
    subtitle: "New posts in Tech.",
    site,
    words: spoken.in("en"),
    pageUrl: `${site.url}/c/tech`,
    listUrl: `${site.url}/feeds`,
    urls: {
      atom: `${site.url}/feeds/c/tech.atom`,
      rss: `${site.url}/feeds/c/tech.rss`,
      json: `${site.url}/feeds/c/tech.json`,
    },
    styles: "../feed.css",
    icon: "../icon.svg",
    ...said,
  };
  const html = buildTwin(about, posts).toString();
  expect(parseXml(html).name).toBe("html");
  return html;
}

describe("the twin of a feed", () => {
  test("says what the feed is, how to subscribe, and where each format lies", () => {
    const html = twinOf({}, []);

    expect(html).toContain("<h1>The digest – Tech</h1>");
    expect(html).toContain("New posts in Tech.");
    expect(html).toContain("Paste one of these addresses into a feed reader");
    for (const format of ["atom", "rss", "json"]) {
      const url = `https://digest.example.org/feeds/c/tech.${format}`;
      expect(html).toContain(`href="${url}"`);
      expect(html).toContain(`<code>${url}</code>`);
    }
    expect(html).toContain('<link rel="canonical" href="https://digest.example.org/c/tech"/>');
    expect(html).toContain("No posts here right now.");
  });

  test("shows the posts in their order with link, source and the day where they are from", () => {
    const html = twinOf({}, [
      aPost({ id: 2, publishedAt: monday, title: "B & <b>co</b>" }),
      aPost({ id: 1, publishedAt: null, url: null }),
    ]);

    expect(html).toContain('<a href="https://notes.example/2">B &#x26; &#x3C;b&#x3E;co&#x3C;/b&#x3E;</a>');
    expect(html).toContain('Notes · <time datetime="2026-01-05">5 January 2026</time>');
    expect(html).toContain('<a href="https://digest.example.org/p/1">Post 1</a>');
    expect(html).toContain("seen 5 January 2026");
    expect(html.indexOf("notes.example/2")).toBeLessThan(html.indexOf("/p/1"));
  });

  test("speaks the language of the site", () => {
    const html = twinOf({ words: spoken.in("zh-CN") }, [aPost()]);

    expect(html).toContain('<html lang="zh" dir="ltr">');
    expect(html).toContain("2026年1月5日");
    expect(html).toContain("粘贴到阅读器");
  });

  test("is the same bytes for the same posts, needs no script, and nothing that is said in a post becomes markup", () => {
    const evil = '"><script>alert(1)</script>\u0000\ud800]]>';
    const posts = [
      aPost({ title: evil, text: evil, sourceName: evil, url: "javascript:alert(1)" }),
      aPost({ id: 2, updatedAt: Number.NaN }),
    ];

    const html = twinOf({ title: evil, subtitle: evil, site: { ...site, title: evil } }, posts);

    expect(html).toBe(twinOf({ title: evil, subtitle: evil, site: { ...site, title: evil } }, posts));
    expect(html).not.toMatch(/<script|javascript:|[\0\ud800]/);
    expect(html.match(/<article/g)).toHaveLength(1);
  });
});
