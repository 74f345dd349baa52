import { Feed } from "feed";
import type { Instant } from "../base/clock.ts";
import { escapeHtml } from "../base/text.ts";
import type { FeedFormat } from "../domain/address.ts";
import type { FeedItem } from "./item.ts";

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
  readonly urls: Readonly<Record<FeedFormat, string>>;
  readonly hub: string | null;
  readonly updatedAt: Instant;
}

/** How long a reader may wait before it looks again, minutes (RSS `ttl`). */
export const ttlMinutes = 60;

/**
 * The feed as the `feed` package writes it. It gets plain texts escaped, because it puts some of them into CDATA and
 * escapes others twice or not at all; `atom.ts`, `rss.ts` and `json.ts` set them as they are.
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
      title: escapeHtml(item.title),
      link: item.link,
      date: new Date(item.updatedAt),
      published: new Date(item.publishedAt),
      ...(item.summary === null ? {} : { description: escapeHtml(item.summary) }),
      ...(item.html === null ? {} : { content: item.html }),
    });
  }
  return feed;
}
