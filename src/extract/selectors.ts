import { safeHttpUrl } from "../base/url.ts";
import type { Extraction, Item, Page, Selectors } from "../domain/page.ts";
import { calendarOf } from "./calendar.ts";
import { readCard } from "./card.ts";
import { type Card, partSelector } from "./chosen.ts";
import { sanitizeItemHtml } from "./clean.ts";
import { type DateContext, nameOfContext } from "./dates/moment.ts";
import {
  all,
  attr,
  childElements,
  type Element,
  isTag,
  lineIn,
  one,
  parseHtml,
  type Tree,
} from "./document.ts";
import { groupsOf } from "./groups.ts";
import { blankExtraction, withoutTwins } from "./item.ts";
import { maxItems } from "./limits.ts";
import { sharedAddresses } from "./links.ts";
import { rememberingFor } from "./memory.ts";
import { topmost } from "./parts.ts";
import { asksForRuns, withRuns } from "./runs.ts";
import { dateOf } from "./when.ts";

/** Reads a page with the CSS selectors of the configuration. Without a match: no items, and a note that says so. */
export function readSelectors(page: Page, selectors: Selectors): Extraction {
  const tree = parseHtml(page.text, page.url);
  const read = readTree(tree, page, selectors);
  return { ...read, notes: [...tree.notes, ...read.notes] };
}

/** How much of a page is read to judge it: only so many elements are cards, and only so many of those are read. */
export interface Sample {
  readonly among: number;
  readonly read: number;
}

/**
 * Reads a parsed page with selectors; twins (the same address and title) are one item. With `sample`, each card only so
 * far that one can tell what it is: the start of its text, no markup.
 */
export function readTree(
  given: Tree,
  page: Page,
  selectors: Selectors,
  sample: Sample | null = null,
): Extraction {
  const tree = asksForRuns(selectors.item) ? (withRuns(given, page) ?? given) : given;
  const context = calendarOf(tree, page);
  const most = sample?.among ?? maxItems + 1;
  const { found, cards } = cardsIn(tree, { item: selectors.item, most, context });
  const read = cards
    .slice(0, sample?.read)
    .map((card) => readCard(card, selectors, tree.base, context, sample === null ? "whole" : "start"));
  const isFiled = selectors.category !== undefined || read.some(({ categories }) => categories.length > 0);
  const filed = isFiled ? read : withGroups(read, cards, context);
  const kept = withoutTwins(filed.filter((item) => item.url !== null || item.text !== null));
  const items = tree.base === page.url ? kept : kept.map((item) => resolved(item, tree.base));
  return {
    ...blankExtraction,
    items,
    title: tree.title,
    language: tree.language,
    next: selectors.next === undefined ? null : nextOf(tree, selectors.next),
    confidence: items.length > 0 ? 1 : 0,
    notes:
      found > 0
        ? silentParts(tree, selectors)
        : [`No element matches the item selector "${selectors.item}".`],
  };
}

/** The items of a list whose posts stand below headings that say what they are about, with those as their categories. */
function withGroups(items: readonly Item[], cards: readonly Card[], context: DateContext): readonly Item[] {
  const groups = groupsOf(
    cards.slice(0, items.length).map(({ element }) => element),
    context,
  );
  if (groups.size === 0) return items;
  return items.map((item, index) => {
    const group = groups.get(cards[index]?.element as Element);
    return group === undefined ? item : { ...item, categories: [group] };
  });
}

/**
 * Elements without what the selector matches around all the others: a box that was put around the list is no card. But a
 * lone card is, which holds a list of its tags: what is in a box are cards where each has a heading or a time.
 */
function unwrapped(elements: readonly Element[]): readonly Element[] {
  const inside = elements.slice(1);
  const isBox =
    inside.length > 1 &&
    topmost(elements).length === 1 &&
    inside.every((element) => one(element, "h1, h2, h3, h4, h5, h6, time") !== null);
  return isBox ? unwrapped(inside) : elements;
}

/** The cards of a page, at most so many, and how many elements were found for them; asked for again while parts are looked for. */
const cardsIn = rememberingFor(
  (tree: Tree, { item, most, context }: { item: string; most: number; context: DateContext }) => {
    const elements = unwrapped(all(tree.root, item).slice(0, most));
    const rows = elements.filter((element) => !isHeaderRow(element));
    const cards = withShared(cardsOf(rows, (element) => dateOf(element, context) !== null));
    return { found: elements.length, cards };
  },
  ({ item, most, context }) => `${most} ${nameOfContext(context)} ${item}`,
);

/** A row of a table that only says what the columns are. */
function isHeaderRow(element: Element): boolean {
  if (element.name !== "tr") return false;
  const cells = childElements(element);
  return cells.length > 0 && cells.every(({ name }) => name === "th");
}

/** An item whose markup is resolved against the page's `<base href>`. */
function resolved(item: Item, base: string): Item {
  return item.html === null ? item : { ...item, html: sanitizeItemHtml(item.html, base) };
}

function nextOf(tree: Tree, written: string): string | null {
  const { css, attribute } = partSelector(written);
  const link = css === "" ? null : one(tree.root, css);
  return link === null ? null : safeHttpUrl(attr(link, attribute ?? "href"), tree.base);
}

/** A note for each part whose selector matches nothing on the whole page. */
function silentParts(tree: Tree, selectors: Selectors): string[] {
  const named = ["title", "link", "date", "summary", "category", "author", "image"] as const;
  return named.flatMap((part) => {
    const css = partSelector(selectors[part] ?? "").css;
    return css === "" || one(tree.root, css) !== null
      ? []
      : [`The ${part} selector "${selectors[part]}" matches nothing.`];
  });
}

function withShared(cards: readonly Card[]): Card[] {
  const shared = sharedAddresses(cards.map(({ element }) => element));
  return cards.map((card) => ({ ...card, shared }));
}

/** How many cards are asked whether they have dates, or what stands beside them. */
const mostAsked = 20;
/** How many siblings around a card are looked at. */
const reach = 6;

/**
 * The cards of a listing. Where cards have no date, or are bare headings, their siblings tell the rest (`<dt>` before
 * `<dd>`, a title row before a text row): those after a card belong to it, or those before it when dates stand there.
 */
function cardsOf(elements: readonly Element[], hasDate: (element: Element) => boolean): Card[] {
  const isCard = new Set(elements);
  const tops = topmost(elements);
  const holders = new Set<unknown>(tops.map((element) => element.parent));
  const some = tops.slice(0, mostAsked);
  const isBare =
    some.every((element) => /^(?:h[1-6]|dt|dd|tr)$/.test(element.name)) ||
    some.every((element) => one(element, "p, blockquote") === null);
  const own = some.filter((element) => hasDate(element)).length;
  const isDated = own * 2 > some.length || (own > 0 && isBare);
  if (isDated && !isBare) return tops.map((element) => ({ element, beside: [] }));
  const after = tops.map((element) => neighbours(element, isCard, holders, "next"));
  const before = tops.map((element) => neighbours(element, isCard, holders, "prev"));
  const dated = (all: readonly Element[][]) => {
    const found = all.slice(0, mostAsked).filter((these) => these.some((element) => hasDate(element))).length;
    return isDated || found <= own ? 0 : found;
  };
  const hasText = after.filter((these) => these.some((element) => lineIn(element) !== "")).length;
  const belongs = isBare && hasText >= tops.length * 0.8;
  const [datedBefore, datedAfter] = [dated(before), dated(after)];
  const beside = datedBefore > datedAfter ? before : belongs || datedAfter > some.length / 2 ? after : null;
  const isDatedBeside = beside !== null && Math.max(datedBefore, datedAfter) > own;
  return tops.map((element, index) => ({ element, beside: beside?.[index] ?? [], isDatedBeside }));
}

function neighbours(
  element: Element,
  cards: ReadonlySet<Element>,
  holders: ReadonlySet<unknown>,
  side: "next" | "prev",
): Element[] {
  const found: Element[] = [];
  for (let at = element[side]; at !== null && found.length < reach; at = at[side]) {
    if (!isTag(at)) continue;
    if (cards.has(at) || holders.has(at) || (at.name === element.name && /^(?:h[1-6]|dt)$/.test(at.name)))
      break;
    found.push(at);
  }
  return found;
}
