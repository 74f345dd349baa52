import { describe, expect, test } from "vitest";
import { extract } from "../../src/extract/registry.ts";
import { aPage, atom, cards } from "./pages.ts";

const titles = [
  "Moss likes the north wall",
  "The old pump runs again",
  "Four maps of one town",
  "A clock from a wheel",
];
const read = (page: Parameters<typeof extract>[0], learned: Parameters<typeof extract>[2] = null) =>
  extract(page, { kind: "auto" }, learned);

test("a page that is a feed is read as one", async () => {
  const { kind, learned, items } = await read({
    ...atom("<entry><title>a</title><id>1</id></entry>"),
    contentType: "text/html",
  });
  expect({ kind, learned, count: items.length }).toEqual({
    kind: "feed",
    learned: { kind: "feed" },
    count: 1,
  });
});

test("a feed that the page advertises is named, the posts' before the comments'", async () => {
  const head = `<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
    <link rel="alternate" type="application/atom+xml" href="atom.xml">`;
  const { feedUrl, items, notes } = await read(cards(titles, { before: head, after: "" }));
  expect(feedUrl).toBe("https://site.example/list/atom.xml");
  expect(items).toHaveLength(4);
  expect(notes).toContain("The page advertises a feed: https://site.example/list/atom.xml");
});

test("repeated cards are found and written down as selectors that give the same posts", async () => {
  const page = cards(titles);
  const found = await read(page);
  expect(found.items.map(({ title }) => title)).toEqual(titles);
  expect(found.learned).toEqual({
    kind: "selectors",
    item: "article",
    title: "h2",
    link: "h2 a@href",
    date: "time@datetime",
  });
  expect(found.confidence).toBeGreaterThan(0.8);
  const plain = await extract(page, found.learned ?? { kind: "auto" }, null);
  expect(plain.items).toEqual(found.items);
});

test("cards without a title stay in a list where most have one", async () => {
  const page = cards(titles);
  const bare = { ...page, text: page.text.replace(/<h2>(?=<a href="\/p\/2").*?<\/h2>/, "") };
  const { items } = await read(bare);
  expect(items.map(({ title, titleIsMade, url }) => [title, titleIsMade, url === null])).toEqual([
    [titles[0], false, false],
    ["What The old pump runs again is about, told in a sentence or two", true, true],
    [titles[2], false, false],
    [titles[3], false, false],
  ]);
});

test("what stands around the posts changes nothing of them", async () => {
  const quiet = await read(cards(titles));
  const noisy = await read(
    cards(titles, {
      before:
        "<nav><ul><li><a href=/a>Home page</a></li><li><a href=/b>About us</a></li></ul></nav><div class=ad><a href=/x>Buy now</a></div>",
      after:
        "<aside><ul><li><a href=/p/3>Four maps of one town</a></li><li><a href=/p/9>Popular thing</a></li></ul></aside><footer>4711 visits</footer>",
    }),
  );
  expect(noisy.items).toEqual(quiet.items);
});

test("what was learned is used, and found anew when it finds nothing", async () => {
  const learned = { kind: "selectors", item: "main > article", title: "h2" } as const;
  const one = await read(cards(titles.slice(0, 1)), learned);
  expect(one.items).toHaveLength(1);
  expect(one.learned).toEqual(learned);
  const drifted = await read(cards(titles), { ...learned, item: "div.gone" });
  expect(drifted.items).toHaveLength(4);
  expect(drifted.learned).toMatchObject({ item: "article" });
  expect(drifted.notes).toContain("What was learned before finds nothing any more. The page was read anew.");
});

describe("what was learned and finds less than there is", () => {
  const learned = { kind: "selectors", item: "article", title: "h2", link: "h2 a@href" } as const;

  test.each([
    ["posts stand beside the list", { ...learned, item: "article:first-child" }],
    ["the titles are elsewhere", { ...learned, title: "h3" }],
    ["the dates are elsewhere", { ...learned, date: "b" }],
    ["what stood out before it is gone", { ...learned, item: "section.hero, article:not(:first-child)" }],
  ])("gives way to a new reading that says more: %s", async (_, old) => {
    const page = cards(titles);
    const fresh = await read(page);
    const found = await read(page, old);
    expect(found.learned).toEqual(fresh.learned);
    expect(found.items).toEqual(fresh.items);
    expect(found.notes.join("\n")).toMatch(/read anew/);
  });

  test("is kept where a new reading says no more", async () => {
    const page = cards(titles);
    const undated = { ...page, text: page.text.replace(/<time.*?<\/time>/g, "") };
    const found = await read(undated, { ...learned, date: "time@datetime" });
    expect(found.items).toHaveLength(4);
    expect(found.learned).toMatchObject({ ...learned, date: "time@datetime" });
  });

  test("is not looked into again for what nothing better was found for", async () => {
    const page = cards(titles, {
      before: "",
      after: `<section><h2>Our columns</h2>${[5, 6, 7].map((n) => `<p><a href="/p/${n}">Column number ${n} of the year</a></p>`).join("")}</section>`,
    });
    const { items, learned: first } = await read(page);
    const { learned: second } = await read(page, first);
    expect(second).toEqual({ ...first, lookedInto: "3 posts of the same kind stand beside the list." });

    const third = await read(page, second);
    expect(third.learned).toBe(second);
    expect(third.items).toEqual(items);
  });

  test("is joined with posts of the same kind in a template of their own", async () => {
    const page = cards(titles);
    const tile = (n: number) =>
      `<div class="tile"><h3><a href="/p/${n}">The news of hall ${n}, told briefly</a></h3><b>1${n} January 2026</b></div>`;
    const text = page.text.replace("</main>", `${[7, 8, 9].map(tile).join("")}</main>`);
    const { items, learned: both } = await read({ ...page, text }, learned);
    expect(items).toHaveLength(7);
    expect(both).toMatchObject({ item: "article, div.tile" });
  });
});

describe("structured data", () => {
  const ld = (posts: object[]) =>
    `<script type="application/ld+json">${JSON.stringify({ "@context": "https://schema.org", "@type": "Blog", blogPost: posts })}</script>`;

  test("adds what the cards do not show", async () => {
    const posts = titles.map((headline, index) => ({
      "@type": "BlogPosting",
      headline,
      url: `/p/${index + 1}`,
      datePublished: "2026-01-03T10:00:00Z",
      author: { "@type": "Person", name: "Ann" },
      articleSection: "Garden",
    }));
    const page = cards(titles, { before: ld(posts), after: "" });
    const { items } = await read({ ...page, text: page.text.replace(/<time.*?<\/time>/g, "") });
    expect(items[0]).toMatchObject({
      title: titles[0],
      author: "Ann",
      categories: ["Garden"],
      publishedAt: Date.parse("2026-01-03T10:00:00Z"),
    });
  });

  test("that the page does not show as links is not believed", async () => {
    const posts = [1, 2, 3].map((n) => ({ "@type": "BlogPosting", headline: `Hidden ${n}`, url: `/h/${n}` }));
    expect((await read(aPage(`<body>${ld(posts)}<p>Nothing here.</p></body>`))).items).toEqual([]);
  });
});

describe("a page that is no listing gives no posts and says so", () => {
  test.each([
    ["an empty page", ""],
    [
      "a login form",
      "<form><label>Name <input name=n></label><button>Log in</button></form><a href=/lost>Lost password</a>",
    ],
    [
      "a text with paragraphs",
      `<h1>On moss</h1>${"<p>Moss is a plant that asks for very little and gives back a good deal of green.</p>".repeat(6)}`,
    ],
    [
      "only a menu",
      "<nav><ul><li><a href=/>Home</a></li><li><a href=/about>About</a></li><li><a href=/contact>Contact</a></li></ul></nav>",
    ],
  ])("%s", async (_, body) => {
    const { items, notes, learned } = await read(aPage(`<html><body>${body}</body></html>`));
    expect({ items, learned }).toEqual({ items: [], learned: null });
    expect(notes).toContain("No list of posts was found on this page.");
  });
});

describe("the next page", () => {
  test.each([
    ['<a rel="next" href="?page=2">»</a>', "https://site.example/list/?page=2"],
    ['<a href="/list/page/2/">Older posts</a>', "https://site.example/list/page/2/"],
    ['<a href="/list/page/2/">下一页</a>', "https://site.example/list/page/2/"],
    ['<b>1</b> <a href="?page=2">2</a> <a href="?page=3">3</a>', "https://site.example/list/?page=2"],
    ['<a href="https://other.example/?page=2">next</a>', null],
    ["", null],
  ])("of %s is %s", async (after, next) => {
    expect((await read(cards(titles, { before: "", after }))).next).toBe(next);
  });
});
