import { day, hour, type Instant, minute } from "../base/clock.ts";
import { digestOf } from "../base/text.ts";
import type { FetchOutcome, Freshness, Hints } from "./page.ts";
import type { Move, Source, SourceState } from "./source.ts";

const longestRest = 7 * day;
const freshnessCap = day;
/** How long a page that cannot be asked for conditionally is left alone, where nobody says otherwise. */
const blindRest = day;
const holdWithoutRetryAfter = 4 * hour;
const shortestBackoff = 5 * minute;

/** A host that is to be left alone. */
export interface HostHold {
  readonly host: string;
  readonly until: Instant;
}

/** What becomes of a source's timetable after a look. */
export interface NextLook {
  readonly nextLookAt: Instant;
  readonly failures: number;
  /** The whole host that answered is to be left alone (429, 403, 503), or null. */
  readonly hold: HostHold | null;
}

type Held = FetchOutcome & { readonly kind: "held" };
type Subject = Pick<Source, "id" | "everyMs" | "everyIsExact" | "url">;
/** What is known of a source from before. */
export type Lately = Pick<SourceState, "failures" | "paceMs" | "lastNewAt">;

/**
 * How long to leave a source alone.
 *
 * A good look waits `every`, or as long as the answer stays fresh and the feed asks for (at most a day), or half the
 * usual time between two posts (at most a day, longer while nothing comes), or a day where the server gave nothing to
 * ask conditionally with: whichever is longest. Hours and days that the feed wants to be skipped are skipped. Each
 * failure in a row doubles the wait, up to a week, and never ends it. A server that says how long it wants to
 * be left alone (`Retry-After`, RFC 9110 §10.2.3) is left alone that long, at most seven days; one that answers
 * 429 or 403 without saying so, four hours and longer each time. That holds for the whole host, unless it is one of
 * a private network, where one name often stands for many services. The jitter (up to a tenth) is the
 * address's own, and there is none where the source has an interval of its own; then only what the server asks counts.
 */
export function afterFetch(
  source: Subject,
  lately: Lately,
  outcome: FetchOutcome | { readonly kind: "unreadable"; readonly freshness: Freshness },
  hints: Hints | null,
  now: Instant,
): NextLook {
  const every = withJitter(source, source.everyMs);
  const failures = lately.failures + 1;
  const doubled = Math.max(every, shortestBackoff) * 2 ** Math.min(failures - 1, 16);
  const backoff = Math.max(every, Math.min(doubled, longestRest));
  const failed = (waitMs: number): NextLook => ({ nextLookAt: now + waitMs, failures, hold: null });
  switch (outcome.kind) {
    case "page":
    case "not-modified": {
      const asked = askedFor(outcome.freshness, hints);
      const own = source.everyIsExact ? every : withJitter(source, ownRest(source, lately, outcome, now));
      const nextLookAt = afterSkips(now + Math.max(own, asked), hints, source.url);
      return { nextLookAt, failures: 0, hold: null };
    }
    case "held": {
      const until = heldUntil(outcome, failures, now);
      return {
        nextLookAt: Math.max(until, now + every, now + askedFor(outcome.freshness, hints)),
        failures,
        hold: holdAfter(outcome, failures, now),
      };
    }
    case "resting":
      return { nextLookAt: Math.max(outcome.until, now + every), failures: lately.failures, hold: null };
    case "gone":
      return failed(Math.max(every, longestRest));
    case "missing":
    case "error-status": {
      const asked =
        outcome.kind === "error-status" && outcome.status === 503 ? askedFor(outcome.freshness, null) : 0;
      return failed(Math.max(backoff, asked, Math.min(outcome.freshness.retryAfterMs ?? 0, longestRest)));
    }
    case "disallowed":
      return { nextLookAt: now + Math.max(every, day), failures: lately.failures, hold: null };
    case "trouble":
      return failed(backoff);
    case "unreadable":
      return failed(Math.max(backoff, askedFor(outcome.freshness, null)));
    default:
      return outcome satisfies never;
  }
}

/** The host that is to be left alone after an answer, when it failed `failures` times in a row; null: none is. */
export function holdAfter(outcome: Held, failures: number, now: Instant): HostHold | null {
  return isPublicHost(outcome.url)
    ? { host: new URL(outcome.url).host, until: heldUntil(outcome, failures, now) }
    : null;
}

function heldUntil({ freshness: { retryAfterMs } }: Held, failures: number, now: Instant): Instant {
  const hold = retryAfterMs ?? holdWithoutRetryAfter * 2 ** Math.min(failures - 1, 5);
  return now + Math.min(hold, longestRest);
}

/** How long server and feed ask to be left alone after a good answer; ms, at most a day. */
function askedFor({ maxAgeMs }: Freshness, hints: Hints | null): number {
  return Math.min(Math.max(maxAgeMs ?? 0, hints?.restMs ?? 0), freshnessCap);
}

/** How long we leave it alone of ourselves. */
function ownRest(
  { everyMs }: Subject,
  { paceMs, lastNewAt }: Lately,
  outcome: FetchOutcome & { kind: "page" | "not-modified" },
  now: Instant,
): number {
  const quietMs = lastNewAt === null ? 0 : Math.max(0, now - lastNewAt);
  const adaptive = paceMs === null ? 0 : Math.min(Math.max(paceMs / 2, quietMs / 4), day);
  const isBlind = outcome.kind === "page" && outcome.validators === null;
  return Math.floor(Math.max(everyMs, adaptive, isBlind ? blindRest : 0));
}

/**
 * The first instant from `at` on that lies in no hour and on no day (UTC) that the feed wants to be skipped; after a
 * skip, somewhere in the first hour that is none, where the address has its place: not everybody at its beginning.
 */
export function afterSkips(at: Instant, hints: Hints | null, url: string): Instant {
  if (hints === null) return at;
  const { skipHours, skipDays } = hints;
  for (let hours = 0; hours < 24 * 8; hours++) {
    const start = hours === 0 ? at : Math.floor(at / hour) * hour + hours * hour;
    const date = new Date(start);
    if (skipHours.includes(date.getUTCHours()) || skipDays.includes(date.getUTCDay())) continue;
    return hours === 0 ? at : start + Math.floor(hour * jitterOf(url));
  }
  return at;
}

/** So often, and over so long, a permanent redirect is seen before it is believed. */
const [sightingsWanted, sightingsOverMs] = [3, 2 * day];

/**
 * What is known of a permanent redirect after a look. It is believed when three looks in a row, over two days, were
 * led to the same place and found posts there that are known: not before, for a redirect may be a mistake, and not
 * where nothing is known (`overlaps` is null), for it may lead anywhere. A place where none was known at first is
 * never believed: what is known there later was learned there.
 */
export function afterMove(
  move: Move | null,
  movedTo: string | null,
  overlaps: boolean | null,
  now: Instant,
): Move | null {
  if (movedTo === null || overlaps === null) return move?.acceptedAt == null ? null : move;
  if (move?.to !== movedTo) return { to: movedTo, sightings: overlaps ? 1 : 0, since: now, acceptedAt: null };
  if (move.sightings === 0 || !overlaps) return move;
  const sightings = move.sightings + 1;
  const isSure = sightings >= sightingsWanted && now - move.since >= sightingsOverMs;
  return { ...move, sightings, acceptedAt: move.acceptedAt ?? (isSure ? now : null) };
}

/** Half of the gaps between posts are shorter than this: the median of the newest ones; null for fewer than four posts. */
export function paceOf(orderAts: readonly Instant[]): number | null {
  const sorted = orderAts.toSorted((a, b) => a - b);
  const gaps = sorted.slice(1).map((at, n) => at - (sorted[n] ?? at));
  if (gaps.length < 3) return null;
  return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? null;
}

/** Whether the host of an address is a name on the public internet: no address, no single word, no private suffix. */
function isPublicHost(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    /\.[a-z][a-z0-9-]*\.?$/.test(hostname) &&
    !/\.(?:local|localhost|internal|lan|home\.arpa)\.?$/.test(hostname)
  );
}

function withJitter({ url, everyIsExact }: Subject, ms: number): number {
  return everyIsExact ? ms : ms + Math.floor(ms * 0.1 * jitterOf(url));
}

/**
 * A number from 0 up to 1, always the same for one address: looks spread out and stay where they are, and sources
 * that share an address are due together.
 */
export function jitterOf(url: string): number {
  return Number.parseInt(digestOf(url).slice(0, 8), 16) / 2 ** 32;
}
