import type { Item } from "../../domain/page.ts";
import { attr, type Element, isTag, type Tree } from "../document.ts";
import { holds } from "../parts.ts";
import { type Candidate, isCalledPost } from "./candidates.ts";
import { shortest } from "./learn.ts";
import { isInOrder, type Score } from "./score.ts";
import type { Survey } from "./survey.ts";

/** A set of like elements that was looked at, and why it is no list of posts; null where it is less of one than another. */
export interface Looked {
  readonly candidate: Candidate;
  readonly fault: string | null;
}

/** What speaks for a list, in a sentence; null where nothing does but that its cards are alike. */
export function reasonsFor({ elements }: Candidate, items: readonly Item[], score: Score): string | null {
  const reasons = [
    ...(elements.every(isCalledPost) ? ["the markup calls them posts"] : []),
    ...(isInOrder(items) ? ["their dates are in order"] : []),
    ...(score.titles > 0.95 ? ["each has a title of its own"] : []),
    ...(score.urls > 0.95 ? ["each leads to a page of its own"] : []),
  ];
  return reasons.length === 0 ? null : `What speaks for them: ${reasons.join(", ")}.`;
}

/** Most sets that are told of. */
const mostTold = 4;

/** What else looks like a list on a page, the likeliest first, and why it was left out, in a sentence each. */
export function leftOut(
  tree: Tree,
  looked: readonly Looked[],
  surveys: ReadonlyMap<Element, Survey>,
  taken: readonly Element[],
): readonly string[] {
  const told: Element[][] = [[...taken]];
  const sentences: string[] = [];
  for (const { candidate, fault } of looked) {
    const { elements, selector } = candidate;
    const some = elements.slice(0, 60);
    if (sentences.length === mostTold) break;
    if (some.every((element) => (surveys.get(element)?.text ?? 0) === 0)) continue;
    if (told.some((others) => areTangled(some, others))) continue;
    told.push(some);
    const dated = some.filter((element) => (surveys.get(element)?.dates ?? 0) > 0).length;
    const place = standsIn(some[0]);
    const why =
      place !== null
        ? `stand in ${place}`
        : (fault ?? (dated === 0 ? "have no dates" : "are less like posts than the others"));
    sentences.push(
      `${elements.length} elements at "${shortest(tree, selector, elements)}" were left out: they ${why}.`,
    );
  }
  return sentences;
}

/** Whether elements of one set lie in or around those of another. */
function areTangled(some: readonly Element[], others: readonly Element[]): boolean {
  const [first, last] = [some[0], some.at(-1)];
  return [first, last].some(
    (one) => one !== undefined && others.some((other) => holds(one, other) || holds(other, one)),
  );
}

const places: readonly (readonly [RegExp, string])[] = [
  [/(?:^|[\s_-])(?:nav\w*|menus?|breadcrumbs?|toc)(?:$|[\s_-])/i, "a menu"],
  [/(?:^|[\s_-])(?:footer|contentinfo)(?:$|[\s_-])/i, "the footer"],
  [/(?:^|[\s_-])(?:pag(?:er|ination|inator))(?:$|[\s_-])/i, "a pager"],
  [/(?:^|[\s_-])comments?(?:$|[\s_-])/i, "the comments"],
  [
    /(?:^|[\s_-])(?:related|recommend\w*|popular|recent\w*|promo\w*)(?:$|[\s_-])/i,
    "a box of recommendations",
  ],
  [/(?:^|[\s_-])(?:aside|side-?bars?|widgets?|complementary|tag-?cloud)(?:$|[\s_-])/i, "a side column"],
  [/(?:^|[\s_-])form(?:$|[\s_-])/i, "a form"],
];

/** Where an element stands that is not the main part of a page, by the nearest name for it; null: in the main part. */
function standsIn(element: Element | undefined): string | null {
  for (let at = element ?? null; at !== null && at.name !== "body"; ) {
    const names = `${at.name} ${attr(at, "role") ?? ""} ${attr(at, "class") ?? ""} ${attr(at, "id") ?? ""}`;
    const place = places.find(([pattern]) => pattern.test(names));
    if (place !== undefined) return place[1];
    at = at.parent !== null && isTag(at.parent as Element) ? (at.parent as Element) : null;
  }
  return null;
}
