import { describe, expect, test } from "vitest";
import { extract } from "../../src/extract/registry.ts";
import { aPage, cards, rss } from "./pages.ts";

test("of more than 500 items the first 500 are taken, with a note", async () => {
  const items = Array.from({ length: 600 }, (_, index) => `<item><title>n ${index}</title></item>`).join("");
  const read = await extract(rss(items), { kind: "feed" }, null);
  expect(read.items).toHaveLength(500);
  expect(read.items[0]?.title).toBe("n 0");
  expect(read.notes).toContain("The page holds more than 500 items; the first 500 were taken.");
});

test("a listing of ten thousand cards is read within its limit", async () => {
  const titles = Array.from({ length: 10_000 }, (_, index) => `Post number ${index}`);
  const { items } = await extract(cards(titles), { kind: "auto" }, null);
  expect(items).toHaveLength(500);
});

test("a title is at most 500 characters, with an ellipsis where it was cut", async () => {
  const { items } = await extract(
    rss(`<item><title>${"word ".repeat(1_000)}</title></item>`),
    { kind: "feed" },
    null,
  );
  const title = items[0]?.title ?? "";
  expect(title.length).toBeLessThanOrEqual(501);
  expect(title.endsWith("…")).toBe(true);
});

// What is quadratic takes minutes here: the time a test may take at all is the bound.
describe("a page made to be slow is read in time, or not at all", () => {
  test.each([
    ["nested elements", "<div>x".repeat(200_000)],
    ["lists never closed", "<ul><li>x".repeat(100_000)],
    ["links never closed", "<a href=x>y".repeat(100_000)],
    ["less-than signs", "<".repeat(500_000)],
    ["comments never closed", "<!--".repeat(200_000)],
    ["quotes never closed", "<a b='".repeat(100_000)],
    ["ends without a start", `${"<b>".repeat(200)}${"</x>".repeat(200_000)}`],
    ["things like dates", `<p>${"1 2 january 3 ".repeat(40_000)}</p>`],
    ["paragraphs without end", "<p>word word word</p>".repeat(40_000)],
    ["100,000 short posts", "<li><a href=x>Some post of it</a><time>2026-01-02</time>".repeat(100_000)],
    [
      "dates without end",
      `<article><h2>A post</h2><time>${"1 ".repeat(100_000)}</time><p>${"3 days ".repeat(30_000)}</p></article>`.repeat(
        10,
      ),
    ],
    [
      "titles and texts without end",
      `<article><h2><a href=x>${"Word ".repeat(18_000)}</a></h2><p>${"中文字，".repeat(15_000)}</p></article>`.repeat(
        10,
      ),
    ],
    [
      "tags never closed in each other",
      `<li><b><i><u><a href=x>${"some words of it ".repeat(4)}`.repeat(30_000),
    ],
    ["nested JSON-LD", `<script type="application/ld+json">${'{"@graph":['.repeat(50_000)}</script>`],
  ])("%s", async (_, text) => {
    const { items } = await extract(aPage(`<body>${text}`), { kind: "auto" }, null);
    expect(items.length).toBeLessThanOrEqual(500);
    await extract(aPage(`<body>${text}`), { kind: "selectors", item: "body" }, null);
  });
});
