import { visible } from "../../base/text.ts";
import { canonicalUrl, safeHttpUrl } from "../../base/url.ts";
import type { Item, Page } from "../../domain/page.ts";
import { textOf } from "../clean.ts";
import { readDate } from "../dates.ts";
import type { Tree } from "../document.ts";
import { blankItem, united } from "../item.ts";
import { maxItems } from "../limits.ts";

type Thing = Readonly<Record<string, unknown>>;

const postTypes =
  /^(?:(?:Blog|SocialMedia)Posting|(?:News|Tech|Scholarly)?Article|Report|LiveBlogPosting|PodcastEpisode|DiscussionForumPosting)$/;
/** Where JSON-LD keeps its lists (schema.org). */
const lists = [
  "@graph",
  "blogPost",
  "blogPosts",
  "itemListElement",
  "item",
  "hasPart",
  "mainEntity",
  "mainEntityOfPage",
];
const deepest = 8;

/** The posts that a page tells of in JSON-LD (schema.org `BlogPosting` and its kin, alone or in a list), in order. */
export function structuredItems(tree: Tree, page: Page): readonly Item[] {
  const things = tree.scripts
    .filter(({ type }) => type.startsWith("application/ld+json"))
    .flatMap(({ json }) => postsIn(parsed(json), 0));
  const items = things.slice(0, maxItems).map((thing) => itemOf(thing, tree, page));
  return items.filter((item) => item.url !== null && item.title !== null);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function postsIn(value: unknown, depth: number): Thing[] {
  if (depth > deepest) return [];
  if (Array.isArray(value)) return value.flatMap((one) => postsIn(one, depth + 1));
  if (typeof value !== "object" || value === null) return [];
  const thing = value as Thing;
  const types = [thing["@type"]].flat().filter((type) => typeof type === "string");
  if (types.some((type) => postTypes.test(type))) return [thing];
  return lists.flatMap((name) => postsIn(thing[name], depth + 1));
}

function said(value: unknown): string | null {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === "string") return visible(textOf(first)).trim() || null;
  return typeof first === "object" && first !== null ? said((first as Thing).name) : null;
}

function addressOf(thing: Thing): string | null {
  const page = thing.mainEntityOfPage;
  const inner = typeof page === "object" && page !== null ? (page as Thing)["@id"] : page;
  const named = [thing.url, inner, thing["@id"]].find((value) => typeof value === "string");
  return typeof named === "string" ? named : null;
}

function itemOf(thing: Thing, tree: Tree, page: Page): Item {
  const date = readDate(said(thing.datePublished) ?? said(thing.dateCreated) ?? "", page);
  const text = said(thing.articleBody) ?? said(thing.description);
  const sections = [thing.articleSection, thing.keywords].flat();
  const image: unknown = [thing.image, thing.thumbnailUrl].flat()[0];
  const source = typeof image === "object" && image !== null ? (image as Thing).url : image;
  return {
    ...blankItem,
    title: said(thing.headline) ?? said(thing.name),
    url: safeHttpUrl(addressOf(thing), tree.base),
    publishedAt: date?.at ?? null,
    dateOnly: date?.dateOnly ?? false,
    categories: sections
      .flatMap((section) => (typeof section === "string" ? section.split(/\s*,\s*/) : []))
      .slice(0, 10),
    author: said(thing.author),
    text,
    image: typeof source === "string" ? safeHttpUrl(source, tree.base) : null,
  };
}

/** Items with what the page tells of the same addresses in its structured data; dates with a time win. */
export function enriched(items: readonly Item[], told: readonly Item[]): readonly Item[] {
  if (told.length === 0) return items;
  const byUrl = new Map(told.map((item) => [keyOf(item), item]));
  return items.map((item) => {
    const known = byUrl.get(keyOf(item));
    if (known === undefined || item.url === null) return item;
    const isFiner = known.publishedAt !== null && !known.dateOnly && item.dateOnly;
    const date = isFiner ? { publishedAt: known.publishedAt, dateOnly: false } : {};
    return { ...united(item, known), text: item.text, ...date };
  });
}

function keyOf(item: Item): string {
  return item.url === null ? "" : (canonicalUrl(item.url, null) ?? "");
}

/** How many of the structured items the page also shows as links: what it tells and does not show is not trusted. */
export function agreement(told: readonly Item[], shown: ReadonlySet<string>): number {
  const agreed = told.filter((item) => shown.has(keyOf(item))).length;
  return told.length === 0 ? 0 : agreed / told.length;
}
