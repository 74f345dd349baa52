import type { Instant } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { type FeedFormat, feedFormats } from "../domain/address.ts";
import type { ShownPost } from "../domain/post.ts";
import { atomOf } from "./atom.ts";
import { languageTag, nameOf, oneLine, personName, uri } from "./clean.ts";
import { draftOf, type FeedHead, type ForPeople } from "./draft.ts";
import { type FeedItem, itemOf, type LeftOut } from "./item.ts";
import { jsonOf } from "./json.ts";
import { readBack } from "./readback.ts";
import { contentSize, maxFeedBytes, within } from "./room.ts";
import { rssOf } from "./rss.ts";

/** What a feed says of itself. */
export interface FeedAbout {
  readonly title: string;
  /** What can be read here, in a sentence; may be empty: then the title stands in for it. */
  readonly subtitle: string;
  /** BCP 47. */
  readonly language: string;
  /** Stands for every post without an author of its own. */
  readonly author: string;
  /** The address of our site: below it lies `/p/<id>`, where a post without an address is shown. */
  readonly site: string;
  /** The page that shows what the feed shows. */
  readonly pageUrl: string;
  /** Where each format of this feed is served. */
  readonly urls: Readonly<Record<FeedFormat, string>>;
  readonly generator: string;
  /** A WebSub hub, or null. */
  readonly hub: string | null;
  /** The id of the feed: a tag URI (RFC 4151), for ever the same. */
  readonly tag: string;
  /** When a feed without posts was last updated. */
  readonly emptyAt: Instant;
  /** What people find who open the feed in a browser; nothing of it where it is left out. */
  readonly people?: ForPeople;
}

/** A feed in every format, and the posts that could not be written. */
export interface BuiltFeed {
  readonly files: Readonly<Record<FeedFormat, Buffer>>;
  readonly leftOut: readonly LeftOut[];
}

/**
 * The feed of these posts, in their order. The same posts give the same bytes: `updated` is that of the newest post.
 *
 * A post that cannot be written is left out and named in `leftOut`; the feed is whole without it. Every file was
 * read back by a strict parser before it is given. Throws only when the feed itself has no proper address.
 */
export function buildFeed(about: FeedAbout, posts: readonly ShownPost[]): BuiltFeed {
  const { items, leftOut } = sift(posts, about.site);
  try {
    return { files: filesOf(about, items), leftOut };
  } catch {
    // One of them spoils the file: each has to show that it can be written alone.
    const trials = items.map((item) => ({ item, reason: trial(about, item) }));
    const fine = trials.filter(({ reason }) => reason === null).map(({ item }) => item);
    const spoilt = trials.flatMap(({ item, reason }) =>
      reason === null ? [] : [{ id: item.postId, reason }],
    );
    return { files: filesOf(about, fine), leftOut: [...leftOut, ...spoilt] };
  }
}

function sift(posts: readonly ShownPost[], site: string): { items: FeedItem[]; leftOut: LeftOut[] } {
  const items = new Map<string, FeedItem>();
  const leftOut: LeftOut[] = [];
  for (const post of posts) {
    const item = itemOf(post, site);
    if ("reason" in item) leftOut.push(item);
    else if (items.has(item.tag))
      leftOut.push({ id: post.id, reason: `another post has the id "${item.tag}"` });
    else items.set(item.tag, item);
  }
  return { items: [...items.values()], leftOut };
}

function trial(about: FeedAbout, item: FeedItem): string | null {
  try {
    filesOf(about, [item]);
    return null;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function filesOf(about: FeedAbout, items: readonly FeedItem[]): Record<FeedFormat, Buffer> {
  const head = headOf(about, items);
  let room = Number.POSITIVE_INFINITY;
  for (;;) {
    const fitting = within(items, room);
    const draft = draftOf(head, fitting);
    const files = {
      atom: Buffer.from(atomOf(draft, head, fitting)),
      rss: Buffer.from(rssOf(draft, head, fitting)),
      json: Buffer.from(jsonOf(draft, head, fitting)),
    };
    const excess = Math.max(...feedFormats.map((format) => files[format].length)) - maxFeedBytes;
    const size = contentSize(fitting);
    if (excess <= 0 || size === 0) {
      for (const format of feedFormats) readBack(format, files[format], fitting);
      return files;
    }
    room = Math.max(0, size - excess);
  }
}

function headOf(about: FeedAbout, items: readonly FeedItem[]): FeedHead {
  const title = oneLine(about.title) || new URL(about.site).host;
  return {
    tag: about.tag,
    title,
    subtitle: nameOf(about.subtitle) || nameOf(title),
    language: languageTag(about.language),
    author: personName(about.author) ?? nameOf(title),
    generator: oneLine(about.generator),
    pageUrl: address(about.pageUrl),
    people: about.people ?? null,
    urls: { atom: address(about.urls.atom), rss: address(about.urls.rss), json: address(about.urls.json) },
    hub: uri(about.hub),
    updatedAt: items.length === 0 ? about.emptyAt : Math.max(...items.map(({ updatedAt }) => updatedAt)),
  };
}

function address(candidate: string): string {
  const url = uri(candidate);
  if (url === null) throw new Error(`"${candidate}" is no address for a feed`);
  return url;
}
