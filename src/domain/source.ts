import { day, hour, type Instant, minute } from "../base/clock.ts";
import { digestOf } from "../base/text.ts";
import type { FetchOutcome, Freshness, Reading, Validators } from "./page.ts";

/** Which posts of the first look count as news. */
export type Backfill = "none" | "recent" | "all";

/** A place we look at, as configured. */
export interface Source {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Every post of the source is in it, besides its own categories. */
  readonly category: string | null;
  readonly reading: Reading;
  /** How many pages of the listing a first look follows. */
  readonly pages: number;
  readonly zone: string;
  readonly everyMs: number;
  /** `every` stands at the source itself: the interval is exact, not adaptive. */
  readonly everyIsExact: boolean;
  readonly enabled: boolean;
  readonly backfill: Backfill;
  readonly headers: Readonly<Record<string, string>>;
  /** Keep only items with one of these words in title, text or category; empty keeps all. */
  readonly keep: readonly string[];
  /** Leave out items with one of these words. */
  readonly drop: readonly string[];
}

/** What the last look came to, in the words of the database; `detail` is for people. */
export interface LookResult {
  readonly outcome: "new" | "unchanged" | "empty" | "failed" | "held" | "gone";
  readonly detail: string | null;
}

/** What we remember of a source between looks. */
export interface SourceState {
  readonly validators: Validators | null;
  readonly bodyHash: string | null;
  readonly learned: Reading | null;
  /** Where it is really read, after learned moves; the configured address at first. */
  readonly address: string;
  /** Failures in a row. */
  readonly failures: number;
  /** Looks in a row that found nothing where there had been something. */
  readonly emptyLooks: number;
  readonly lastLookAt: Instant | null;
  readonly lastOkAt: Instant | null;
  readonly lastNewAt: Instant | null;
  readonly nextLookAt: Instant;
  readonly last: LookResult | null;
}

/** A source with its state: a row of `postwire sources`. `configured` is false once it left the configuration. */
export interface SourceRow {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly kind: Reading["kind"];
  readonly enabled: boolean;
  readonly configured: boolean;
  readonly state: SourceState;
  readonly posts: number;
}

/** A source that a worker has taken to look at. */
export interface ClaimedSource {
  readonly id: string;
  readonly owner: string;
  readonly state: SourceState;
  /** No post of it was ever recorded. */
  readonly isFirstLook: boolean;
}

const longestRest = 7 * day;
const freshnessCap = day;
const holdWithoutRetryAfter = 4 * hour;

/** What becomes of a source's timetable after a look. */
export interface NextLook {
  readonly nextLookAt: Instant;
  readonly failures: number;
  /** The whole host is to be left alone until then (429, 403, 503), or null. */
  readonly holdHostUntil: Instant | null;
}

/**
 * How long to leave a source alone.
 *
 * A good look waits `every`, or as long as the answer stays fresh (at most a day), whichever is longer. Each
 * failure in a row doubles the wait, up to a week, and never ends it. A server that says how long it wants to
 * be left alone (`Retry-After`, RFC 9110 §10.2.3) is left alone that long, at most seven days; one that answers
 * 429 or 403 without saying so, four hours and longer each time. That holds for the whole host, unless it is one of
 * a private network, where one name often stands for many services. The jitter (up to a tenth) is the
 * source's own, and there is none where the source has an interval of its own.
 */
export function afterFetch(
  source: Pick<Source, "id" | "everyMs" | "everyIsExact" | "url">,
  failuresBefore: number,
  outcome: FetchOutcome | { readonly kind: "unreadable" },
  restMs: number | null,
  now: Instant,
): NextLook {
  const jitter = source.everyIsExact ? 0 : 0.1 * jitterOf(source.id);
  const every = source.everyMs + Math.floor(source.everyMs * jitter);
  const good = (freshness: Freshness): NextLook => ({
    nextLookAt: now + Math.max(every, Math.min(Math.max(freshness.maxAgeMs ?? 0, restMs ?? 0), freshnessCap)),
    failures: 0,
    holdHostUntil: null,
  });
  const failures = failuresBefore + 1;
  const doubled = Math.max(every, 5 * minute) * 2 ** Math.min(failures - 1, 16);
  const backoff = Math.max(every, Math.min(doubled, longestRest));
  switch (outcome.kind) {
    case "page":
    case "not-modified":
      return good(outcome.freshness);
    case "held": {
      const asked = outcome.freshness.retryAfterMs;
      const hold = asked === null ? holdWithoutRetryAfter * 2 ** Math.min(failures - 1, 5) : asked;
      const until = now + Math.min(hold, longestRest);
      return {
        nextLookAt: Math.max(until, now + every),
        failures,
        holdHostUntil: isPublicHost(source.url) ? until : null,
      };
    }
    case "gone":
      return { nextLookAt: now + Math.max(every, longestRest), failures, holdHostUntil: null };
    case "missing":
    case "error-status": {
      const asked = Math.min(outcome.freshness.retryAfterMs ?? 0, longestRest);
      return { nextLookAt: now + Math.max(backoff, asked), failures, holdHostUntil: null };
    }
    case "trouble":
    case "unreadable":
      return { nextLookAt: now + backoff, failures, holdHostUntil: null };
    default:
      return outcome satisfies never;
  }
}

/** Whether the host of an address is a name on the public internet: no address, no single word, no private suffix. */
function isPublicHost(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    /\.[a-z][a-z0-9-]*\.?$/.test(hostname) &&
    !/\.(?:local|localhost|internal|lan|home\.arpa)\.?$/.test(hostname)
  );
}

/** A number from 0 up to 1, always the same for one source: looks spread out and stay where they are. */
export function jitterOf(id: string): number {
  return Number.parseInt(digestOf(id).slice(0, 8), 16) / 2 ** 32;
}
