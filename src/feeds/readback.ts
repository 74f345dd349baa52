import { escapeHtml } from "../base/text.ts";
import type { FeedFormat } from "../domain/address.ts";
import type { Pieces } from "./draft.ts";
import type { FeedItem } from "./item.ts";
import { jsonFeedVersion } from "./json.ts";
import { childrenOf, parsePieces, textOf, type XmlElement } from "./xml.ts";

interface Read {
  readonly id: string;
  readonly title: string;
  /** The title is markup: it reads as the escaped one. */
  readonly isHtml: boolean;
  readonly link: string;
}

/**
 * Reads a file in pieces as a stranger would, strictly, and throws unless each piece is whole by itself and gives back its
 * item with its id, title and link. Nothing goes on the shelf that has not passed here.
 */
export function readBack(format: FeedFormat, pieces: Pieces, items: readonly FeedItem[]): void {
  const read = itemsIn(format, pieces);
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

function itemsIn(format: FeedFormat, pieces: Pieces): readonly Read[] {
  switch (format) {
    case "atom":
      return childrenOf(rootOf(pieces, "feed"), "entry").map((entry) => ({
        id: textOf(childrenOf(entry, "id")[0]),
        title: textOf(childrenOf(entry, "title")[0]),
        isHtml: childrenOf(entry, "title")[0]?.attributes.type === "html",
        link:
          childrenOf(entry, "link").find(({ attributes }) => attributes.rel === "alternate")?.attributes
            .href ?? "",
      }));
    case "rss":
      return childrenOf(rootOf(pieces, "rss"), "channel")
        .flatMap((channel) => childrenOf(channel, "item"))
        .map((item) => ({
          id: textOf(childrenOf(item, "guid")[0]),
          title: textOf(childrenOf(item, "title")[0]),
          isHtml: false,
          link: textOf(childrenOf(item, "link")[0]),
        }));
    case "json":
      return jsonItems(pieces);
    default:
      return format satisfies never;
  }
}

function rootOf({ opening, items, closing }: Pieces, name: string): XmlElement {
  const root = parsePieces(opening, items, closing);
  if (root.name !== name) throw new Error(`the document is a <${root.name}>`);
  return root;
}

function jsonItems({ opening, items, closing }: Pieces): readonly Read[] {
  const feed: { readonly version: unknown; readonly items: readonly unknown[] } = JSON.parse(
    opening + closing,
  );
  if (feed.version !== jsonFeedVersion) throw new Error("json: the version is not 1.1");
  if (feed.items.length > 0) throw new Error("json: there is more in it than its items");
  return items.map((text) => {
    const { id, title, url }: { id: string; title: string; url: string } = JSON.parse(text);
    return { id, title, isHtml: false, link: url };
  });
}
