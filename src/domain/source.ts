import type { Instant } from "../base/clock.ts";
import type { Hints, Reading, Validators } from "./page.ts";

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
  readonly outcome: "new" | "unchanged" | "empty" | "failed" | "held" | "gone" | "disallowed" | "offline";
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
  /** When the failures in a row began. */
  readonly failingSince: Instant | null;
  /** The usual time between two posts, ms. */
  readonly paceMs: number | null;
  /** How the feed wants to be asked, as it said last. */
  readonly hints: Hints | null;
  readonly move: Move | null;
}

/**
 * A permanent redirect (301, 308) as it was seen so far. `sightings` in a row led to the same place, since `since`, and
 * found known posts there (0: there were none, and it will not be believed); from `acceptedAt` on the source is read there.
 */
export interface Move {
  readonly to: string;
  readonly sightings: number;
  readonly since: Instant;
  readonly acceptedAt: Instant | null;
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
