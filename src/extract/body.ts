import type { Item, Selectors } from "../domain/page.ts";
import { isSaid, leaveOutAsides, withoutAsides } from "./asides.ts";
import { type Card, chosen, partSelector, throughout } from "./chosen.ts";
import { markupOf, maxHtmlBytes } from "./clean.ts";
import type { DateContext } from "./dates/moment.ts";
import { type Element, isTag, lineIn, type Node, textIn } from "./document.ts";
import { isLabel } from "./labels.ts";
import { leadsToFile } from "./links.ts";
import * as parts from "./parts.ts";

/** How far a card is read. */
export type Extent = "whole" | "start";

/** Most characters that are read of a card's text: more than is kept of it in the end, or enough to judge it. */
const mostText = { whole: maxHtmlBytes, start: 4_000 } as const;

/** Most blocks of markup that are kept of one card. */
const mostBlocks = 200;
const keptBlocks = new Set("p ul ol blockquote pre figure table".split(" "));

interface Around {
  /** What is no part of the text; more is added to it. */
  readonly leftOut: Set<Node>;
  readonly extent: Extent;
  readonly hasTitle: boolean;
  readonly base: string;
  readonly context: DateContext;
}

/** The text of a card, its markup, and the writer that the text names. */
export function bodyOf(
  card: Card,
  selectors: Selectors,
  { leftOut, extent, hasTitle, base, context }: Around,
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
          : markupOf(
              found.map(({ element }) => element),
              base,
            ),
    };
  }
  const roots = [card.element, ...card.beside];
  const aside = leaveOutAsides(roots, leftOut, context);
  for (const button of throughout(card, (of) => parts.within(of, "a, button, nav, footer, form"))) {
    if (isLabel(lineIn(button)) || leadsToFile(button) || /^(?:nav|form|button)$/.test(button.name))
      leftOut.add(button);
  }
  const lines = throughout(card, (of) => (leftOut.has(of) ? [] : textOf(of, leftOut).split("\n")));
  const said = withoutAsides(lines, hasTitle, context);
  const [text, author] = [said.lines.join("\n"), aside ?? said.author];
  if (extent === "start") return { text, html: null, author };
  const blocks = throughout(card, (of) => blocksIn(of, leftOut)).slice(0, mostBlocks);
  const kept = blocks.filter((block) => isSaid(block, context));
  return { text, html: kept.length === 0 ? null : markupOf(kept, base), author };
}

/** The outermost blocks of an element, or the element as one, without those that are left out in whole or in part. */
function blocksIn(root: Element, leftOut: ReadonlySet<Node>): Element[] {
  const above = allAbove(leftOut, root);
  const found: Element[] = [];
  const gather = (element: Element): void => {
    if (leftOut.has(element)) return;
    if (!keptBlocks.has(element.name)) {
      for (const child of element.children) if (isTag(child)) gather(child);
    } else if (!above.has(element)) found.push(element);
  };
  gather(root);
  return found;
}

/** Everything above some nodes, as far as it stands in `root`. */
function allAbove(nodes: ReadonlySet<Node>, root: Element): ReadonlySet<unknown> {
  const above = new Set<unknown>();
  for (const node of nodes) {
    for (let at = node.parent; at !== null && at !== root.parent && !above.has(at); at = at.parent)
      above.add(at);
  }
  return above;
}
