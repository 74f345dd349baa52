import { describe, expect, test } from "vitest";
import type { Item } from "../../src/domain/page.ts";
import { extract } from "../../src/extract/registry.ts";
import { aFeed, aPage, atom, rss } from "./pages.ts";

const read = (text: string) => extract(aFeed(text), { kind: "feed" }, null);
const first = async (text: string) => (await read(text)).items[0] as Item;
const titles = async (text: string) => (await read(text)).items.map(({ title }) => title);
const inRss = (items: string) => `<rss version="2.0"><channel>${items}</channel></rss>`;

describe("tags that were never closed", () => {
  test("end where the next part or item starts", async () => {
    const text = inRss("<item><title>a<link>https://site.example/a</link><item><title>b</item>");

    const { items } = await read(text);

    expect(items.map(({ title, url }) => [title, url])).toEqual([
      ["a", "https://site.example/a"],
      ["b", null],
    ]);
  });

  test("in markup that nobody escaped end with the part", async () => {
    const item = await first(
      inRss("<item><title>a</title><description><p>One<br>two <b>three</description></item>"),
    );

    expect(item).toMatchObject({
      title: "a",
      text: "One\ntwo three",
      html: "<p>One<br />two <b>three</b></p>",
    });
  });

  test("in the channel end where the first item starts", async () => {
    const text =
      "<rss><channel><title>T<description>About <b>it<item><title>a</title></item></channel></rss>";

    expect(await titles(text)).toEqual(["a"]);
  });

  test("cost no more than the tag they are in, where it is a value that was not closed", async () => {
    const text = inRss(
      '<item><title>a</title><link rel="x>/a</link></item><item><title>b</title><guid id="">1</guid></item>',
    );

    expect(await titles(text)).toEqual(["a", "b"]);
  });

  test("at the end of a feed do not make it one that breaks off, as long as the feed ends", async () => {
    const { items, notes } = await read("<rss><channel><item><title>a</title></rss>");

    expect([items.length, notes]).toEqual([1, []]);
  });
});

test("an item of an extension within an item is none of the feed's", async () => {
  const gallery = "<g:gallery><item><title>A picture</title></item></g:gallery>";
  expect(await titles(inRss(`<item>${gallery}<title>a</title></item><item><title>b</title></item>`))).toEqual(
    ["a", "b"],
  );
});

test("what stands behind the feed costs it nothing", async () => {
  const { items, notes } = await read(
    `${inRss("<item><title>a</title></item>")}<!-- 0.2 s --><script>x()</script>`,
  );
  expect([items.length, notes]).toEqual([1, []]);
});

test("channels of CDF are read, whose addresses and dates are attributes", async () => {
  const { items, feed } = await read(
    `<?XML VERSION="1.0"?><CHANNEL HREF="https://site.example/"><TITLE>Site</TITLE><ABSTRACT>Notes</ABSTRACT>
     <ITEM HREF="/a" LASTMOD="2026-01-05T10:00:00Z"><TITLE>a</TITLE><ABSTRACT>About a</ABSTRACT></ITEM></CHANNEL>`,
  );

  expect(feed).toMatchObject({ title: "Site", link: "https://site.example/", subtitle: "Notes" });
  expect(items[0]).toMatchObject({
    title: "a",
    url: "https://site.example/a",
    text: "About a",
    publishedAt: Date.parse("2026-01-05T10:00:00Z"),
  });
});

describe("text", () => {
  test.each([
    ["in windows-1252, numbered as if it were Unicode", "don&#146;t", "don’t"],
    ["in windows-1252, called Latin 1", "don\u0092t", "don’t"],
    ["with a reference that means nothing", "&zilch; &#x110000;a", "&zilch; a"],
    ["in two CDATA sections", "<![CDATA[a & ]]><![CDATA[b]]>", "a & b"],
    ["with a sign that starts no tag", "1 < 2", "1 < 2"],
    ["with the start of an instruction that has no end", "<? one", "one"],
  ])("%s is read as it was meant", async (_, written, meant) => {
    expect(await titles(inRss(`<item><title>${written}</title></item>`))).toEqual([meant]);
  });

  test("that was escaped twice is markup, and text that speaks of a tag is not", async () => {
    const twice = "&amp;lt;p&amp;gt;One&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;two&amp;lt;/p&amp;gt;";
    const spoken = "Use &amp;lt;p&amp;gt; for it";
    const { items } = await read(
      inRss([twice, spoken].map((said) => `<item><description>${said}</description></item>`).join("")),
    );

    expect(items.map(({ text }) => text)).toEqual(["One\ntwo", "Use <p> for it"]);
    expect(items[0]?.html).toBe("<p>One</p><p>two</p>");
  });

  test("in base64 is decoded", async () => {
    const content = Buffer.from("<p>Grüße</p>").toString("base64");
    const { items } = await extract(
      atom(`<entry><title>a</title><content type="text/html" mode="base64">${content}</content></entry>`),
      { kind: "feed" },
      null,
    );

    expect(items[0]).toMatchObject({ text: "Grüße", html: "<p>Grüße</p>" });
  });
});

test("what Media RSS and iTunes say of an item stands for what it does not say itself", async () => {
  const { items } = await extract(
    rss(`<item xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><media:group><media:description>A film</media:description>
      <media:thumbnail url="/t.jpg"/><media:content url="/v.mp4" medium="video"/></media:group>
      <itunes:title>One</itunes:title><itunes:author>Ann</itunes:author><tags>a, b</tags>
      <itunes:category text="Technology"><itunes:category text="Gadgets"/></itunes:category></item>`),
    { kind: "feed" },
    null,
  );

  expect(items[0]).toMatchObject({
    title: "One",
    text: "A film",
    author: "Ann",
    categories: ["Technology", "Gadgets", "a", "b"],
    image: "https://site.example/t.jpg",
    enclosures: [{ url: "https://site.example/v.mp4" }],
  });
});

test("an author written as a link is its text", async () => {
  const item = await first(inRss('<item><title>a</title><author><a href="/ann">Ann</a></author></item>'));
  expect(item.author).toBe("Ann");
});

describe("what is a feed, and what a page, is said by the first element that says it", () => {
  test.each([
    [
      "a feed with a whole page in its first item",
      inRss("<item><title>a</title><description><![CDATA[<html><body><p>Hi</p>]]></description></item>"),
      "feed",
    ],
    [
      "a page that shows a feed",
      "<!doctype html><title>x</title><body><pre>&lt;rss></pre><p>Hi there</p></body>",
      "listing",
    ],
  ])("%s", async (_, text, kind) => {
    expect((await extract(aPage(text), { kind: "auto" }, null)).kind).toBe(kind);
  });
});

describe("an attack", () => {
  const time = async (text: string) => {
    const start = process.cpuUsage();
    const { items } = await read(text);
    const { user, system } = process.cpuUsage(start);
    return { items, seconds: (user + system) / 1e6 };
  };

  test.each([
    ["by 300,000 elements that nothing ends", inRss(`<item><title>t</title>${"<x>".repeat(300_000)}</item>`)],
    [
      "by 300,000 ends of nothing",
      inRss(`<item><title>t</title>${"<b>".repeat(200)}${"</y>".repeat(300_000)}</item>`),
    ],
    ["by 300,000 parts", inRss(`<item><title>t</title>${"<category>x</category>".repeat(300_000)}</item>`)],
    [
      "by name spaces in name spaces",
      inRss(
        `<item><title>t</title>${Array.from({ length: 40_000 }, (_, n) => `<a${n}:b xmlns:a${n}="u"/>`).join("")}</item>`,
      ),
    ],
    ["by attributes", inRss(`<item ${"a=b ".repeat(500_000)}><title>t</title></item>`)],
    [
      "by references",
      inRss(`<item><title>t</title><description>${"&aa;&#38;".repeat(200_000)}</description></item>`),
    ],
    ["by instructions without end", inRss(`<item><title>t</title></item>${"<?".repeat(1_000_000)}`)],
    ["by quotes without end", inRss(`<item><title>t</title></item>${"<a b='".repeat(200_001)}`)],
    ["by the mark that texts elsewhere have", inRss("<item><title>t</title><guid>&#xFDD0;0</guid></item>")],
  ])("%s is read in time", async (_, text) => {
    const { items, seconds } = await time(text);

    expect(items[0]?.title).toBe("t");
    expect(items[0]?.guid ?? "").not.toBe("t");
    expect(seconds).toBeLessThan(15);
  });
});
