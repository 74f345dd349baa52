import type { Instant } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { type FeedFormat, feedFormats } from "../domain/address.ts";
import type { ShownPost } from "../domain/post.ts";
import { languageTag, nameOf, oneLine, personName, uri } from "./clean.ts";
import type { FeedHead, ForPeople } from "./draft.ts";
import { type FeedItem, itemOf, type LeftOut } from "./item.ts";
import { keyOfPost, type Memory, memoryOf } from "./memory.ts";
import { type Finished, sizeOf, textsOf, type Written } from "./pieces.ts";
import { contentSize, maxFeedBytes, within } from "./room.ts";

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

/** Items that are finished, by their posts. */
export type ItemMemory = Memory<Finished>;

/** A feed in every format, and the posts that could not be written. */
export interface BuiltFeed {
  readonly files: Readonly<Record<FeedFormat, Buffer>>;
  readonly leftOut: readonly LeftOut[];
}

/**
 * The feed of these posts, in their order. The same posts give the same bytes: `updated` is that of the newest post.
 *
 * A post that cannot be written is left out and named in `leftOut`; the feed is whole without it. Every piece of a file
 * was read back by a strict parser before it is given; what `memory` has of posts is taken from there. Throws only when the feed itself has no proper address.
 */
export function buildFeed(
  about: FeedAbout,
  posts: readonly ShownPost[],
  memory: ItemMemory = memoryOf(0),
): BuiltFeed {
  const sifted = sift(posts, about.site, memory);
  const built = withoutSpoilt(about, sifted);
  for (const [item, key] of sifted.keys) {
    const written = sifted.known.get(item);
    if (written !== undefined) memory.keep(key, { item, written }, sizeOf({ item, written }));
  }
  return built;
}

function withoutSpoilt(about: FeedAbout, { items, leftOut, known }: Sifted): BuiltFeed {
  try {
    return { files: filesOf(about, items, known), leftOut };
  } catch {
    // One of them spoils the file: each has to show that it can be written alone.
    const trials = items.map((item) => ({ item, reason: trial(() => filesOf(about, [item], known)) }));
    const fine = trials.filter(({ reason }) => reason === null).map(({ item }) => item);
    const spoilt = trials.flatMap(({ item, reason }) =>
      reason === null ? [] : [{ id: item.postId, reason }],
    );
    return { files: filesOf(about, fine, known), leftOut: [...leftOut, ...spoilt] };
  }
}

/** Posts as items, which of them are written already, and what those go by that are not. */
interface Sifted {
  readonly items: readonly FeedItem[];
  readonly leftOut: readonly LeftOut[];
  readonly known: Map<FeedItem, Written>;
  readonly keys: ReadonlyMap<FeedItem, string>;
}

function sift(posts: readonly ShownPost[], site: string, memory: ItemMemory): Sifted {
  const items = new Map<string, FeedItem>();
  const leftOut: LeftOut[] = [];
  const known = new Map<FeedItem, Written>();
  const keys = new Map<FeedItem, string>();
  for (const post of posts) {
    const key = `${keyOfPost(post)} ${site}`;
    const finished = memory.get(key);
    const item = finished?.item ?? itemOf(post, site);
    if ("reason" in item) leftOut.push(item);
    else if (items.has(item.tag))
      leftOut.push({ id: post.id, reason: `another post has the id "${item.tag}"` });
    else {
      items.set(item.tag, item);
      if (finished === null) keys.set(item, key);
      else known.set(item, finished.written);
    }
  }
  return { items: [...items.values()], leftOut, known, keys };
}

function trial(build: () => unknown): string | null {
  try {
    build();
    return null;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function filesOf(
  about: FeedAbout,
  items: readonly FeedItem[],
  known: Map<FeedItem, Written>,
): Record<FeedFormat, Buffer> {
  const head = headOf(about, items);
  let fitting = items;
  for (;;) {
    const texts = textsOf(head, fitting, known);
    const files = {
      atom: Buffer.from(texts.atom),
      rss: Buffer.from(texts.rss),
      json: Buffer.from(texts.json),
    };
    const excess = Math.max(...feedFormats.map((format) => files[format].length)) - maxFeedBytes;
    const size = excess <= 0 ? 0 : contentSize(fitting);
    if (size === 0) return files;
    fitting = within(items, Math.max(0, size - excess));
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
