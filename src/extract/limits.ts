import { cut } from "../base/text.ts";
import type { Extraction, FeedFacts, Item } from "../domain/page.ts";
import { cutBytes, forgetMarkup, maxHtmlBytes, sanitizeItemHtml } from "./clean.ts";

/** Most items that are taken from one page. */
export const maxItems = 500;
/** Longest title, in characters. */
export const maxTitle = 500;
/** Most categories of one item. */
export const maxCategories = 50;
/** Most files that go with one item. */
export const maxEnclosures = 20;
/** Longest address, and longest name that a feed gives an item, in characters; half of one would be another. */
export const maxAddress = 4_096;
/** Most plain text that is kept of one item, in bytes of UTF-8. */
const maxTextBytes = maxHtmlBytes;
/** Most sentences on one page, and the longest. */
const [maxNotes, maxNote] = [20, 1_000];
/** Longest word that is no text: a language, a media type. */
const maxWord = 100;
/** What was learned of a page, as JSON. */
const maxLearned = 8_192;

/**
 * An extraction within the limits that hold for every kind: at most `maxItems` items (the first of the page, with a
 * note), titles of `maxTitle` characters, markup that is sanitised and within `maxHtmlBytes`, and nothing else without
 * a bound: it goes to where no time limit holds any more, and into the database.
 */
export function bounded(extraction: Extraction, base: string): Extraction {
  const { items, notes, title, language, next, feedUrl, learned, feed } = extraction;
  const note = `The page holds more than ${maxItems} items; the first ${maxItems} were taken.`;
  const said = items.length > maxItems ? [...notes, note] : notes;
  const kept = items.slice(0, maxItems).map((item) => boundedItem(item, base));
  forgetMarkup();
  return {
    ...extraction,
    items: kept,
    notes: said.slice(-maxNotes).map((sentence) => sentence.slice(0, maxNote)),
    title: line(title),
    language: word(language),
    next: whole(next),
    feedUrl: whole(feedUrl),
    learned: JSON.stringify(learned).length > maxLearned ? null : learned,
    feed: feed === null ? null : boundedFacts(feed),
  };
}

function boundedItem(item: Item, base: string): Item {
  const html = item.html === null ? "" : sanitizeItemHtml(item.html, base);
  return {
    ...item,
    title: line(item.title),
    url: whole(item.url),
    guid: whole(item.guid),
    categories: item.categories.slice(0, maxCategories).map((name) => cut(name, maxTitle)),
    author: line(item.author),
    text: item.text === null ? null : boundedText(item.text) || null,
    html: html === "" ? null : html,
    image: whole(item.image),
    enclosures: item.enclosures
      .filter(({ url }) => url.length <= maxAddress)
      .slice(0, maxEnclosures)
      .map((file) => ({ ...file, type: word(file.type) })),
  };
}

function boundedFacts(feed: FeedFacts): FeedFacts {
  return {
    ...feed,
    title: line(feed.title),
    link: whole(feed.link),
    id: whole(feed.id),
    subtitle: line(feed.subtitle),
    author: line(feed.author),
    language: word(feed.language),
  };
}

/** Texts are compared in NFKC, which makes eighteen characters of some: what grows much is kept in that form, cut. */
function boundedText(text: string): string {
  const start = cutBytes(text, maxTextBytes);
  const flat = start.normalize("NFKC");
  return flat.length > 1_000 + start.length * 2 ? cutBytes(flat, Buffer.byteLength(start)) : start;
}

function line(text: string | null): string | null {
  return text === null ? null : cut(text.slice(0, maxTitle * 20), maxTitle) || null;
}

function whole(text: string | null): string | null {
  return text === null || text.length > maxAddress ? null : text;
}

function word(text: string | null): string | null {
  return text === null ? null : text.slice(0, maxWord);
}
