import { escapeHtml } from "../base/text.ts";
import type { FeedFormat } from "../domain/address.ts";
import type { FeedItem } from "./item.ts";
import { jsonFeedVersion } from "./json.ts";
import { childrenOf, parseXml, textOf, type XmlElement } from "./xml.ts";

interface Read {
  readonly id: string;
  readonly title: string;
  /** The title is markup: it reads as the escaped one. */
  readonly isHtml: boolean;
  readonly link: string;
}

/**
 * Reads a finished file as a stranger would, strictly, and throws unless it gives back every item, in order, with
 * its id, title and link. Nothing goes on the shelf that has not passed here.
 */
export function readBack(format: FeedFormat, bytes: Buffer, items: readonly FeedItem[]): void {
  const read = itemsIn(format, bytes.toString("utf8"));
  if (read.length !== items.length) {
    throw new Error(`${format}: ${items.length} items were written, ${read.length} are read`);
  }
  for (const [place, { tag, title, link }] of items.entries()) {
    const got = read[place];
    if (got?.id !== tag) throw new Error(`${format}: the id "${tag}" reads as "${got?.id}"`);
    const expected = got.isHtml ? escapeHtml(title) : title;
    if (got.title !== expected) throw new Error(`${format}: the title of "${tag}" reads otherwise`);
    if (got.link !== link) throw new Error(`${format}: the link of "${tag}" reads otherwise`);
  }
}

function itemsIn(format: FeedFormat, text: string): readonly Read[] {
  switch (format) {
    case "atom":
      return childrenOf(rootOf(text, "feed"), "entry").map((entry) => ({
        id: textOf(childrenOf(entry, "id")[0]),
        title: textOf(childrenOf(entry, "title")[0]),
        isHtml: childrenOf(entry, "title")[0]?.attributes.type === "html",
        link:
          childrenOf(entry, "link").find(({ attributes }) => attributes.rel === "alternate")?.attributes
            .href ?? "",
      }));
    case "rss":
      return childrenOf(rootOf(text, "rss"), "channel")
        .flatMap((channel) => childrenOf(channel, "item"))
        .map((item) => ({
          id: textOf(childrenOf(item, "guid")[0]),
          title: textOf(childrenOf(item, "title")[0]),
          isHtml: false,
          link: textOf(childrenOf(item, "link")[0]),
        }));
    case "json":
      return jsonItems(JSON.parse(text));
    default:
      return format satisfies never;
  }
}

function rootOf(text: string, name: string): XmlElement {
  const root = parseXml(text);
  if (root.name !== name) throw new Error(`the document is a <${root.name}>`);
  return root;
}

function jsonItems(feed: {
  readonly version: unknown;
  readonly items: readonly { readonly id: string; readonly title: string; readonly url: string }[];
}): readonly Read[] {
  if (feed.version !== jsonFeedVersion) throw new Error("json: the version is not 1.1");
  return feed.items.map(({ id, title, url }) => ({ id, title, isHtml: false, link: url }));
}
