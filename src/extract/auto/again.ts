import { canonicalUrl, folderOf } from "../../base/url.ts";
import type { Extraction, Item, Page, Selectors } from "../../domain/page.ts";
import { all, type Element, lineIn, one, parseHtml, type Tree, takeOut } from "../document.ts";
import { isLabel, weightOf } from "../labels.ts";
import { addressOf } from "../leads.ts";
import { isWithin } from "../parts.ts";
import { detect, partsOf, readList } from "./detect.ts";
import { headed } from "./hero.ts";
import { commonKind, isAnyPage } from "./kind.ts";
import { placeOf } from "./survey.ts";

/** A page read with what was learned before. */
export interface Again {
  readonly extraction: Extraction;
  /** Why the page should be looked at anew all the same, in a sentence; null while everything is where it was. */
  readonly worn: string | null;
}

/** The page read with what was learned before; null when that finds nothing any more. */
export function readAgain(tree: Tree, page: Page, learned: Selectors): Again | null {
  const read = readList(tree, page, learned);
  if (read.items.length === 0) return null;
  return { extraction: { ...read, learned, confidence: 0.9 }, worn: wornBy(tree, read.items, learned) };
}

/** That an item does not say a part. */
const gone = {
  title: ({ titleIsMade }: Item) => titleIsMade,
  link: ({ url }: Item) => url === null,
  date: ({ publishedAt }: Item) => publishedAt === null,
} as const;

function wornBy(tree: Tree, items: readonly Item[], learned: Selectors): string | null {
  for (const part of ["title", "link", "date"] as const) {
    const missing = learned[part] === undefined ? 0 : items.filter(gone[part]).length;
    if (missing > 0) return `${missing} of ${items.length} posts have no ${part} where it was.`;
  }
  const silent = alternatives(learned.item).find((item) => one(tree.root, item) === null);
  if (silent !== undefined) return `Nothing is at "${silent}" any more.`;
  const beside = postsBeside(tree, items, all(tree.root, learned.item));
  return beside < leastBeside ? null : `${beside} posts of the same kind stand beside the list.`;
}

/** The selectors of a list, one by one: of what stands out before it, and of its cards. */
function alternatives(item: string): string[] {
  return item.split(/, (?![^()]*\))/);
}

/** So many posts beside a list are more than one that is recommended. */
const leastBeside = 2;

/** How many links to pages of the same kind as those of the items stand in the main part of the page, but not in the cards. */
function postsBeside(tree: Tree, items: readonly Item[], cards: readonly Element[]): number {
  const known = new Set(items.map(nameOf));
  const kind = commonKind(items.flatMap(({ url }) => url ?? []));
  if (kind === null) return 0;
  const taken = new Set<unknown>(cards);
  // What lies in no folder may be any page of the site: there only headed links are posts.
  const links = all(tree.root, isAnyPage(kind) ? headed : "a[href]");
  const found = new Set<string>();
  for (const link of links) {
    const url = isWithin(link, taken) ? null : addressOf(link, tree.base);
    if (url === null || folderOf(url) !== kind || known.has(canonicalUrl(url, null))) continue;
    const said = lineIn(link);
    if (!isLabel(said) && weightOf(said) >= 2 && placeOf(link) === 1) found.add(url);
  }
  return found.size;
}

function nameOf({ url, title }: Item): string | null {
  return url === null ? title : canonicalUrl(url, null);
}

/**
 * Whether a new reading gives all that the old one gave, and says more: more posts, or more of their parts. Posts
 * without their title or address were misread: nobody knows what they were.
 */
export function saysMore(fresh: readonly Item[], old: readonly Item[], learned: Selectors): boolean {
  const names = new Set(fresh.map(nameOf));
  const isMisread = (item: Item) =>
    (["title", "link"] as const).some((part) => learned[part] !== undefined && gone[part](item));
  return (
    old.every((item) => isMisread(item) || names.has(nameOf(item))) &&
    fresh.length >= old.length &&
    sayings(fresh) > sayings(old)
  );
}

function sayings(items: readonly Item[]): number {
  return items.reduce(
    (sum, item) => sum + 1 + Object.values(gone).filter((isGone) => !isGone(item)).length,
    0,
  );
}

/**
 * The list together with another one of the same kind in the same place: some of the posts are in a template of their
 * own. Null where there is none, or where reading both gives anything else than both.
 */
export function joined(tree: Tree, page: Page, old: Extraction, learned: Selectors): Extraction | null {
  const cards = all(tree.root, learned.item);
  const kind = commonKind(old.items.flatMap(({ url }) => url ?? []));
  // Where posts are a heading and what follows it, what follows would be found as another list.
  if (kind === null || cards.some(({ name }) => /^(?:h[1-6]|d[td]|tr)$/.test(name))) return null;
  const rest = parseHtml(page.text, page.url);
  takeOut(rest.root, learned.item);
  const other = detect(rest, page).found;
  if (other === null) return null;
  const places = new Set(cards.map(({ parent }) => parent));
  const isHere = all(tree.root, other.learned.item).every(({ parent }) => places.has(parent));
  const isAlike = commonKind(other.extraction.items.flatMap(({ url }) => url ?? [])) === kind;
  if (!isHere || !isAlike) return null;
  const wanted = [...old.items, ...other.extraction.items];
  const both = partsOf(tree, page, `${learned.item}, ${other.learned.item}`);
  const read = readList(tree, page, both);
  const names = new Set(read.items.map(nameOf));
  const isBoth = read.items.length === wanted.length && wanted.every((item) => names.has(nameOf(item)));
  return isBoth ? { ...read, learned: both, confidence: old.confidence } : null;
}
