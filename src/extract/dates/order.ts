import type { Page } from "../../domain/page.ts";
import type { DateContext, DayOrder } from "./moment.ts";

const dayFirst =
  /^(?:fr|es|it|pt|nl|de|ca|gl|el|pl|ru|uk|cs|sk|ro|bg|hr|sr|sl|da|nb|nn|no|fi|tr|ar|he|hi|id|ms|vi|th)(?:$|-)|^en-(?:GB|AU|NZ|IE|IN|ZA|HK|SG)$/i;
const monthFirst = /^(?:en|es)-(?:US|PR)$/i;
const slashed = /(?<![\d/.-])(\d{1,2})[/-](\d{1,2})[/-]\d{4}(?![\d/-])/g;
/** How much of a page is searched for dates that can be read in one way only. */
const mostSearched = 500_000;

/** What the other dates of a page tell, where they agree; else what is usual in its language; null: nobody knows. */
export function orderIn(text: string, language: string | null): DayOrder | null {
  let [days, months] = [0, 0];
  for (const [, first, second] of text.slice(0, mostSearched).matchAll(slashed)) {
    if (Number(first) > 12 && Number(second) <= 12) days++;
    if (Number(second) > 12 && Number(first) <= 12) months++;
  }
  if (days > 0 !== months > 0) return days > 0 ? "day-first" : "month-first";
  if (language === null) return null;
  return monthFirst.test(language) ? "month-first" : dayFirst.test(language) ? "day-first" : null;
}

const contexts = new WeakMap<Page, DateContext>();

/** What the dates on a page are relative to. */
export function contextOn(page: Page, language: string | null): DateContext {
  const known = contexts.get(page);
  if (known !== undefined) return known;
  const context = { zone: page.zone, readAt: page.readAt, order: orderIn(page.text, language) };
  contexts.set(page, context);
  return context;
}
