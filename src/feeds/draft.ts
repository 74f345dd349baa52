import { Feed } from "feed";
import type { Instant } from "../base/clock.ts";
import { escapeHtml } from "../base/text.ts";
import type { FeedFormat } from "../domain/address.ts";
import type { FeedItem } from "./item.ts";
import { element, type XmlElement } from "./xml.ts";

/** What people find who open a feed in a browser. */
export interface ForPeople {
  /** The page about the feed: the file beside it. */
  readonly twinUrl: string;
  /** What they read there, with the gap to what follows, and the words of the link to the twin. */
  readonly note: { readonly text: string; readonly link: string; readonly language: string };
  /** The style sheet (CSS), as the feed refers to it. */
  readonly styles: string;
  /** An icon of the site. */
  readonly icon: string;
}

/** A feed without its items, every string clean and every address absolute. */
export interface FeedHead {
  readonly tag: string;
  readonly title: string;
  readonly subtitle: string;
  /** BCP 47, or null. */
  readonly language: string | null;
  readonly author: string;
  readonly generator: string;
  readonly pageUrl: string;
  readonly people: ForPeople | null;
  readonly urls: Readonly<Record<FeedFormat, string>>;
  readonly hub: string | null;
  readonly updatedAt: Instant;
}

/** A file in pieces: its items, each whole by itself, and what they stand in. */
export interface Pieces {
  readonly opening: string;
  readonly items: readonly string[];
  /** Stands between two items, and after the last one where there is one. */
  readonly between: string;
  readonly afterLast: string;
  readonly closing: string;
}

/** What images of items are named in (Media RSS 1.5.1). */
export const mediaNamespace = "http://search.yahoo.com/mrss/";

/**
 * The note for people who open the file in a browser, as XHTML: the only kind of link that can be followed there.
 * Feed readers pass over it (RFC 4287 §6.3), and validators know it.
 */
export function noteElement({ note, twinUrl }: ForPeople): XmlElement {
  return element("div", { xmlns: "http://www.w3.org/1999/xhtml", "xml:lang": note.language, class: "note" }, [
    element("p", {}, [note.text, element("a", { href: twinUrl }, note.link)]),
  ]);
}

/** How long a reader may wait before it looks again, minutes (RSS `ttl`). */
export const ttlMinutes = 60;

/** Stands in a draft for a text of an item that `atom.ts` and `rss.ts` set. */
const aText = ".";

/**
 * The feed as the `feed` package writes it. It gets plain texts escaped, because it puts some of them into CDATA and
 * escapes others twice or not at all, and those of items not at all; `atom.ts`, `rss.ts` and `json.ts` set them as they
 * are.
 */
export function draftOf(head: FeedHead, items: readonly FeedItem[]): Feed {
  const feed = new Feed({
    id: head.tag,
    title: escapeHtml(head.title),
    description: escapeHtml(head.subtitle),
    updated: new Date(head.updatedAt),
    generator: escapeHtml(head.generator),
    author: { name: escapeHtml(head.author) },
    link: head.pageUrl,
    feedLinks: { ...head.urls },
    ttl: ttlMinutes,
    docs: "https://www.rssboard.org/rss-specification",
    ...(head.language === null ? {} : { language: head.language }),
    ...(head.hub === null ? {} : { hub: head.hub }),
  });
  for (const item of items) {
    feed.addItem({
      id: item.tag,
      title: aText,
      link: item.link,
      date: new Date(item.updatedAt),
      published: new Date(item.publishedAt),
      ...(item.summary === null ? {} : { description: aText }),
      ...(item.html === null ? {} : { content: aText }),
    });
  }
  return feed;
}
