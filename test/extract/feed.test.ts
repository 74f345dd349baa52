import { describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import type { Item, Page } from "../../src/domain/page.ts";
import { extract } from "../../src/extract/registry.ts";
import { aFeed, aPage, atom, rss } from "./pages.ts";

const read = (page: Page) => extract(page, { kind: "feed" }, null);
const first = async (page: Page) => (await read(page)).items[0] as Item;

describe("an RSS item", () => {
  test("gives its parts", async () => {
    const item = await first(
      rss(`<item><title>Moss &amp;amp; stone</title><link>/p/1</link><guid isPermaLink="false">n1</guid>
        <pubDate>Mon, 05 Jan 2026 10:00:00 +0100</pubDate><author>ann@site.example (Ann)</author>
        <category>Garden</category><category>Stone</category><dc:subject>North</dc:subject>
        <description>Short</description><content:encoded><![CDATA[<p>Long <a href="/x">text</a></p>]]></content:encoded>
        <enclosure url="/a.mp3" type="audio/mpeg" length="123"/><media:thumbnail url="/t.jpg"/></item>`),
    );
    expect(item).toMatchObject({
      title: "Moss & stone",
      titleIsMade: false,
      url: "https://site.example/p/1",
      guid: "n1",
      publishedAt: Date.parse("2026-01-05T09:00:00Z"),
      author: "Ann <ann@site.example>",
      categories: ["Garden", "Stone", "North"],
      text: "Long text",
      html: '<p>Long <a href="https://site.example/x">text</a></p>',
      image: "https://site.example/t.jpg",
      enclosures: [{ url: "https://site.example/a.mp3", type: "audio/mpeg", length: 123 }],
    });
  });

  test("without a title gets one from its text", async () => {
    const item = await first(rss("<item><description>It rained. Then it stopped.</description></item>"));
    expect(item).toMatchObject({ title: "It rained", titleIsMade: true, url: null });
  });

  test("with a bad date keeps everything else, and so do its neighbours", async () => {
    const { items, notes } = await read(
      rss(
        "<item><title>a</title><pubDate>soonish</pubDate></item><item><title>b</title><pubDate>2026-01-05</pubDate></item>",
      ),
    );
    expect(items.map(({ title, publishedAt }) => [title, publishedAt])).toEqual([
      ["a", null],
      ["b", Date.UTC(2026, 0, 5)],
    ]);
    expect(notes).toEqual(["A date was not understood in 1 of 2 items."]);
  });
});

describe("an Atom entry", () => {
  test("gives its parts, resolved against xml:base", async () => {
    const item = await first(
      atom(`<entry xml:base="https://other.example/b/"><title type="html">A &lt;b&gt;bold&lt;/b&gt; one</title><id>tag:x,1</id>
        <link rel="enclosure" href="e.mp3"/><link rel="alternate" type="text/html" href="p1"/>
        <published>2026-01-05T10:00:00Z</published><updated>2026-01-06T10:00:00Z</updated>
        <author><name>Ann</name><email>ann@site.example</email></author><category term="Garden"/><category term="Stone"/>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">See <a href="q">this</a> and <em>that</em></div></content></entry>`),
    );
    expect(item).toMatchObject({
      title: "A bold one",
      url: "https://other.example/b/p1",
      guid: "tag:x,1",
      publishedAt: Date.parse("2026-01-05T10:00:00Z"),
      updatedAt: Date.parse("2026-01-06T10:00:00Z"),
      author: "Ann <ann@site.example>",
      categories: ["Garden", "Stone"],
      text: "See this and that",
      html: '<div>See <a href="https://other.example/b/q">this</a> and <em>that</em></div>',
    });
    expect(item.enclosures[0]?.url).toBe("https://other.example/b/e.mp3");
  });

  test("with a link that has no attributes, or an invalid date, does not stop the feed", async () => {
    const { items } = await read(
      atom(
        "<entry><title>a</title><link/><updated>never</updated></entry><entry><title>b &lt;i&gt;</title></entry>",
      ),
    );
    expect(items.map(({ title }) => title)).toEqual(["a", "b <i>"]);
  });
});

test("what the channel says of itself is in the facts", async () => {
  const page = rss(
    "",
    `<link>https://site.example/</link><description>Notes</description><language>de</language><ttl>90</ttl>
     <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency><lastBuildDate>2026-01-05</lastBuildDate>
     <skipHours><hour>3</hour><hour>24</hour></skipHours><skipDays><day>Sunday</day><day>Saturday</day></skipDays>`,
  );
  const { kind, feed, language } = await read(page);
  expect({ kind, language }).toEqual({ kind: "feed", language: "de" });
  expect(feed).toEqual({
    title: "Site",
    link: "https://site.example/",
    id: null,
    subtitle: "Notes",
    updatedAt: Date.UTC(2026, 0, 5),
    author: null,
    language: "de",
    hints: { restMs: 6 * 3_600_000, skipHours: [3, 0], skipDays: [0, 6] },
  });
});

describe("a feed that is not well-formed is read all the same", () => {
  const titles = async (text: string) => (await read(aFeed(text))).items.map(({ title }) => title);

  test.each([
    [
      "a bare ampersand",
      '<rss version="2.0"><channel><item><title>Salt & pepper</title></item></channel></rss>',
      "Salt & pepper",
    ],
    [
      "an entity of HTML",
      '<rss version="2.0"><channel><item><title>caf&eacute;&nbsp;1</title></item></channel></rss>',
      "café 1",
    ],
    [
      "text before the first tag",
      '\ufeff \n hello <?xml version="1.0"?><rss version="2.0"><channel><item><title>a</title></item></channel></rss>',
      "a",
    ],
    [
      "control characters",
      '<rss version="2.0"><channel><item><title>a\u0001\u0008b</title></item></channel></rss>',
      "ab",
    ],
    ["no version", "<rss><channel><item><title>a</title></item></channel></rss>", "a"],
    ["capitals", '<RSS VERSION="2.0"><CHANNEL><ITEM><TITLE>a</TITLE></ITEM></CHANNEL></RSS>', "a"],
    [
      "a prefix of its own",
      '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>a</a:title></a:entry></a:feed>',
      "a",
    ],
    [
      "RDF under another prefix",
      '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item><title>a</title></item></r:RDF>',
      "a",
    ],
  ])("with %s", async (_, text, title) => {
    expect(await titles(text)).toEqual([title]);
  });

  test("and one that breaks off gives the items before the break, and says so", async () => {
    const { items, notes } = await read(
      aFeed('<rss version="2.0"><channel><item><title>a</title></item><item><title>b</title><descr'),
    );
    expect(items.map(({ title }) => title)).toEqual(["a"]);
    expect(notes).toEqual(["The feed breaks off; the items before the break were read."]);
  });
});

describe("what is no feed is refused in plain words", () => {
  const refusal = (page: Page) =>
    read(page).then(
      () => null,
      (thrown: unknown) =>
        thrown instanceof AppError ? [thrown.code, thrown.message, thrown.hint ?? null] : thrown,
    );

  test("a web page, with the way to read it", async () => {
    expect(await refusal(aPage("<!doctype html><html><body><p>Hi</p></body></html>"))).toEqual([
      "unreadable",
      "This is a web page, not a feed.",
      "If it is a listing, read it with kind: auto.",
    ]);
  });

  test("a web page that says where its feed is", async () => {
    const head = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">';
    expect(await refusal(aPage(`<!doctype html><html><head>${head}</head><body></body></html>`))).toEqual([
      "unreadable",
      "This is a web page, not a feed.",
      expect.stringMatching(/^It says its feed is at https:\/\/\S+\/feed\.xml: put that there/),
    ]);
  });

  test.each([
    ["", "The answer is empty: there is no feed in it."],
    ["nothing here", "There is no RSS, Atom or JSON feed in this."],
    ['<rss version="2.0"><channel><item><title>a', "The feed breaks off before its first item ends."],
    ["{ not json", "This looks like JSON, but it cannot be read as such."],
    ['{"a": 1}', "This JSON is no JSON Feed."],
  ])("%j", async (text, message) => {
    expect(await refusal(aFeed(text))).toEqual(expect.arrayContaining(["unreadable", message]));
  });
});

describe("an attack on the reader", () => {
  test("by declared entities expands nothing", async () => {
    const bomb = `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>`;
    const { items } = await read(
      aFeed(`${bomb}<rss version="2.0"><channel><item><title>x&b;&f;</title></item></channel></rss>`),
    );
    expect(items[0]?.title).toBe("x&b;&f;");
  });

  test("by 80,000 escaped signs in one item is read", async () => {
    const { items } = await read(
      rss(`<item><title>x</title><description>${"&lt;".repeat(80_000)}</description></item>`),
    );
    expect(items).toHaveLength(1);
  });

  test("by script in an item leaves no script in it", async () => {
    const item = await first(
      rss(`<item><title>&lt;script&gt;alert(1)&lt;/script&gt;Hi</title><link>javascript:alert(1)</link>
        <description>&lt;p onclick="x()"&gt;ok&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</description></item>`),
    );
    expect(item).toMatchObject({ title: "Hi", url: null, html: "<p>ok</p>", text: "ok" });
  });
});

test("an author of a megabyte, and a root that is no name, cost no more than others", async () => {
  const author = "a".repeat(1_000_000);
  const { items } = await read(rss(`<item><title>t</title><author>${author}</author></item>`));

  expect(items[0]?.author).toHaveLength(500);
  const odd = await read(aFeed("<x((:rss><channel><item><title>t</title></item></channel></x((:rss>"));
  expect(odd.items.map(({ title }) => title)).toEqual(["t"]);
});
