import { squash, visible } from "../base/text.ts";
import { safeHttpUrl } from "../base/url.ts";
import type { Item, Selectors } from "../domain/page.ts";
import { afterDate, asideIn, isMostlyDate } from "./asides.ts";
import { bodyOf, type Extent } from "./body.ts";
import { bylineIn } from "./byline.ts";
import { type Card, chosen, partSelector, throughout } from "./chosen.ts";
import { afterGroupLabel } from "./columns.ts";
import type { DateContext } from "./dates/moment.ts";
import { readDate } from "./dates.ts";
import { attr, type Element, lineIn, type Node } from "./document.ts";
import { titleElement } from "./headline.ts";
import { blankItem } from "./item.ts";
import { addressOf } from "./leads.ts";
import { folderLinks, type Known, linkElement, postLinks } from "./links.ts";
import * as parts from "./parts.ts";
import { madeTitle, titleIn } from "./title.ts";
import { dateAbove, dateOf, findShownDate, type ShownDate, yearAbove } from "./when.ts";

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
    selectors.date === undefined ? shownDate(card, base, context) : chosenDate(card, selectors.date, context);
  const categories = categoriesOf(card, selectors, base, date, context).filter(({ element }) => {
    const isApart =
      title === null || (!parts.holds(element, title.element) && !parts.holds(title.element, element));
    return selectors.category === undefined ? isApart : element !== title?.element;
  });
  const author = authorOf(card, selectors, base);
  const aside = [title?.element, date?.isAlone ? date.element : undefined, author?.element];
  const leftOut = new Set<Node>(
    [...aside, ...categories.map(({ element }) => element)].filter((it) => it != null),
  );
  const body = bodyOf(card, selectors, { leftOut, extent, hasTitle: title !== null, base, context });
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
  if (selectors.title !== undefined) {
    const [first] = chosen(card, selectors.title);
    const isText = partSelector(selectors.title).attribute === null;
    return first === undefined ? null : isText ? { ...first, value: titleIn(first.element) } : first;
  }
  const links = postLinks(card.element, base, card.shared);
  const isDate = (line: string) =>
    isMostlyDate(line, context) || (isMoment(line, context) && !isVersion(line, card, context));
  const element = titleElement(card.element, links, base, isDate);
  const isBold = /^(?:b|strong)$/.test(element?.name ?? "");
  const line = element === null ? "" : titleIn(element);
  const isDated = element !== null && dateOf(card.element, context)?.element === element;
  const value = isBold || isDated ? afterDate(line, context) : line;
  const isWhen =
    (isMoment(value, context) && !isVersion(value, card, context)) ||
    (isBold && isMostlyDate(value, context)) ||
    /^\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?m\.?)?$/i.test(value);
  return element === null || isWhen ? null : { element, value: uncut(element, value, card) };
}

/** Whether a text is a date or a moment and nothing else. */
function isMoment(text: string, context: DateContext): boolean {
  return readDate(text, context) !== null;
}

/** Whether what may be a date is the number of a release, whose date stands beside it. */
function isVersion(text: string, card: Card, context: DateContext): boolean {
  return /^v?\d+(?:\.\d+){1,3}$/.test(text) && dateOf(card.element, context)?.isWeak === false;
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

/** The date a card shows, else one beside it, else of the heading above; the page's year where it names none. */
function shownDate(card: Card, base: string, context: DateContext): ShownDate | null {
  const elements = [card.element, ...card.beside];
  for (const element of card.isDatedBeside ? [...card.beside, card.element] : elements) {
    const date = inYearAbove(card, context, (dated) => dateOf(element, dated));
    if (date !== null) return date;
  }
  return postLinks(card.element, base, card.shared).length > 0 ? dateAbove(card.element, context) : null;
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

function categoriesOf(
  card: Card,
  selectors: Selectors,
  base: string,
  date: ShownDate | null,
  context: DateContext,
) {
  if (selectors.category !== undefined) return chosen(card, selectors.category);
  const called = throughout(card, (of) => parts.categoryElements(of, base));
  const elements = called.length > 0 ? called : folderLinks(card.element, card.shared);
  const isAside = (element: Element) => asideIn(lineIn(element), context)?.rest === "";
  const found =
    elements.length > 0 || date === null ? elements : parts.labelsBeside(date.element, base, isAside);
  return found.flatMap((element) =>
    namesIn(element).map((name) => ({ element, value: name.replace(/^#\s*|[\s,;·|]+$/gu, "") })),
  );
}

/** A link is one category, whatever its name; words alone may be several. */
function namesIn(element: Element): string[] {
  const said = lineIn(element);
  const line = afterGroupLabel(said) ?? said;
  return element.name === "a" ? [line] : line.split(/\s*[,，、]\s*/).filter((name) => name !== "");
}

function authorOf(card: Card, selectors: Selectors, base: string) {
  if (selectors.author !== undefined) return chosen(card, selectors.author)[0] ?? null;
  const element = parts.authorElement(card.element, base);
  const said = element === null ? "" : lineIn(element);
  const value = bylineIn(said, true) ?? said.replace(/^(?:by|von|par|por|作者|文)[\s:：]+/iu, "");
  return element === null || value === "" ? null : { element, value };
}
