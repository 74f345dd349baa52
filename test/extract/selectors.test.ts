import { describe, expect, test } from "vitest";
import { extract } from "../../src/extract/registry.ts";
import { readingShape } from "../../src/extract/shape.ts";
import { aPage } from "./pages.ts";

const page = aPage(`<html lang="en"><head><title>Board</title></head><body><ul>
  <li data-id="/t/1" title="One"><b>First thing</b> <a href="/c/x" rel="tag">Lost</a> <time datetime="2026-01-05">then</time><p>Text of one.</p></li>
  <li data-id="/t/2" title="Two"><b>Second thing</b> <time>6 January 2026</time><p>Text of two.</p><img src="i.png"></li>
  </ul><a class="next" href="?p=2">on</a><template><li>not me</li></template></body></html>`);

const read = (selectors: object) =>
  extract(page, readingShape.parse({ kind: "selectors", ...selectors }), null);

test("each part is read from where its selector says, an attribute after @, the item itself without a selector", async () => {
  const { items, next, title, language } = await read({
    item: "li",
    title: "@title",
    link: "@data-id",
    date: "time",
    summary: "p",
    category: "a",
    image: "img",
    next: ".next",
  });
  expect({ next, title, language }).toEqual({
    next: "https://site.example/list/?p=2",
    title: "Board",
    language: "en",
  });
  expect(items).toMatchObject([
    {
      title: "One",
      url: "https://site.example/t/1",
      publishedAt: Date.UTC(2026, 0, 5),
      categories: ["Lost"],
      text: "One\nText of one.",
      html: "<p>Text of one.</p>",
    },
    {
      title: "Two",
      url: "https://site.example/t/2",
      publishedAt: Date.UTC(2026, 0, 6),
      categories: [],
      image: "https://site.example/list/i.png",
    },
  ]);
});

test("parts that are not named are looked for where cards have them", async () => {
  const { items } = await read({ item: "li", title: "b" });
  expect(items.map(({ title, publishedAt, categories }) => [title, publishedAt, categories])).toEqual([
    ["First thing", Date.UTC(2026, 0, 5), ["Lost"]],
    ["Second thing", Date.UTC(2026, 0, 6), []],
  ]);
});

test("a selector that matches nothing gives no items, or no such part, and a note that says which", async () => {
  expect(await read({ item: "article" })).toMatchObject({
    items: [],
    confidence: 0,
    notes: ['No element matches the item selector "article".'],
  });
  expect((await read({ item: "li", date: ".when" })).notes).toEqual([
    'The date selector ".when" matches nothing.',
  ]);
});

test("the text of a card is the same when its counters and dates change", async () => {
  const card = (views: number, when: string) =>
    aPage(
      `<div class="c"><h3>A title</h3><span>${views} views</span><time>${when}</time><p>The text of it stays.</p><a href="/x">Read more</a></div>`,
    );
  const text = async (views: number, when: string) =>
    (await extract(card(views, when), { kind: "selectors", item: ".c" }, null)).items[0]?.text;
  expect(await text(3, "yesterday")).toBe("A title\nThe text of it stays.");
  expect(await text(4711, "2 days ago")).toBe("A title\nThe text of it stays.");
});

test("links in a card's markup are relative to the page's base", async () => {
  const based = aPage('<base href="/deep/"><div class="c"><h3>A</h3><p>See <a href="b">b</a></p></div>');
  const { items } = await extract(based, { kind: "selectors", item: ".c" }, null);
  expect(items[0]?.html).toBe('<p>See <a href="https://site.example/deep/b">b</a></p>');
});

test("a box around all cards that their selector matches is no card; a lone card with a list of its tags is one", async () => {
  const items = async (body: string, item: string) =>
    (await extract(aPage(body), { kind: "selectors", item }, null)).items.map(({ title }) => title);
  const card = (n: number) =>
    `<section><h2><a href="/p/${n}">Story number ${n}</a></h2><p>Told.</p></section>`;
  const tags = "<ul><li><a href=/tag/a>Sea</a></li><li><a href=/tag/b>Wind</a></li></ul>";

  expect(await items(`<section><div>${[1, 2, 3].map(card).join("")}</div></section>`, "section")).toEqual([
    "Story number 1",
    "Story number 2",
    "Story number 3",
  ]);
  expect(await items(`<ol><li><h2><a href="/p/1">The only story</a></h2>${tags}</li></ol>`, "li")).toEqual([
    "The only story",
  ]);
});

describe("the shape of a reading", () => {
  const faults = (reading: unknown) =>
    readingShape.safeParse(reading).error?.issues.map(({ message }) => message);

  test("names the known kinds when there is no such kind", () => {
    expect(faults({ kind: "css" })).toEqual([
      'no extractor is called "css". Known: feed, selectors, auto, text.',
    ]);
    expect(faults({})).toEqual(["wants a kind. Known: feed, selectors, auto, text."]);
    expect(faults("auto")).toEqual(["wants a kind. Known: feed, selectors, auto, text."]);
  });

  test("refuses unknown keys, a missing item and what is no CSS", () => {
    expect(faults({ kind: "feed", item: "x" })).toHaveLength(1);
    expect(faults({ kind: "selectors", item: "li", titel: "h2" })).toHaveLength(1);
    expect(faults({ kind: "selectors" })).toHaveLength(1);
    expect(faults({ kind: "selectors", item: "li[" })?.[0]).toMatch(/^is no CSS selector: /);
    expect(faults({ kind: "selectors", item: "li", title: "h2::" })?.[0]).toMatch(/^is no CSS selector: /);
    expect(faults({ kind: "selectors", item: "" })?.[0]).toBe("is no CSS selector: the selector is empty.");
  });

  test("takes each kind as it is written", () => {
    for (const kind of ["feed", "auto", "text"]) expect(readingShape.parse({ kind })).toEqual({ kind });
    const reading = { kind: "selectors", item: "li", link: "@href", title: "" };
    expect(readingShape.parse(reading)).toEqual(reading);
  });
});

test("a word beside the date is the post's category, but for a badge and its writer", async () => {
  const card = (beside: string) =>
    `<article><h2><a href="/p">A post of it</a></h2><p><time>2026-01-05</time> ${beside}</p></article>`;
  const categoriesOf = async (beside: string) => {
    const { items } = await extract(aPage(card(beside)), { kind: "selectors", item: "article" }, null);
    return items[0]?.categories;
  };

  expect(await categoriesOf("<span>Gardening</span>")).toEqual(["Gardening"]);
  expect(await categoriesOf("<span>Trees, Soil</span>")).toEqual(["Trees", "Soil"]);
  expect(await categoriesOf("<i class='fa fa-folder'></i> <span>Gardening</span>")).toEqual(["Gardening"]);
  expect(await categoriesOf("<i class='fa fa-user'></i> <span>Gardening</span>")).toEqual([]);
  expect(await categoriesOf("<span>Pinned</span>")).toEqual([]);
  expect(await categoriesOf("<span>置顶</span>")).toEqual([]);
  expect(await categoriesOf("<cite>Gardening</cite>")).toEqual([]);
  expect(await categoriesOf("<span><a href='/user/7'>Gardening</a></span>")).toEqual([]);
});
