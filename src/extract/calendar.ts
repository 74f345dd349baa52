import { once } from "../base/once.ts";
import type { Page } from "../domain/page.ts";
import type { DateContext } from "./dates/moment.ts";
import { ordersIn } from "./dates/order.ts";
import { type Tree, textIn } from "./document.ts";

/** How much of a page is searched for dates in numbers, in characters. */
const mostText = 200_000;
/** What is known of a page already, also where a part of it is parsed once more. */
const known = new WeakMap<Page, DateContext>();

/** What the dates of a page are relative to: when and where it was read, and in which order it writes its days. */
export function calendarOf(tree: Tree, page: Page): DateContext {
  const before = known.get(page);
  if (before !== undefined) return before;
  const text = once(() => textIn(tree.root, new Set(), mostText));
  const order = ordersIn(text, tree.language, page.readAt);
  const isTaiwan = /^zh(?:-hant)?-tw$/i.test(tree.language ?? "") || /\.tw$/.test(new URL(page.url).hostname);
  const context = { zone: page.zone, readAt: page.readAt, isTaiwan, order };
  known.set(page, context);
  return context;
}
