import { expect, test } from "vitest";
import { extract } from "../../src/extract/registry.ts";
import { aFeed } from "./pages.ts";

const read = (items: unknown, rest: object = {}) =>
  extract(
    aFeed(JSON.stringify({ version: "https://jsonfeed.org/version/1.1", title: "Site", items, ...rest })),
    { kind: "feed" },
    null,
  );

test("a JSON Feed gives its items and facts", async () => {
  const { items, feed, next } = await read(
    [
      {
        id: 7,
        url: "/p/7",
        title: "Seven",
        content_html: "<p>Text</p>",
        date_published: "2026-01-05T10:00:00Z",
        tags: ["a", "b"],
        authors: [{ name: "Ann" }],
        attachments: [{ url: "/a.mp3", mime_type: "audio/mpeg", size_in_bytes: 5 }],
      },
    ],
    { home_page_url: "/", description: "Notes", language: "en", next_url: "/feed?2" },
  );
  expect(items[0]).toMatchObject({
    title: "Seven",
    guid: "7",
    url: "https://site.example/p/7",
    text: "Text",
    html: "<p>Text</p>",
    publishedAt: Date.parse("2026-01-05T10:00:00Z"),
    categories: ["a", "b"],
    author: "Ann",
    enclosures: [{ url: "https://site.example/a.mp3", type: "audio/mpeg", length: 5 }],
  });
  expect(feed).toMatchObject({ title: "Site", link: "https://site.example/", subtitle: "Notes" });
  expect(next).toBe("https://site.example/feed?2");
});

test("the author of version 1.0 is known too", async () => {
  const { items } = await read([{ id: "1", content_text: "Hi", author: { name: "Ann" } }]);
  expect(items[0]).toMatchObject({ author: "Ann", title: "Hi", titleIsMade: true });
});

test("a wrong type costs its field, an item that is no object itself, and never the feed", async () => {
  const { items, notes } = await read([
    {
      id: "1",
      title: { no: "text" },
      tags: "none",
      date_published: 5,
      attachments: [null],
      content_text: "Still here",
    },
    "not an item",
    null,
    { id: "2", title: "Two" },
  ]);
  expect(items.map(({ guid, title }) => [guid, title])).toEqual([
    ["1", "Still here"],
    ["2", "Two"],
  ]);
  expect(notes).toEqual(["2 items are not written as JSON Feed wants them and were left out."]);
});

test("JSON that is not well-formed is read all the same, and one that breaks off says so", async () => {
  const start = '{"version":"https://jsonfeed.org/version/1.1","title":"Site","items":[';
  const readText = (text: string) => extract(aFeed(text), { kind: "feed" }, null);

  const odd = await readText(
    `${start}{"id":"1","title":"a,]","content_text":"one\n\ttwo",},],}<!-- 0.2 s -->`,
  );
  const cut = await readText(`${start}{"id":"1","title":"a"},{"id":"2","title":"b], {}`);

  expect(odd.items.map(({ title, text }) => [title, text])).toEqual([["a,]", "one\n\ttwo"]]);
  expect(odd.notes).toEqual([]);
  expect(cut.items.map(({ title }) => title)).toEqual(["a"]);
  expect(cut.notes).toEqual(["The feed breaks off; the items before the break were read."]);
  await expect(readText(`${start}{"id":"1"`)).rejects.toThrow(
    "The feed breaks off before its first item ends.",
  );
});
