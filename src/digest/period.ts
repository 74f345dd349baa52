import { Temporal } from "temporal-polyfill";
import { hour, type Instant } from "../base/clock.ts";
import type { Rule } from "../domain/issue.ts";

/** One scheduled edition: when it comes out, and the local date it is known by (`Period.key`). */
export interface Schedule {
  readonly at: Instant;
  readonly key: string;
}

/** How late an edition may be before it is weighed against the next one. */
const onTimeMs = hour;
/** A late edition is left to the next one when that is nearer than this. */
const mergeMs = 12 * hour;

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
 * The edition that is to be made now, or null: the latest schedule up to `now`, when it is later than
 * `handledAt`, the last one dealt with.
 *
 * `bornAt` is when the installation began, as long as nothing was dealt with (then it equals `handledAt`); null
 * afterwards. A schedule earlier on that very day counts too: who installs on Monday at 08:05 gets the digest of
 * Monday 08:00. An edition more than an hour late is left to the next one when that is less than twelve hours
 * away.
 */
export function dueSchedule(
  rule: Rule,
  zone: string,
  handledAt: Instant,
  bornAt: Instant | null,
  now: Instant,
): Schedule | null {
  const last = lastScheduled(rule, zone, now);
  const isOfBirthday = bornAt !== null && last.at < bornAt && dateIn(zone, bornAt).toString() === last.key;
  if (last.at <= handledAt && !(isOfBirthday && handledAt === bornAt)) return null;
  const isLate = now - last.at > onTimeMs;
  return isLate && nextScheduled(rule, zone, now).at - now < mergeMs ? null : last;
}

/** The latest date of the rule's weekday that may have begun: clocks set back over midnight repeat the day before. */
function lastDateOf(rule: Rule, zone: string, now: Instant): Temporal.PlainDate {
  const tomorrow = dateIn(zone, now).add({ days: 1 });
  return tomorrow.subtract({ days: (tomorrow.dayOfWeek - rule.weekday + 7) % 7 });
}

function dateIn(zone: string, at: Instant): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
}

function instantOf(date: Temporal.PlainDate, rule: Rule, zone: string): Instant {
  const local = date.toPlainDateTime({ hour: rule.hour, minute: rule.minute });
  const first = local.toZonedDateTime(zone, { disambiguation: "earlier" });
  if (first.toPlainDateTime().equals(local)) return first.epochMilliseconds;
  return (first.getTimeZoneTransition("next") ?? first).epochMilliseconds;
}
