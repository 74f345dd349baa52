import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { extract } from "../../src/extract/registry.ts";

const folder = new URL("./", import.meta.url);

/** Fixtures, and where their pages count something that goes up from one look to the next. */
const counted: readonly (readonly [string, RegExp])[] = [
  ["forum", /(?<=<dd class="(?:posts|views)">)\d+/g],
  ["notices-ko", /(?<=<td class="td-hit">)\d+/g],
  ["relative-en", /(?<=<span>)\d+(?=<\/span>)|\d+(?= comments<)/g],
  ["relative-ja", /(?<=♡ )\d+/g],
  ["relative-ko", /(?<=조회 )\d+|(?<=<span class="cmt-cnt">\[)\d+/g],
  ["relative-zh", /\d+(?= 条回复)/g],
  ["topics", /(?<=<span class="(?:posts|views)" title="\w+">)\d+/g],
  ["two-rows", /\d+(?= points<)|\d+(?=&nbsp;comments<)/g],
];

function read(name: string, text: (page: string) => string) {
  const source = parse(readFileSync(new URL(`${name}/source.yaml`, folder), "utf8"));
  const page = {
    url: source.url,
    contentType: "text/html",
    text: text(readFileSync(new URL(`${name}/page.html`, folder), "utf8")),
    zone: source.zone,
    readAt: Date.parse("2026-01-14T12:00:00Z"),
  };
  return extract(page, { kind: "auto" }, null);
}

test.each(counted)("the posts of %s stay what they are while counters go up", async (name, counter) => {
  const before = await read(name, (page) => page);
  const after = await read(name, (page) => page.replace(counter, (number) => String(Number(number) + 1_000)));
  const said = ({ items }: typeof before) => items.map(({ title, url, text }) => ({ title, url, text }));
  expect(said(after)).toEqual(said(before));
});
