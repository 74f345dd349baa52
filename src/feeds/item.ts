import type { Instant } from "../base/clock.ts";
import { cut } from "../base/text.ts";
import { addressOf, postPath } from "../domain/address.ts";
import { summaryOf } from "../domain/frozen.ts";
import type { Enclosure } from "../domain/page.ts";
import { type Category, isPlausible, type ShownPost } from "../domain/post.ts";
import { foreignUri, mediaType, nameOf, oneLine, paragraphs, personName, plainText, uri } from "./clean.ts";
import { tameMarkup } from "./markup.ts";

/** A place that is given credit for a post. */
export interface Credit {
  readonly name: string;
  readonly url: string;
}

/** A post as it is written into a feed: every string clean, every address absolute, every date plausible. */
export interface FeedItem {
  readonly postId: number;
  readonly tag: string;
  readonly title: string;
  readonly link: string;
  readonly publishedAt: Instant;
  readonly updatedAt: Instant;
  /** A name without a mail address. */
  readonly author: string | null;
  readonly categories: readonly Category[];
  /** Plain text, one line. */
  readonly summary: string | null;
  /** The post as markup, made from its text where it has none of its own. */
  readonly html: string | null;
  /** The post as plain text, where it has no markup of its own. */
  readonly text: string | null;
  readonly image: string | null;
  readonly enclosures: readonly Enclosure[];
  /** The source it was read at. */
  readonly source: Credit | null;
  /** The source, and every other place where it was told; never the link itself. */
  readonly via: readonly Credit[];
}

/** A post that is not in the feed, and why. */
export interface LeftOut {
  readonly id: number;
  readonly reason: string;
}

/** The type of a file that nobody knows the type of (RFC 2046 §4.5.1). */
export const anyBytes = "application/octet-stream";

/** How much of a text is looked at for its summary. */
const lookedAt = 4_000;
/** No instant after this one is believed: a clock or a unit was wrong. */
const latest = Date.UTC(2200, 0, 1);

/** The post as a feed item, or why it cannot be one. `site` is the address of ours, for posts without a link. */
export function itemOf(post: ShownPost, site: string): FeedItem | LeftOut {
  const updatedAt = post.updatedAt;
  // Nothing is published after it was seen: a date ahead of that is a clock's or a zone's mistake.
  const publishedAt = [post.publishedAt, post.orderAt, post.firstSeenAt].find(
    (at) => isInstant(at) && at <= Math.max(post.firstSeenAt, updatedAt),
  );
  if (!isInstant(updatedAt) || typeof publishedAt !== "number") {
    return { id: post.id, reason: "it has no date that can be written" };
  }
  const own = addressOf(site, postPath(post.id));
  const link = foreignUri(post.url) ?? uri(own);
  if (link === null) return { id: post.id, reason: `"${own}" is no address` };
  const title = oneLine(post.title) || cut(plainText(post.text ?? ""), 80) || link;
  return {
    postId: post.id,
    tag: post.tag,
    title,
    link,
    publishedAt,
    updatedAt,
    author: personName(post.author),
    categories: categoriesOf(post),
    ...contentOf(post, title),
    image: foreignUri(post.image),
    enclosures: enclosuresOf(post),
    ...creditsOf(post, link),
  };
}

function isInstant(at: Instant | null): at is Instant {
  return at !== null && isPlausible(at, latest);
}

/** A text that only repeats the title is not said twice. Markup that is not tame gives way to the text. */
function contentOf(post: ShownPost, title: string): Pick<FeedItem, "summary" | "html" | "text"> {
  const text = plainText(post.text ?? "");
  const says = oneLine(text) !== "" && oneLine(text) !== title;
  const html = tameMarkup(post.html ?? "") ?? "";
  const summary = summaryOf(title, text.slice(0, lookedAt)) || null;
  if (html !== "") return { summary, html, text: null };
  return says ? { summary, html: paragraphs(text), text } : { summary: null, html: null, text: null };
}

function categoriesOf(post: ShownPost): readonly Category[] {
  const bySlug = new Map<string, Category>();
  for (const category of post.shownIn) {
    const slug = oneLine(category.slug);
    if (slug !== "" && !bySlug.has(slug))
      bySlug.set(slug, { slug, name: nameOf(category.name) || nameOf(slug) });
  }
  return [...bySlug.values()];
}

function enclosuresOf(post: ShownPost): readonly Enclosure[] {
  return post.enclosures.flatMap(({ url: address, type, length }) => {
    const url = foreignUri(address);
    const isCount = length !== null && Number.isSafeInteger(length) && length >= 0;
    return url === null ? [] : [{ url, type: mediaType(type), length: isCount ? length : null }];
  });
}

function creditsOf(post: ShownPost, link: string): Pick<FeedItem, "source" | "via"> {
  const credit = (name: string, address: string | null): Credit | null => {
    const url = foreignUri(address);
    return url === null ? null : { name: nameOf(name) || new URL(url).host, url };
  };
  const source = credit(post.sourceName, post.sourceUrl);
  const others = post.alsoAt.map(({ sourceName, url }) => credit(sourceName, url));
  const byUrl = new Map<string, Credit>();
  for (const place of [source, ...others]) {
    if (place !== null && place.url !== link && !byUrl.has(place.url)) byUrl.set(place.url, place);
  }
  return { source, via: [...byUrl.values()] };
}
