import render from "dom-serializer";
import { squash, visible } from "../base/text.ts";
import { safeHttpUrl } from "../base/url.ts";
import type { Item, Selectors } from "../domain/page.ts";
import { afterDate, asideIn, isMostlyDate, leaveOutAsides, withoutAsides } from "./asides.ts";
import { bylineIn } from "./byline.ts";
import { maxHtmlBytes } from "./clean.ts";
import type { DateContext } from "./dates/moment.ts";
import { readDate } from "./dates.ts";
import { all, attr, type Element, lineIn, type Node, textIn } from "./document.ts";
import { titleElement } from "./headline.ts";
import { blankItem } from "./item.ts";
import { isLabel } from "./labels.ts";
import { addressOf } from "./leads.ts";
import { type Known, leadsToFile, linkElement, postLinks } from "./links.ts";
import * as parts from "./parts.ts";
import { madeTitle } from "./title.ts";
import { dateOf, findShownDate, type ShownDate, yearAbove } from "./when.ts";

/** One card of a listing: its element, and siblings around it that are no cards themselves but belong to it. */
export interface Card {
  readonly element: Element;
  readonly beside: readonly Element[];
  /** Addresses, as written, that most cards of the listing link to: none of them is a post's own. */
  readonly shared?: ReadonlySet<string>;
}

/** A part's selector taken apart: `css` within the card (empty: the card itself), and the attribute to read. */
export interface PartSelector {
  readonly css: string;
  readonly attribute: string | null;
}

/** `"h2 a@href"` → `h2 a` and `href`; `"@href"` is the card's own attribute. */
export function partSelector(written: string): PartSelector {
  const match = /^(.*?)(?:@([\w:.-]+))?$/s.exec(written.trim());
  return { css: match?.[1]?.trim() ?? "", attribute: match?.[2] ?? null };
}

/** What the elements of a part say: their attribute, or their text. */
function chosen(card: Card, written: string): { element: Element; value: string }[] {
  const { css, attribute } = partSelector(written);
  const elements = css === "" ? [card.element] : [card.element, ...card.beside].flatMap((of) => all(of, css));
  return elements.flatMap((element) => {
    const value = attribute === null ? lineIn(element) : squash(attr(element, attribute) ?? "");
    return value === "" ? [] : [{ element, value }];
  });
}

/**
 * A card as an item: what the selectors name is read from there, the other parts from where a card usually has them.
 * Its text is its title and its own words, without date, categories, author, buttons and counters, so that it
 * stays the same while those change. Of a card that is only to be judged, the `start` of its text is enough.
 */
export function readCard(
  card: Card,
  selectors: Selectors,
  base: string,
  context: DateContext,
  extent: Extent = "whole",
): Item {
  const title = titleOf(card, selectors, base, context);
  const date =
    selectors.date === undefined ? shownDate(card, context) : chosenDate(card, selectors.date, context);
  const categories = categoriesOf(card, selectors, base, date).filter(({ element }) => {
    const isApart =
      title === null || (!parts.holds(element, title.element) && !parts.holds(title.element, element));
    return selectors.category === undefined ? isApart : element !== title?.element;
  });
  const author = authorOf(card, selectors, base);
  const aside = [title?.element, date?.isAlone ? date.element : undefined, author?.element];
  const leftOut = new Set<Node>(
    [...aside, ...categories.map(({ element }) => element)].filter((it) => it != null),
  );
  const body = bodyOf(card, selectors, leftOut, extent, title !== null, context);
  const beside = date === null ? null : asideIn(lineIn(date.element), context);
  const text = visible([title?.value ?? "", body.text].filter((part) => part !== "").join("\n"));
  const made = title === null && text !== "" ? madeTitle(afterDate(text, context)) : null;
  return {
    ...blankItem,
    title: title === null ? made : visible(title.value),
    titleIsMade: title === null && made !== null,
    url: urlOf(card, selectors, { title: title?.element ?? null, date: date?.element ?? null }, base),
    publishedAt: date?.at ?? null,
    dateOnly: date?.dateOnly ?? false,
    categories: [...new Set(categories.map(({ value }) => visible(value)))],
    author: visible(author?.value ?? beside?.author ?? body.author ?? "") || null,
    text: text === "" ? null : text,
    html: body.html,
    image:
      selectors.image === undefined
        ? parts.imageOf(card.element, base)
        : safeHttpUrl(addressIn(card, selectors.image, "src"), base),
  };
}

function titleOf(card: Card, selectors: Selectors, base: string, context: DateContext) {
  if (selectors.title !== undefined) return chosen(card, selectors.title)[0] ?? null;
  const links = postLinks(card.element, base, card.shared);
  const element = titleElement(card.element, links, base, (line) => isMostlyDate(line, context));
  const value = element === null ? "" : lineIn(element);
  const isWhen =
    readDate(value, context) !== null ||
    (/^(?:b|strong)$/.test(element?.name ?? "") && isMostlyDate(value, context)) ||
    /^\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?m\.?)?$/i.test(value);
  return element === null || isWhen ? null : { element, value: uncut(element, value, card) };
}

/** A title that the page cuts, as its `title` attribute says it. */
function uncut(element: Element, value: string, card: Card): string {
  const start = value.replace(/\s*(?:\.{3,}|…+)$/u, "");
  if (start === value || start === "") return value;
  const holders = [element, parts.closest(element, "a"), ...parts.within(card.element, "a[title]")];
  const said = holders.map((holder) => squash((holder === null ? null : attr(holder, "title")) ?? ""));
  return said.find((title) => title.startsWith(start) && title.length > start.length) ?? value;
}

function urlOf(card: Card, selectors: Selectors, known: Known, base: string): string | null {
  if (selectors.link !== undefined) return safeHttpUrl(addressIn(card, selectors.link, "href"), base);
  const link = linkElement(postLinks(card.element, base, card.shared), known, base);
  return link === null ? null : addressOf(link, base);
}

function addressIn(card: Card, written: string, attribute: string): string | null {
  const { attribute: named } = partSelector(written);
  return chosen(card, named === null ? `${written}@${attribute}` : written)[0]?.value ?? null;
}

/** The date a card shows, else one beside it; the page's year where it names none. */
function shownDate(card: Card, context: DateContext): ShownDate | null {
  for (const element of [card.element, ...card.beside]) {
    const date = inYearAbove(card, context, (dated) => dateOf(element, dated));
    if (date !== null) return date;
  }
  return null;
}

function chosenDate(card: Card, written: string, context: DateContext): ShownDate | null {
  const isAttribute = partSelector(written).attribute !== null;
  for (const { element, value } of chosen(card, written)) {
    const date = inYearAbove(card, context, (dated) => {
      const marked = !isAttribute && element.name === "time" ? dateOf(element, dated) : null;
      return marked ?? findShownDate(element, value, dated);
    });
    if (date !== null) return date;
  }
  return null;
}

function inYearAbove(
  card: Card,
  context: DateContext,
  read: (context: DateContext) => ShownDate | null,
): ShownDate | null {
  const date = read(context);
  if (date === null || !date.isWeak) return date;
  const year = yearAbove(card.element);
  return year === null ? date : read({ ...context, year });
}

function categoriesOf(card: Card, selectors: Selectors, base: string, date: ShownDate | null) {
  if (selectors.category !== undefined) return chosen(card, selectors.category);
  const elements = [card.element, ...card.beside].flatMap((of) => parts.categoryElements(of, base));
  const found = elements.length > 0 || date === null ? elements : parts.labelsBeside(date.element);
  return found.map((element) => ({
    element,
    value: lineIn(element).replace(/^#\s*|[\s,;·|]+$/gu, ""),
  }));
}

function authorOf(card: Card, selectors: Selectors, base: string) {
  if (selectors.author !== undefined) return chosen(card, selectors.author)[0] ?? null;
  const element = parts.authorElement(card.element, base);
  const said = element === null ? "" : lineIn(element);
  const value = bylineIn(said, true) ?? said.replace(/^(?:by|von|par|por|作者|文)[\s:：]+/iu, "");
  return element === null || value === "" ? null : { element, value };
}

/** How far a card is read. */
export type Extent = "whole" | "start";

/** Most characters that are read of a card's text: more than is kept of it in the end, or enough to judge it. */
const mostText = { whole: maxHtmlBytes, start: 4_000 } as const;

/** Most blocks of markup that are kept of one card. */
const mostBlocks = 200;
const blockSelector = "p, ul, ol, blockquote, pre, figure, table";

function bodyOf(
  card: Card,
  selectors: Selectors,
  leftOut: Set<Node>,
  extent: Extent,
  hasTitle: boolean,
  context: DateContext,
): Pick<Item, "html" | "author"> & { text: string } {
  const textOf = (of: Element, without?: ReadonlySet<Node>) => textIn(of, without, mostText[extent]);
  if (selectors.summary !== undefined) {
    const found = chosen(card, selectors.summary);
    const isAttribute = partSelector(selectors.summary).attribute !== null;
    const text = found.map(({ element, value }) => (isAttribute ? value : textOf(element))).join("\n");
    return {
      text,
      author: null,
      html:
        found.length === 0 || isAttribute || extent === "start"
          ? null
          : render(found.map(({ element }) => element)),
    };
  }
  const roots = [card.element, ...card.beside];
  const aside = leaveOutAsides(roots, leftOut, context);
  for (const button of roots.flatMap((of) => parts.within(of, "a, button, nav, footer, form"))) {
    if (isLabel(lineIn(button)) || leadsToFile(button) || /^(?:nav|form|button)$/.test(button.name))
      leftOut.add(button);
  }
  const lines = roots.flatMap((of) => (leftOut.has(of) ? [] : textOf(of, leftOut).split("\n")));
  const said = withoutAsides(lines, hasTitle, context);
  const [text, author] = [said.lines.join("\n"), aside ?? said.author];
  if (extent === "start") return { text, html: null, author };
  const above = allAbove(leftOut);
  const blocks = parts.topmost(roots.flatMap((of) => parts.within(of, blockSelector)));
  const kept = blocks
    .slice(0, mostBlocks)
    .filter((block) => !above.has(block) && !isWithin(block, leftOut) && lineIn(block) !== "")
    .filter((block) => asideIn(lineIn(block), context)?.rest !== "");
  return { text, html: kept.length === 0 ? null : render(kept), author };
}

/** Some elements and everything above them. */
function allAbove(nodes: ReadonlySet<Node>): ReadonlySet<unknown> {
  const above = new Set<unknown>();
  for (const node of nodes) {
    for (let at: Node["parent"] | Node = node; at !== null && !above.has(at); at = at.parent) above.add(at);
  }
  return above;
}

function isWithin(block: Element, nodes: ReadonlySet<unknown>): boolean {
  for (let at: Element["parent"] = block; at !== null; at = at.parent) {
    if (nodes.has(at)) return true;
  }
  return false;
}
