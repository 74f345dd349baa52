import { Temporal } from "temporal-polyfill";
import { day, hour, type Instant } from "../base/clock.ts";
import type { Rule } from "../domain/issue.ts";
import type { DigestCursor } from "../domain/records.ts";

/** One scheduled edition: when it comes out, and the local date it is known by (`Period.key`). */
export interface Schedule {
  readonly at: Instant;
  readonly key: string;
}

/** How late an edition may be before it is weighed against the next one. */
const onTimeMs = hour;
/** A late edition is left to the next one when that is nearer than this. */
const mergeMs = 12 * hour;
/** What was dealt with at an instant this far ahead was dealt with by a clock that was wrong. */
const aheadMs = 7 * day;

/**
 * The latest schedule of `rule` at or before `now`, in the local time of `zone` (an IANA name).
 *
 * A local time that a change of the clocks leaves out is due at the first valid instant after it; one that
 * comes twice is due the first time only.
 */
export function lastScheduled(rule: Rule, zone: string, now: Instant): Schedule {
  for (let date = lastDateOf(rule, zone, now); ; date = date.subtract({ weeks: 1 })) {
    const at = instantOf(date, rule, zone);
    if (at <= now) return { at, key: date.toString() };
  }
}

/** The first schedule of `rule` after `now`; gaps and overlaps as in `lastScheduled`. */
export function nextScheduled(rule: Rule, zone: string, now: Instant): Schedule {
  const date = Temporal.PlainDate.from(lastScheduled(rule, zone, now).key).add({ weeks: 1 });
  return { at: instantOf(date, rule, zone), key: date.toString() };
}

/**
 * The edition that is to be made now, or null: the latest schedule up to `now`, when nothing was dealt with since.
 *
 * As long as nothing was dealt with at all, it has to be later than `bornAt`, when the installation began, or on
 * that very day: who installs on Monday at 08:05 gets the digest of Monday 08:00. An edition more than an hour late
 * is left to the next one when that is less than twelve hours away.
 *
 * Clocks go wrong. After a step back nothing is due until the clock is again where something was dealt with last;
 * only what lies a week or more ahead is disbelieved, so that a clock that was years ahead stops nothing. Before
 * `bornAt`, as after a power cut on a machine that does not keep the time, nothing is caught up.
 */
export function dueSchedule(
  rule: Rule,
  zone: string,
  cursor: Pick<DigestCursor, "handledAt" | "bornAt">,
  now: Instant,
): Schedule | null {
  const last = lastScheduled(rule, zone, now);
  const isLate = now - last.at > onTimeMs;
  if (!isUnhandled(last, zone, cursor, now, isLate)) return null;
  return isLate && nextScheduled(rule, zone, now).at - now < mergeMs ? null : last;
}

function isUnhandled(
  last: Schedule,
  zone: string,
  { handledAt, bornAt }: Pick<DigestCursor, "handledAt" | "bornAt">,
  now: Instant,
  isLate: boolean,
): boolean {
  const isBelieved = (instant: Instant) => instant - now < aheadMs;
  if (handledAt !== null && isBelieved(handledAt)) return last.at > handledAt;
  if (isBelieved(bornAt)) return last.at > bornAt || last.key === dateIn(zone, bornAt).toString();
  return !isLate;
}

/**
 * The key of the issue for a schedule that is due: its date. `taken` are the keys there are, the newest issue first.
 *
 * A date that was taken by a clock that was ahead is still to come: issues of earlier dates came after it, up to the
 * edition before this one, with which `handledAt` ends. Then the key is the local time.
 */
export function keyOf(
  rule: Rule,
  zone: string,
  handledAt: Instant | null,
  { at, key }: Schedule,
  taken: readonly string[],
): string {
  const newest = taken.find(isDate);
  if (handledAt === null || newest === undefined || newest >= key || !taken.includes(key)) return key;
  return nextScheduled(rule, zone, handledAt).key === key ? timeKey(zone, at) : key;
}

/** The key of an issue that takes no schedule's place: its local time to the second. */
export function timeKey(zone: string, at: Instant): string {
  return localIn(zone, at).toString({ smallestUnit: "second" });
}

function isDate(key: string): boolean {
  return !key.includes("T");
}

/** The latest date of the rule's weekday that may have begun: clocks set back over midnight repeat the day before. */
function lastDateOf(rule: Rule, zone: string, now: Instant): Temporal.PlainDate {
  const tomorrow = dateIn(zone, now).add({ days: 1 });
  return tomorrow.subtract({ days: (tomorrow.dayOfWeek - rule.weekday + 7) % 7 });
}

function dateIn(zone: string, at: Instant): Temporal.PlainDate {
  return localIn(zone, at).toPlainDate();
}

function localIn(zone: string, at: Instant): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
}

function instantOf(date: Temporal.PlainDate, rule: Rule, zone: string): Instant {
  const local = date.toPlainDateTime({ hour: rule.hour, minute: rule.minute });
  const first = local.toZonedDateTime(zone, { disambiguation: "earlier" });
  if (first.toPlainDateTime().equals(local)) return first.epochMilliseconds;
  return (first.getTimeZoneTransition("next") ?? first).epochMilliseconds;
}
