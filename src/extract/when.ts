import { asideIn, setOff } from "./asides.ts";
import { exactDate } from "./dates/exact.ts";
import { type DateContext, type Dated, momentOf, nameOfContext, today } from "./dates/moment.ts";
import { timeAt } from "./dates/time.ts";
import { type FoundDate, findDate, readDate, readMonth } from "./dates.ts";
import { all, attr, type Element, isLonger, lineIn, textIn } from "./document.ts";
import { rememberingFor } from "./memory.ts";
import { closest, within } from "./parts.ts";

/** A date on a card, and the element that shows it. */
export interface ShownDate extends Dated {
  readonly element: Element;
  /** Everything the element says is the date: it is no part of the post's text. */
  readonly isAlone: boolean;
  /** It names no year or is relative. */
  readonly isWeak: boolean;
}

const updateWords = /updat|modif|edited|aktualisiert|更新|编辑|編輯|修改|수정|mis à jour/i;

/**
 * The date a card shows: `datetime` and `content` attributes before text, a date beyond doubt before a weak one,
 * when it was published before when it was updated. Null without one.
 */
export const dateOf = rememberingFor((card: Element, context: DateContext): ShownDate | null => {
  const marked = within(
    card,
    "time, [datetime], [data-time], [data-timestamp], [data-date], [data-datetime], [itemprop~=datePublished], [itemprop~=dateCreated], abbr[title], .dt-published",
  ).flatMap((element) => markedDate(element, context) ?? []);
  return publishedFirst(marked) ?? publishedFirst(textDates(card, context));
}, nameOfContext);

function publishedFirst(dates: readonly ShownDate[]): ShownDate | null {
  const [only, ...others] = dates;
  if (only === undefined || others.length === 0) return only ?? null;
  const isUpdate = ({ element }: ShownDate) => {
    if (isOfLastPost(element)) return true;
    const around = element.parent !== null && "attribs" in element.parent ? element.parent.attribs.class : "";
    const says = Object.entries(element.attribs).map(([name, value]) => (name === "datetime" ? "" : value));
    return updateWords.test(`${says.join(" ")} ${around ?? ""}`);
  };
  return dates.find((date) => !isUpdate(date)) ?? only;
}

const lastPost =
  /^(?:last (?:post|reply|message|comment|activity)|latest|letzte[rs]? (?:beitrag|antwort)|dernier message|último mensaje|最[后後](?:发表|發表|回复|回覆|发帖)|最終(?:投稿|更新)|마지막)/i;

/** Whether a date is that of the last word on a post: what stands around it begins so, or is called so. */
function isOfLastPost(element: Element): boolean {
  let at = element.parent;
  for (let level = 0; level < 3 && at !== null && "attribs" in at; level += 1, at = at.parent) {
    if (
      /(?:^|[\s_-])(?:last-?(?:post|reply|comment)|latest|replied)(?:$|[\s_-])/i.test(at.attribs.class ?? "")
    )
      return true;
    const start = textIn(at, undefined, 120);
    if (start.length <= 120 && lastPost.test(start)) return true;
  }
  return false;
}

function markedDate(element: Element, context: DateContext): ShownDate | null {
  for (const name of [
    "datetime",
    "content",
    "data-datetime",
    "data-timestamp",
    "data-time",
    "data-date",
    "title",
  ]) {
    const value = attr(element, name);
    const read = value === null || value.length > 80 ? null : readDate(value, context);
    // "12-25" may stand below a year.
    if (read !== null) return { ...read, element, isAlone: true, isWeak: !/\d{4}/.test(value ?? "") };
  }
  if (element.name !== "time") return null;
  const line = lineIn(element);
  const found = findDate(line, context) ?? monthAlone(element, line, context);
  return found === null ? null : shown(found, element, true);
}

/** Longest line that a date is looked for in, and longest one of elements without a text of their own, in characters. */
const [longestLine, longestDay] = [400, 12];
/** Most characters that may stand around a date beyond doubt, and around a weak one. */
const around = { sure: 60, weak: 6 } as const;

function textDates(card: Element, context: DateContext): ShownDate[] {
  const found: (ShownDate & { readonly rest: number })[] = [];
  for (const element of within(card, "*")) {
    const own = element.children.some((child) => child.type === "text");
    // A day and its month may each have an element of their own.
    const most = own || element.children.length === 0 ? longestLine : longestDay;
    const shownLine = isLonger(element, most) ? "" : lineIn(element);
    const named = titleDate(element, context);
    const line = shownLine === "" && named !== null ? (attr(element, "title") ?? "") : shownLine;
    if (line === "" || line.length > most) continue;
    const date =
      findDate(line, context) ?? timeOfToday(element, line, context) ?? monthAlone(element, line, context);
    if (date === null) continue;
    const rest = restOf(line, date);
    const isNear = date.start <= 40 || line.length - date.end <= 10;
    const isShort = () =>
      rest <= around.weak || (own && asideIn(line, context) !== null) || leads(date, line, element);
    if (date.isWeak ? isShort() : rest <= around.sure || isNear)
      found.push({ ...shown({ ...date, ...named }, element, rest <= 12), rest });
  }
  const sure = found.filter(({ isWeak }) => !isWeak);
  const best = sure.length > 0 ? sure : found;
  return best.toSorted((a, b) => Number(b.isAlone) - Number(a.isAlone) || (a.isAlone ? a.rest - b.rest : 0));
}

/** The day that a `title` is, year first: what scripts show as "6 days ago", or what such words leave out. */
function titleDate(element: Element, context: DateContext): Dated | null {
  const title = attr(element, "title")?.trim() ?? "";
  return title.length <= 40 && /^(?:19|20)\d\d[-/.年]\d/.test(title) ? readDate(title, context) : null;
}

/** Whether a line begins with a day, set off from what follows, below a heading with its year. */
function leads({ start, end }: FoundDate, line: string, element: Element): boolean {
  return start === 0 && setOff.test(line.slice(end)) && yearAbove(element) !== null;
}

/** A month without a day. Links that say one lead to all posts of that month. */
function monthAlone(element: Element, line: string, context: DateContext): FoundDate | null {
  const month = readMonth(line, context);
  const link = month === null ? null : closest(element, "a");
  if (month === null || (link !== null && lineIn(link) === line)) return null;
  return { ...month, start: 0, end: line.length, isWeak: true };
}

/** What a board shows of today's posts in the column of dates: only the time. */
function timeOfToday(element: Element, line: string, context: DateContext): FoundDate | null {
  if (element.name !== "td" || !/date|datum|fecha/i.test(attr(element, "class") ?? "")) return null;
  const time = /^\d{1,2}:\d{2}(?::\d{2})?$/.test(line) ? timeAt(line, 0) : null;
  const { year, month, day } = today(context);
  const moment = time === null ? null : momentOf({ year, month, day }, time, context);
  return moment === null ? null : { ...moment, start: 0, end: line.length, isWeak: true };
}

/**
 * The date, beyond doubt, that a heading before an element says and little else: lists by days have one for all posts
 * below it. Null without one.
 */
export function dateAbove(element: Element, context: DateContext): ShownDate | null {
  for (const before of elementsBefore(element, 3)) {
    if (!/^h[1-6]$/.test(before.name)) continue;
    const line = lineIn(before);
    const date = line.length > 80 ? null : findDate(line, context);
    const isDay = date !== null && !date.isWeak && restOf(line, date) <= around.sure / 2;
    return isDay && all(before, "a[href]").length === 0 ? shown(date, before, false) : null;
  }
  return null;
}

function shown(
  { at, dateOnly, isWeak }: Pick<FoundDate, "at" | "dateOnly" | "isWeak">,
  element: Element,
  isAlone: boolean,
): ShownDate {
  return { at, dateOnly, isWeak, element, isAlone };
}

/** The time when what began then ended. */
const until = /^\s?[-–—~]\s?\d{1,2}[:.]\d{2}(?:\s?(?:[ap]\.?m\.?|UTC|[A-Z]{3,4}))?/i;

function restOf(line: string, date: FoundDate): number {
  return `${line.slice(0, date.start)}${line.slice(date.end).replace(until, "")}`.replace(
    /[^\p{L}\p{N}]/gu,
    "",
  ).length;
}

/** How far back a heading is looked for, in siblings. */
const mostSteps = 1_000;

/** What stands before an element, the nearest first: its own siblings, then those of what it stands in, so many levels up. */
function* elementsBefore(element: Element, levels: number): Generator<Element> {
  let at: Element | null = element;
  for (let level = 0; level < levels && at !== null; level += 1) {
    let steps = 0;
    for (let before = at.prev; before !== null && steps < mostSteps; before = before.prev, steps += 1) {
      if ("attribs" in before) yield before;
    }
    at = at.parent !== null && "attribs" in at.parent ? at.parent : null;
  }
}

/**
 * The year that the page gives for an element: the nearest text before it that is a year or a short heading with one
 * ("2022", "2022 (5)", "2022 5 posts", "2022年"). Null without one.
 */
export function yearAbove(element: Element): number | null {
  for (const before of elementsBefore(element, 4)) {
    const year = headingYear(before);
    if (year !== null) return year;
  }
  return null;
}

function headingYear(element: Element): number | null {
  // The number of a row may look like a year.
  if (element.name === "td" || element.name === "th" || isLonger(element, 40)) return null;
  const line = lineIn(element);
  if (line.length > 40) return null;
  const isHeading = /^h[1-6]$/.test(element.name) || all(element, "h1,h2,h3,h4,h5,h6").length > 0;
  const match = (
    isHeading
      ? /(?<!\d)((?:19|20)\d\d)(?!\d)/
      : /^((?:19|20)\d\d)\s?[年년]?(?:\s?[([]?\d{1,3}[)\]]?(?: ?\p{L}{1,12})?)?$/u
  ).exec(line);
  return match === null ? null : Number(match[1]);
}

/** The date that an element's text or attribute value holds, as shown by that element. */
export function findShownDate(element: Element, value: string, context: DateContext): ShownDate | null {
  // What machines write names its year: there is nothing to look for above it.
  const exact = exactDate(value, context);
  const isAlone = value.length < 80;
  if (exact !== null)
    return shown({ at: exact.at, dateOnly: exact.dateOnly, isWeak: false }, element, isAlone);
  const date = readDate(value, context) ?? findDate(value, context);
  return date === null ? null : shown({ isWeak: true, ...date }, element, isAlone);
}
