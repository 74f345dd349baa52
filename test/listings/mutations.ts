import render from "dom-serializer";
import { appendChild, prepend, removeElement } from "domutils";
import { parseDocument } from "htmlparser2";
import type { Page } from "../../src/domain/page.ts";
import { all, attr, childElements, type Element, isTag, type Root } from "../../src/extract/document.ts";
import { topmost } from "../../src/extract/parts.ts";

/** A listing taken apart: its cards, and the nearest element around all of them. */
interface Taken {
  readonly root: Root;
  readonly cards: readonly Element[];
  readonly list: Element;
}

/** The page with its cards, found by the selector that was learned, changed in a way; null where there is no such way. */
export function mutated(page: Page, item: string, change: (taken: Taken) => unknown): Page | null {
  const root = parseDocument(page.text);
  const cards = topmost(all(root, item));
  const list = commonAbove(cards);
  const before = render(root, { encodeEntities: "utf8" });
  if (list === null || change({ root, cards, list }) === false) return null;
  const text = render(root, { encodeEntities: "utf8" });
  return text === before ? null : { ...page, text };
}

function commonAbove(cards: readonly Element[]): Element | null {
  const [first, ...others] = cards;
  if (first === undefined) return null;
  const ways = others.map((card) => new Set(above(card)));
  return above(first).find((element) => ways.every((way) => way.has(element))) ?? null;
}

function above(element: Element): Element[] {
  const found: Element[] = [];
  for (let at = element.parent; at !== null && isTag(at as Element); at = at.parent)
    found.push(at as Element);
  return found;
}

/** Class names that mean nothing to anybody. */
const nonsense = (name: string) =>
  `k${[...name.replace(/[^a-z]/gi, "")].toReversed().join("").toLowerCase()}q`;

/** Every class of the cards, and of what is in them, has another name. */
export function renamed({ cards }: Taken): void {
  for (const card of cards) {
    for (const element of [card, ...all(card, "[class]")]) {
      const classes = (attr(element, "class") ?? "").split(/\s+/).filter((name) => name !== "");
      if (classes.length > 0) element.attribs.class = classes.map(nonsense).join(" ");
    }
  }
}

function around(element: Element, markup: string): void {
  const shell = childElements(parseDocument(markup))[0];
  if (shell === undefined) return;
  const inner = all(shell, "*").at(-1) ?? shell;
  if (/^(?:body|main)$/.test(element.name)) {
    for (const child of [...element.children]) appendChild(inner, child);
    appendChild(element, shell);
  } else {
    prepend(element, shell);
    appendChild(inner, element);
  }
}

/** The list stands in two more boxes. */
export function wrapped({ list }: Taken): void {
  around(list, '<section class="fresh"><div class="inner"></div></section>');
}

/** The list stands at the end of the page, in a box of its own. */
export function moved({ root, list }: Taken): boolean {
  const body = all(root, "body")[0];
  if (body === undefined || /^(?:body|main|tbody)$/.test(list.name)) return false;
  const holder = childElements(parseDocument('<section class="zone"></section>'))[0];
  if (holder === undefined) return false;
  appendChild(holder, list);
  appendChild(body, holder);
  return true;
}

/** The list is there and says that there is nothing in it. */
export function emptied({ cards, list }: Taken): void {
  replace(cards, list, "<p>Nothing has been published yet.</p>");
}

/** A page that says it is none, with everything else of the site around it. */
export function notFound({ cards, list }: Taken): void {
  replace(
    cards,
    list,
    "<h1>Page not found</h1><p>We could not find the page you asked for. It may have been moved or taken down.</p><p><a href='/'>Back to the front page</a></p>",
  );
}

function replace(cards: readonly Element[], list: Element, markup: string): void {
  if (list.name === "body") for (const card of cards) removeElement(card);
  else for (const child of [...list.children]) removeElement(child);
  for (const element of childElements(parseDocument(markup))) appendChild(list, element);
}

/** A box that sells something stands before the list. */
export function promoted({ list, cards }: Taken): void {
  const offers = ["Spring passes", "The big print sale", "Gift cards", "Join as a friend"].map(
    (name, n) =>
      `<li><a href="/shop/${n}"><h3>${name} for you and yours</h3></a><p>Now with a third off, as long as there are any left.</p></li>`,
  );
  before(list, cards, `<section class="promo"><h2>For you</h2><ul>${offers.join("")}</ul></section>`);
}

/** Another list, of what is to come, stands before the list. */
export function preceded({ list, cards }: Taken): void {
  const events = [3, 9, 14].map(
    (day) =>
      `<li><time datetime="2026-02-${day + 10}">${day + 10} Feb</time> <a href="/events/${day}">An evening of talks in room ${day}</a></li>`,
  );
  before(list, cards, `<div class="dates"><h2>Coming up</h2><ul>${events.join("")}</ul></div>`);
}

function before(list: Element, cards: readonly Element[], markup: string): void {
  const at = list.name === "body" ? cards[0] : /^(?:tbody|tr)$/.test(list.name) ? outOfTable(list) : list;
  const box = childElements(parseDocument(markup))[0];
  if (at !== undefined && box !== undefined) prepend(at, box);
}

function outOfTable(element: Element): Element {
  return above(element).find(({ name }) => name === "table") ?? element;
}

/** The oldest first. */
export function reversed({ cards }: Taken): void {
  const places = cards.map((card) => {
    const place = childElements(parseDocument("<i></i>"))[0];
    if (place !== undefined) prepend(card, place);
    removeElement(card);
    return place;
  });
  for (const [n, place] of places.entries()) {
    const card = cards.at(-1 - n);
    if (place === undefined || card === undefined) continue;
    prepend(place, card);
    removeElement(place);
  }
}

/** How the new posts begin that stand in the place of half of the cards. */
export const newTitle = "A fresh word";

/** New posts in another template stand in the place of the first half of the cards: the same elements, other classes. */
export function halved(taken: Taken): void {
  half(taken, ({ name }) => name);
}

/** The same in other elements. */
export function halvedOtherwise(taken: Taken): void {
  half(taken, ({ name }) => (name === "div" ? "section" : "div"));
}

const sides = ["north", "south", "east", "west", "upper", "lower", "old", "new"];

function half({ cards }: Taken, nameFor: (card: Element) => string): void {
  const posts = cards.filter((card) => linkIn(card) !== null);
  for (const [n, card] of posts.slice(0, Math.ceil(posts.length / 2)).entries()) {
    const side = sides[n % sides.length];
    const url = (linkIn(card) ?? "").replace(/[^/]*(\/?)$/, `fresh-word-${side}$1`);
    const name = nameFor(card);
    const cell = name === "tr" ? "td" : "div";
    const said = [
      `<h3><a href="${url}">${newTitle} on the ${side} side</a></h3>`,
      `<span class="when">${14 - n} January 2026</span>`,
      "<p>What is to be said of it in a sentence or two, and then no more.</p>",
    ].map((part) => `<${cell}>${part}</${cell}>`);
    const fresh = childElements(parseDocument(`<${name} class="teaser">${said.join("")}</${name}>`))[0];
    if (fresh !== undefined) prepend(card, fresh);
    removeElement(card);
  }
}

function linkIn(card: Element): string | null {
  const link = card.name === "a" ? card : all(card, "a[href]").findLast((one) => attr(one, "rel") !== "tag");
  return link === undefined ? null : attr(link, "href");
}
