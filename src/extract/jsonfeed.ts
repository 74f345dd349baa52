import { z } from "zod";
import { AppError } from "../base/errors.ts";
import { visible } from "../base/text.ts";
import { safeHttpUrl } from "../base/url.ts";
import type { Enclosure, Extraction, Item, Page } from "../domain/page.ts";
import { textOf } from "./clean.ts";
import { readDate } from "./dates.ts";
import { type MendedJson, mendedJson } from "./feed/json.ts";
import { personOf } from "./feeditem.ts";
import { blankExtraction, blankItem } from "./item.ts";
import { maxItems } from "./limits.ts";
import { madeTitle } from "./title.ts";

/** Whatever stands there: only a text or a number is a text, everything else is null. */
const text = z
  .union([z.string(), z.number().transform(String)])
  .transform((value) => visible(value).trim() || null)
  .nullable()
  .catch(null)
  .default(null);
const markup = z.string().nullable().catch(null).default(null);
const list = <T extends z.ZodType>(of: T) => z.array(of).catch([]).default([]);
const author = z.object({ name: text }).nullable().catch(null).default(null);
const attachment = z
  .object({ url: text, mime_type: text, size_in_bytes: z.number().nullable().catch(null).default(null) })
  .nullable()
  .catch(null);

const feedShape = z.object({
  version: z.string(),
  title: text,
  home_page_url: text,
  feed_url: text,
  next_url: text,
  description: text,
  language: text,
  author,
  authors: list(author),
  items: z.array(z.unknown()).catch([]).default([]),
});

const itemShape = z.object({
  id: text,
  url: text,
  external_url: text,
  title: text,
  content_html: markup,
  content_text: markup,
  summary: text,
  image: text,
  banner_image: text,
  date_published: text,
  date_modified: text,
  author,
  authors: list(author),
  tags: list(text),
  attachments: list(attachment),
});

/** Whether a text can only be JSON. */
export function isJson(body: string): boolean {
  return /^[\ufeff\s]*\{/.test(body);
}

/**
 * Reads a JSON Feed (1.0 and 1.1), of one that breaks off the items before the break. A wrong type costs only its own
 * field, an item that is no object only itself. Throws `AppError("unreadable")` when the text is no JSON or no JSON Feed.
 */
export function readJsonFeed(page: Page): Extraction {
  const { value, isCutOff } = parse(page.text);
  const feed = feedShape.safeParse(value);
  if (!feed.success || !/jsonfeed\.org\/version/i.test(feed.data.version))
    throw notJsonFeed("This JSON is no JSON Feed.");
  const { data } = feed;
  const read = data.items.slice(0, maxItems + 1).map((item) => itemShape.safeParse(item));
  const items = read.flatMap((item) => (item.success ? [itemOf(item.data, page)] : []));
  const lost = read.length - items.length;
  if (isCutOff && items.length === 0) throw brokenOff();
  return {
    ...blankExtraction,
    kind: "feed",
    items,
    title: data.title,
    language: data.language,
    next: safeHttpUrl(data.next_url, page.url),
    learned: { kind: "feed" },
    confidence: 1,
    notes: [
      ...(isCutOff ? [breakNote] : []),
      ...(lost > 0 ? [`${lost} items are not written as JSON Feed wants them and were left out.`] : []),
    ],
    feed: {
      title: data.title,
      link: safeHttpUrl(data.home_page_url, page.url),
      id: data.feed_url,
      subtitle: data.description,
      updatedAt: null,
      author: nameOf(data),
      language: data.language,
      hints: { restMs: null, skipHours: [], skipDays: [] },
    },
  };
}

function parse(body: string): MendedJson {
  const text = body.replace(/^\ufeff/, "");
  try {
    return { value: JSON.parse(text), isCutOff: false };
  } catch (cause) {
    const mended = mendedJson(text);
    if (mended !== null) return mended;
    throw notJsonFeed("This looks like JSON, but it cannot be read as such.", cause);
  }
}

/** What is said of a feed that breaks off. */
export const breakNote = "The feed breaks off; the items before the break were read.";

/** A feed of which nothing whole came. */
export function brokenOff(): AppError {
  return new AppError("unreadable", "The feed breaks off before its first item ends.", {
    hint: "The server may have sent only a part of it; look again later.",
  });
}

function notJsonFeed(message: string, cause?: unknown): AppError {
  return new AppError("unreadable", message, {
    hint: "A JSON Feed names its version as https://jsonfeed.org/version/1.1.",
    cause,
  });
}

function nameOf(of: Pick<z.infer<typeof feedShape>, "author" | "authors">): string | null {
  const names = [...of.authors, of.author].flatMap((person) => person?.name ?? []);
  return names[0] === undefined ? null : personOf(names[0], null);
}

function itemOf(item: z.infer<typeof itemShape>, page: Page): Item {
  const body = item.content_text ?? (item.content_html === null ? item.summary : textOf(item.content_html));
  const text = visible(body ?? "").trim() || null;
  const title = item.title === null ? null : item.title.replace(/\s+/g, " ");
  const made = title === null && text !== null ? madeTitle(text) : null;
  const published = item.date_published === null ? null : readDate(item.date_published, page);
  const updated = item.date_modified === null ? null : readDate(item.date_modified, page);
  return {
    ...blankItem,
    title: title ?? made,
    titleIsMade: title === null && made !== null,
    url: safeHttpUrl(item.url, page.url) ?? safeHttpUrl(item.external_url, page.url),
    guid: item.id,
    publishedAt: published?.at ?? null,
    dateOnly: published?.dateOnly ?? false,
    updatedAt: updated?.at ?? null,
    categories: [...new Set(item.tags.filter((tag) => tag !== null))],
    author: nameOf(item),
    text,
    html: item.content_html,
    image: safeHttpUrl(item.image ?? item.banner_image, page.url),
    enclosures: item.attachments.flatMap((file): Enclosure[] => {
      const url = safeHttpUrl(file?.url, page.url);
      return url === null
        ? []
        : [{ url, type: file?.mime_type ?? null, length: file?.size_in_bytes ?? null }];
    }),
  };
}
