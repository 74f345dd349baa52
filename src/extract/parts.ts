import { safeHttpUrl } from "../base/url.ts";
import { bylineIn } from "./byline.ts";
import { afterGroupLabel, isCategoryCell, isWriterCell } from "./columns.ts";
import {
  all,
  attr,
  childElements,
  type Element,
  isLonger,
  isTag,
  lineIn,
  matches,
  type Node,
} from "./document.ts";
import { isLabel, weightOf } from "./labels.ts";
import { isAuthorLink, isCategoryLink } from "./leads.ts";
import { rememberingFor } from "./memory.ts";
import { isBadge } from "./title.ts";

/** `element` and what is below it, where a selector matches. */
export function within(element: Element, selector: string): Element[] {
  const below = all(element, selector);
  return matches(element, selector) ? [element, ...below] : below;
}

/** The nearest element above (or the element itself) that has this name. */
export function closest(element: Element, name: string): Element | null {
  let at: Node | Element["parent"] = element;
  while (at !== null && isTag(at as Node)) {
    const here = at as Element;
    if (here.name === name) return here;
    at = here.parent;
  }
  return null;
}

/** Whether `outer` is `inner` or somewhere above it. */
export function holds(outer: Element, inner: Element): boolean {
  let at: Element["parent"] = inner;
  while (at !== null) {
    if (at === outer) return true;
    at = at.parent;
  }
  return false;
}

/** Whether an element is one of some others or stands in one of them. */
export function isWithin(element: Element, others: ReadonlySet<unknown>): boolean {
  for (let at: Element["parent"] = element; at !== null; at = at.parent) {
    if (others.has(at)) return true;
  }
  return false;
}

/** Those of some elements that stand within none of the others. */
export function topmost(elements: readonly Element[]): Element[] {
  const set = new Set<unknown>(elements);
  return elements.filter(({ parent }) => parent === null || !isWithin(parent as Element, set));
}

/** Most elements of one kind that a card is asked for: real cards have a handful. */
export const mostParts = 100;

const categoryClass =
  /(?:^|[\s_-])(?:categor\w*|cate?|tags?|topics?|kicker|eyebrow|badge|rubri\w*|section-name)(?:$|[\s_-])/i;
const authorClass =
  /(?:^|[\s_-])(?:authors?|byline|writer|posted-by|user-?name|poster|nick(?:name)?|auteure?|autor(?:a|e|in)?|verfasser(?:in)?|redator|作者)(?:$|[\s_-])/i;

/** Class names and `itemprop` of an element, for a look at what its author calls it. */
function namesOf(element: Element): string {
  return `${attr(element, "class") ?? ""} ${attr(element, "itemprop") ?? ""}`;
}

/** What a card shows as its categories: links to them, and short texts that are called so. */
export const categoryElements = rememberingFor((card: Element, base: string): readonly Element[] => {
  const linked = within(card, "a[href]").filter((link) => isCategoryLink(link, base));
  const called = all(card, "[class], [itemprop]").filter(
    (element) =>
      categoryClass.test(namesOf(element)) || /articleSection|keywords/.test(attr(element, "itemprop") ?? ""),
  );
  if (linked.length === 0 && called.length === 0) return named(card);
  const leaves = called.flatMap((element) => {
    // Beside links to categories, words are a label of theirs.
    if (linked.some((link) => link !== element && holds(element, link))) return [];
    const parts = all(element, "a, li, span").filter(
      (part) => lineIn(part) !== "" && all(part, "a, li, span").length === 0,
    );
    return parts.length > 0 ? parts : [element];
  });
  const names = leaves.filter((element) => isCategoryName(lineIn(element)));
  const found = [...new Set([...linked.filter((link) => weightOf(lineIn(link)) > 0), ...names])].slice(
    0,
    mostParts,
  );
  if (found.length < 2) return found;
  const order = new Map(all(card, "*").map((element, n) => [element, n]));
  return found
    .filter((element) => !found.some((other) => other !== element && holds(element, other)))
    .sort((a, b) => (order.get(a) ?? -1) - (order.get(b) ?? -1));
}, String);

/** What a card says to be its categories in words, or the head of its table does. */
function named(card: Element): readonly Element[] {
  if (card.name === "tr")
    return childElements(card).filter((cell) => isCategoryCell(cell) && isCategoryName(lineIn(cell)));
  return all(card, "li, dd, p, span").filter((element) => {
    const name = isLonger(element, longestName) ? null : afterGroupLabel(lineIn(element));
    return name !== null && isCategoryName(name);
  });
}

/** Longest name of a category with a label before it, in characters. */
const longestName = 60;

/** Whether a text can be a category's name: short, no sentence, no button. */
export function isCategoryName(text: string): boolean {
  const name = text.replace(/^#\s*/, "");
  return (
    /\p{L}/u.test(name) &&
    weightOf(name) <= 6 &&
    name.length <= 40 &&
    !/[.!?。！？…:：]$/u.test(name) &&
    !isLabel(name) &&
    bylineIn(name) === null
  );
}

/** What a card shows as its author, or null. */
export const authorElement = rememberingFor((card: Element, base: string): Element | null => {
  const isCalled = (element: Element) =>
    authorClass.test(namesOf(element)) ||
    /author/.test(`${attr(element, "rel") ?? ""}${attr(element, "itemprop") ?? ""}`) ||
    (element.name === "a" && isAuthorLink(element, base));
  const isShort = (element: Element) => lineIn(element) !== "" && weightOf(lineIn(element)) <= 8;
  const found = within(card, "[rel], [itemprop], [class], a[href]").find(
    (element) => isCalled(element) && isShort(element),
  );
  if (found !== undefined || card.name !== "tr") return found ?? null;
  return childElements(card).find((cell) => isWriterCell(cell) && isShort(cell)) ?? null;
}, String);

/** The first picture of a card that is more than an icon, absolute; null without one. */
export function imageOf(card: Element, base: string): string | null {
  for (const image of within(card, "img")) {
    const width = Number(attr(image, "width") ?? "100");
    const source = attr(image, "data-src") ?? attr(image, "data-original") ?? attr(image, "src");
    const url = safeHttpUrl(source, base);
    if (url !== null && !(width < 40)) return url;
  }
  return null;
}

/**
 * Short labels right beside the date, or beside what says nothing but it, which is where cards without links show their
 * category.
 */
export function labelsBeside(
  date: Element,
  base: string,
  saysNothingElse: (element: Element) => boolean,
): Element[] {
  const isOfWriter = (element: Element) =>
    element.name === "cite" || within(element, "a[href]").some((link) => isAuthorLink(link, base));
  for (let at = date, level = 0; level < 3; level += 1) {
    const labels = (["prev", "next"] as const).flatMap((side) => labelBeside(at, side) ?? []);
    const found = labels.filter((label) => !isOfWriter(label));
    const { parent } = at;
    if (found.length > 0 || !isTag(parent as Node) || !saysNothingElse(parent as Element)) return found;
    at = parent as Element;
  }
  return [];
}

/** What a small picture before a category is called. */
const categoryIcon = /folder|tag|bookmark|categor|label|hash|inbox|archive/i;

/** The label before or after an element; a picture between them tells whether it is a category's. */
function labelBeside(element: Element, side: "prev" | "next"): Element | null {
  let icon: string | null = null;
  let at = element[side];
  for (; at !== null && (isTag(at) ? lineIn(at) : lineOfNode(at)) === ""; at = at[side]) {
    if (isTag(at)) icon = namesOf(at);
  }
  if (at === null || !isTag(at) || (icon !== null && !categoryIcon.test(icon))) return null;
  const line = lineIn(at);
  const isLabel =
    !/^(?:h[1-6]|p|a|time|ul|ol|table|div|button)$/.test(at.name) &&
    isCategoryName(line) &&
    !isBadge(line) &&
    !authorClass.test(namesOf(at)) &&
    !isWriterCell(at) &&
    !/\p{N}|^(?:by|von|par|por|作者)(?!\p{L})/iu.test(line);
  return isLabel ? at : null;
}

function lineOfNode(node: Node): string {
  return "data" in node ? node.data.trim() : "";
}
