import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Instant, isoInstant } from "../../src/base/clock.ts";
import { messageOf } from "../../src/base/errors.ts";
import { safeHttpUrl } from "../../src/base/url.ts";
import type { Extraction, Item, Page } from "../../src/domain/page.ts";
import { textOf } from "../../src/extract/clean.ts";
import { extract } from "../../src/extract/registry.ts";
import { decodeBytes } from "../../src/fetch/decode.ts";
import { scored } from "./scored.ts";

type Values = Readonly<Record<string, unknown>>;

interface Case {
  readonly file: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expect: { readonly feed?: Values; readonly entries?: Readonly<Record<string, Values>> };
}

interface Result {
  readonly file: string;
  readonly ok: boolean;
  readonly error?: string;
  readonly feed?: Values;
  readonly entries?: readonly Values[];
}

/** Fields of the cases that Postwire keeps nowhere. */
const leftOut: Readonly<Record<"feed" | "entries", readonly string[]>> = {
  feed: ["rights", "categories", "published", "created"],
  entries: ["rights", "created", "expired", "subtitle"],
};

/** Reads each file as a feed; scored once as the cases are, once with the fields that Postwire keeps alone. */
export async function feeds(folder: string): Promise<void> {
  const lines = readFileSync(join(folder, "cases.jsonl"), "utf8").trim().split("\n");
  const cases = lines.map((line) => JSON.parse(line) as Case);
  const results: Result[] = [];
  for (const one of cases) results.push(await resultOf(folder, one));
  const scorer = join(folder, "score.mjs");
  console.log(`feeds, all fields: ${totals(scored(scorer, results, null))}`);
  const kept = cases.map((one, n) => withKept(one, results[n]));
  console.log(`feeds, the fields that are kept: ${totals(scored(scorer, results, kept))}`);
  console.log(`feeds, left out: ${countsOf(cases)}`);
  console.log("feeds, titles and subtitles with markup: as plain text, which is how they are kept");
}

interface Kind {
  readonly pass: number;
  readonly fail: number;
  readonly rejected: number;
  readonly nothingComparable: number;
}

function totals(summary: string): string {
  const { kinds } = JSON.parse(summary) as { readonly kinds: Readonly<Record<string, Kind>> };
  const told = Object.entries(kinds).map(
    ([name, { pass, fail, rejected, nothingComparable }]) =>
      `${name} ${pass} right, ${fail} wrong, ${rejected} rejected, ${nothingComparable} read with nothing to compare`,
  );
  return told.join("; ");
}

/**
 * The case without the fields that are not kept. Titles are kept as plain text: markup that is expected in one is
 * compared as text, unless it was given as it is.
 */
function withKept(one: Case, result: Result | undefined): Case {
  const { expect } = one;
  const { feed, entries } = result ?? {};
  return {
    ...one,
    expect: {
      ...expect,
      ...(expect.feed && { feed: keptOf(expect.feed, feed ?? {}, "feed") }),
      ...(expect.entries && {
        entries: Object.fromEntries(
          Object.entries(expect.entries).map(([n, entry]) => [
            n,
            keptOf(entry, entries?.[Number(n)] ?? {}, "entries"),
          ]),
        ),
      }),
    },
  };
}

function keptOf(expected: Values, got: Values, where: "feed" | "entries"): Values {
  const isKept = (name: string) => !leftOut[where].includes(name);
  const asKept = (name: string, value: unknown) =>
    /title$/.test(name) && value !== got[name] ? textOf(String(value)) : value;
  return Object.fromEntries(
    Object.entries(expected).flatMap(([name, value]) => (isKept(name) ? [[name, asKept(name, value)]] : [])),
  );
}

function countsOf(cases: readonly Case[]): string {
  const counts = new Map<string, number>();
  for (const { expect } of cases) {
    const names = (where: "feed" | "entries", values: Values) =>
      Object.keys(values).flatMap((name) => (leftOut[where].includes(name) ? `${where}.${name}` : []));
    const found = Object.values(expect.entries ?? {}).flatMap((values) => names("entries", values));
    for (const name of [...names("feed", expect.feed ?? {}), ...found])
      counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name} (${count})`).join(", ");
}

async function resultOf(folder: string, { file, url, headers }: Case): Promise<Result> {
  const header = (name: string) =>
    Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
  const type = header("content-type");
  try {
    const { text } = decodeBytes(readFileSync(join(folder, "files", file)), type);
    // As `postwire try` does with the headers it is given.
    const base = safeHttpUrl(header("content-location"), url) ?? url;
    const contentType = type?.split(";")[0] ?? "";
    const page: Page = { url: base, contentType, text, zone: "UTC", readAt: Date.now() };
    return { file, ok: true, ...told(await extract(page, { kind: "feed" }, null)) };
  } catch (error) {
    return { file, ok: false, error: messageOf(error) };
  }
}

const iso = (at: Instant | null) => (at === null ? null : isoInstant(at));

/** `Name <mail>` as the cases write it. */
const author = (written: string | null) => written?.replace(/<([^<>]*)>$/, "($1)") ?? null;

function told({ feed, items }: Extraction) {
  return {
    feed: feed === null ? {} : { ...feed, author: author(feed.author), updated: iso(feed.updatedAt) },
    entries: items.map(entryOf),
  };
}

function entryOf(item: Item) {
  const { title, url, guid, publishedAt, updatedAt, categories, text, html, enclosures } = item;
  return {
    ...{ title, link: url, id: guid, author: author(item.author), categories },
    ...{ summary: iris(html) ?? text, content: iris(html) ?? text },
    published: iso(publishedAt),
    updated: iso(updatedAt),
    links: url === null ? [] : [url],
    enclosures: enclosures.map((file) => ({ href: file.url })),
  };
}

/** Addresses in markup as the cases write them: the letters, not their percent-encoding, which is the same (RFC 3987 §3.1). */
function iris(html: string | null): string | null {
  return html?.replace(/(?<=href=")[^"]*/g, (address) => decodeURI(address)) ?? null;
}
