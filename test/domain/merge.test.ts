import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { day } from "../../src/base/clock.ts";
import { merge } from "../../src/domain/post.ts";
import { monday } from "../support/builders.ts";
import { aContent, contents } from "./items.ts";

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

  test.each([
    [
      "https://a.example/1?utm_campaign=1",
      "https://a.example/1?utm_campaign=2",
      "https://a.example/1?utm_campaign=1",
    ],
    ["https://a.example/1", "https://a.example/1?utm_campaign=2", "https://a.example/1"],
    ["https://a.example/1?utm_campaign=1", "https://a.example/1", "https://a.example/1"],
    [
      "http://a.example/1?utm_campaign=1",
      "https://a.example/1?utm_campaign=1",
      "https://a.example/1?utm_campaign=1",
    ],
    ["https://a.example/#one", "https://a.example/#two", "https://a.example/#two"],
  ])("an address changes when it leads elsewhere, not with who led there: %s, %s", (kept, seen, url) => {
    expect(merge(aContent({ url: kept }), aContent({ url: seen })).content.url).toBe(url);
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
