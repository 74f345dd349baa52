import render from "dom-serializer";
import sanitizeHtml from "sanitize-html";
import { visible } from "../base/text.ts";
import { safeHttpUrl } from "../base/url.ts";
import { type Element, parseHtml, textIn } from "./document.ts";
import { flatten } from "./flatten.ts";
import { isTidy, tidied } from "./tidy.ts";

/** Most markup that is kept of one item, in bytes of UTF-8. */
export const maxHtmlBytes = 128 * 1024;
/** Deepest nesting in the markup of one item. */
export const maxItemDepth = 64;

const allowedTags = (
  "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure " +
  "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup " +
  "table tbody td tfoot th thead time tr u ul var wbr"
).split(" ");

/**
 * Markup of an item as it may be kept and shown: text formatting, lists, tables, figures, images and links, nothing
 * that runs, styles or identifies. Links and images are absolute against `base`; http, https and (links) mailto only.
 * Cut at `maxHtmlBytes` and flattened to `maxItemDepth` first, because the sanitiser is slow on deep nesting.
 */
export function sanitizeItemHtml(html: string, base: string): string {
  if (html.length * 3 <= maxHtmlBytes && (ours.has(html) || isTidy(html))) return html.trim();
  return sanitizeHtml(flatten(cutBytes(html, maxHtmlBytes), maxItemDepth), {
    allowedTags,
    allowedAttributes: {
      a: ["href", "title"],
      img: ["src", "alt", "title", "width", "height"],
      td: ["colspan", "rowspan"],
      th: ["colspan", "rowspan", "scope"],
      ol: ["start", "reversed"],
      time: ["datetime"],
      bdo: ["dir"],
      "*": ["lang"],
    },
    allowedSchemes: ["http", "https", "mailto"],
    allowedSchemesByTag: { img: ["http", "https"] },
    allowProtocolRelative: false,
    disallowedTagsMode: "discard",
    nonTextTags: ["script", "style", "textarea", "option", "noscript", "template", "iframe", "svg", "math"],
    transformTags: {
      a: (tagName, attribs) => ({
        tagName,
        attribs: withAddress(attribs, "href", linkAddress(attribs.href, base)),
      }),
      img: (tagName, attribs) => ({
        tagName,
        attribs: withAddress(attribs, "src", safeHttpUrl(attribs.src, base)),
      }),
    },
    exclusiveFilter: (frame) => frame.tag === "img" && !frame.attribs.src,
  }).trim();
}

/** What was tidied here for the page that is read, to the letter: it need not be looked through once more. */
const ours = new Set<string>();
/** More than the items of a page; of a page that was read in several ways, the earlier ones are looked through. */
const mostOurs = 600;

/** Forgets the markup of a page whose items are all sanitised. */
export function forgetMarkup(): void {
  ours.clear();
}

/** Elements as markup that `sanitizeItemHtml` is yet to see; for most of them nothing is left to do. */
export function markupOf(elements: readonly Element[], base: string): string {
  // A sign is up to eight characters when it is written.
  const tidy = tidied(elements, base, maxHtmlBytes / 8);
  if (tidy === null) return render([...elements]);
  if (ours.size >= mostOurs) ours.clear();
  ours.add(tidy);
  return tidy;
}

function withAddress(
  attribs: Readonly<Record<string, string>>,
  name: string,
  address: string | null,
): Record<string, string> {
  const others = Object.entries(attribs).filter(([other]) => other !== name);
  const kept = address === null ? others : [[name, address] as const, ...others];
  return Object.fromEntries(kept);
}

function linkAddress(href: string | undefined, base: string): string | null {
  const trimmed = href?.trim() ?? "";
  return /^mailto:[^\s?]+@[^\s?]+$/i.test(trimmed) ? trimmed : safeHttpUrl(trimmed, base);
}

/** The start of `text` that fits into `maxBytes` of UTF-8; never ends inside a tag or a character. */
export function cutBytes(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const start = bytes
    .subarray(0, maxBytes)
    .toString()
    .replace(/\ufffd+$/, "");
  const open = start.lastIndexOf("<");
  return open > start.lastIndexOf(">") ? start.slice(0, open) : start;
}

/**
 * The plain text of markup: a line for each block, entities decoded, scripts and styles gone. Text that holds no
 * markup comes back as it is, but for entities and white space.
 */
export function textOf(html: string): string {
  return visible(textIn(parseHtml(html, "about:blank").root)).trim();
}

/** Whether a text holds markup or character references at all. */
export function isMarkup(text: string): boolean {
  return /<\/?[a-z][^<>]*>|&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]+);/i.test(text);
}
