import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { day } from "../../src/base/clock.ts";
import { digestOf } from "../../src/base/text.ts";
import type { Item } from "../../src/domain/page.ts";
import { areNews, type Candidate, identify, isPlausible, merge } from "../../src/domain/post.ts";
import { monday } from "../support/builders.ts";
import { aContent, anItem, contents, items } from "./items.ts";

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

  test("is its guid, else its canonical address, else the fingerprint of its text", () => {
    const text = `text:${digestOf("allaboutit")}`;

    expect(only(full).key).toBe("guid:7");
    expect(only({ ...full, guid: null }).key).toBe("url:https://blog.example/p/7");
    expect(only({ ...full, guid: null, url: null }).key).toBe(text);
    expect(only(full).keys).toEqual({ guid: "guid:7", url: "url:https://blog.example/p/7", text });
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
      anItem({ url: "https://blog.example/updates#top".replace("updates", "updates"), text: "Second note" }),
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
        const candidates = identify(found, where, monday);

        expect(candidates.filter(({ title }) => title.trim() === "")).toEqual([]);
        expect(new Set(keys(candidates)).size).toBe(candidates.length);
        const places = candidates.map(({ html, url, author }) =>
          found.findIndex((item) => item.html === html && item.url === url && item.author === author),
        );
        expect(places).not.toContain(-1);
        for (const { key, keys: all } of candidates) expect([all.guid, all.url, all.text]).toContain(key);
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

describe("a date", () => {
  test.each([
    ["null", null, false],
    ["no number", Number.NaN, false],
    ["1970", 0, false],
    ["the end of 1994", Date.UTC(1995, 0, 1) - 1, false],
    ["1995", Date.UTC(1995, 0, 1), true],
    ["now", monday, true],
    ["tomorrow", monday + day, true],
    ["later than tomorrow", monday + day + 1, false],
    ["the year 9999", Date.UTC(9999, 0, 1), false],
  ])("of %s: plausible is %s", (_, at, plausible) => {
    expect(isPlausible(at, monday)).toBe(plausible);
  });

  test("that is not plausible is unknown, with everything that hangs on it", () => {
    expect(only(anItem({ title: "x", publishedAt: Date.UTC(2062, 0, 1), dateOnly: true }))).toMatchObject({
      publishedAt: null,
      dateOnly: false,
      dateOn: null,
    });
  });

  test("falls on the day it has where the source is", () => {
    const item = anItem({ title: "x", publishedAt: Date.UTC(2026, 0, 3, 16), dateOnly: true });
    const [inShanghai] = identify([item], { ...where, zone: "Asia/Shanghai" }, monday);

    expect(inShanghai).toMatchObject({ dateOn: "2026-01-04", dateOnly: true });
    expect(only(item)).toMatchObject({ dateOn: "2026-01-03" });
  });
});

describe("two appearances of one post", () => {
  test("a later look fills in what was unknown", () => {
    const kept = aContent({ titleIsMade: true, title: "All about…" });
    const seen = aContent({
      title: "Budget",
      url: "https://blog.example/1",
      publishedAt: monday,
      dateOn: "2026-01-05",
      categories: ["NLP"],
      author: "Anna",
      text: "All about it",
      html: "<p>All</p>",
      image: "https://blog.example/i.png",
      enclosures: [{ url: "https://blog.example/a.mp3", type: null, length: null }],
    });

    expect(merge(kept, seen)).toEqual({ content: seen, edited: false });
  });

  test("a later look never empties a field", () => {
    const isThere = (value: unknown) =>
      value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
    fc.assert(
      fc.property(contents, contents, (kept, seen) => {
        const { content } = merge(kept, seen);

        for (const field of Object.keys(kept)) {
          const before: unknown = Reflect.get(kept, field);
          if (isThere(before)) expect(isThere(Reflect.get(content, field))).toBe(true);
        }
        expect(content.categories).toEqual(expect.arrayContaining([...kept.categories]));
      }),
    );
  });

  test("seeing the same once more changes nothing, nor does seeing the merged one again", () => {
    fc.assert(
      fc.property(contents, contents, (kept, seen) => {
        expect(merge(kept, kept)).toEqual({ content: kept, edited: false });
        const { content } = merge(kept, seen);
        expect(merge(content, content)).toEqual({ content, edited: false });
      }),
    );
  });

  test("a made title gives way to a real one, a real one never to a made one", () => {
    const real = aContent({ title: "Budget" });
    const made = aContent({ title: "All about…", titleIsMade: true });

    expect(merge(made, real)).toMatchObject({
      content: { title: "Budget", titleIsMade: false },
      edited: false,
    });
    expect(merge(real, made)).toMatchObject({
      content: { title: "Budget", titleIsMade: false },
      edited: false,
    });
  });

  test.each([
    ["another title", { title: "Budget 2026" }, true],
    ["another text", { text: "All about something else" }, true],
    ["the title in capitals", { title: "BUDGET!" }, false],
    ["the text spaced differently", { text: "all about  it." }, false],
    ["a text that is gone", { text: null }, false],
    [
      "another category, author and image",
      { categories: ["New"], author: "Bob", image: "https://x.example/" },
      false,
    ],
  ])("with %s it is edited: %s", (_, change, edited) => {
    const kept = aContent({ text: "All about it", author: "Anna" });

    expect(merge(kept, { ...kept, ...change }).edited).toBe(edited);
  });

  test("the first date stays, unless it was only a day and the time is known now", () => {
    const onlyDay = aContent({ publishedAt: monday - day, dateOnly: true, dateOn: "2026-01-04" });
    const exact = aContent({ publishedAt: monday, dateOn: "2026-01-05" });
    const later = aContent({ publishedAt: monday + day, dateOn: "2026-01-06" });
    const dates = ({ publishedAt, dateOnly, dateOn }: typeof exact) => ({ publishedAt, dateOnly, dateOn });

    expect(dates(merge(onlyDay, exact).content)).toEqual(dates(exact));
    expect(dates(merge(exact, onlyDay).content)).toEqual(dates(exact));
    expect(dates(merge(exact, later).content)).toEqual(dates(exact));
    expect(dates(merge(onlyDay, aContent()).content)).toEqual(dates(onlyDay));
  });

  test("categories are gathered, each once", () => {
    const kept = aContent({ categories: ["A", "B"] });

    expect(merge(kept, aContent({ categories: ["B", "C"] })).content.categories).toEqual(["A", "B", "C"]);
  });
});

describe("what is news", () => {
  const at = (publishedAt: number | null) => ({ publishedAt });
  const found = [
    at(null),
    at(monday),
    at(monday - 7 * day + 1),
    at(monday - 7 * day),
    at(null),
    at(null),
    at(null),
  ];

  test("after the first look everything is, old dates too", () => {
    for (const backfill of ["none", "recent", "all"] as const) {
      expect(areNews(found, false, backfill, monday)).toEqual(found.map(() => true));
    }
  });

  test("at the first look it is everything, nothing, or the last week and three posts without a date", () => {
    expect(areNews(found, true, "all", monday)).toEqual(found.map(() => true));
    expect(areNews(found, true, "none", monday)).toEqual(found.map(() => false));
    expect(areNews(found, true, "recent", monday)).toEqual([true, true, true, false, true, true, false]);
  });
});
