import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Page } from "../../src/domain/page.ts";
import { isLong } from "../support/long.ts";
import * as ways from "./mutations.ts";
import { type Looked, watch } from "./watched.ts";

const folder = new URL("./", import.meta.url);
const botCheck = readFileSync(new URL("none-bot-check.html", folder), "utf8");

/** The fixtures that are web pages and read with nothing known of them. */
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/page.html`, folder)))
  .map(({ name }) => name)
  .filter((name) => sourceOf(name).read.kind === "auto");

function sourceOf(name: string) {
  return parse(readFileSync(new URL(`${name}/source.yaml`, folder), "utf8"));
}

function pageOf(name: string): Page {
  const { url, zone } = sourceOf(name);
  const text = readFileSync(new URL(`${name}/page.html`, folder), "utf8");
  return { url, contentType: "text/html", text, zone, readAt: Date.parse("2026-01-14T12:00:00Z") };
}

const same = { renamed: ways.renamed, wrapped: ways.wrapped, moved: ways.moved, reversed: ways.reversed };
const joined = { promoted: ways.promoted, preceded: ways.preceded };
const gone = { emptied: ways.emptied, notFound: ways.notFound, botCheck: null };
const half = { halved: ways.halved, otherwise: ways.halvedOtherwise };
const all = { ...same, ...joined, ...gone, ...half };

type Way = keyof typeof all;
const wayNames = Object.keys(all) as Way[];

/** What cannot be told from a post: a box among posts that are boxes, all of them without a name. */
const blind = ["linkblog, preceded", "linkblog, otherwise", "releases-sections, promoted"];

/** Every second fixture is changed in one of the ways; in the long form each of them in all. */
const cases = names
  .flatMap((name, n) =>
    wayNames
      .filter((_, way) => isLong || (n % 2 === 0 && (way - n) % wayNames.length === 0))
      .map((way) => [name, way] as const),
  )
  .filter(([name, way]) => !blind.includes(`${name}, ${way}`));

/** A page changed in a way, by what was learned of it; null where it has no such way. */
function changed(page: Page, item: string, way: Way): Page | null {
  const change = all[way];
  return change === null ? { ...page, text: botCheck } : ways.mutated(page, item, change);
}

/** The page before, changed, and as before once more. */
async function seen(name: string, way: Way) {
  const page = pageOf(name);
  const source = await watch(page);
  const before = await source.lookAt();
  const learned = await source.learned();
  const item = learned?.kind === "selectors" ? learned.item : null;
  const after = item === null ? null : changed(page, item, way);
  if (after === null) return null;
  return { before, during: await source.lookAt(after), back: await source.lookAt(page) };
}

const nothing: Looked = { news: [], items: 0, outcome: "empty" };

describe.each(cases)("%s, %s", (name, way) => {
  test("brings no post that is none, and none twice", async () => {
    const looks = await seen(name, way);
    if (looks === null) return;
    const { before, during, back } = looks;

    if (way in gone) expect(during).toEqual(nothing);
    else if (way in half) expect(during.news.filter((title) => !title.startsWith(ways.newTitle))).toEqual([]);
    else expect(during).toEqual({ news: [], items: before.items, outcome: "new" });
    expect(back).toEqual({ news: [], items: before.items, outcome: "new" });
  });
});
