import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestOf } from "../../src/base/text.ts";
import type { Item } from "../../src/domain/page.ts";
import { type Candidate, identify } from "../../src/domain/post.ts";
import { monday } from "../support/builders.ts";
import { anItem, items } from "./items.ts";

const where = { listingUrl: "https://blog.example/updates", zone: "UTC" };
const identified = (...found: readonly Item[]) => identify(found, where, monday);
const only = (found: Item): Candidate => {
  const [candidate] = identified(found);
  if (candidate === undefined) throw new Error("it was left out");
  return candidate;
};
const keys = (candidates: readonly Candidate[]) => candidates.map(({ key }) => key);

describe("the identity of an item", () => {
  const full = anItem({ guid: "7", url: "https://blog.example/p/7", text: "All about it", title: "It" });

  test("is its guid, else its canonical address, else the fingerprint of its title and text", () => {
    const text = `text:${digestOf("allaboutit")}`;

    expect(only(full).key).toBe("guid:7");
    expect(only({ ...full, guid: null }).key).toBe("url:https://blog.example/p/7");
    expect(only({ ...full, guid: null, url: null }).key).toBe(`text:${digestOf("itallaboutit")}`);
    expect(only(full).keys).toEqual({ guid: "guid:7", url: "url:https://blog.example/p/7", text });
  });

  test("posts that share all but their titles are told apart, and their words are the same", () => {
    const page = ["One", "Two"].map((title) => ({ ...full, guid: null, title }));

    const [one, two] = identify(page, where, monday);

    expect(one?.key).not.toBe(two?.key);
    expect(one?.keys.text).toBe(two?.keys.text);
  });

  test("a title that is repeated above a text is no part of its words", () => {
    const repeated = { ...full, text: `${full.title}\n${full.text}` };

    expect(only(repeated).keys).toEqual(only(full).keys);
    expect(only({ ...repeated, guid: null, url: null }).key).toBe(
      only({ ...full, guid: null, url: null }).key,
    );
  });

  test("a blank guid and an address that is none are no keys", () => {
    expect(only({ ...full, guid: " \n" }).key).toBe("url:https://blog.example/p/7");
    expect(only({ ...full, guid: null, url: "javascript:alert(1)" }).key).toMatch(/^text:/);
  });

  test("white space around a guid counts for nothing", () => {
    expect(only({ ...full, guid: " 7\n" }).key).toBe("guid:7");
  });

  test("the way a reader was led there counts for nothing", () => {
    const led = only({ ...full, guid: null, url: "https://BLOG.example:443/p/7?utm_source=mail#top" });

    expect(led.key).toBe("url:https://blog.example/p/7");
    expect(led.url).toBe("https://BLOG.example:443/p/7?utm_source=mail#top");
  });

  test("an address that points into the listing is one of its own", () => {
    const at = (anchor: string) => anItem({ url: `https://blog.example/updates#${anchor}`, title: anchor });

    expect(keys(identified(at("a"), at("b")))).toEqual([
      "url:https://blog.example/updates#a",
      "url:https://blog.example/updates#b",
    ]);
  });

  test("case, punctuation and spacing of the text do not change its fingerprint", () => {
    const one = anItem({ text: "Release 2.0: it’s here!" });
    const other = anItem({ text: "RELEASE 2.0 — its\nhere" });

    expect(only(one).key).toBe(only({ ...other, text: "release 2.0 it’s here" }).key);
    expect(only(one).key).toBe(only(other).key);
  });

  test("where there is no text, the title is what the fingerprint is made of", () => {
    expect(only(anItem({ title: "Budget" })).key).toBe(`text:${digestOf("budget")}`);
  });
});

describe("what several items of a page share", () => {
  test("a guid is no key for them: each goes by its address", () => {
    const found = identified(
      anItem({ guid: "same", url: "https://blog.example/1", title: "One" }),
      anItem({ guid: "same", url: "https://blog.example/2", title: "Two" }),
      anItem({ guid: "own", url: "https://blog.example/3", title: "Three" }),
    );

    expect(keys(found)).toEqual(["url:https://blog.example/1", "url:https://blog.example/2", "guid:own"]);
    expect(found.map((candidate) => candidate.keys.guid)).toEqual([null, null, "guid:own"]);
  });

  test("an address is no key for them: each goes by its text", () => {
    const found = identified(
      anItem({ url: "https://blog.example/updates", text: "First note" }),
      anItem({ url: "https://blog.example/updates?utm_source=y", text: "Second note" }),
      anItem({ url: "https://blog.example/updates?utm_source=x", text: "Third note" }),
    );

    expect(found.map(({ text }) => text)).toEqual(["First note", "Second note", "Third note"]);
    expect(found[0]?.key).toMatch(/^text:/);
    expect(found[2]?.key).toMatch(/^text:/);
    expect(found[0]?.keys.url).toBeNull();
    expect(found[0]?.url).toBe("https://blog.example/updates");
  });

  test("guid and address both: each goes by its text", () => {
    const shared = { guid: "same", url: "https://blog.example/all" };
    const found = identified(anItem({ ...shared, text: "One" }), anItem({ ...shared, text: "Two" }));

    expect(keys(found)).toEqual([`text:${digestOf("one")}`, `text:${digestOf("two")}`]);
  });

  test("two that are the same to the letter are one", () => {
    const item = anItem({ guid: "same", url: "https://blog.example/1", text: "One" });

    expect(identified(item, { ...item }, { ...item })).toHaveLength(1);
  });

  test("the same text at two addresses is two posts", () => {
    const at = (url: string) => anItem({ url, text: "Read more" });

    expect(identified(at("https://blog.example/1"), at("https://blog.example/2"))).toHaveLength(2);
  });
});

describe("an item with nothing to tell it by", () => {
  test.each([
    ["nothing at all", {}],
    ["only a date", { publishedAt: monday }],
    ["only punctuation", { title: "—", text: "…" }],
    ["only a blank guid", { guid: "  " }],
    ["only an address that is no http(s) one", { url: "data:text/html,x" }],
    ["only categories and an image", { categories: ["NLP"], image: "https://blog.example/i.png" }],
  ])("is left out: %s", (_, given) => {
    expect(identified(anItem(given), anItem({ title: "Budget" }))).toHaveLength(1);
  });

  test("several that share all they have are left out, and the others stay in order", () => {
    const bare = anItem({ url: "https://blog.example/all" });
    const found = identified(
      anItem({ title: "A" }),
      bare,
      anItem({ title: "B" }),
      bare,
      anItem({ title: "C" }),
    );

    expect(found.map(({ title }) => title)).toEqual(["A", "B", "C"]);
  });
});

describe("what is kept of an item", () => {
  test.each([
    ["its own", { title: "Budget", text: "All about it" }, "Budget", false],
    ["the beginning of its text", { text: "All about it" }, "All about it", true],
    ["its address", { url: "https://blog.example/p/7" }, "https://blog.example/p/7", true],
    ["its guid", { guid: "post 7" }, "post 7", true],
    ["its guid, as far as it can be seen", { guid: "x\u202etxt\u0000" }, "xtxt", true],
    ["a dash, where nothing can be seen", { guid: "\u200b" }, "–", true],
    [
      "its text, where only invisible characters stand in the title",
      { title: "\u200b\u202e ", text: "It" },
      "It",
      true,
    ],
    [
      "what a page made up",
      { title: "All about", titleIsMade: true, text: "All about it" },
      "All about",
      true,
    ],
  ])("the title is %s", (_, given, title, titleIsMade) => {
    expect(only(anItem(given))).toMatchObject({ title, titleIsMade });
  });

  test("text and author that nobody can see are none, and empty nothing later on", () => {
    expect(only(anItem({ url: "https://blog.example/1", text: "\u200b", author: " \u202e" }))).toMatchObject({
      text: null,
      author: null,
    });
  });

  test("a title made from a long text is cut between words, one of its own only past 500", () => {
    const made = only(anItem({ text: "word ".repeat(100) })).title;
    const own = only(anItem({ title: "字".repeat(2_000) })).title;

    expect([...made].length).toBeLessThanOrEqual(40);
    expect(made).toMatch(/^(?:word )+word…$/);
    expect([...own].length).toBeLessThanOrEqual(500);
    expect(own.endsWith("…")).toBe(true);
  });

  test("nobody can hide anything in its strings", () => {
    const found = only(
      anItem({
        title: "txt.\u202eexe\u0000",
        text: "a\u200bb\ud83d",
        author: "An\u2066na",
        categories: ["N\u00adLP", "NLP", "\u200b", "  "],
      }),
    );

    expect(found).toMatchObject({ title: "txt.exe", text: "ab", author: "Anna", categories: ["NLP"] });
  });

  test("a category is at most 60 characters long", () => {
    const [name = ""] = only(anItem({ title: "x", categories: ["c".repeat(500)] })).categories;

    expect([...name].length).toBeLessThanOrEqual(60);
  });

  test("a title is never blank, a key never twice, order is kept, whatever the page is like", () => {
    fc.assert(
      fc.property(fc.array(items, { maxLength: 6 }), (found) => {
        const numbered = found.map((item, place) => ({ ...item, html: String(place) }));
        const candidates = identify(numbered, where, monday);
        const places = candidates.map(({ html }) => Number(html));

        expect(candidates.filter(({ title }) => title.trim() === "")).toEqual([]);
        expect(new Set(keys(candidates)).size).toBe(candidates.length);
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        for (const { key, keys: all } of candidates) {
          if (!key.startsWith("text:")) expect([all.guid, all.url]).toContain(key);
        }
        for (const { dateOn, publishedAt } of candidates) expect(dateOn === null).toBe(publishedAt === null);
      }),
    );
  });

  test("looking twice gives the same", () => {
    fc.assert(
      fc.property(fc.array(items, { maxLength: 6 }), (found) => {
        expect(identify(found, where, monday)).toEqual(identify(found, where, monday));
      }),
    );
  });
});
