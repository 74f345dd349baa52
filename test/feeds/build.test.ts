import { describe, expect, test } from "vitest";
import { buildFeed } from "../../src/feeds/build.ts";
import { childrenOf, parseXml, textOf } from "../../src/feeds/xml.ts";
import { anAbout, aPost, monday } from "./posts.ts";
import { jsonFeed, readEverywhere, rssItems } from "./readers.ts";

const tags = (posts: readonly { readonly tag: string }[]) => posts.map(({ tag }) => tag);

describe("a built feed", () => {
  test("has the posts in the order they were given, in every format", async () => {
    const posts = [aPost({ id: 7 }), aPost({ id: 9 }), aPost({ id: 8 })];

    const { files, leftOut } = buildFeed(anAbout(), posts);

    expect(leftOut).toEqual([]);
    for (const [reader, items] of Object.entries(await readEverywhere(files))) {
      expect(
        items.map(({ id }) => id),
        reader,
      ).toEqual(tags(posts));
    }
  });

  test("is the same bytes for the same posts", () => {
    const posts = () => [aPost({ id: 1, html: "<p>x</p>" }), aPost({ id: 2, url: null })];

    const [first, second] = [buildFeed(anAbout(), posts()), buildFeed(anAbout(), posts())];

    expect(first.files.atom.equals(second.files.atom)).toBe(true);
    expect(first.files.rss.equals(second.files.rss)).toBe(true);
    expect(first.files.json.equals(second.files.json)).toBe(true);
  });

  test("was updated when its newest post was, wherever that stands", () => {
    const posts = [aPost({ id: 1, updatedAt: monday }), aPost({ id: 2, updatedAt: monday + 5_000 })];

    const atom = parseXml(buildFeed(anAbout(), posts).files.atom.toString());

    expect(textOf(childrenOf(atom, "updated")[0])).toBe("2026-01-05T07:00:05.000Z");
  });

  test("without posts is a proper feed of a fixed instant", async () => {
    const { files } = buildFeed(anAbout({ emptyAt: monday - 1_000 }), []);

    expect(Object.values(await readEverywhere(files)).flat()).toEqual([]);
    expect(textOf(childrenOf(parseXml(files.atom.toString()), "updated")[0])).toBe(
      "2026-01-05T06:59:59.000Z",
    );
  });

  test("sends a reader to the post's page at our site where the post has no address", async () => {
    const posts = [aPost({ id: 4, url: null }), aPost({ id: 5, url: "javascript:alert(1)" })];

    const everywhere = await readEverywhere(buildFeed(anAbout(), posts).files);

    for (const items of Object.values(everywhere)) {
      expect(items.map(({ link }) => link)).toEqual([
        "https://digest.example.org/p/4",
        "https://digest.example.org/p/5",
      ]);
    }
  });

  test("shows no date that cannot be: the post's place in time stands in for it", () => {
    const posts = [
      aPost({ id: 1, publishedAt: Date.UTC(1970, 0, 1), orderAt: monday }),
      aPost({ id: 2, publishedAt: Date.UTC(2031, 0, 1), orderAt: monday }),
      aPost({ id: 3, publishedAt: null, orderAt: monday }),
      aPost({ id: 5, publishedAt: monday + 3_600_000, orderAt: monday + 3_600_000 }),
      aPost({ id: 4, publishedAt: Number.NaN, orderAt: Number.NaN, firstSeenAt: monday }),
    ];

    const { items } = jsonFeed(buildFeed(anAbout(), posts).files);

    for (const item of items) expect(item.date_published).toBe("2026-01-05T07:00:00.000Z");
  });

  test("names an author without the mail address, and itself where a post has none", () => {
    const posts = [
      aPost({ id: 1, author: "Ann Lee <ann@notes.example>" }),
      aPost({ id: 2, author: "bob@notes.example (Bob)" }),
      aPost({ id: 3, author: "only@notes.example" }),
    ];

    const { files } = buildFeed(anAbout(), posts);

    expect(jsonFeed(files).items.map(({ authors }) => authors?.[0]?.name)).toEqual([
      "Ann Lee",
      "Bob",
      undefined,
    ]);
    expect(jsonFeed(files).authors).toEqual([{ name: "The editors" }]);
    expect(`${files.atom}${files.rss}${files.json}`).not.toContain("@notes.example");
  });

  test("credits the source and every other place where a post was told", () => {
    const post = aPost({
      alsoAt: [
        { source: "b", sourceName: "B & co", url: "https://b.example/1" },
        { source: "c", sourceName: "C", url: null },
      ],
    });

    const { files } = buildFeed(anAbout(), [post]);

    const entry = childrenOf(parseXml(files.atom.toString()), "entry")[0];
    const via =
      entry === undefined
        ? []
        : childrenOf(entry, "link").filter(({ attributes }) => attributes.rel === "via");
    expect(via.map(({ attributes }) => [attributes.title, attributes.href])).toEqual([
      ["Notes", "https://notes.example/"],
      ["B & co", "https://b.example/1"],
    ]);
    const item = rssItems(parseXml(files.rss.toString()))[0];
    const source = item === undefined ? undefined : childrenOf(item, "source")[0];
    expect([textOf(source), source?.attributes.url]).toEqual(["Notes", "https://notes.example/"]);
    expect(item && childrenOf(item, "atom:link").map(({ attributes }) => attributes.href)).toEqual([
      "https://b.example/1",
    ]);
  });

  test("names its hub in every format, and none when there is none", () => {
    const at = (hub: string | null) => {
      const { files } = buildFeed(anAbout({ hub }), []);
      return [files.atom, files.rss, files.json].map((file) => file.includes("https://hub.example/"));
    };

    expect(at("https://hub.example/")).toEqual([true, true, true]);
    expect(at(null)).toEqual([false, false, false]);
  });
});

describe("a post that cannot be written", () => {
  test.each([
    ["has an id that is no address", { tag: "not an id" }, /Invalid URL/],
    ["has an id that reads otherwise", { tag: "tag:é.example,2026-01-05:2" }, /the id .* reads as/],
    ["has a change date that is none", { updatedAt: Number.NaN }, /no date/],
    ["has a change date beyond all calendars", { updatedAt: 1e20 }, /no date/],
    ["has the id of another", { tag: aPost({ id: 1 }).tag }, /another post/],
  ])("is left out and named when it %s", async (_, said, reason) => {
    const posts = [aPost({ id: 1 }), aPost({ id: 2, ...said }), aPost({ id: 3 })];

    const { files, leftOut } = buildFeed(anAbout(), posts);

    expect(leftOut).toEqual([{ id: 2, reason: expect.stringMatching(reason) }]);
    for (const items of Object.values(await readEverywhere(files))) {
      expect(items.map(({ id }) => id)).toEqual(tags([aPost({ id: 1 }), aPost({ id: 3 })]));
    }
  });

  test("leaves the very bytes it would leave if it had not been there", () => {
    const posts = [aPost({ id: 1 }), aPost({ id: 3 })];

    const { files } = buildFeed(anAbout(), [...posts, aPost({ id: 2, tag: "not an id" })]);

    expect(files.atom.equals(buildFeed(anAbout(), posts).files.atom)).toBe(true);
  });

  test("a feed without a proper address of its own is refused as a whole", () => {
    expect(() => buildFeed(anAbout({ pageUrl: "javascript:alert(1)" }), [aPost()])).toThrow(
      /no address for a feed/,
    );
  });
});
