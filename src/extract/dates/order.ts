import type { Instant } from "../../base/clock.ts";
import { once } from "../../base/once.ts";

/** In which order a day is written in numbers alone: 12/01/2026 is the first or the second, 26.01.12 the third. */
export type DayOrder = "day-month" | "month-day" | "year-month";

const four = /(?<![\p{L}\p{N}.,/-])(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?![\p{L}\p{N}]|[/.-]\d)/gu;
/** With dots or dashes, single figures would be versions and ranges. */
const two =
  /(?<![\p{L}\p{N}.,/:-])(?=\d{1,2}\/|\d\d[.-]\d\d[.-])(\d{1,2})([/.-])(\d{1,2})\2(\d\d)(?![\p{L}\p{N}:]|[/.-]\d)/gu;

/** How far back, and how far ahead, a year of two digits can be. */
const years = { back: 15, ahead: 1 } as const;
/** Most dates that are compared. */
const mostDates = 200;
const dayMs = 86_400_000;

/** Day, month and year of three numbers in this order; null when there is no such day. */
export function ordered(
  [first = 0, second = 0, third = 0]: readonly number[],
  order: DayOrder,
): { year: number; month: number; day: number } | null {
  const [year, month, day] =
    order === "year-month"
      ? [first, second, third]
      : order === "day-month"
        ? [third, second, first]
        : [third, first, second];
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= 31;
  return isDay ? { year: fullYear(String(year)), month, day } : null;
}

/** In which orders a page writes its days in numbers; null where nothing tells. */
export interface DayOrders {
  /** With a year of four digits. */
  readonly four: DayOrder | null;
  /** With one of two. */
  readonly two: DayOrder | null;
}

/** The orders in a text, which is searched when somebody asks: the days of most pages are in words. */
export function ordersIn(text: () => string, language: string | null, readAt: Instant): DayOrders {
  const [four, two] = (["four", "two"] as const).map((digits) =>
    once(() => orderIn(text(), digits, readAt, language)),
  );
  return {
    get four() {
      return four?.() ?? null;
    },
    get two() {
      return two?.() ?? null;
    },
  };
}

/**
 * The order of the days that a text writes in numbers: the one in which all of them exist, else the one in which none
 * lies ahead, else the one in which they follow each other, else the one of the language. Null where nothing tells.
 */
export function orderIn(
  text: string,
  digits: "four" | "two",
  readAt: Instant,
  language: string | null,
): DayOrder | null {
  const dates = [...text.matchAll(digits === "four" ? four : two)].slice(0, mostDates);
  const usual = usualOrder(language);
  if (dates.length === 0) return usual;
  const written = dates.map(([, first, , second, third]) => [first, second, third].map(Number));
  const isDotted = dates.every(([, , sign]) => sign === ".");
  return orderOf(written, isDotted, readAt, usual);
}

/** The order of some days, each in three numbers; between several that may be, `usual` decides. */
export function orderOf(
  written: readonly (readonly number[])[],
  isDotted: boolean,
  readAt: Instant,
  usual: DayOrder | null = null,
): DayOrder | null {
  const possible = ordersOf(written, isDotted).filter((order) => days(written, order, readAt) !== null);
  const past = possible.filter((order) => isPast(days(written, order, readAt) ?? [], readAt));
  const left = past.length > 0 ? past : possible;
  const falling = left.filter((order) => isInOrder(days(written, order, readAt) ?? []));
  const [only, ...others] = falling.length > 0 ? falling : left;
  if (only === undefined) return null;
  if (others.length === 0) return only;
  return usual !== null && left.includes(usual) ? usual : null;
}

function ordersOf(written: readonly (readonly number[])[], isDotted: boolean): readonly DayOrder[] {
  if (!written.every(isShort)) return ["day-month", "month-day"];
  return isDotted ? ["day-month", "year-month"] : ["day-month", "month-day", "year-month"];
}

function isShort(numbers: readonly number[]): boolean {
  return numbers.every((number) => number < 100);
}

/** The instants of all dates read in one order; null when one of them does not exist, or is of an odd year. */
function days(
  written: readonly (readonly number[])[],
  order: DayOrder,
  readAt: Instant,
): readonly number[] | null {
  const thisYear = new Date(readAt).getUTCFullYear();
  const found: number[] = [];
  for (const numbers of written) {
    const date = ordered(numbers, order);
    if (date === null) return null;
    if (isShort(numbers) && (date.year < thisYear - years.back || date.year > thisYear + years.ahead))
      return null;
    found.push(Date.UTC(date.year, date.month - 1, date.day));
  }
  return found;
}

function isPast(days: readonly number[], readAt: Instant): boolean {
  return days.every((day) => day <= readAt + dayMs);
}

/** Days that differ, and fall or rise but for one in five. */
function isInOrder(days: readonly number[]): boolean {
  if (new Set(days).size < 3) return false;
  const falls = days.filter((at, index) => index > 0 && at <= (days[index - 1] ?? at)).length;
  const rises = days.filter((at, index) => index > 0 && at >= (days[index - 1] ?? at)).length;
  return Math.max(falls, rises) >= (days.length - 1) * 0.8;
}

const monthFirst = /^(?:en|es)-(?:us|pr)$|^en-ph$|^fil/i;
const yearFirst = /^(?:zh|ja|ko|hu|lt|mn)(?:-|$)/i;
/** English alone says nothing: half of those who write it put the month first. In Canada all orders are in use. */
const unsaid = /^en(?:-ca)?$/i;

function usualOrder(language: string | null): DayOrder | null {
  const said = language?.trim().replaceAll("_", "-") ?? "";
  if (said === "" || unsaid.test(said)) return null;
  if (monthFirst.test(said)) return "month-day";
  return yearFirst.test(said) ? "year-month" : "day-month";
}

/** A two-digit year as the year it means: 69 and less is this century. */
export function fullYear(written: string): number {
  const year = Number(written);
  return written.length > 2 ? year : year < 70 ? 2000 + year : 1900 + year;
}
