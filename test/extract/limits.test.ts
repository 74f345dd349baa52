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

test("an item has no more categories, files and characters in anything than there is room for", async () => {
  const long = "x".repeat(300_000);
  const read = await extract(
    rss(`<item><title>One</title><guid>${long}</guid><link>https://a.example/${long}</link><author>${long.slice(0, 9_000)}</author>
      ${"<category>c</category>".repeat(9)}${Array.from({ length: 400 }, (_, n) => `<category>${n}${long.slice(0, 600)}</category>`).join("")}
      <enclosure url="https://a.example/${long}"/>
      ${Array.from({ length: 400 }, (_, n) => `<enclosure url="https://a.example/${n}" type="${long.slice(0, 600)}"/>`).join("")}
      </item>`),
    { kind: "feed" },
    null,
  );
  const [item] = read.items;

  expect(item).toMatchObject({ title: "One", guid: null, url: null });
  expect(item?.categories).toHaveLength(50);
  expect(item?.enclosures).toHaveLength(20);
  expect(item?.enclosures[0]?.url).toBe("https://a.example/0");
  expect(JSON.stringify(read).length).toBeLessThan(40_000);
});

test("what a feed says of itself has room for a line each", async () => {
  const long = "word ".repeat(60_000);
  const facts = ["title", "description", "language"].map((name) => `<${name}>${long}</${name}>`);
  const read = await extract(
    rss(
      "<item><title>a</title></item>",
      `${facts.join("")}<link>https://a.example/${"x".repeat(9_999)}</link>`,
    ),
    { kind: "feed" },
    null,
  );

  expect(read.items).toHaveLength(1);
  expect(JSON.stringify(read).length).toBeLessThan(6_000);
});

test("a text that grows eighteenfold when it is compared is kept as it is compared, and no longer than it was", async () => {
  const { items } = await extract(
    rss(`<item><title>a</title><description>${"\ufdfa".repeat(5_000)}</description></item>`),
    { kind: "feed" },
    null,
  );
  const text = items[0]?.text ?? "";

  expect(text.normalize("NFKC")).toBe(text);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(15_000);
  expect(text.length).toBeGreaterThan(5_000);
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
    [
      "folders in folders",
      [1, 2, 3]
        .map((card) => {
          const links = Array.from(
            { length: 3_000 },
            (_, n) => `<a href="/${"1/".repeat(n % 900)}${card}/">Folder ${n} of them</a>`,
          );
          return `<article><time>2026-01-0${card}</time>${links.join("")}</article>`;
        })
        .join(""),
    ],
    [
      "headings and pinned posts without end",
      `<main>${"<h2>Group of them</h2><div><a href=/news/p>Pinned</a></div>".repeat(4_000)}${"<article><h3><a href=/news/x>A post of it</a></h3><time>2026-01-02</time></article>".repeat(500)}</main>`,
    ],
    [
      "badges and days in titles",
      `<li><h3><a href=x>${"<b>置顶</b>".repeat(400)}Word</a></h3>${`<i title="2026-01-05 ${"1".repeat(300)}"></i>`.repeat(40)}</li>`.repeat(
        40,
      ),
    ],
    ["nested JSON-LD", `<script type="application/ld+json">${'{"@graph":['.repeat(50_000)}</script>`],
  ])("%s", async (_, text) => {
    const { items } = await extract(aPage(`<body>${text}`), { kind: "auto" }, null);
    expect(items.length).toBeLessThanOrEqual(500);
    await extract(aPage(`<body>${text}`), { kind: "selectors", item: "body" }, null);
  });
});
