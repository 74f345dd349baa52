import { normalized } from "../base/text.ts";
import { folderOf } from "../base/url.ts";
import type { Extraction, Item } from "../domain/page.ts";
import { commonKind } from "./auto/kind.ts";
import { goesOn } from "./auto/paging.ts";

/** An item nothing is known of yet. */
export const blankItem: Item = {
  title: null,
  titleIsMade: false,
  url: null,
  guid: null,
  publishedAt: null,
  dateOnly: false,
  updatedAt: null,
  categories: [],
  author: null,
  text: null,
  html: null,
  image: null,
  enclosures: [],
};

/** What came of a page on which nothing was found. */
export const blankExtraction: Extraction = {
  kind: "listing",
  items: [],
  title: null,
  language: null,
  next: null,
  feedUrl: null,
  learned: null,
  confidence: 0,
  notes: [],
  feed: null,
};

/**
 * The items with those that a page shows twice (the same address and title, under two categories or pinned and in the
 * list) as one: at the first place, with what either knows.
 */
export function withoutTwins(items: readonly Item[]): readonly Item[] {
  const byName = new Map<string, Item>();
  for (const [index, item] of items.entries()) {
    const name = item.url === null ? `#${index}` : `${item.url} ${normalized(item.title ?? "")}`;
    const first = byName.get(name);
    byName.set(name, first === undefined ? item : united(first, item));
  }
  return [...byName.values()];
}

/** `first` with what only `second` knows, and the categories of both. */
export function united(first: Item, second: Item): Item {
  const date = first.publishedAt === null ? second : first;
  return {
    ...first,
    title: first.title ?? second.title,
    publishedAt: date.publishedAt,
    dateOnly: date.dateOnly,
    updatedAt: first.updatedAt ?? second.updatedAt,
    categories: [...new Set([...first.categories, ...second.categories])],
    author: first.author ?? second.author,
    text: first.text ?? second.text,
    html: first.html ?? second.html,
    image: first.image ?? second.image,
    enclosures: first.enclosures.length > 0 ? first.enclosures : second.enclosures,
  };
}

/**
 * The items of a detected list without those that are unlike the rest: cards that say nothing where others do, the way
 * to older posts, and cards without a date that lead to another site, or another kind of page than all others, where nearly
 * all have a date.
 */
export function withoutStrays(items: readonly Item[]): readonly Item[] {
  const isPager = ({ title, publishedAt }: Item) => publishedAt === null && goesOn(title ?? "") === "next";
  const named = items.filter((item) => item.title !== null && !isPager(item));
  const dated = named.filter(({ publishedAt }) => publishedAt !== null);
  const hosts = new Set(dated.map(({ url }) => hostOf(url)));
  const kind = commonKind(dated.flatMap(({ url }) => url ?? []));
  const isRule = dated.length >= named.length * 0.8;
  const isAlike = ({ url }: Item) =>
    hosts.has(hostOf(url)) && (kind === null || url === null || folderOf(url) === kind);
  return named.filter((item) => !isRule || item.publishedAt !== null || isAlike(item));
}

function hostOf(url: string | null): string | null {
  return url === null ? null : new URL(url).host;
}
