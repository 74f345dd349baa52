import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Item, Page } from "../../src/domain/page.ts";
import { identify, type ShownPost } from "../../src/domain/post.ts";
import { extract } from "../../src/extract/registry.ts";
import { buildFeed, type FeedAbout } from "../../src/feeds/build.ts";
import { decodeBytes } from "../../src/fetch/decode.ts";
import { check } from "./checker/check.ts";
import type { Finding } from "./checker/finding.ts";
import { anAbout, aPost, monday } from "./posts.ts";

const now = monday + 3_600_000;

/** What may be said of our files: titles that really hold markup characters look like markup in RSS. */
function isMeant({ name, at }: Finding): boolean {
  return ["ContainsHTML", "CharacterData"].includes(name) && /^\/rss\/channel\/(?:item\/)?title:/.test(at);
}

/** What a validator says of the feed of these posts, but for what is meant. */
function findingsOf(posts: readonly ShownPost[], said: Partial<FeedAbout> = {}): readonly Finding[] {
  const about = anAbout(said);
  const { files, leftOut } = buildFeed(about, posts);
  expect(leftOut).toEqual([]);
  return (["atom", "rss", "json"] as const).flatMap((format) =>
    check(files[format], about.urls[format], now).filter((one) => !isMeant(one)),
  );
}

const controls = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join("x");
const hostile: readonly Partial<ShownPost>[] = [
  { title: controls, text: controls, html: `<p>${controls}\u007f\u0085\u009f</p>`, author: controls },
  { title: "\ud800a\udfff", text: "\udc00\ud83d", html: "<p>\ud83d</p>", sourceName: "\ud800" },
  { title: "\ufffe\uffff\ufdd0\ufffd", text: "\ufffe", html: "<p>\ufffe\ufffd</p>" },
  { title: "]]>", text: "]]> ]]>", html: "<p>]]></p>", author: "]]>", sourceName: "]]>" },
  { title: "a ]]> b", shownIn: [{ slug: "]]>", name: "]]>" }] },
  { title: "<script>alert(1)</script>", text: "<script>", html: "<script>x</script>", author: "<script>" },
  {
    title: "&amp; &lt;b&gt; &#60; &copy",
    text: "&amp;",
    html: "<p>&amp;amp; AT&T &copy</p>",
    sourceName: "&amp;",
  },
  { title: "x".repeat(10_240), text: "y ".repeat(20_000), author: "z".repeat(10_240) },
  { title: "\u202egnp.exe\u2066", text: "\u202e", author: "\u202eAnn", sourceName: "\u202e" },
  { publishedAt: Number.NaN, orderAt: Number.NaN },
  { publishedAt: -1, orderAt: 8.64e15 },
  { publishedAt: Date.UTC(2099, 0, 1) },
  { url: "javascript:alert(1)", image: "javascript:x", sourceUrl: "javascript:x" },
  {
    url: "http://[::1]/x",
    image: "http://[::1]/i",
    sourceUrl: "http://[::1]/",
    html: '<a href="http://[::1]/">x</a>',
  },
  { url: "https://a.example/a|b[1]^`{%zz?q=x#a#b", image: "https://a.example/ä b.png" },
  { url: "http://a{b.example/" },
  {
    url: null,
    text: null,
    html: null,
    author: null,
    image: null,
    title: "",
    sourceName: "",
    sourceUrl: "",
    shownIn: [],
    publishedAt: null,
  },
  { title: "🦜 👩‍👩‍👧‍👦 🇩🇪", text: "🦜", shownIn: [{ slug: "🦜", name: "🦜" }] },
  { title: "大模型评测的三个误区", text: "「引号」", html: "<p>大模型</p>", author: "王小明" },
  { shownIn: Array.from({ length: 1_000 }, (_, n) => ({ slug: `c${n}`, name: `C & </b> ${n}` })) },
  { title: "CafÃ©", text: "10 Â°C", html: "<p>CafÃ©</p>", author: "RenÃ©", sourceName: "CafÃ©" },
  { html: "<p>a<div>b</p><table><tr>c<td>d</table><a href='https://a.example'><b>e</a></b><li>f<td>g" },
  { html: '<bdo dir="rtl">a</bdo><font color="red">b</font><article>c</article><p style="x">d</p>' },
  { html: '<p><a href="/relative">a</a><img src="x.png"></p>' },
  { html: '<svg onload="x"></svg>', text: "What it says." },
  {
    enclosures: [
      { url: "http://localhost/a.mp3", type: "audio/mpeg", length: 1 },
      { url: "https://a.example/b", type: "<>", length: -1 },
      { url: "https://a.example/c.mp3", type: "audio/mpeg", length: 0.5 },
      { url: "data:,x", type: null, length: null },
    ],
  },
  {
    author: "Ann <ann@a.example>",
    alsoAt: [{ source: "b", sourceName: "</b>", url: "https://b.example/?a=1&b" }],
  },
];

describe("a validator has nothing to say of a feed", () => {
  test.each(hostile.map((said, n) => [n, said] as const))(
    "of hostile posts, one at a time: %i",
    (n, said) => {
      expect(findingsOf([aPost({ id: 1 }), aPost({ ...said, id: n + 2 })])).toEqual([]);
    },
  );

  test("of all hostile posts together", () => {
    expect(findingsOf(hostile.map((said, n) => aPost({ ...said, id: n + 1 })))).toEqual([]);
  });

  test("whatever the feed says of itself", () => {
    for (const { title = "", author = null } of hostile) {
      const about = { title, subtitle: title, author: author ?? "", language: title.slice(0, 8) };
      expect(findingsOf([aPost()], about)).toEqual([]);
    }
  });

  test("without posts", () => {
    expect(findingsOf([])).toEqual([]);
  });

  test("with a hub, in Chinese, of a site that is known by a number", () => {
    const site = "http://127.0.0.1:8080";
    const urls = { atom: `${site}/f.atom`, rss: `${site}/f.rss`, json: `${site}/f.json` };
    const said = {
      site,
      urls,
      pageUrl: `${site}/c/大`,
      language: "zh-Hans",
      hub: "https://hub.example/?a=1&b=2",
    };
    expect(findingsOf([aPost({ url: null })], said)).toEqual([]);
  });
});

/** Items as the posts they would be kept as, those too that have nothing to be told by. */
function postsOf(items: readonly Item[], url: string): readonly ShownPost[] {
  const told = items.map((item, n) => ({ ...item, guid: item.guid ?? `item ${n}` }));
  return identify(told, { listingUrl: url, zone: "UTC" }, now).map((candidate, n) => {
    const at = Math.min(candidate.publishedAt ?? monday, monday);
    const shownIn = candidate.categories.map((name) => ({ slug: name.toLowerCase(), name }));
    return aPost({ ...candidate, id: n + 1, orderAt: at, sourceUrl: url, shownIn });
  });
}

const corpora = fileURLToPath(new URL("../../../shared/corpora", import.meta.url));

describe.skipIf(!existsSync(corpora))("the corpora (skipped where ../shared/corpora is absent)", () => {
  const read = async (file: string, type: string, url: string, kind: "auto" | "feed") => {
    const { text } = decodeBytes(readFileSync(file), type || null);
    const page: Page = { url, contentType: type.split(";")[0] ?? "", text, zone: "UTC", readAt: now };
    return postsOf((await extract(page, { kind }, null)).items, url);
  };

  test("listings, read and published, have nothing that a validator minds", async () => {
    const folder = join(corpora, "listings");
    const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "page.html")));
    let count = 0;
    for (const name of names) {
      const { base } = JSON.parse(readFileSync(join(folder, name, "expected.json"), "utf8")) as {
        base: string;
      };
      const posts = await read(join(folder, name, "page.html"), "text/html", base, "auto");
      count += posts.length;
      expect(findingsOf(posts), name).toEqual([]);
    }
    expect(names.length).toBeGreaterThan(30);
    expect(count).toBeGreaterThan(300);
  });

  test("feeds, read and published again, have nothing that a validator minds", async () => {
    const folder = join(corpora, "feeds");
    const lines = readFileSync(join(folder, "cases.jsonl"), "utf8").trim().split("\n");
    let count = 0;
    for (const line of lines) {
      const { file, url } = JSON.parse(line) as { file: string; url: string };
      const posts = await read(join(folder, "files", file), "application/xml", url, "feed");
      count += posts.length;
      expect(findingsOf(posts), file).toEqual([]);
    }
    expect(lines.length).toBeGreaterThan(200);
    expect(count).toBeGreaterThan(100);
  });
});
