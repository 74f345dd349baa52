import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { day } from "../../src/base/clock.ts";
import { slugOf } from "../../src/base/text.ts";
import { groupByCategory, type IssuePost, parseRule } from "../../src/domain/issue.ts";
import { monday } from "../support/builders.ts";

/** A post of an issue, in these categories. */
function aPost(id: number, names: readonly string[] = [], at = monday - id): IssuePost {
  return {
    id,
    title: `Post ${id}`,
    url: `https://blog.example/${id}`,
    sourceName: "Blog",
    at,
    on: "2026-01-05",
    isDated: true,
    summary: "",
    categories: names.map((name) => ({ slug: slugOf(name), name })),
    alsoAt: [],
    releasedAs: id,
  };
}

/** The sections in short: what each is called, and the ids of its posts. */
const grouped = (...[posts, wanted, order]: Parameters<typeof groupByCategory>) =>
  groupByCategory(posts, wanted, order).map((section) => [
    section.category?.name ?? null,
    section.posts.map(({ id }) => id),
  ]);

describe("parseRule", () => {
  test.each([
    ["Mon 08:00", 1, 8, 0],
    ["monday 08:00", 1, 8, 0],
    ["TUE 8:05", 2, 8, 5],
    ["Wednesday 00:00", 3, 0, 0],
    ["thu 23:59", 4, 23, 59],
    ["Fri   7:30", 5, 7, 30],
    [" Sat 19:00 ", 6, 19, 0],
    ["Sunday 20:15", 7, 20, 15],
  ])("%j is weekday %d at %d:%d", (written, weekday, hour, minute) => {
    expect(parseRule(written)).toEqual({ cadence: "weekly", weekday, hour, minute });
  });

  test.each([
    [""],
    ["Mon"],
    ["08:00"],
    ["Mon 24:00"],
    ["Mon 08:60"],
    ["Mon 8"],
    ["Mon 8:5"],
    ["Mon 008:00"],
    ["Mon08:00"],
    ["Mon 08:00:00"],
    ["Mon 08:00 UTC"],
    ["Mo 08:00"],
    ["Monkey 08:00"],
    ["Saturn 8:00"],
    ["Montag, 08:00"],
    ["Day 08:00"],
    ["周一 08:00"],
    ["1 08:00"],
    ["Mon -8:00"],
    ["Mon 08:00\nTue 08:00"],
  ])("%j is no rule", (written) => {
    expect(parseRule(written)).toBeNull();
  });
});

describe("groupByCategory", () => {
  const posts = [
    aPost(1, ["Python", "NLP"]),
    aPost(2, ["Audio"]),
    aPost(3, ["NLP"]),
    aPost(4),
    aPost(5, ["大模型"]),
  ];

  test("the configured order comes first, then names, then what has no category", () => {
    expect(grouped(posts, null, ["大模型", "nlp"])).toEqual([
      ["大模型", [5]],
      ["NLP", [1, 3]],
      ["Audio", [2]],
      [null, [4]],
    ]);
  });

  test("without an order a post stands in the first of its categories by name", () => {
    expect(grouped(posts, null, [])).toEqual([
      ["Audio", [2]],
      ["NLP", [1, 3]],
      ["大模型", [5]],
      [null, [4]],
    ]);
  });

  test("who wants some categories gets each post in the first of these, and nothing uncategorised", () => {
    expect(grouped(posts, ["python", "audio"], ["nlp"])).toEqual([
      ["Audio", [2]],
      ["Python", [1]],
    ]);
    expect(grouped(posts, ["nothing-like-it"], [])).toEqual([]);
    expect(grouped(posts, [], [])).toEqual([]);
  });

  test("inside a section the newest comes first, of the same instant the later one", () => {
    const same = [aPost(1, ["A"], monday - day), aPost(2, ["A"], monday), aPost(3, ["A"], monday)];

    expect(grouped(same, null, [])).toEqual([["A", [3, 2, 1]]]);
  });

  test("no posts, no sections; what is given is left as it was", () => {
    const given = Object.freeze([...posts]);

    expect(groupByCategory([], null, ["nlp"])).toEqual([]);
    expect(groupByCategory(given, null, ["nlp"]).length).toBeGreaterThan(0);
    expect(given).toEqual(posts);
  });

  const names = fc.uniqueArray(fc.constantFrom<string>("A", "B", "C", "D"));
  const somePosts = fc
    .array(fc.record({ names, at: fc.integer({ min: 0, max: 3 }) }), { maxLength: 8 })
    .map((all) => all.map((one, index) => aPost(index + 1, one.names, one.at)));
  const slugs = fc.uniqueArray(fc.constantFrom<string>("a", "b", "c", "d", "e"));

  test("each post stands once, where everything is wanted; else once or not at all", () => {
    fc.assert(
      fc.property(somePosts, fc.option(slugs, { nil: null }), slugs, (all, wanted, order) => {
        const sections = groupByCategory(all, wanted, order);
        const placed = sections.flatMap((section) => section.posts.map(({ id }) => id));
        const due = all.filter(
          (post) => wanted === null || post.categories.some(({ slug }) => wanted.includes(slug)),
        );

        expect(placed.toSorted()).toEqual(due.map(({ id }) => id).toSorted());
        expect(new Set(sections.map(({ category }) => category?.slug)).size).toBe(sections.length);
        for (const { category, posts: within } of sections) {
          expect(within.length).toBeGreaterThan(0);
          for (const post of within) {
            if (category === null) expect(post.categories).toEqual([]);
            else expect(post.categories).toContainEqual(category);
          }
        }
      }),
    );
  });

  test("the order of the posts given does not matter", () => {
    fc.assert(
      fc.property(somePosts, slugs, (all, order) => {
        expect(groupByCategory(all.toReversed(), null, order)).toEqual(groupByCategory(all, null, order));
      }),
    );
  });
});
