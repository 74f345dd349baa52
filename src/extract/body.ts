import type { Item, Selectors } from "../domain/page.ts";
import { isSaid, leaveOutAsides, withoutAsides } from "./asides.ts";
import { type Card, chosen, partSelector } from "./chosen.ts";
import { markupOf, maxHtmlBytes } from "./clean.ts";
import type { DateContext } from "./dates/moment.ts";
import { type Element, lineIn, type Node, textIn } from "./document.ts";
import { isLabel } from "./labels.ts";
import { leadsToFile } from "./links.ts";
import * as parts from "./parts.ts";

/** How far a card is read. */
export type Extent = "whole" | "start";

/** Most characters that are read of a card's text: more than is kept of it in the end, or enough to judge it. */
const mostText = { whole: maxHtmlBytes, start: 4_000 } as const;

/** Most blocks of markup that are kept of one card. */
const mostBlocks = 200;
const blockSelector = "p, ul, ol, blockquote, pre, figure, table";

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
    .filter((block) => !above.has(block) && !isWithin(block, leftOut) && isSaid(block, context));
  return { text, html: kept.length === 0 ? null : markupOf(kept, base), author };
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
