import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { isoInstant } from "../../src/base/clock.ts";
import type { Item, Page } from "../../src/domain/page.ts";
import { dayOf } from "../../src/extract/dates/moment.ts";
import { extract } from "../../src/extract/registry.ts";
import { readingShape } from "../../src/extract/shape.ts";

const folder = new URL("./", import.meta.url);
const readAt = Date.parse("2026-01-14T12:00:00Z");

const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function fixture(name: string) {
  const source = parse(readFileSync(new URL(`${name}/source.yaml`, folder), "utf8"));
  const isHtml = existsSync(new URL(`${name}/page.html`, folder));
  const page: Page = {
    url: source.url,
    contentType: isHtml ? "text/html" : "text/plain",
    text: readFileSync(new URL(`${name}/page.${isHtml ? "html" : "txt"}`, folder), "utf8"),
    zone: source.zone,
    readAt,
  };
  const expected: Record<string, unknown>[] = JSON.parse(
    readFileSync(new URL(`${name}/items.json`, folder), "utf8"),
  );
  return { page, reading: readingShape.parse(source.read), expected };
}

/** What an expected item says, as the item found says it. */
function told(item: Item | undefined, expected: Record<string, unknown>, zone: string) {
  const date = item?.publishedAt == null ? null : dayOf(item.publishedAt, zone).toString();
  const text = item?.text ?? "";
  const said: Record<string, unknown> = {
    ...item,
    date,
    textStart: text.slice(0, String(expected.textStart).length),
    textEnd: text.slice(-String(expected.textEnd).length),
  };
  return Object.fromEntries(Object.keys(expected).map((key) => [key, said[key]]));
}

describe.each(names)("the listing %s", (name) => {
  test("gives the posts it shows, and nothing else", async () => {
    const { page, reading, expected } = fixture(name);
    const { items } = await extract(page, reading, null);
    expect(items.map((item, index) => told(item, expected[index] ?? {}, page.zone))).toEqual(expected);
  });

  test("gives the same posts when it is read again with what was learned", async () => {
    const { page, reading } = fixture(name);
    const first = await extract(page, reading, null);
    const second = await extract(page, reading, first.learned);
    const facts = (items: readonly Item[]) =>
      items.map(({ title, url, text, publishedAt }) => [title, url, text, isoInstant(publishedAt)]);
    expect(facts(second.items)).toEqual(facts(first.items));
  });

  test("gives the same posts with its selectors written down", async () => {
    const { page, reading } = fixture(name);
    const { items, learned } = await extract(page, reading, null);
    if (learned?.kind !== "selectors") return;
    const pinned = await extract(page, learned, null);
    const facts = (all: readonly Item[]) => all.map(({ title, url }) => [title, url]);
    expect(facts(pinned.items)).toEqual(facts(items));
  });
});
