import { squash } from "../../base/text.ts";
import type { DateContext } from "../dates/moment.ts";
import { findDate } from "../dates.ts";
import { attr, childElements, type Element, isTag, rawText, type Tree } from "../document.ts";

/** What stands in an element and below it. */
export interface Survey {
  /** Characters of text. */
  readonly text: number;
  readonly links: number;
  readonly headings: number;
  readonly dates: number;
}

/** Surveys every element of a page, in one walk. */
export function survey(tree: Tree, context: DateContext): ReadonlyMap<Element, Survey> {
  const surveys = new Map<Element, Survey>();
  const walk = (element: Element): Survey => {
    const own = squash(rawText(element));
    const sum = {
      text: own.length,
      links: element.name === "a" && attr(element, "href") !== null ? 1 : 0,
      headings: /^h[1-6]$/.test(element.name) ? 1 : 0,
      dates: isDated(element, own, context) ? 1 : 0,
    };
    for (const child of element.children) {
      if (!isTag(child)) continue;
      const below = walk(child);
      sum.text += below.text;
      sum.links += below.links;
      sum.headings += below.headings;
      sum.dates += below.dates;
    }
    surveys.set(element, sum);
    return sum;
  };
  for (const top of childElements(tree.root)) walk(top);
  return surveys;
}

function isDated(element: Element, own: string, context: DateContext): boolean {
  if (element.name === "time" || attr(element, "datetime") !== null) return true;
  if (own === "" || own.length > 200) return false;
  const found = findDate(own, context);
  return found !== null && (!found.isWeak || own.length - (found.end - found.start) <= 6);
}

const setAside =
  /(?:^|[\s_-])(?:nav\w*|menus?|side-?bars?|(?<!elementor-)widgets?|footer|breadcrumbs?|pag(?:er|ination|inator)|comments?|related|recommend\w*|popular|recent\w*|tag-?cloud|toc|share|social|toolbar|cookie\w*|banner|promo\w*)(?:$|[\s_-])/i;

/** How likely the main list stands where this element stands: 1, less within menus, side columns and footers. */
export function placeOf(element: Element): number {
  let place = 1;
  for (let at: Element | null = element; at !== null; ) {
    if (
      /^(?:nav|footer|aside|form)$/.test(at.name) ||
      /navigation|complementary|contentinfo/.test(attr(at, "role") ?? "")
    )
      place = Math.min(place, 0.35);
    else if (
      at.name !== "body" &&
      at.name !== "html" &&
      setAside.test(`${attr(at, "class") ?? ""} ${attr(at, "id") ?? ""}`)
    )
      place = Math.min(place, 0.5);
    at = at.parent !== null && isTag(at.parent as Element) ? (at.parent as Element) : null;
  }
  return place;
}
