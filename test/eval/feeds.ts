import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Instant, isoInstant } from "../../src/base/clock.ts";
import { messageOf } from "../../src/base/errors.ts";
import type { Extraction, Item, Page } from "../../src/domain/page.ts";
import { extract } from "../../src/extract/registry.ts";
import { decodeBytes } from "../../src/fetch/decode.ts";
import { scored } from "./scored.ts";

interface Case {
  readonly file: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads each file as a feed. */
export async function feeds(folder: string): Promise<void> {
  const cases = readFileSync(join(folder, "cases.jsonl"), "utf8").trim().split("\n");
  const results: object[] = [];
  for (const line of cases) results.push(await resultOf(folder, JSON.parse(line) as Case));
  console.log(scored(join(folder, "score.mjs"), results));
}

async function resultOf(folder: string, { file, url, headers }: Case): Promise<object> {
  const header = (name: string) =>
    Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
  const type = header("content-type");
  try {
    const { text } = decodeBytes(readFileSync(join(folder, "files", file)), type);
    const page: Page = { url, contentType: type?.split(";")[0] ?? "", text, zone: "UTC", readAt: Date.now() };
    return { file, ok: true, ...told(await extract(page, { kind: "feed" }, null)) };
  } catch (error) {
    return { file, ok: false, error: messageOf(error) };
  }
}

const iso = (at: Instant | null) => (at === null ? null : isoInstant(at));

function told({ feed, items }: Extraction) {
  return {
    feed: feed === null ? {} : { ...feed, updated: iso(feed.updatedAt) },
    entries: items.map(entryOf),
  };
}

function entryOf(item: Item) {
  const { title, url, guid, publishedAt, updatedAt, author, categories, text, html, enclosures } = item;
  return {
    ...{ title, link: url, id: guid, author, categories, summary: text, content: html ?? text },
    published: iso(publishedAt),
    updated: iso(updatedAt),
    links: url === null ? [] : [url],
    enclosures: enclosures.map((file) => ({ href: file.url })),
  };
}
