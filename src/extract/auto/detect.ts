import { canonicalUrl } from "../../base/url.ts";
import type { Extraction, Item, Page, Selectors } from "../../domain/page.ts";
import { calendarOf } from "../calendar.ts";
import { all, type Element, lineIn, type Tree } from "../document.ts";
import { withoutStrays } from "../item.ts";
import { weightOf } from "../labels.ts";
import { addressOf } from "../leads.ts";
import { readTree, type Sample } from "../selectors.ts";
import { yearAbove } from "../when.ts";
import { type Candidate, candidates, isCalledPost } from "./candidates.ts";
import { type Looked, leftOut, reasonsFor } from "./explain.ts";
import { type Heroes, heroesOf } from "./hero.ts";
import { shortest, withoutStrayCards } from "./learn.ts";
import { frameOf, mostOf, promise, type Score, scoreOf } from "./score.ts";
import { type Survey, survey } from "./survey.ts";
import { withParts } from "./ways.ts";

/** The list found on a page, and how to read it again. */
export interface Detected {
  readonly extraction: Extraction;
  readonly learned: Selectors;
  readonly score: Score;
}

/** What was found, null for none, and what speaks for it and against all else, in sentences. */
export interface Detection {
  readonly found: Detected | null;
  readonly notes: readonly string[];
}

/** How many candidates are read in full. */
const mostRead = 24;
/** How many of its cards tell whether a candidate is the list, and how many whether it is worth reading those. */
const sample: Sample = { among: 60, read: 60 };
const glance: Sample = { among: 60, read: 3 };
/** Least quality of a list of posts; below it the page holds none. */
const leastQuality = 0.4;
/** Least number of items where they have no addresses. */
const leastWithoutAddress = 3;
/** Least share of items with a date or an address of their own: without, it is a text and its paragraphs. */
const leastMarked = 0.2;
/** Least share of items with a date where a post has one. */
const mostlyDated = 0.8;

interface Read {
  readonly candidate: Candidate;
  readonly selectors: Selectors;
  readonly items: readonly Item[];
  readonly score: Score;
}

/**
 * Finds the list of posts on a page that says nothing of it: every set of like elements is a candidate, the promising
 * ones are read, the best reading wins. What comes back was read with the very selectors that it names.
 */
export function detect(tree: Tree, page: Page, sets = candidates(tree)): Detection {
  const surveys = survey(tree, calendarOf(tree, page));
  const pageText = [...surveys.entries()].reduce((most, [, { text }]) => Math.max(most, text), 0);
  const { best, looked } = bestRead(tree, page, sets, surveys, pageText);
  if (best === null) return { found: null, notes: leftOut(tree, looked, surveys, []) };
  const { elements } = best.candidate;
  const shown = shortest(tree, best.selectors.item, elements);
  const heroes = heroesOf(tree, elements, best.items, best.score.dates >= mostlyDated);
  const item =
    heroes.reduce<string | null>((found, some) => found ?? withHeroes(tree, page, shown, best, some), null) ??
    shown;
  const parts = partsOf(tree, page, item);
  const whole = readTree(tree, page, parts);
  const list = strayless(whole);
  const learned =
    list.items.length === whole.items.length
      ? parts
      : withoutStrayCards(parts, list.items, (tried) => readTree(tree, page, tried).items);
  const reasons = reasonsFor(best.candidate, best.items, best.score);
  return {
    found: {
      extraction: learned === parts ? list : readList(tree, page, learned),
      learned,
      score: best.score,
    },
    notes: [...(reasons === null ? [] : [reasons]), ...leftOut(tree, looked, surveys, all(tree.root, item))],
  };
}

/** How to read the cards that a selector matches: with the parts written down that are always in the same place. */
export function partsOf(tree: Tree, page: Page, item: string): Selectors {
  return withParts(
    { kind: "selectors", item },
    all(tree.root, item),
    (selectors, isGlance) => readTree(tree, page, selectors, isGlance ? glance : sample).items,
  );
}

/** The list with what stands out before it, where reading both gives the posts of the list and those, as they are; else null. */
function withHeroes(
  tree: Tree,
  page: Page,
  list: string,
  best: Read,
  { ways, arePinned }: Heroes,
): string | null {
  if (ways.length === 0) return null;
  const item = [...new Set([...ways, list])].join(", ");
  const items = withoutStrays(readTree(tree, page, { kind: "selectors", item }, sample).items);
  const [urls, old] = [items, best.items].map((all) => new Set(all.map(({ url }) => url)));
  const heads = items.filter(({ url }) => !old?.has(url));
  const isDated =
    best.score.dates < mostlyDated || arePinned || heads.every(({ publishedAt }) => publishedAt !== null);
  const isWhole = best.items.every(({ url }) => urls?.has(url));
  return heads.length === ways.length && isDated && isWhole ? item : null;
}

/** A page read with learned selectors; cards unlike the rest are left out, with a note. */
export function readList(tree: Tree, page: Page, learned: Selectors): Extraction {
  return strayless(readTree(tree, page, learned));
}

function strayless(read: Extraction): Extraction {
  const items = withoutStrays(read.items);
  const strays = read.items.length - items.length;
  const [are, were] = strays === 1 ? ["card is", "was"] : ["cards are", "were"];
  const notes = strays === 0 ? [] : [`${strays} ${are} unlike the others and ${were} left out.`];
  return { ...read, items, notes: [...read.notes, ...notes] };
}

/** The list that reads best; a candidate that could not win if all of its cards were perfect is not read. */
function bestRead(
  tree: Tree,
  page: Page,
  sets: readonly Candidate[],
  surveys: ReadonlyMap<Element, Survey>,
  pageText: number,
): { readonly best: Read | null; readonly looked: readonly Looked[] } {
  const promising = sets
    .map((candidate) => ({ candidate, worth: promise(candidate, surveys, pageText) }))
    .sort((a, b) => b.worth - a.worth)
    .slice(0, mostRead);
  let best: Read | null = null;
  const faults = new Map<Candidate, string>();
  for (const { candidate } of promising) {
    const frame = frameOf(candidate, surveys, pageText);
    if (best !== null && mostOf(candidate, frame) <= best.score.total) continue;
    const selectors: Selectors = { kind: "selectors", item: candidate.selector };
    const items = withoutStrays(readTree(tree, page, selectors, sample).items);
    const score = scoreOf(items, frame);
    const fault = faultOf(items, score, candidate);
    if (fault !== null) faults.set(candidate, fault);
    else if (best === null || score.total > best.score.total) best = { candidate, selectors, items, score };
  }
  const looked = promising.map(({ candidate }) => ({ candidate, fault: faults.get(candidate) ?? null }));
  return { best, looked };
}

/** Why some items are no list of posts, to be said of "they"; null when they are one. */
function faultOf(items: readonly Item[], score: Score, candidate: Candidate): string | null {
  const least = score.urls < leastMarked ? leastWithoutAddress : 2;
  if (items.length < least) return "are too few that say anything";
  if (Math.max(score.dates, score.urls) < leastMarked) return "have neither dates nor addresses of their own";
  if (score.quality < leastQuality)
    return "say too little: hardly any titles, dates or addresses of their own";
  return score.dates >= leastMarked ? null : undatedFault(items, score, candidate);
}

/** Least number of posts without dates, where markup calls them posts and else, and least share with an address. */
const undated = { called: 2, count: 5, urls: 0.75 } as const;
/** Words that a title has at least, on average, where nothing else tells a post from an entry of a menu. */
const tellingTitle = 2.5;
/** What shows that something can be bought: a price, a basket. */
const offer =
  /(?:[$€£¥₩₹]|\b(?:USD|EUR|GBP|CHF|RMB))\s?\d|\d\s?(?:[€₩₹元円원]|USD|EUR|CHF|zł|kr)(?!\p{L})|add to (?:cart|basket|bag)|in stock|in den warenkorb|加入购物车|カートに入れる|장바구니/iu;

/**
 * Without dates, menus, site maps and shop windows look like lists too: posts have addresses of their own and titles
 * that say something, there are a few of them in one place, and they cost nothing.
 */
function undatedFault(items: readonly Item[], { urls }: Score, { elements }: Candidate): string | null {
  const titles = items.map(({ title }) => weightOf(title ?? ""));
  const places = new Set(elements.map(({ parent }) => parent)).size;
  // Of a title that stands alone in its card, the card says what it costs.
  const cardOf = (element: Element) =>
    places > 1 ? ((element.parent as Element | null) ?? element) : element;
  const offered = elements.filter((element) => offer.test(lineIn(cardOf(element)).slice(0, 500))).length;
  const areCalled = elements.every(isCalledPost);
  if (items.length < (areCalled ? undated.called : undated.count))
    return "have no dates, and without them are too few";
  if (urls < undated.urls) return "have no dates, and few have an address of their own";
  if (!areCalled && titles.reduce((sum, weight) => sum + weight, 0) < tellingTitle * items.length)
    return "have no dates, and are named like entries of a menu";
  const isByYear = () => elements.every((element) => yearAbove(element) !== null);
  if (places !== 1 && places * 3 <= elements.length * 2 && !isByYear())
    return "have no dates, and stand in many places like a site map";
  return offered * 2 < elements.length ? null : "have no dates, but prices: things for sale";
}

/** The addresses a page links to, canonical. */
export function shownAddresses(tree: Tree): ReadonlySet<string> {
  const links = all(tree.root, "a[href]").flatMap((link) => addressOf(link, tree.base) ?? []);
  return new Set(links.flatMap((url) => canonicalUrl(url, null) ?? []));
}
