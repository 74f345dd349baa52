import { Temporal } from "temporal-polyfill";
import type { Instant } from "../../base/clock.ts";
import type { DayOrders } from "./order.ts";

/** What a date that leaves something out is relative to. */
export interface DateContext {
  /** IANA name: the zone of dates that name none. */
  readonly zone: string;
  /** When the page was read: what "yesterday" is relative to. */
  readonly readAt: Instant;
  /** The year of dates that name none, where the page gives one (a heading "2022"); else the nearest past one. */
  readonly year?: number | null;
  /** Whether years of three digits are those of the Republic of China (1 = 1912). */
  readonly isTaiwan?: boolean;
  /** How the page writes days in numbers alone, with a year of four digits and of two; null where nothing tells. */
  readonly order?: DayOrders | null;
}

/** All that a date can depend on beside what is written, as one string, but for the order: each page has but one. */
export function nameOfContext({ readAt, year, zone, isTaiwan }: DateContext): string {
  return `${readAt} ${year ?? ""} ${zone}${isTaiwan ? " tw" : ""}`;
}

/** A date that was understood. */
export interface Dated {
  readonly at: Instant;
  /** Only a day was given; `at` is its 00:00 in the zone. */
  readonly dateOnly: boolean;
}

/** A calendar day; month and day from 1. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** A time of day; `offsetMinutes` where it names its zone. */
export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
  readonly offsetMinutes: number | null;
}

/** The instant of a day, with or without a time. Null when there is no such day or time, or the year is odd. */
export function momentOf(day: Day, time: TimeOfDay | null, context: DateContext): Dated | null {
  if (!exists(day) || (time !== null && !isTime(time))) return null;
  const { hour, minute, second, ms, offsetMinutes } = time ?? midnight;
  if (offsetMinutes !== null) {
    const utc = Date.UTC(day.year, day.month - 1, day.day, hour, minute, Math.min(second, 59), ms);
    return { at: utc - offsetMinutes * 60_000, dateOnly: false };
  }
  const sinceMidnight = ((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1_000 + ms;
  return { at: instantOf(day, sinceMidnight, context.zone), dateOnly: time === null };
}

/** Where a day starts in a zone, and whether its clock is changed before the next one starts. */
interface Start {
  readonly at: Instant;
  readonly isEven: boolean;
}

/** Days already looked up: a page names few, and the next page the same ones. */
const starts = new Map<string, Start>();
const mostStarts = 5_000;
const dayMs = 86_400_000;

function instantOf(day: Day, sinceMidnight: number, zone: string): Instant {
  const key = `${day.year}-${day.month}-${day.day} ${zone}`;
  let start = starts.get(key);
  if (start === undefined) {
    const midnight = Temporal.PlainDateTime.from({ ...day, hour: 0 });
    const at = midnight.toZonedDateTime(zone).epochMilliseconds;
    const next = midnight.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
    start = { at, isEven: next - at === dayMs };
    if (starts.size >= mostStarts) starts.clear();
    starts.set(key, start);
  }
  if (sinceMidnight === 0 || start.isEven) return start.at + sinceMidnight;
  const local = Temporal.PlainDateTime.from({ ...day, hour: 0 }).add({ milliseconds: sinceMidnight });
  return local.toZonedDateTime(zone).epochMilliseconds;
}

const midnight: TimeOfDay = { hour: 0, minute: 0, second: 0, ms: 0, offsetMinutes: null };

/** How many days the months have, in most years. */
const daysIn = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function exists({ year, month, day }: Day): boolean {
  if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 && isLeap ? 29 : (daysIn[month - 1] ?? 0));
}

function isTime({ hour, minute, second, offsetMinutes }: TimeOfDay): boolean {
  return hour < 24 && minute < 60 && second <= 60 && Math.abs(offsetMinutes ?? 0) <= 18 * 60;
}

/** The local day of an instant. */
export function dayOf(at: Instant, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
}

let latest: { readonly context: DateContext; readonly day: Temporal.PlainDate } | null = null;

/** The local day when the page was read. */
export function today(context: DateContext): Temporal.PlainDate {
  const { readAt, zone } = context;
  if (latest === null || latest.context.readAt !== readAt || latest.context.zone !== zone)
    latest = { context: { readAt, zone }, day: dayOf(readAt, zone) };
  return latest.day;
}

/** A month and day in the year the page gives, else in the nearest past year (a day ahead still counts as now). */
export function inYear(month: number, day: number, context: DateContext): Day {
  if (context.year) return { year: context.year, month, day };
  const limit = today(context).add({ days: 1 });
  const ahead = month > limit.month || (month === limit.month && day > limit.day);
  const year = limit.year - (ahead ? 1 : 0);
  return month === 2 && day === 29 ? { year: year - (year % 4), month, day } : { year, month, day };
}
