import { describe, expect, test } from "vitest";
import { buildFeed } from "../../src/feeds/build.ts";
import { childrenOf, parseXml, textOf, type XmlElement } from "../../src/feeds/xml.ts";
import { anAbout, aPost } from "./posts.ts";
import { rssItems } from "./readers.ts";

const { files } = buildFeed(anAbout(), [
  aPost({ id: 1, image: "https://notes.example/i.png" }),
  aPost({ id: 2 }),
]);
const atom = parseXml(files.atom.toString());
const entries = childrenOf(atom, "entry");
const rss = parseXml(files.rss.toString());
const channel = childrenOf(rss, "channel")[0] ?? rss;
const items = rssItems(rss);
const hrefsIn = (parent: XmlElement) => childrenOf(parent, "a").map(({ attributes }) => attributes.href);

describe("the XML of both", () => {
  test("names its icon, and says in XHTML what it is to who opens it in a browser (§6.3)", () => {
    expect(textOf(childrenOf(atom, "icon")[0])).toBe("https://digest.example.org/feeds/icon.svg");
    for (const parent of [atom, channel]) {
      const note = childrenOf(parent, "div")[0];
      const words = note && childrenOf(note, "p")[0];
      expect(note?.attributes.xmlns).toBe("http://www.w3.org/1999/xhtml");
      expect(textOf(words)).toBe("This is a feed. ");
      expect(words && hrefsIn(words)).toEqual(["https://digest.example.org/feeds/all.html"]);
    }
  });

  test("names its style sheet before everything else (xml-stylesheet §4)", () => {
    for (const file of [files.atom, files.rss])
      expect(file.toString().split("\n")[1]).toBe('<?xml-stylesheet type="text/css" href="feed.css"?>');
  });

  test("shows the image of a post as readers look for it (Media RSS)", () => {
    const [first, second] = [entries, items].map((list) =>
      list.map((one) => childrenOf(one, "media:thumbnail").map(({ attributes }) => attributes.url)),
    );
    expect(first).toEqual([["https://notes.example/i.png"], []]);
    expect(second).toEqual(first);
  });

  test("has nothing for people where nothing was given for them", () => {
    const { people: _, ...bare } = anAbout();
    const { files: plain } = buildFeed(bare, [aPost()]);
    expect(`${plain.atom}${plain.rss}${plain.json}`).not.toMatch(/stylesheet|describedby|xhtml|icon|comment/);
  });
});
