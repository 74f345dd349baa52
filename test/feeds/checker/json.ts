import type { Findings } from "./finding.ts";
import { checkHtml } from "./html.ts";
import { hasBadCharacters, isLanguage, isMime, rfc3339Fault, uriFault } from "./values.ts";

type Record = Readonly<{ [key: string]: unknown }>;

const top =
  "version title home_page_url feed_url description user_comment next_url icon favicon authors language expired hubs items";
const ofItem =
  "id url external_url title content_html content_text summary image banner_image date_published date_modified authors tags language attachments";

/** What JSON Feed 1.1 asks for: https://www.jsonfeed.org/version/1.1/ */
export function checkJson(findings: Findings, text: string, url: string, now: number): void {
  const feed = parsed(text);
  if (feed === null) {
    findings.add("JsonError", "RFC 8259", url);
    return;
  }
  const say = (name: string, at: string, value?: unknown) =>
    findings.add(name, "JSON Feed 1.1", at, value === undefined ? undefined : String(value));
  if (feed.version !== "https://jsonfeed.org/version/1.1") say("JsonVersion", "version", feed.version);
  if (!isText(feed.title)) say("JsonMissing", "title");
  keysOf(feed, top, "", say);
  if (feed.feed_url !== url) say("JsonSelf", "feed_url", feed.feed_url);
  for (const key of ["home_page_url", "feed_url", "icon", "favicon", "next_url"])
    address(feed[key], key, say);
  if (feed.language !== undefined && !isLanguage(String(feed.language)))
    say("InvalidLanguage", "language", feed.language);
  people(feed.authors, "authors", say);
  if (!Array.isArray(feed.items)) say("JsonMissing", "items");
  const seen = new Set<unknown>();
  for (const item of (feed.items ?? []) as Record[]) {
    const at = `items[${String(item.id)}]`;
    if (seen.has(item.id)) say("JsonDuplicateId", at);
    seen.add(item.id);
    checkItem(findings, item, at, now, say);
  }
  if (hasBadCharacters(text)) say("BadCharacters", "feed");
}

type Say = (name: string, at: string, value?: unknown) => void;

function checkItem(findings: Findings, item: Record, at: string, now: number, say: Say): void {
  keysOf(item, ofItem, at, say);
  if (!isText(item.id)) say("JsonMissing", `${at}.id`);
  for (const key of ["url", "external_url", "image", "banner_image"]) address(item[key], `${at}.${key}`, say);
  for (const key of ["date_published", "date_modified"]) {
    const fault = item[key] === undefined ? null : rfc3339Fault(String(item[key]), now);
    if (fault !== null) say(fault, `${at}.${key}`, item[key]);
  }
  if (!isText(item.content_html) && !isText(item.content_text)) say("JsonMissing", `${at}.content`);
  if (typeof item.content_html === "string")
    checkHtml(findings, "JSON Feed 1.1", `${at}.content_html`, item.content_html);
  people(item.authors, `${at}.authors`, say);
  if (item.tags !== undefined && !(Array.isArray(item.tags) && item.tags.every(isText))) say("JsonTags", at);
  for (const attachment of (item.attachments ?? []) as Record[]) {
    const { url, mime_type, size_in_bytes } = attachment;
    if (!isText(url)) say("JsonMissing", `${at}.attachments.url`);
    address(url, `${at}.attachments.url`, say);
    if (typeof mime_type !== "string" || !isMime(mime_type))
      say("JsonAttachment", `${at}.mime_type`, mime_type);
    if (size_in_bytes !== undefined && !Number.isSafeInteger(size_in_bytes))
      say("JsonAttachment", at, size_in_bytes);
  }
}

function parsed(text: string): Record | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}

function keysOf(record: Record, known: string, at: string, say: Say): void {
  for (const key of Object.keys(record)) {
    if (!known.split(" ").includes(key) && !key.startsWith("_")) say("JsonUnknownKey", `${at}.${key}`);
  }
}

function address(value: unknown, at: string, say: Say): void {
  const fault = value === undefined ? null : uriFault(String(value), true);
  if (fault !== null) say(fault, at, value);
}

function people(value: unknown, at: string, say: Say): void {
  if (value === undefined) return;
  const isRight =
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one: Record) => isText(one.name ?? one.url ?? one.avatar));
  if (!isRight) say("JsonAuthors", at);
}
