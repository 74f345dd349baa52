import type { Page } from "../domain/page.ts";
import type { DateContext } from "./dates/moment.ts";
import { orderIn } from "./dates/order.ts";
import { type Tree, textIn } from "./document.ts";

/** How much of a page is searched for dates in numbers, in characters. */
const mostText = 200_000;
/** What is known of a page already: a tree does not change once it is parsed. */
const known = new WeakMap<Tree, DateContext>();

/** What the dates of a page are relative to: when and where it was read, and in which order it writes its days. */
export function calendarOf(tree: Tree, page: Page): DateContext {
  const before = known.get(tree);
  if (before?.readAt === page.readAt && before.zone === page.zone) return before;
  const text = textIn(tree.root, new Set(), mostText);
  const order = {
    four: orderIn(text, "four", page.readAt, tree.language),
    two: orderIn(text, "two", page.readAt, tree.language),
  };
  const context = { zone: page.zone, readAt: page.readAt, order };
  known.set(tree, context);
  return context;
}
