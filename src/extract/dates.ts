import { dayRules } from "./dates/absolute.ts";
import { exactDate } from "./dates/exact.ts";
import { type DateContext, type Dated, momentOf, nameOfContext } from "./dates/moment.ts";
import { relativeRules } from "./dates/relative.ts";
import { timeAt } from "./dates/time.ts";
import { weekdayPattern } from "./dates/words.ts";

/** A date within a longer text: where it stands, and whether it is one beyond doubt. */
export interface FoundDate extends Dated {
  /** Index of its first character. */
  readonly start: number;
  /** Index behind its last character, the time of day included. */
  readonly end: number;
  /** It names no year or is relative ("Jan 5", "yesterday"): a date only where little else stands around it. */
  readonly isWeak: boolean;
}

/** Longest text that is searched for a date, in characters. */
const longestText = 500;

/**
 * The date that a text is: ISO 8601, RFC 822, RFC 850 and asctime (RFC 9110 §5.6.7), dates in words of the languages
 * spoken here, relative ones, Unix times in seconds or milliseconds. A day alone is its 00:00 in the zone. What is
 * not understood, or is more than a date, is null, never now.
 */
export function readDate(text: string, context: DateContext): Dated | null {
  const flat = plain(text.slice(0, 200))
    .replace(/\([^()]*\)\s*$/, "")
    .trim();
  if (/^\d{10}(?:\d{3})?$/.test(flat)) {
    const at = Number(flat) * (flat.length === 10 ? 1000 : 1);
    return { at, dateOnly: false };
  }
  const exact = exactDate(flat, context);
  if (exact !== null) return exact;
  const found = findDate(flat, context);
  if (found === null) return null;
  const around = `${flat.slice(0, found.start)} ${flat.slice(found.end)}`;
  return isNothing(around) ? { at: found.at, dateOnly: found.dateOnly } : null;
}

const weekdays = new RegExp(
  `(?<!\\p{L})${weekdayPattern}(?!\\p{L})|[月火水木金土日월화수목금토일](?:曜日?|요일)?|(?:星期|週|周)[一二三四五六日天]`,
  "giu",
);

function isNothing(around: string): boolean {
  return !/[\p{L}\p{N}]/u.test(around.replace(weekdays, ""));
}

/** Dates already looked for: cards lie within cards, and on a page the same words stand again and again. */
const searches = new Map<string, FoundDate | null>();
const mostSearches = 5_000;

/** What may be a day in numbers alone, which depends on the order that the page has them in. */
const inNumbers = /\d\s{0,2}[/.-]\s{0,2}\d/;

/** The first date within a text, the surer ones first; null when there is none. */
export function findDate(text: string, context: DateContext): FoundDate | null {
  const searched = plain(text.slice(0, longestText));
  if (!mayHold.test(searched)) return null;
  const { order } = context;
  const asks = order != null && inNumbers.test(searched);
  const key = `${nameOfContext(context)} ${asks ? `${order.four} ${order.two}` : order == null} ${searched}`;
  const known = searches.get(key);
  if (known !== undefined) return known;
  if (searches.size >= mostSearches) searches.clear();
  const date = search(searched, context);
  searches.set(key, date);
  return date;
}

function search(searched: string, context: DateContext): FoundDate | null {
  const sure = best(absolute(searched, context));
  // What is relative is weak, always: nothing that is beyond doubt has to fear it.
  if (sure !== null && !sure.isWeak) return sure;
  return best([...(sure === null ? [] : [sure]), ...relative(searched, context)]);
}

/** The first one, the surer ones first. */
function best(dates: Iterable<FoundDate>): FoundDate | null {
  let first: FoundDate | null = null;
  for (const found of dates) {
    const isBetter =
      first === null ||
      (first.isWeak && !found.isWeak) ||
      (first.isWeak === found.isWeak && found.start < first.start);
    if (isBetter) first = found;
  }
  return first;
}

/** What every date has one of: most texts have none, and need not be searched in every way. */
const mayHold =
  /\d|[年月日天周週]|星期|[礼禮]拜|[今昨前刚剛]|小[时時]|分[钟鐘]|前天|おと|たった|오늘|어제|그[저제끄]|방금|today|yesterday|\bago\b|just now|\blast\b|heute|gestern|eben|\bvor\b|hier\b|aujourd|avant|il y a|instant|h[oa][yc]|hoje|há|ayer|ahora|ieri|ontem|oggi|gisteren|vandaag|\bfa\b/i;

/**
 * The first day of the month that a text is and nothing else ("January 2026", "janvier 2026", 2026年1月): what a listing has
 * that gives no days. Null for any other text.
 */
export function readMonth(text: string, context: DateContext): Dated | null {
  if (text.length > 30 || !/^\p{L}+\.?,?(?: de| del)? \d{4}$|^\d{4} ?[年년] ?\d{1,2} ?[月월]$/u.test(text))
    return null;
  for (const day of [`1 ${text}`, `1 de ${text}`, `${text}1日`, `${text} 1일`]) {
    const found = findDate(day, context);
    if (found !== null && !found.isWeak && found.start === 0 && found.end === day.length)
      return { at: found.at, dateOnly: found.dateOnly };
  }
  return null;
}

/** Full-width signs and Arabic digits as their plain ones, of the same length, so that positions stay true. */
function plain(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  return text
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replace(/(?<!\p{L})ב-(?=\d)/gu, "ב ")
    .replace(/[^\S ]/g, " ");
}

function* absolute(text: string, context: DateContext): Generator<FoundDate> {
  for (const { pattern, needs, isWeak, read } of dayRules) {
    if (!needs.test(text)) continue;
    for (const match of text.matchAll(pattern)) {
      const day = read(match, context);
      const dayEnd = match.index + match[0].length;
      const time = timeAt(text, weekdayEnd(text, dayEnd)) ?? timeWithin(match[0]);
      const moment = day === null ? null : (momentOf(day, time, context) ?? momentOf(day, null, context));
      if (moment === null) continue;
      const end = Math.max(dayEnd, moment.dateOnly ? 0 : (time?.end ?? 0));
      yield { ...moment, start: match.index, end, isWeak };
      break;
    }
  }
}

/** `2026年1月5日(月) 18:00`: a weekday may stand between the day and its time. */
function weekdayEnd(text: string, from: number): number {
  const between =
    /^\s?\(?(?:[月火水木金土日월화수목금토일](?:曜日?|요일)?|(?:星期|周|週)[一二三四五六日天])\)?/u;
  return from + (between.exec(text.slice(from, from + 8))?.[0].length ?? 0);
}

/** asctime has its time in the middle of the day. */
function timeWithin(written: string): ReturnType<typeof timeAt> {
  const at = written.search(/\d\d:\d\d:\d\d/);
  return at < 0 ? null : timeAt(written, at);
}

function* relative(text: string, context: DateContext): Generator<FoundDate> {
  for (const { pattern, needs, read } of relativeRules) {
    if (!needs.test(text)) continue;
    for (const match of text.matchAll(pattern)) {
      const said = read(match, context);
      if (said === null) continue;
      const end = match.index + match[0].length;
      const time = said.kind === "day" ? timeAt(text, end) : null;
      const moment =
        said.kind === "instant" ? { at: said.at, dateOnly: false } : momentOf(said.day, time, context);
      if (moment === null) continue;
      yield { ...moment, start: match.index, end: time?.end ?? end, isWeak: true };
      break;
    }
  }
}
