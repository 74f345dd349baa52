import { folderOf } from "../../base/url.ts";
import type { Item } from "../../domain/page.ts";
import { all, type Element, isTag, type Tree } from "../document.ts";
import { addressOf } from "../leads.ts";
import { placePath, step } from "./candidates.ts";
import { shortest } from "./learn.ts";
import { placeOf } from "./survey.ts";

/** Most posts that stand before a list and belong to it. */
const mostHeroes = 3;
/** Least share of a list's addresses that are of one kind. */
const leastAlike = 0.8;
/** Links that are a heading, or hold one. */
export const headed =
  "h1 a[href], h2 a[href], h3 a[href], h4 a[href], a[href]:has(h1), a[href]:has(h2), a[href]:has(h3), a[href]:has(h4)";

/**
 * Selectors of the posts that stand out before a list and belong to it: headed links to the same kind of page, each in
 * a box of its own; one for each post, twins too. None where the list's own addresses are of many kinds.
 */
export function heroesOf(tree: Tree, list: readonly Element[], items: readonly Item[]): string[] {
  const known = new Set(items.flatMap(({ url }) => url ?? []));
  const kind = commonKind([...known]);
  const first = list[0];
  if (kind === null || first === undefined) return [];
  const order = all(tree.root, "*");
  const before = new Set<Element>(order.slice(0, order.indexOf(first)));
  const taken = withAllAbove(list);
  const boxes = new Map<string, Element>();
  for (const link of all(tree.root, headed)) {
    const url = addressOf(link, tree.base);
    if (url === null || known.has(url) || boxes.has(url) || !before.has(link)) continue;
    const box = folderOf(url) === kind && placeOf(link) === 1 ? boxOf(link, taken) : null;
    if (box !== null) boxes.set(url, box);
    if (boxes.size > mostHeroes) return [];
  }
  const found = [...new Set(boxes.values())];
  if (found.length !== boxes.size) return [];
  const paths = found.map((box) => `${placePath(box)} > ${step(box)}`);
  return paths.map((path) =>
    shortest(
      tree,
      path,
      found.filter((_, n) => paths[n] === path),
    ),
  );
}

/** The elements of a list and everything above them. */
function withAllAbove(list: readonly Element[]): ReadonlySet<unknown> {
  const taken = new Set<unknown>();
  for (const element of list) {
    for (let at: Element["parent"] = element; at !== null && !taken.has(at); at = at.parent) taken.add(at);
  }
  return taken;
}

/** The largest element around a link that holds nothing of the list; null where the list holds the link. */
function boxOf(link: Element, taken: ReadonlySet<unknown>): Element | null {
  if (taken.has(link)) return null;
  let box = link;
  for (let at = link.parent; at !== null && isTag(at as Element) && !taken.has(at); at = at.parent) {
    const around = at as Element;
    if (/^(?:body|html|main)$/.test(around.name)) break;
    box = around;
  }
  return box;
}

/** The kind of page that nearly all of some addresses are of; null when they are of many. */
export function commonKind(urls: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const folder of urls.map(folderOf)) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  const best = [...counts].find(([, count]) => count >= urls.length * leastAlike);
  return best?.[0] ?? null;
}
