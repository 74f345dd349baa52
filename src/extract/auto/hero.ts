import { canonicalUrl, folderOf } from "../../base/url.ts";
import type { Item } from "../../domain/page.ts";
import { all, type Element, isTag, type Tree } from "../document.ts";
import { addressOf } from "../leads.ts";
import { holds, isWithin } from "../parts.ts";
import { placePath, step } from "./candidates.ts";
import { commonKind, isAnyPage } from "./kind.ts";
import { shortest } from "./learn.ts";
import { placeOf } from "./survey.ts";

/** Most posts that stand before a list and belong to it; more may where each has its date as those of the list have. */
const [mostHeroes, mostDated] = [3, 8];
/** How many elements around a post are tried as its box, the outermost first. */
const mostTried = 12;
/** Links that are a heading, or hold one. */
export const headed =
  "h1 a[href], h2 a[href], h3 a[href], h4 a[href], a[href]:has(h1), a[href]:has(h2), a[href]:has(h3), a[href]:has(h4)";

/** Posts that stand out: the selectors of their boxes, and whether those stand among the cards of the list. */
export interface Heroes {
  readonly ways: readonly string[];
  readonly arePinned: boolean;
}

/** A site's own front page, which its name on top links to. */
function isFrontPage(url: string): boolean {
  return /^\/(?:(?:index|default|home|main)(?:\.\w+)?\/?)?$/i.test(new URL(url).pathname);
}

/**
 * Selectors of the posts that stand out before a list and belong to it: headed links to the same kind of page, each in a
 * box of its own, or, tried first, any such links where the list tells by its dates what is a post. One for each post, twins
 * too. None where the list's own addresses are of many kinds.
 */
export function heroesOf(
  tree: Tree,
  list: readonly Element[],
  items: readonly Item[],
  isDated: boolean,
): Heroes[] {
  const urls = items.flatMap(({ url }) => url ?? []);
  const kind = commonKind(urls);
  const [first, last] = [list[0], list.at(-1)];
  if (kind === null || first === undefined || last === undefined) return [];
  const order = all(tree.root, "*");
  const cards = new Set<unknown>(list);
  const taken = withAllAbove(list);
  const before = new Set(order.slice(0, order.indexOf(last)));
  const places = new Set(list.map(({ parent }) => parent));
  const place = placeOf(first);
  const known = new Set(urls.map((url) => canonicalUrl(url, null)));
  const linksAmong = (elements: readonly Element[]) => {
    const links = new Map<string, Element>();
    for (const link of elements) {
      const url = addressOf(link, tree.base);
      // What leads into a page, to a comment on it, is not the page's own link.
      if (url === null || /#/.test(url) || links.has(url) || known.has(canonicalUrl(url, null))) continue;
      if (isFrontPage(url)) continue;
      if (folderOf(url) === kind && placeOf(link) >= place) links.set(url, link);
    }
    return [...links.values()];
  };
  const standsBefore = (selector: string) =>
    all(tree.root, selector).filter((link) => before.has(link) && !taken.has(link) && !isWithin(link, cards));
  const some = linksAmong(standsBefore(headed));
  const more = isDated && !isAnyPage(kind) ? linksAmong([...some, ...standsBefore("a[href]")]) : [];
  return [more, some]
    .filter(({ length }) => length > 0 && length <= (isDated ? mostDated : mostHeroes))
    .map((links) => {
      const found = links.map((link) => ({ link, box: boxOf(link, taken, links) }));
      const boxes = new Set(found.map(({ box }) => box));
      return {
        ways: found.flatMap(({ link, box }) => wayTo(tree, link, box, boxes) ?? []),
        arePinned: links === some && found.every(({ box: { parent } }) => places.has(parent)),
      };
    });
}

/**
 * The shortest selector of a post that matches nothing but posts like it: of its box, or of the next smaller one that can be
 * told from all else. Null when there is none.
 */
function wayTo(tree: Tree, link: Element, box: Element, boxes: ReadonlySet<Element>): string | null {
  for (let at = box, level = 0; level < mostTried; level += 1) {
    const path = `${placePath(at)} > ${step(at)}`;
    const same = all(tree.root, path);
    if (same.length === 1 || same.every((element) => boxes.has(element))) return shortest(tree, path, same);
    const inner = at.children.find((child) => isTag(child) && holds(child, link));
    if (inner === undefined) break;
    at = inner as Element;
  }
  return null;
}

/** The elements of a list and everything above them. */
function withAllAbove(list: readonly Element[]): ReadonlySet<unknown> {
  const taken = new Set<unknown>();
  for (const element of list) {
    for (let at: Element["parent"] = element; at !== null && !taken.has(at); at = at.parent) taken.add(at);
  }
  return taken;
}

/** The largest element around a link that holds nothing of the list, nor the link to another one of the posts. */
function boxOf(link: Element, taken: ReadonlySet<unknown>, links: readonly Element[]): Element {
  let box = link;
  for (let at = link.parent; at !== null && isTag(at as Element) && !taken.has(at); at = at.parent) {
    const around = at as Element;
    const isShared = links.some((other) => other !== link && holds(around, other));
    if (isShared || /^(?:body|html|main)$/.test(around.name)) break;
    box = around;
  }
  return box;
}
