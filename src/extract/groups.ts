import type { DateContext } from "./dates/moment.ts";
import { monthNumber } from "./dates/words.ts";
import { findDate, readMonth } from "./dates.ts";
import { type Element, isTag, lineIn, type Node } from "./document.ts";
import { isCategoryName } from "./parts.ts";

/** So many headings at least stand above the groups of a list that is told by what its posts are about. */
const leastGroups = 3;
/** The share of cards that have such a heading. */
const mostly = 0.6;
/** How far up from a card its heading may stand, in levels. */
const mostLevels = 3;
/** Headings of parts of a page, not of what posts are about. */
const ofPages =
  /^(?:(?:all|latest|recent|newest|new|older|more|featured|popular|top|our|the) )*(?:posts?|news|articles?|stories|blog|archives?|entries|updates?|featured|latest|recent|popular|trending|more|home|topics?|tags?|categor(?:y|ies))$|^(?:最新|热门|熱門|推荐|推薦|更多|文章|归档|歸檔|全部)/iu;

/**
 * The category of each card by the heading above its group: where nearly all cards have one, of several, that names
 * neither a day nor a part of the page. Empty for any other list.
 */
export function groupsOf(cards: readonly Element[], context: DateContext): ReadonlyMap<Element, string> {
  const above = new Map<Node, Element | null>();
  const groups = new Map<Element, string>();
  for (const card of cards) {
    const heading = headingAbove(card, above, mostLevels);
    const name = heading === null ? "" : lineIn(heading).replace(/[\s（([]*\d{1,4}[)\]）]?$/u, "");
    if (isGroupName(name, context)) groups.set(card, name);
  }
  // "Blog" may be what some posts are about where the other groups tell of such things.
  const telling = [...groups.values()].filter((name) => !ofPages.test(name));
  const isRule = telling.length >= cards.length * mostly && new Set(telling).size >= leastGroups;
  return isRule ? groups : new Map();
}

function isGroupName(name: string, context: DateContext): boolean {
  return (
    isCategoryName(name) &&
    monthNumber(name) === null &&
    findDate(name, context) === null &&
    readMonth(name, context) === null
  );
}

/** The nearest heading before an element, its siblings first, then those of what it stands in; each node is asked once. */
function headingAbove(element: Element, above: Map<Node, Element | null>, levels: number): Element | null {
  const passed: Node[] = [];
  let found: Element | null | undefined;
  for (let at: Node | null = element; at !== null && found === undefined; at = at.prev) {
    if (at !== element && isTag(at) && /^h[1-6]$/.test(at.name)) found = at;
    else if (above.has(at)) found = above.get(at);
    else passed.push(at);
  }
  const { parent } = element;
  if (found === undefined && levels > 1 && parent !== null && isTag(parent as Node))
    found = headingAbove(parent as Element, above, levels - 1);
  for (const node of passed) above.set(node, found ?? null);
  return found ?? null;
}
