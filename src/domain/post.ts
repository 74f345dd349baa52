import { day, dayIn, type Instant } from "../base/clock.ts";
import { cut, digestOf, normalized, visible } from "../base/text.ts";
import { canonicalUrl, untracked } from "../base/url.ts";
import type { Enclosure, Item } from "./page.ts";

/**
 * The three names an item may be known by, strongest first; unique per source. `guid:…` what the feed calls it ·
 * `url:…` its canonical address · `text:…` the fingerprint of its text.
 */
export interface Keys {
  readonly guid: string | null;
  readonly url: string | null;
  readonly text: string | null;
}

/** An item with its identity, ready to be kept. */
export interface Candidate {
  /** The strongest key that is unique on its page. */
  readonly key: string;
  readonly keys: Keys;
  /** Never blank: made from the text or the address where the page shows none. */
  readonly title: string;
  readonly titleIsMade: boolean;
  readonly url: string | null;
  readonly publishedAt: Instant | null;
  /** Only a day was given; the instant is its 00:00 in the source's zone. */
  readonly dateOnly: boolean;
  /** The day of `publishedAt` where the source is, `2026-01-11`; null without a date. */
  readonly dateOn: string | null;
  readonly categories: readonly string[];
  readonly author: string | null;
  readonly text: string | null;
  /** Sanitised markup with absolute links. */
  readonly html: string | null;
  readonly image: string | null;
  readonly enclosures: readonly Enclosure[];
}

/** An item we keep, with an identity of its own. */
export interface Post extends Candidate {
  readonly id: number;
  readonly source: string;
  /** `tag:<host>,<first-seen day>:<post id>` (RFC 4151): minted once, the same in every feed format. */
  readonly tag: string;
  readonly firstSeenAt: Instant;
  /** Where it stands in time: its date when that was plausible at first sight, else `firstSeenAt`. Never moves. */
  readonly orderAt: Instant;
  /** Moves only when the title or the text really changed; no two posts share one. */
  readonly updatedAt: Instant;
  /** Not shown or mailed until the operator says so. */
  readonly held: boolean;
  /** Its place in the sequence of news, counted up from 1; null while held, hidden or only backlog. */
  readonly releasedAs: number | null;
}

/** Another place where the same post was told. */
export interface AlsoAt {
  readonly source: string;
  readonly sourceName: string;
  readonly url: string | null;
}

export interface Category {
  readonly slug: string;
  readonly name: string;
}

/** A post as feeds, pages and digests show it. */
export interface ShownPost extends Post {
  readonly sourceName: string;
  readonly sourceUrl: string;
  /** The category names of the item, renamed as configured, and the source's own; in place of raw names. */
  readonly shownIn: readonly Category[];
  readonly alsoAt: readonly AlsoAt[];
}

const oldest = Date.UTC(1995, 0, 1);

/** A date that can be shown: not before 1995, not more than a day ahead. */
export function isPlausible(at: Instant | null, now: Instant): at is Instant {
  return at !== null && at >= oldest && at <= now + day;
}

/**
 * Gives every item of one look its identity: `guid ?? canonicalUrl(url) ?? fingerprint(title and text)`.
 *
 * A guid or an address that several items of the page share is no key for them; the next of the three is. An item with
 * nothing to tell it by is left out, and so is a second one that is the same to the letter. Order is kept. `zone` is
 * where the source is: the day its dates fall on.
 */
export function identify(
  items: readonly Item[],
  { listingUrl, zone }: { readonly listingUrl: string; readonly zone: string },
  now: Instant,
): readonly Candidate[] {
  const named = items.map((item) => ({ item, keys: keysOf(item, listingUrl) }));
  const shared = sharedKeys(named.map(({ keys }) => keys));
  const seen = new Set<string>();
  const kept: Candidate[] = [];
  for (const { item, keys } of named) {
    const key = [keys.guid, keys.url].find((name) => name !== null && !shared.has(name)) ?? lastKey(item);
    if (key === null || seen.has(key)) continue;
    seen.add(key);
    kept.push(candidate(item, key, keys, shared, zone, now));
  }
  return kept;
}

function keysOf(item: Item, listingUrl: string): Keys {
  const url = item.url === null ? null : canonicalUrl(item.url, listingUrl);
  return {
    guid: item.guid === null || item.guid.trim() === "" ? null : `guid:${item.guid.trim()}`,
    url: url === null ? null : `url:${url}`,
    text: fingerprint(wordsOf(item)),
  };
}

function fingerprint(text: string): string | null {
  const flat = normalized(text);
  return flat === "" ? null : `text:${digestOf(flat)}`;
}

/** What a post says besides its title, be it repeated above its text or not; of one that says nothing more, its title. */
export function wordsOf({ title, titleIsMade, text }: Pick<Item, "title" | "titleIsMade" | "text">): string {
  const said = text ?? title ?? "";
  const end = said.indexOf("\n");
  const isRepeated = !titleIsMade && end > 0 && normalized(said.slice(0, end)) === normalized(title ?? "");
  return isRepeated ? said.slice(end + 1) : said;
}

/** What tells a post that has nothing else to be told by: its title, where it has one of its own, and its words. */
function lastKey(item: Item): string | null {
  const words = wordsOf(item);
  return fingerprint(item.titleIsMade || words === item.title ? words : `${item.title ?? ""}\n${words}`);
}

function sharedKeys(all: readonly Keys[]): ReadonlySet<string> {
  const count = new Map<string, number>();
  for (const keys of all) {
    for (const name of [keys.guid, keys.url]) {
      if (name !== null) count.set(name, (count.get(name) ?? 0) + 1);
    }
  }
  return new Set([...count].filter(([, times]) => times > 1).map(([name]) => name));
}

function candidate(
  item: Item,
  key: string,
  keys: Keys,
  shared: ReadonlySet<string>,
  zone: string,
  now: Instant,
): Candidate {
  const own = (name: string | null) => (name !== null && shared.has(name) ? null : name);
  const title = visible(item.title ?? "").trim();
  const publishedAt = isPlausible(item.publishedAt, now) ? item.publishedAt : null;
  return {
    key,
    keys: { guid: own(keys.guid), url: own(keys.url), text: keys.text },
    title: title === "" ? titleFrom(item) : cut(title, 500),
    titleIsMade: title === "" || item.titleIsMade,
    url: item.url,
    publishedAt,
    dateOnly: publishedAt !== null && item.dateOnly,
    dateOn: publishedAt === null ? null : dayIn(zone, publishedAt),
    categories: [
      ...new Set(item.categories.map((name) => cut(visible(name), 60)).filter((name) => name !== "")),
    ],
    author: visible(item.author ?? "").trim() || null,
    text: visible(item.text ?? "").trim() || null,
    html: item.html,
    image: item.image,
    enclosures: item.enclosures,
  };
}

function titleFrom(item: Item): string {
  const text = cut(visible(item.text ?? ""), 40);
  return text || cut(visible(item.url ?? item.guid ?? ""), 500) || "–";
}

/** The part of a post that later looks may fill in or replace. */
export type Content = Omit<Candidate, "key" | "keys">;

/**
 * Two appearances of one post as one: a later look may add a category, a date, a better title; it never empties
 * a field. `edited` is true when the normalised title or text changed for good.
 */
export function merge(kept: Content, seen: Content): { readonly content: Content; readonly edited: boolean } {
  const replacesTitle = !seen.titleIsMade || kept.titleIsMade;
  const title = replacesTitle ? seen.title : kept.title;
  const text = seen.text ?? kept.text;
  const firstDate =
    kept.publishedAt === null || (kept.dateOnly && seen.publishedAt !== null && !seen.dateOnly);
  const edited =
    (!kept.titleIsMade && differ(title, kept.title)) || (kept.text !== null && differ(text ?? "", kept.text));
  const content: Content = {
    title,
    titleIsMade: replacesTitle ? seen.titleIsMade : kept.titleIsMade,
    url: mergedUrl(kept.url, seen.url),
    publishedAt: firstDate ? (seen.publishedAt ?? kept.publishedAt) : kept.publishedAt,
    dateOnly: firstDate && seen.publishedAt !== null ? seen.dateOnly : kept.dateOnly,
    dateOn: firstDate ? (seen.dateOn ?? kept.dateOn) : kept.dateOn,
    categories: [...new Set([...kept.categories, ...seen.categories])],
    author: seen.author ?? kept.author,
    text,
    html: seen.html ?? kept.html,
    image: seen.image ?? kept.image,
    enclosures: seen.enclosures.length > 0 ? seen.enclosures : kept.enclosures,
  };
  return { content, edited };
}

/** Whether letters or digits differ. */
const differ = (one: string, other: string) => one !== other && normalized(one) !== normalized(other);

/** The later address; but the one that is kept where both differ in who led there only, or that without any of it. */
function mergedUrl(kept: string | null, seen: string | null): string | null {
  if (kept === null || seen === null || kept === seen) return seen ?? kept;
  const plain = untracked(seen).href;
  return plain === seen || plain !== untracked(kept).href ? seen : kept;
}

/** How many posts without a date count as news at the first look at a source. */
const undatedNews = 3;
/** How far back `backfill: recent` reaches: the digest's period. */
const recentMs = 7 * day;

/**
 * Which new candidates of a look are news: everything later on; at a first look the backlog is not, and what
 * counts is what `backfill` says. Gives one answer per candidate, in order.
 */
export function areNews(
  candidates: readonly Pick<Candidate, "publishedAt">[],
  isFirstLook: boolean,
  backfill: "none" | "recent" | "all",
  now: Instant,
): readonly boolean[] {
  if (!isFirstLook || backfill === "all") return candidates.map(() => true);
  if (backfill === "none") return candidates.map(() => false);
  let undated = 0;
  return candidates.map(({ publishedAt }) =>
    publishedAt === null ? ++undated <= undatedNews : publishedAt > now - recentMs,
  );
}

/** Shortest text that can tell, by its fingerprint alone, that two sources have the same post. */
export const tellingLength = 80;
