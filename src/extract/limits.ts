import { cut } from "../base/text.ts";
import type { Extraction, Item } from "../domain/page.ts";
import { cutBytes, maxHtmlBytes, sanitizeItemHtml } from "./clean.ts";

/** Most items that are taken from one page. */
export const maxItems = 500;
/** Longest title, in characters. */
export const maxTitle = 500;
/** Most plain text that is kept of one item, in bytes of UTF-8. */
const maxTextBytes = maxHtmlBytes;

/**
 * An extraction within the limits that hold for every kind: at most `maxItems` items (the first of the page, with a
 * note), titles of `maxTitle` characters, and markup that is sanitised and within `maxHtmlBytes`.
 */
export function bounded(extraction: Extraction, base: string): Extraction {
  const over = extraction.items.length - maxItems;
  const items = extraction.items.slice(0, maxItems).map((item) => boundedItem(item, base));
  if (over <= 0) return { ...extraction, items };
  const note = `The page holds more than ${maxItems} items; the first ${maxItems} were taken.`;
  return { ...extraction, items, notes: [...extraction.notes, note] };
}

function boundedItem(item: Item, base: string): Item {
  const html = item.html === null ? "" : sanitizeItemHtml(item.html, base);
  return {
    ...item,
    title: item.title === null ? null : cut(item.title, maxTitle) || null,
    text: item.text === null ? null : cutBytes(item.text, maxTextBytes) || null,
    html: html === "" ? null : html,
  };
}
