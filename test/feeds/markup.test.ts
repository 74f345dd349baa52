import { describe, expect, test } from "vitest";
import { buildFeed } from "../../src/feeds/build.ts";
import { childrenOf, parseXml, textOf, type XmlElement } from "../../src/feeds/xml.ts";
import { anAbout, aPost } from "./posts.ts";
import { jsonFeed, rssItems } from "./readers.ts";

const text = (parent: XmlElement, name: string) => textOf(childrenOf(parent, name)[0]);

describe("what validators take for markup", () => {
  const post = aPost({
    title: "<b>bold</b> &amp; &#38; <i",
    shownIn: [{ slug: "c", name: "a </b> c" }],
    sourceName: "Notes</title>",
    author: "</i>Ann",
    html: "<p>\ufffd x</p>",
  });
  const built = buildFeed(anAbout({ title: "A </a> title", subtitle: "</p>" }), [post]).files;
  const atom = parseXml(built.atom.toString());
  const rss = parseXml(built.rss.toString());
  const [theEntry = atom] = childrenOf(atom, "entry");
  const [theItem = rss] = rssItems(rss);

  test("a title with an end tag is escaped markup in Atom, and plain in RSS and JSON", () => {
    const title = childrenOf(theEntry, "title")[0];
    expect([title?.attributes.type, textOf(title)]).toEqual([
      "html",
      "&#60;b&#62;bold&#60;/b&#62; &#38;amp; &#38;#38; &#60;i",
    ]);
    expect([text(theItem, "title"), jsonFeed(built).items[0]?.title]).toEqual([post.title, post.title]);
  });

  test("every other name has its end tags pulled apart", () => {
    expect(text(theItem, "category")).toBe("a < /b> c");
    expect(childrenOf(theEntry, "category")[0]?.attributes.label).toBe("a < /b> c");
    expect([text(theItem, "source"), text(theItem, "dc:creator")]).toEqual(["Notes< /title>", "< /i>Ann"]);
    expect(text(childrenOf(rss, "channel")[0] ?? rss, "description")).toBe("< /p>");
  });

  test("the mark of broken decoding is gone, and markup characters are hexadecimal (RSS profile)", () => {
    expect(built.atom.toString()).not.toContain("\ufffd");
    expect(built.rss.toString()).toContain(
      "<title>&#x3C;b&#x3E;bold&#x3C;/b&#x3E; &#x26;amp; &#x26;#38; &#x3C;i</title>",
    );
    expect(`${built.atom}${built.rss}`).not.toMatch(/&(?!#x)/);
  });
});
