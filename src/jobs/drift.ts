import { normalized } from "../base/text.ts";
import { folderOf } from "../base/url.ts";
import type { Extraction, Item, Reading } from "../domain/page.ts";
import { type Candidate, identify, type Post } from "../domain/post.ts";
import type { ClaimedSource, Source } from "../domain/source.ts";
import type { Store } from "../domain/store.ts";

export type DriftStore = Pick<Store, "knownKeys" | "latestPosts">;

/** What a page is believed to say, and what has changed about how it is read, in a sentence; null: nothing. */
export interface Settled {
  readonly extraction: Extraction;
  readonly change: string | null;
}

/** A page believed as it was read. */
export function asRead(extraction: Extraction): Settled {
  return { extraction, change: null };
}

/** So many of the newest known posts tell what the posts of a source are like, and so many of those a list must show. */
const [newestKnown, newestShown] = [20, 5];
/** A list that takes over has so many posts at least, where so many are known. */
const leastShown = 3;
/** At least this share of posts has a date where posts have one. */
const mostly = 0.8;

/**
 * What to believe of a page that is read automatically and was read before. As long as what was learned gives posts
 * that are known, or new ones of their kind, it is believed. A new way to read the page takes over only where it shows
 * the newest posts that are known, with dates where they have some; else nothing is believed: a page that says that it
 * is gone, a menu or a box of recommendations bring no posts. What was learned stays until then.
 */
export async function settled(
  store: DriftStore,
  source: Source,
  claimed: ClaimedSource,
  read: Extraction,
  anew: () => Promise<Extraction>,
): Promise<Settled> {
  const { learned } = claimed.state;
  if (source.reading.kind !== "auto" || read.kind === "feed" || claimed.isFirstLook) return asRead(read);
  if (read.items.length === 0) return asRead({ ...read, learned });
  const known = await store.latestPosts({ kind: "source", id: source.id }, newestKnown);
  const alike = { ...read, items: withoutStrays(read.items, known) };
  const isAsLearned = learned === null || isSame(placesOf(read.learned), placesOf(learned));
  if (!isAsLearned) return takeover(source, claimed, alike, known);
  if (shareAlike(alike.items, known) >= 0.5 || (await isAnyKnown(store, source, alike.items)))
    return asRead(alike);
  const fresh = learned === null ? null : await anew();
  if (fresh !== null && isSame(namesOf(fresh.items), namesOf(read.items))) return asRead(read);
  return takeover(source, claimed, fresh !== null && fresh.items.length > 0 ? fresh : read, known);
}

/** A new way to read the page, where it can be trusted; else nothing is believed, and what was learned stays. */
function takeover(
  source: Source,
  { state }: ClaimedSource,
  fresh: Extraction,
  known: readonly Post[],
): Settled {
  const isUndated = areDated(known) && !areDated(fresh.items, 1 - mostly);
  const isMany = fresh.items.length >= Math.min(leastShown, known.length);
  const isLinked = fresh.items.some(({ url }) => url !== null) || known.every(({ url }) => url === null);
  const isAlike =
    isMany &&
    isLinked &&
    Math.max(shareAlike(fresh.items, known), shareKnown(source, fresh.items, known)) > 0.5;
  if (showsNewest(source, fresh.items, known) && isAlike && !isUndated) {
    const at = fresh.learned?.kind === "selectors" ? ` ("${fresh.learned.item}")` : "";
    return {
      extraction: fresh,
      change: `The page has changed; its posts were found again in another way${at}.`,
    };
  }
  const title = fresh.items[0]?.title ?? "";
  const fault = isUndated
    ? "has no dates"
    : isAlike
      ? "is none of the newest known posts"
      : "is unlike the known posts";
  const note = `The posts are not where they were. What stands in their place ("${title}" and so on, ${fresh.items.length} in all) ${fault}, and was left out.`;
  return {
    extraction: {
      ...fresh,
      ...{ items: [], next: null, learned: state.learned, confidence: 0 },
      notes: [...fresh.notes, note],
    },
    change: null,
  };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Where the parts of posts are. */
function placesOf(reading: Reading | null): Reading | null {
  return reading?.kind === "selectors" ? { ...reading, lookedInto: undefined } : reading;
}

function namesOf(items: readonly Item[]): readonly (string | null)[] {
  return items.map(({ url, title }) => url ?? title);
}

function keysOf({ key, keys }: Pick<Candidate, "key" | "keys">): readonly string[] {
  return [key, keys.guid, keys.url, keys.text].filter((name) => name !== null);
}

function candidatesIn(source: Source, items: readonly Item[]): readonly Candidate[] {
  return identify(items, { listingUrl: source.url, zone: source.zone }, 0);
}

async function isAnyKnown(store: DriftStore, source: Source, items: readonly Item[]): Promise<boolean> {
  const keys = candidatesIn(source, items).flatMap(keysOf);
  return (await store.knownKeys(source.id, keys)).size > 0;
}

/** Whether one of the newest known posts is among the items. */
function showsNewest(source: Source, items: readonly Item[], known: readonly Post[]): boolean {
  return shareKnown(source, items, known.slice(0, newestShown)) > 0;
}

/** The share of items that are known posts, by any of their keys or by their title. */
function shareKnown(source: Source, items: readonly Item[], known: readonly Post[]): number {
  const keys = new Set(known.flatMap(keysOf));
  const titles = new Set(known.map(({ title }) => normalized(title)));
  const shown = candidatesIn(source, items);
  const isKnown = (one: Candidate) =>
    keysOf(one).some((key) => keys.has(key)) || titles.has(normalized(one.title));
  return shown.length === 0 ? 0 : shown.filter(isKnown).length / shown.length;
}

/** The items without advertisements in their midst: without a date, where posts have one, and on a host that none leads to. */
function withoutStrays(items: readonly Item[], known: readonly Post[]): readonly Item[] {
  const hosts = new Set(known.flatMap(({ url }) => (url === null ? [] : new URL(url).host)));
  if (!areDated(known) || hosts.size !== 1) return items;
  return items.filter(
    ({ publishedAt, url }) => publishedAt !== null || url === null || hosts.has(new URL(url).host),
  );
}

/** The share of items that are like the known posts: they lead to the same kinds of pages, with a date where those have one. */
function shareAlike(items: readonly Item[], known: readonly Post[]): number {
  const kinds = new Set(known.flatMap(({ url }) => (url === null ? [] : folderOf(url))));
  const isDated = areDated(known);
  const alike = items.filter(
    ({ url, publishedAt }) =>
      url !== null &&
      new URL(url).pathname !== "/" &&
      kinds.has(folderOf(url)) &&
      (!isDated || publishedAt !== null),
  );
  return items.length === 0 ? 1 : alike.length / items.length;
}

function areDated(of: readonly Pick<Item, "publishedAt">[], least = mostly): boolean {
  return of.length > 0 && of.filter(({ publishedAt }) => publishedAt !== null).length >= of.length * least;
}
