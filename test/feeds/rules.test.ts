import { describe, expect, test } from "vitest";
import { buildFeed } from "../../src/feeds/build.ts";
import { childrenOf, elementsOf, parseXml, textOf, type XmlElement } from "../../src/feeds/xml.ts";
import { anAbout, aPost } from "./posts.ts";
import { hrefOf, jsonFeed, rssItems } from "./readers.ts";

const { files } = buildFeed(anAbout({ hub: "https://hub.example/", language: "zh-cn" }), [
  aPost({ id: 1, author: "Ann", html: "<p>x</p>", image: "https://notes.example/i.png" }),
  aPost({ id: 2, text: null, shownIn: [{ slug: "大模型", name: "大 & 模型" }] }),
  aPost({
    id: 3,
    url: null,
    enclosures: [
      { url: "https://notes.example/untyped", type: null, length: 5 },
      { url: "https://notes.example/a.mp3", type: "Audio/MPEG; codecs=x", length: 1_234 },
      { url: "https://notes.example/b.mp3", type: "audio/mpeg", length: null },
      { url: "ftp://notes.example/c.mp3", type: "audio/mpeg", length: 7 },
    ],
  }),
]);
const atom = parseXml(files.atom.toString());
const entries = childrenOf(atom, "entry");
const rss = parseXml(files.rss.toString());
const channel = childrenOf(rss, "channel")[0] ?? rss;
const items = rssItems(rss);
const json = jsonFeed(files);

const count = (parent: XmlElement, name: string) => childrenOf(parent, name).length;
const text = (parent: XmlElement, name: string) => textOf(childrenOf(parent, name)[0]);
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const rfc822 = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/;
const mime = /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/;

describe("Atom (RFC 4287)", () => {
  test("is a feed of its namespace with a language", () => {
    expect([atom.name, atom.attributes.xmlns, atom.attributes["xml:lang"]]).toEqual([
      "feed",
      "http://www.w3.org/2005/Atom",
      "zh-CN",
    ]);
  });

  test("has exactly one id, title, updated and at least one author at the feed (§4.1.1)", () => {
    expect(
      ["id", "title", "updated", "author", "subtitle", "generator"].map((name) => count(atom, name)),
    ).toEqual([1, 1, 1, 1, 1, 1]);
    expect(childrenOf(atom, "author").map((author) => text(author, "name"))).toEqual(["The editors"]);
    expect(text(atom, "updated")).toMatch(rfc3339);
  });

  test("links to itself, to its page and to its hub, once each", () => {
    expect(hrefOf(atom, "self")).toBe("https://digest.example.org/feeds/all.atom");
    expect(hrefOf(atom, "alternate")).toBe("https://digest.example.org/");
    expect(hrefOf(atom, "hub")).toBe("https://hub.example/");
    expect(hrefOf(atom, "describedby")).toBe("https://digest.example.org/feeds/all.html");
    expect(count(atom, "link")).toBe(4);
  });

  test("has exactly one id, title, updated, published and alternate link in each entry (§4.1.2)", () => {
    for (const entry of entries) {
      expect(["id", "title", "updated", "published"].map((name) => count(entry, name))).toEqual([1, 1, 1, 1]);
      expect(
        childrenOf(entry, "link").filter(({ attributes }) => attributes.rel === "alternate"),
      ).toHaveLength(1);
      expect(text(entry, "id")).toMatch(/^tag:[a-z0-9.-]+,\d{4}-\d\d-\d\d:\d+$/);
      expect(text(entry, "title").trim()).not.toBe("");
      expect([text(entry, "updated"), text(entry, "published")]).toEqual([
        expect.stringMatching(rfc3339),
        expect.stringMatching(rfc3339),
      ]);
      expect(Math.max(count(entry, "summary"), count(entry, "content"), count(entry, "author"))).toBeLessThan(
        2,
      );
    }
  });

  test("has no two entries with the same id or the same updated", () => {
    expect(new Set(entries.map((entry) => text(entry, "id"))).size).toBe(entries.length);
    expect(new Set(entries.map((entry) => text(entry, "updated"))).size).toBe(entries.length);
  });

  test("has a summary or a content in each entry, be it the title again (§4.1.1.1)", () => {
    for (const entry of entries) expect(text(entry, "summary") + text(entry, "content")).not.toBe("");
    expect(text(entries[1] ?? atom, "summary")).toBe("Post 2");
  });

  test("says of every text whether it is markup (§3.1.1)", () => {
    for (const part of [atom, ...entries].flatMap(elementsOf)) {
      if (["title", "subtitle", "summary"].includes(part.name)) expect(part.attributes.type).toBe("text");
      if (part.name === "content") expect(part.attributes.type).toBe("html");
    }
  });

  test("names a category by its slug and shows its name (§4.2.2)", () => {
    expect(entries.map((entry) => childrenOf(entry, "category")[0]?.attributes)).toEqual([
      { term: "tech", label: "Tech" },
      { term: "大模型", label: "大 & 模型" },
      { term: "tech", label: "Tech" },
    ]);
  });

  test("links to what goes with a post, with type and length as far as they are known (§4.2.7)", () => {
    const last = entries[2] ?? atom;
    const enclosures = childrenOf(last, "link").filter(({ attributes }) => attributes.rel === "enclosure");
    expect(enclosures.map(({ attributes }) => attributes)).toEqual([
      { rel: "enclosure", href: "https://notes.example/untyped", length: "5" },
      { rel: "enclosure", href: "https://notes.example/a.mp3", type: "audio/mpeg", length: "1234" },
      { rel: "enclosure", href: "https://notes.example/b.mp3", type: "audio/mpeg" },
    ]);
  });
});

describe("RSS 2.0 (and the RSS Board's profile)", () => {
  test("has one channel with title, link and description, and says where itself lies", () => {
    expect([rss.name, rss.attributes.version, count(rss, "channel")]).toEqual(["rss", "2.0", 1]);
    for (const name of [
      "title",
      "link",
      "description",
      "language",
      "lastBuildDate",
      "ttl",
      "docs",
      "generator",
    ]) {
      expect([name, count(channel, name)]).toEqual([name, 1]);
      expect(text(channel, name)).not.toBe("");
    }
    expect(text(channel, "lastBuildDate")).toMatch(rfc822);
    expect(Number(text(channel, "ttl"))).toBeGreaterThan(0);
    expect(
      childrenOf(channel, "atom:link").map(({ attributes }) => [attributes.rel, attributes.href]),
    ).toEqual([
      ["self", "https://digest.example.org/feeds/all.rss"],
      ["hub", "https://hub.example/"],
    ]);
  });

  test("has one title, link, guid that is no link, and date in each item", () => {
    for (const item of items) {
      expect(["title", "link", "guid", "pubDate"].map((name) => count(item, name))).toEqual([1, 1, 1, 1]);
      expect(childrenOf(item, "guid")[0]?.attributes.isPermaLink).toBe("false");
      expect(text(item, "pubDate")).toMatch(rfc822);
    }
    expect(items.map((item) => text(item, "guid"))).toEqual(entries.map((entry) => text(entry, "id")));
  });

  test("names people in dc:creator, never in author or managingEditor", () => {
    expect(items.map((item) => text(item, "dc:creator"))).toEqual(["Ann", "", ""]);
    expect(text(channel, "dc:creator")).toBe("The editors");
    expect([...items, channel].flatMap((part) => childrenOf(part, "author"))).toEqual([]);
  });

  test("has the description before the content", () => {
    const names = elementsOf(items[0] ?? rss).map(({ name }) => name);
    expect(names.indexOf("description")).toBeGreaterThan(-1);
    expect(names.indexOf("description")).toBeLessThan(names.indexOf("content:encoded"));
  });

  test("has at most one enclosure, with url, length and type", () => {
    expect(items.map((item) => childrenOf(item, "enclosure").map(({ attributes }) => attributes))).toEqual([
      [],
      [],
      [{ url: "https://notes.example/a.mp3", length: "1234", type: "audio/mpeg" }],
    ]);
  });

  test("has no enclosure that lies at no domain, and gives one without a type that of any bytes", () => {
    const of = (...urls: string[]) => {
      const enclosures = urls.map((url) => ({ url, type: null, length: null }));
      const [item] = rssItems(parseXml(buildFeed(anAbout(), [aPost({ enclosures })]).files.rss.toString()));
      return item && childrenOf(item, "enclosure").map(({ attributes }) => attributes);
    };
    expect(of("http://localhost/a.mp3", "http://[::1]/a.mp3", "http://a_b.example/a.mp3")).toEqual([]);
    expect(of("http://localhost/a.mp3", "https://a.example:8443/a")).toEqual([
      { url: "https://a.example:8443/a", length: "0", type: "application/octet-stream" },
    ]);
  });

  test("declares every prefix it uses, once, at the root", () => {
    expect(Object.keys(rss.attributes).sort()).toEqual([
      "version",
      "xmlns:atom",
      "xmlns:content",
      "xmlns:dc",
      "xmlns:media",
    ]);
    expect(files.rss.toString().match(/xmlns:/g)).toHaveLength(4);
  });
});

describe("JSON Feed 1.1", () => {
  test("says what it is, whose it is and where it lies", () => {
    expect(json).toMatchObject({
      version: "https://jsonfeed.org/version/1.1",
      title: "The digest",
      description: "Everything that is new",
      home_page_url: "https://digest.example.org/",
      feed_url: "https://digest.example.org/feeds/all.json",
      authors: [{ name: "The editors" }],
      language: "zh-CN",
      hubs: [{ type: "WebSub", url: "https://hub.example/" }],
      user_comment: "This is a feed. https://digest.example.org/feeds/all.html",
      favicon: "https://digest.example.org/feeds/icon.svg",
    });
  });

  test("has nothing of version 1.0 in it, and no extension", () => {
    for (const part of [json, ...json.items]) {
      expect(part).not.toHaveProperty("author");
      expect(Object.keys(part).filter((key) => key.startsWith("_"))).toEqual([]);
    }
  });

  test("has an id, an address, dates and exactly one kind of content in each item", () => {
    expect(json.items.map(({ id }) => id)).toEqual(entries.map((entry) => text(entry, "id")));
    for (const item of json.items) {
      expect([typeof item.content_html, typeof item.content_text].sort()).toEqual(["string", "undefined"]);
      expect(item.date_published).toMatch(rfc3339);
      expect(item.date_modified).toMatch(rfc3339);
      expect(item.url).toMatch(/^https:/);
    }
  });

  test("has attachments with a type each, tags and an image", () => {
    const [first, second, third] = json.items;
    expect(first?.image).toBe("https://notes.example/i.png");
    expect(second?.tags).toEqual(["大 & 模型"]);
    expect(third?.attachments).toEqual([
      {
        url: "https://notes.example/untyped",
        mime_type: "application/octet-stream",
        size_in_bytes: 5,
      },
      { url: "https://notes.example/a.mp3", mime_type: "audio/mpeg", size_in_bytes: 1_234 },
      { url: "https://notes.example/b.mp3", mime_type: "audio/mpeg" },
    ]);
    for (const { mime_type } of third?.attachments ?? []) expect(mime_type).toMatch(mime);
  });
});
