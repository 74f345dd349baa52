import { Temporal } from "temporal-polyfill";
import type { Instant } from "../../base/clock.ts";

/** Which number is the day in dates that only their reader knows how to read: 5/1/2026. */
export type DayOrder = "day-first" | "month-first";

/** What a date that leaves something out is relative to. */
export interface DateContext {
  /** IANA name: the zone of dates that name none. */
  readonly zone: string;
  /** When the page was read: what "yesterday" is relative to. */
  readonly readAt: Instant;
  /** The year of dates that name none, where the page gives one (a heading "2022"); else the nearest past one. */
  readonly year?: number | null;
  /** Which number is the day in 5/1/2026, where the page tells; else such a date is none. */
  readonly order?: DayOrder | null;
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
  const local = Temporal.PlainDateTime.from({
    ...day,
    hour,
    minute,
    second: Math.min(second, 59),
    millisecond: ms,
  });
  return { at: local.toZonedDateTime(context.zone).epochMilliseconds, dateOnly: time === null };
}

const midnight: TimeOfDay = { hour: 0, minute: 0, second: 0, ms: 0, offsetMinutes: null };

function exists({ year, month, day }: Day): boolean {
  if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function isTime({ hour, minute, second, offsetMinutes }: TimeOfDay): boolean {
  return hour < 24 && minute < 60 && second <= 60 && Math.abs(offsetMinutes ?? 0) <= 18 * 60;
}

/** The local day of an instant. */
export function dayOf(at: Instant, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
}

/** The local day when the page was read. */
export function today(context: DateContext): Temporal.PlainDate {
  return dayOf(context.readAt, context.zone);
}

/** A month and day in the year the page gives, else in the nearest past year (a day ahead still counts as now). */
export function inYear(month: number, day: number, context: DateContext): Day {
  if (context.year) return { year: context.year, month, day };
  const limit = today(context).add({ days: 1 });
  const ahead = month > limit.month || (month === limit.month && day > limit.day);
  return { year: limit.year - (ahead ? 1 : 0), month, day };
}

/** A two-digit year as the year it means: 69 and less is this century. */
export function fullYear(written: string): number {
  const year = Number(written);
  return written.length > 2 ? year : year < 70 ? 2000 + year : 1900 + year;
}
