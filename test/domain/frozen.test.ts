import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { day } from "../../src/base/clock.ts";
import { cut, visible } from "../../src/base/text.ts";
import { frozenPost, summaryOf } from "../../src/domain/frozen.ts";
import type { ShownPost } from "../../src/domain/post.ts";
import { aCandidate, monday } from "../support/builders.ts";

const site = { url: "https://digest.example.org", timeZone: "Asia/Shanghai" };

/** A post as pages show it, seen on Monday morning, without a date of its own. */
function aShownPost(given: Partial<ShownPost> = {}): ShownPost {
  return {
    ...aCandidate(),
    id: 7,
    source: "blog",
    tag: "tag:digest.example.org,2026-01-05:7",
    firstSeenAt: monday,
    orderAt: monday,
    updatedAt: monday,
    held: false,
    releasedAs: 3,
    sourceName: "The blog",
    sourceUrl: "https://blog.example/",
    shownIn: [],
    alsoAt: [],
    ...given,
  };
}

describe("summaryOf", () => {
  test.each([
    ["a text of its own", "Budget", "All about money.", "All about money."],
    ["the title on a line of its own", "Budget", "Budget\n\nAll about money.", "All about money."],
    ["the title and a colon", "Budget", "Budget: all about money.", "all about money."],
    ["the title and a dash", "Budget", "Budget — all about money.", "all about money."],
    ["the title in capitals", "Budget", "BUDGET all about money.", "all about money."],
    ["a Chinese title and its colon", "预算", "预算：关于钱。", "关于钱。"],
    ["a longer word", "Budget", "Budgetary rules change.", "Budgetary rules change."],
    ["a longer Chinese word", "预算", "预算报告出炉。", "预算报告出炉。"],
    ["a dotted name", "Node", "Node.js is out.", "Node.js is out."],
    ["nothing but the title", "Budget", "Budget", ""],
    ["nothing but the title and a full stop", "Budget", "Budget.", ""],
    ["no text", "Budget", "", ""],
    ["no title", "", "All about money.", "All about money."],
    ["a title cut out of it", "All about…", "All about money.", "…money."],
    [
      "a title cut out in the middle of a Chinese sentence",
      "人工智能正在…",
      "人工智能正在改变生活",
      "…改变生活",
    ],
    ["a cut title that is the whole text", "All about…", "All about", ""],
    ["a title that ends in dots by itself", "Wait…", "Something else.", "Something else."],
    ["invisible characters", "Bud\u200bget", "Budget\u202e all\u0000 about", "all about"],
  ])("where the text has %s", (_, title, text, summary) => {
    expect(summaryOf(title, text)).toBe(summary);
  });

  test("title and summary of a text without a title say all of it, once", () => {
    const text = "The quick brown fox jumps over the lazy dog and runs away into the deep dark forest.";
    const title = cut(text, 40);
    const summary = summaryOf(title, text);

    expect(`${title.slice(0, -1)} ${summary.slice(1)}`).toBe(text);
  });

  test.each([
    ["a title of its own", "Budget"],
    ["a cut title", "xxx…"],
  ])("of a text without a space it is 300 characters long, with %s", (_, title) => {
    const summary = summaryOf(title, "x".repeat(1_000));

    expect(summary).toHaveLength(300);
    expect(summary.endsWith("x…")).toBe(true);
  });

  test("is one line of at most 300 characters, without half a surrogate pair or anything that hides", () => {
    const words = fc.array(fc.constantFrom("词语", "word", "😀", ". ", "\n", "…", "\u202e", "\ud83d"), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(words, fc.nat(60), (parts, length) => {
        const text = parts.join("");
        const summary = summaryOf(cut(visible(text), Math.max(1, length)), text);

        expect([...summary].length).toBeLessThanOrEqual(300);
        expect(summary).not.toMatch(/[\n\r\u202e\p{Cs}]/u);
      }),
    );
  });
});

describe("a frozen post", () => {
  test("without an address of its own it links to its page at our site", () => {
    expect(frozenPost(aShownPost({ url: null }), site).url).toBe("https://digest.example.org/p/7");
    expect(frozenPost(aShownPost({ url: "https://blog.example/7" }), site).url).toBe(
      "https://blog.example/7",
    );
  });

  test("bears the day its source gave it, else the day in the site's zone", () => {
    const late = Date.UTC(2026, 0, 4, 17);
    const given = { publishedAt: late, dateOn: "2026-01-04" };

    expect(frozenPost(aShownPost({ ...given, dateOnly: true }), site)).toMatchObject({ on: "2026-01-04" });
    expect(frozenPost(aShownPost({ ...given, dateOnly: false }), site)).toMatchObject({ on: "2026-01-05" });
  });

  test("without a date it bears the day it was first seen, and says so", () => {
    expect(frozenPost(aShownPost({ firstSeenAt: monday - day }), site)).toMatchObject({
      at: monday - day,
      on: "2026-01-04",
      isDated: false,
    });
    expect(frozenPost(aShownPost({ publishedAt: monday }), site).isDated).toBe(true);
  });

  test("its strings are one line each, and nothing hides in them", () => {
    const frozen = frozenPost(
      aShownPost({ title: "Bud\u202eget\r\n2026", sourceName: "The\n\u200bblog", text: "a\r\nBcc: b\u0000" }),
      site,
    );

    expect(frozen).toMatchObject({ title: "Budget 2026", sourceName: "The blog", summary: "a Bcc: b" });
  });

  test("of a very long text only the beginning is looked at, and no character is split there", () => {
    const frozen = frozenPost(
      aShownPost({ title: "x", text: `${"a".repeat(3_999)}😀${"b".repeat(100_000)}` }),
      site,
    );

    expect([...frozen.summary].length).toBeLessThanOrEqual(300);
    expect(frozen.summary).not.toMatch(/\p{Cs}/u);
  });

  test("keeps its categories as they are shown, and where else it was told", () => {
    const shownIn = [{ slug: "nlp", name: "NLP", posts: 4 }];
    const alsoAt = [{ source: "b", sourceName: "B", url: null }];

    expect(frozenPost(aShownPost({ shownIn, alsoAt }), site)).toMatchObject({
      categories: [{ slug: "nlp", name: "NLP" }],
      alsoAt,
      releasedAs: 3,
    });
  });
});
