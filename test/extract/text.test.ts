import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { squash } from "../../src/base/text.ts";
import { identify } from "../../src/domain/post.ts";
import { extract } from "../../src/extract/registry.ts";
import { aPage, readAt } from "./pages.ts";

const read = async (text: string, contentType = "text/plain") =>
  (await extract(aPage(text, { contentType }), { kind: "text" }, null)).items;
const facts = async (text: string) =>
  (await read(text)).map(({ text, categories, publishedAt }) => [
    text,
    categories[0] ?? null,
    publishedAt === null ? null : new Date(publishedAt).toISOString().slice(0, 10),
  ]);

const long = "A sentence with quite enough words in it to be the text of a post and nothing else";

test("a post without category and date has neither, whatever stands before it", async () => {
  expect(await facts(`Notes\n2026-01-05\n${long} one...\n${long} two...\n`)).toEqual([
    [`${long} one...`, "Notes", "2026-01-05"],
    [`${long} two...`, null, null],
  ]);
});

test("a date alone belongs to the post that follows", async () => {
  expect(await facts(`${long} one…\n5 January 2026\n${long} two…`)).toEqual([
    [`${long} one…`, null, null],
    [`${long} two…`, null, "2026-01-05"],
  ]);
});

test("headers and pagers in any words are no posts", async () => {
  const listing = `${long} one...\n${long} two...`;
  for (const [head, foot] of [
    ["WELCOME\n\nNEWEST\n", "\n1 2 3"],
    ["最新文章\n", "\n上一页 下一页"],
    ["Our blog\nAll posts\n\n", "\nOlder posts"],
  ]) {
    expect((await facts(`${head}${listing}${foot}`)).map(([text]) => text)).toEqual([
      `${long} one...`,
      `${long} two...`,
    ]);
  }
});

test("lines of one post stay together, up to the ellipsis or the blank line", async () => {
  expect(await facts(`Input: 1\n1 2 3\n------\n${long} one...\n${long} two...`)).toHaveLength(2);
  expect((await facts(`${long}.\nMore of it.\n\n${long}!\n\n${long}?`)).map(([text]) => text)).toEqual([
    `${long}.\nMore of it.`,
    `${long}!`,
    `${long}?`,
  ]);
});

test("line ends and white space make no other post of it", async () => {
  const keys = async (text: string) =>
    identify(await read(text), { listingUrl: "https://site.example/", zone: "UTC" }, readAt).map(
      ({ key }) => key,
    );
  const text = `${long} one...\nNotes\n2026-01-05\n${long}\n${long} two...`;
  expect(await keys(text.replaceAll("\n", "\r\n"))).toEqual(await keys(text));
  expect(await keys(`${long} one...\n${long} ${long} two...`)).toEqual(await keys(text));
});

test("a web page that is one block of text is read alike", async () => {
  const items = await read(
    `<html><body><pre>Notes\n2026-01-05\n${long} one...\n${long} two...</pre></body></html>`,
    "text/html",
  );
  expect(items.map(({ categories }) => categories)).toEqual([["Notes"], []]);
});

test("an empty text gives no posts, and says so", async () => {
  const { items, notes } = await extract(aPage("", { contentType: "text/plain" }), { kind: "text" }, null);
  expect(items).toEqual([]);
  expect(notes).toEqual(["The text holds no posts that can be told apart."]);
});

const folder = new URL("../../../shared/corpora/captures/", import.meta.url);
const isThere = existsSync(folder);

interface Expected {
  readonly file: string;
  readonly posts: readonly {
    category: string | null;
    date: string | null;
    textStart: string;
    textEnd: string;
  }[];
}

describe.skipIf(!isThere)(
  isThere ? "the captures" : "the captures (skipped: they are not beside the repository)",
  () => {
    test("come out as expected, post by post", async () => {
      const { files }: { files: readonly Expected[] } = JSON.parse(
        readFileSync(new URL("expected.json", folder), "utf8"),
      );
      for (const { file, posts } of files) {
        const items = await facts(readFileSync(new URL(file, folder), "utf8"));
        const found = items.map(([text, category, date]) => {
          const signs = [...squash(text ?? "")];
          return {
            category,
            date,
            textStart: signs.slice(0, 40).join(""),
            textEnd: signs.slice(-20).join(""),
          };
        });
        expect(found).toEqual(posts);
      }
    });
  },
);
