import { type DateContext, type Day, inYear } from "./moment.ts";
import { fullYear, ordered, orderOf } from "./order.ts";
import {
  leadingMonthPattern,
  monthNumber,
  monthPattern,
  monthStartPattern,
  numberPattern,
  readNumber,
  weekdayPattern,
} from "./words.ts";

/** One way a day is written. */
export interface DayRule {
  readonly pattern: RegExp;
  /** What holds wherever the pattern does, and costs little to look for: most texts lack it. */
  readonly needs: RegExp;
  /** Names no year, or could be something else than a date: counts only where little else stands around it. */
  readonly isWeak: boolean;
  /** Null when it is no day after all. */
  readonly read: (groups: readonly string[], context: DateContext) => Day | null;
}

const start = "(?<![\\p{L}\\p{N}.,/-])";
const end = "(?![\\p{L}\\p{N}]|[/.-]\\d)";
const weekday = `(?:${weekdayPattern}\\.?,?\\s{1,2}(?:den\\s|le\\s)?)?`;
const ordinal = "(?:st|nd|rd|th|er|º|\\.)?";

const anything = /(?:)/;
const eightDigits = /^\d{8}/;
const numbersBeside = /\d[-/.]\s?\d/;
const monthBeside = new RegExp(
  `\\d${ordinal}[\\s-]{0,2}(?:de\\s|of\\s|ב)?(?:${monthStartPattern})|(?:${monthStartPattern})\\p{L}{0,9}\\.?\\s{0,2}\\d`,
  "iu",
);
const monthSign = /[月월]/;

function rule(pattern: string, read: DayRule["read"], isWeak = false, needs = anything): DayRule {
  return { pattern: new RegExp(pattern, "giu"), needs, isWeak, read };
}

function numbers(...written: readonly (string | undefined)[]): Day | null {
  const [year, month, day] = written.map((text) => readNumber(text ?? ""));
  return year == null || month == null || day == null ? null : { year, month, day };
}

function named(year: number, month: string | undefined, day: string | undefined): Day | null {
  const number = monthNumber(month ?? "");
  return number === null ? null : { year, month: number, day: Number(day) };
}

/** The first day of some that end in a month of this year: that of the year before where its month comes later. */
function firstOf(
  year: number,
  month: string | undefined,
  day: string | undefined,
  lastMonth: string | undefined,
) {
  const first = named(year, month, day);
  const last = monthNumber(lastMonth ?? "");
  return first !== null && last !== null && first.month > last ? { ...first, year: year - 1 } : first;
}

function monthDay(month: number | null, day: number | null, context: DateContext): Day | null {
  return month === null || day === null ? null : inYear(month, day, context);
}

const eras: Readonly<Record<string, number>> = {
  ...{ 令和: 2018, 平成: 1988, 昭和: 1925, 民國: 1911, 民国: 1911 },
  ...{ R: 2018, H: 1988, S: 1925 },
};

/** Day and month swapped when only that makes sense; where both readings do (1/5/2026), as the page has them, or null. */
function slashed(first: number, second: number, year: number, { order }: DateContext): Day | null {
  if (first === second || second > 12) return { year, month: first, day: second };
  if (first > 12) return { year, month: second, day: first };
  return order?.four == null || order.four === "year-month"
    ? null
    : ordered([first, second, year], order.four);
}

/**
 * Three numbers with a year of two digits, in the order that the page has them. Where there is no page, those with dots
 * are read with the day first, unless only a year makes sense there.
 */
function short(written: readonly number[], isDotted: boolean, { order, readAt }: DateContext): Day | null {
  const ofPage = order == null && isDotted ? (orderOf([written], true, readAt) ?? "day-month") : order?.two;
  return ofPage == null ? null : ordered(written, ofPage);
}

/** The ways a day is written, those that say most first. */
export const dayRules: readonly DayRule[] = [
  rule(
    `${start}(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})(?=T\\d|\\.?${end})`,
    ([, year, , month, day]) => numbers(year, month, day),
    false,
    numbersBeside,
  ),
  // Years of the Republic, as Taiwan writes them: 115-01-12.
  rule(
    `${start}(1[0-2]\\d)([-/.])(\\d{1,2})\\2(\\d{1,2})${end}`,
    ([, year, , month, day], { zone, isTaiwan }) =>
      isTaiwan || zone === "Asia/Taipei" ? numbers(String(Number(year) + 1911), month, day) : null,
    false,
    numbersBeside,
  ),
  // A day above its month: 13, and below it 2026-01.
  rule(
    `(?<![\\p{L}\\p{N}.,/-])(0?[1-9]|[12]\\d|3[01])\\s?((?:19|20)\\d\\d)[-/.](\\d{1,2})${end}`,
    ([, day, year, month]) => numbers(year, month, day),
    true,
    numbersBeside,
  ),
  rule(
    `${start}(\\d{4})\\.\\s(\\d{1,2})\\.\\s(\\d{1,2})\\.?${end}`,
    ([, year, month, day]) => numbers(year, month, day),
    false,
    numbersBeside,
  ),
  rule(
    `(?:中華|中华)?(令和|平成|昭和|民[國国])\\s?(${numberPattern})年\\s?(${numberPattern})月\\s?(${numberPattern})日`,
    ([, era = "", year = "", month, day]) =>
      numbers(String((eras[era] ?? 0) + (readNumber(year) ?? 0)), month, day),
    false,
    monthSign,
  ),
  rule(
    `(?<!\\d)(\\d{4}|[〇零一二三四五六七八九]{4})\\s?[年년]\\s?(${numberPattern})\\s?[月월]\\s?(${numberPattern})\\s?[日号號일]`,
    ([, year, month, day]) => numbers(year, month, day),
    false,
    monthSign,
  ),
  rule(
    `${start}${weekday}(\\d{1,2})${ordinal}[\\s-]{0,2}(?:de\\s|of\\s|ב)?(${monthPattern})\\.?,?[\\s-]{0,2}(?:del?\\s)?['’]?(\\d{4}|\\d{2})${end}(?!:)`,
    ([, day, month, year = ""]) => named(fullYear(year), month, day),
    false,
    monthBeside,
  ),
  rule(
    `${start}${weekday}(${leadingMonthPattern})\\.?\\s{0,2}(\\d{1,2})${ordinal},?\\s{1,2}(\\d{4})${end}`,
    ([, month, day, year = ""]) => named(fullYear(year), month, day),
    false,
    monthBeside,
  ),
  rule(
    `${start}${weekday}(${leadingMonthPattern})\\s{1,2}(\\d{1,2})\\s\\d\\d:\\d\\d:\\d\\d(?:\\s[A-Z]{3,4})?\\s(\\d{4})${end}`,
    ([, month, day, year = ""]) => named(fullYear(year), month, day),
    false,
    monthBeside,
  ),
  // From one day to another: the first of them.
  rule(
    `${start}(\\d{1,2})${ordinal}\\s?(${monthPattern})?\\.?\\s?[–—-]\\s?(\\d{1,2})${ordinal}\\s(?:de\\s)?(${monthPattern})\\.?,?\\s(?:de\\s)?(\\d{4})${end}`,
    ([, day, month, , lastMonth, year = ""]) => firstOf(Number(year), month ?? lastMonth, day, lastMonth),
    false,
    monthBeside,
  ),
  rule(
    `${start}(${leadingMonthPattern})\\.?\\s(\\d{1,2})\\s?[–—-]\\s?(?:(${leadingMonthPattern})\\.?\\s)?(\\d{1,2}),?\\s(\\d{4})${end}`,
    ([, month, day, lastMonth, , year = ""]) => firstOf(Number(year), month, day, lastMonth ?? month),
    false,
    monthBeside,
  ),
  rule(
    `${start}(\\d{1,2})\\.\\s?(\\d{1,2})\\.\\s?(\\d{4})${end}`,
    ([, day, month, year]) => numbers(year, month, day),
    false,
    numbersBeside,
  ),
  rule(
    `${start}(\\d{1,2})[/-](\\d{1,2})[/-](\\d{4})${end}`,
    ([, first, second, year], context) => slashed(Number(first), Number(second), Number(year), context),
    false,
    numbersBeside,
  ),
  rule(
    `${start}(?=\\d{1,2}[./]|\\d\\d-\\d\\d-)(\\d{1,2})([/.-])(\\d{1,2})\\2(\\d\\d)${end}`,
    ([, first, sign, second, third], context) =>
      short([Number(first), Number(second), Number(third)], sign === ".", context),
    true,
    numbersBeside,
  ),
  // Years of two digits, as Korea writes them: 26. 1. 5.
  rule(
    `${start}(\\d{2})\\.\\s(\\d{1,2})\\.\\s(\\d{1,2})\\.${end}`,
    ([, year = "", month, day]) => numbers(String(fullYear(year)), month, day),
    true,
    numbersBeside,
  ),
  // Years of an era, as Japan abbreviates them: R8.1.5.
  rule(
    `${start}([RHS])(\\d{1,2})([./])(\\d{1,2})\\3(\\d{1,2})${end}`,
    ([, era = "", year, , month, day]) => numbers(String((eras[era] ?? 0) + Number(year)), month, day),
    true,
    numbersBeside,
  ),
  rule(
    `^(\\d{4})(\\d{2})(\\d{2})(?=T\\d{2}|$)`,
    ([, year, month, day]) => numbers(year, month, day),
    true,
    eightDigits,
  ),
  rule(
    `(?<![\\d年])(${numberPattern})\\s?[月월]\\s?(${numberPattern})\\s?[日号號일]`,
    ([, month = "", day = ""], context) => monthDay(readNumber(month), readNumber(day), context),
    true,
    monthSign,
  ),
  rule(
    `${start}${weekday}(\\d{1,2})${ordinal}\\s{0,2}(?:de\\s)?(${monthPattern})${end}`,
    ([, day, month = ""], context) => monthDay(monthNumber(month), Number(day), context),
    true,
    monthBeside,
  ),
  rule(
    `${start}${weekday}(${leadingMonthPattern})\\.?\\s{1,2}(\\d{1,2})(?:st|nd|rd|th)?${end}`,
    ([, month = "", day], context) => monthDay(monthNumber(month), Number(day), context),
    true,
    monthBeside,
  ),
  rule(
    `${start}(\\d{1,2})([-/])(\\d{1,2})${end}`,
    ([, first, sign, second], context) =>
      sign === "/" && (context.order?.four === "day-month" || Number(first) > 12)
        ? monthDay(Number(second), Number(first), context)
        : monthDay(Number(first), Number(second), context),
    true,
    numbersBeside,
  ),
];
