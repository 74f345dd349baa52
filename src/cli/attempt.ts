import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { z } from "zod";
import type { Reader } from "../app/reader.ts";
import { dayIn, isoInstant, isZone } from "../base/clock.ts";
import { AppError, errnoOf, messageOf } from "../base/errors.ts";
import { safeHttpUrl } from "../base/url.ts";
import type { Extraction, Item } from "../domain/page.ts";

/** One thing to try: an address, or a file with the address it came from. */
export interface AttemptInput {
  /** As it was written. */
  readonly input: string;
  /** Where a file really is. */
  readonly path: string;
  readonly base: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly zone: string | null;
  /** Why there is nothing to read, or null. */
  readonly fault: string | null;
}

/** What was found there. */
export interface Attempt {
  readonly url: string;
  /** Where it is best read: the feed the page advertises, or the page. */
  readonly address: string;
  readonly zone: string;
  readonly extraction: Extraction;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".htm": "text/html",
  ".txt": "text/plain",
  ".xml": "application/xml",
  ".rss": "application/rss+xml",
  ".atom": "application/atom+xml",
  ".json": "application/json",
};

const listLine = z.strictObject({
  file: z.string().optional(),
  url: z.string().optional(),
  base: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  zone: z.string().optional(),
});

/** The inputs of a LIST file (JSON Lines), in order; a line that cannot be read is an input with a fault. */
export function listedInputs(list: string): readonly AttemptInput[] {
  const lines = readBytes(list).toString("utf8").split("\n");
  return lines.flatMap((line, n) => (line.trim() === "" ? [] : [listedInput(line, list, n + 1)]));
}

function listedInput(line: string, list: string, n: number): AttemptInput {
  const nothing = { base: null, headers: {}, zone: null };
  try {
    const { file, url, base, headers, zone } = listLine.parse(JSON.parse(line));
    const input = file ?? url;
    if (input === undefined) throw new Error("it wants file or url");
    const path = file === undefined || existsSync(file) ? input : resolve(dirname(list), file);
    return { input, path, base: base ?? null, headers: headers ?? {}, zone: zone ?? null, fault: null };
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? "it wants file or url, and may have base, headers and zone"
        : messageOf(error);
    return { input: `${list}, line ${n}`, path: "", ...nothing, fault: `The line cannot be read: ${why}.` };
  }
}

/** Reads one input as a source of kind `auto` would be read. Throws `AppError("unreadable")` when it cannot be. */
export async function attempt(reader: Reader, given: AttemptInput, siteZone: string): Promise<Attempt> {
  if (given.fault !== null) throw new AppError("unreadable", given.fault);
  const zone = given.zone ?? siteZone;
  if (!isZone(zone))
    throw new AppError("unreadable", `"${zone}" is no time zone.`, { hint: "Write it as in Europe/Berlin." });
  const url = /^https?:/i.test(given.input) ? safeHttpUrl(given.input) : null;
  return url === null ? await attemptFile(reader, given, zone) : await attemptUrl(reader, url, given, zone);
}

async function attemptUrl(reader: Reader, url: string, given: AttemptInput, zone: string): Promise<Attempt> {
  const source = { reading: { kind: "auto" }, pages: 1, zone, headers: given.headers } as const;
  const found = await reader.lookAt(url, source);
  if (found.kind === "failed") throw new AppError("unreadable", found.message);
  if (found.kind === "same")
    throw new AppError("unreadable", "The server says that nothing changed, though nothing was known.");
  return { url, address: found.address, zone, extraction: found.extraction };
}

async function attemptFile(reader: Reader, given: AttemptInput, zone: string): Promise<Attempt> {
  const headers = new Map(Object.entries(given.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const contentType = headers.get("content-type") ?? types[extname(given.path).toLowerCase()] ?? null;
  const { text } = reader.decode(readBytes(given.path), contentType);
  const url = baseOf(given.base, headers.get("content-location"));
  const page = {
    url,
    contentType: contentType?.split(";")[0]?.trim().toLowerCase() ?? "",
    text,
    zone,
    readAt: reader.clock.now(),
  };
  const extraction = await reader.extract(page, { kind: "auto" }, null);
  return { url: given.base ?? given.input, address: url, zone, extraction };
}

function baseOf(base: string | null, contentLocation: string | undefined): string {
  const located = contentLocation === undefined ? null : safeHttpUrl(contentLocation, base ?? undefined);
  return located ?? safeHttpUrl(base) ?? "";
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const why =
      errnoOf(error) === "ENOENT" ? "It is no http(s) address, and there is no such file" : messageOf(error);
    throw new AppError("unreadable", `${why}.`);
  }
}

/** The line that `try --json` prints for what was found. */
export function attemptLine({ url, zone, extraction }: Attempt) {
  const { kind, feedUrl, title, language, confidence, next, notes, feed, items } = extraction;
  return {
    ...{
      url,
      kind,
      feedUrl,
      title,
      language,
      read: extraction.learned ?? { kind: kind === "listing" ? "auto" : kind },
    },
    ...{ confidence: Math.round(confidence * 100) / 100, next, notes },
    feed: feed && {
      ...{ title: feed.title, link: feed.link, id: feed.id, subtitle: feed.subtitle },
      ...{ updatedAt: isoInstant(feed.updatedAt), author: feed.author, language: feed.language },
    },
    items: items.map((item) => itemLine(item, zone)),
  };
}

/** The day an item bears where the source is, `2026-01-11`; null without a date. */
export function dateOf({ publishedAt }: Item, zone: string): string | null {
  return publishedAt === null ? null : dayIn(zone, publishedAt);
}

function itemLine(item: Item, zone: string) {
  const {
    title,
    url,
    guid,
    publishedAt,
    dateOnly,
    categories,
    author,
    text,
    html,
    image,
    updatedAt,
    enclosures,
  } = item;
  return {
    ...{
      title,
      url,
      guid,
      publishedAt: isoInstant(publishedAt),
      dateOnly,
      date: dateOf(item, zone),
    },
    ...{ categories, author, text, html, image, updatedAt: isoInstant(updatedAt), enclosures },
  };
}
