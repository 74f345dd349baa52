import { describe, expect, test } from "vitest";
import { day } from "../../src/base/clock.ts";
import { choose, variantKey } from "../../src/digest/compose.ts";
import { frozenPost } from "../../src/domain/frozen.ts";
import type { ShownPost } from "../../src/domain/post.ts";
import { aPost, monday } from "./posts.ts";

function aShownPost(said: Partial<ShownPost> = {}): ShownPost {
  return {
    key: "url:https://blog.example.org/1",
    keys: { guid: null, url: "url:https://blog.example.org/1", text: null },
    title: "Budget",
    titleIsMade: false,
    url: "https://blog.example.org/1",
    publishedAt: monday,
    dateOnly: false,
    dateOn: "2026-01-05",
    categories: ["raw"],
    author: null,
    text: null,
    html: null,
    image: null,
    enclosures: [],
    id: 1,
    source: "blog",
    tag: "tag:digest.example.org,2026-01-05:1",
    firstSeenAt: monday + day,
    orderAt: monday,
    updatedAt: monday,
    held: false,
    releasedAs: 4,
    sourceName: "Blog",
    sourceUrl: "https://blog.example.org/",
    shownIn: [{ slug: "nlp", name: "NLP" }],
    alsoAt: [],
    ...said,
  };
}

const site = { url: "https://digest.example.org", timeZone: "UTC" };
const frozen = (said: Partial<ShownPost>) => frozenPost(aShownPost(said), site);
const summaryOf = (title: string, text: string) => frozen({ title, text })?.summary;

describe("a post as it is frozen", () => {
  test("has its address, source, date and shown categories", () => {
    expect(frozen({})).toEqual({
      id: 1,
      title: "Budget",
      url: "https://blog.example.org/1",
      sourceName: "Blog",
      at: monday,
      isDated: true,
      on: "2026-01-05",
      summary: "",
      categories: [{ slug: "nlp", name: "NLP" }],
      alsoAt: [],
      releasedAs: 4,
    });
  });

  test("without an address links to its page at our site", () => {
    expect(frozen({ url: null })?.url).toBe("https://digest.example.org/p/1");
  });

  test("without a date stands at the day it was first seen, and says so", () => {
    expect(frozen({ publishedAt: null })).toMatchObject({ at: monday + day, isDated: false });
  });

  test("has a summary of at most 300 characters, on one line", () => {
    const summary = frozen({ text: `one\n\n${"字".repeat(2_000)}` })?.summary ?? "";

    expect([...summary].length).toBeLessThanOrEqual(300);
    expect(summary).toMatch(/^one 字+…$/);
  });

  test("does not say its title again", () => {
    expect(summaryOf("Budget", "Budget\n\nThe numbers are in.")).toBe("The numbers are in.");
    expect(summaryOf("Budget", "BUDGET: the numbers are in.")).toBe("the numbers are in.");
    expect(summaryOf("预算公布", "预算公布。数字在此。")).toBe("数字在此。");
    expect(summaryOf("Budget", "Budget")).toBe("");
    expect(summaryOf("Budget", "")).toBe("");
  });

  test("keeps a text that only begins like its title", () => {
    expect(summaryOf("Python 3", "Python 3.15 is out.")).toBe("Python 3.15 is out.");
    expect(summaryOf("发布", "发布会在明天。")).toBe("发布会在明天。");
  });

  test("goes on where a title that was cut out of the text ends", () => {
    expect(summaryOf("We are glad to…", "We are glad to tell you more.")).toBe("…tell you more.");
    expect(summaryOf("我们很高兴地…", "我们很高兴地宣布新模型。")).toBe("…宣布新模型。");
  });
});

describe("what a variant shows", () => {
  const posts = [
    ...[1, 2, 3, 4, 5].map((id) => aPost({ id, in: ["Busy"], at: monday + id })),
    aPost({ id: 6, in: ["Quiet"], at: monday - day }),
  ];

  test("the newest of every category comes before a busy category's second", () => {
    const { sections, shown, total } = choose(posts, null, [], 3);

    expect(sections.map(({ total: all, posts: some }) => [all, some.map(({ id }) => id)])).toEqual([
      [5, [5, 4]],
      [1, [6]],
    ]);
    expect([shown, total]).toEqual([3, 6]);
  });

  test("only what is wanted, in the order configured", () => {
    expect(choose(posts, ["quiet"], [], 60).sections.map(({ category }) => category?.slug)).toEqual([
      "quiet",
    ]);
    expect(choose(posts, null, ["quiet"], 60).sections.map(({ category }) => category?.slug)).toEqual([
      "quiet",
      "busy",
    ]);
    expect(choose(posts, ["nothing"], [], 60).total).toBe(0);
  });

  test("the same choice has the same key, however it was written", () => {
    expect(variantKey("en", null)).toBe("en|*");
    expect(variantKey("zh", ["python", "nlp", "nlp"])).toBe("zh|nlp,python");
  });
});
