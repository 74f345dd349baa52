import type { Instant } from "../base/clock.ts";
import type { Delivery, DeliveryState } from "./delivery.ts";
import type { Variant } from "./issue.ts";
import type { HostHold } from "./manners.ts";
import type { Hints, Reading, Validators } from "./page.ts";
import type { Candidate, Category, Post } from "./post.ts";
import type { LookResult, Move, Source } from "./source.ts";
import type { Consent, NewSubscriber, Subscriber, SubscriberStatus } from "./subscriber.ts";

/** What `claimSource` looks for. */
export interface SourceClaim {
  readonly owner: string;
  readonly leaseMs: number;
  /** Only this one. */
  readonly only: string | null;
  /** Also what is not due yet; holds of a host count all the same. Sources in `notAgain` are passed over. */
  readonly force: boolean;
  readonly notAgain: readonly string[];
  /** Time between two requests to one host, ms. */
  readonly hostGapMs: number;
}

/** What a look came to, in one record: its posts and the source's new timetable are one transaction. */
export interface FetchRecord {
  readonly candidates: readonly Candidate[];
  /** Where it is read from now on: the configured address, or one that was learned. */
  readonly address: string;
  readonly backfill: Source["backfill"];
  /** What the server's answer tells about the next request; null (a failure) keeps what is stored. */
  readonly page: { readonly validators: Validators | null; readonly bodyHash: string | null } | null;
  /** What `auto` found out; null forgets it. */
  readonly learned: Reading | null;
  readonly last: LookResult;
  readonly failures: number;
  readonly nextLookAt: Instant;
  /** Hosts that asked to be left alone. */
  readonly holds: readonly HostHold[];
  /** Other hosts that the look led to (`visitHost`): they are to rest, too. */
  readonly visited: readonly string[];
  readonly hints: Hints | null;
  readonly move: Move | null;
}

/** Whether a look may ask another host than its source's: at once, in a while, or not before it was left alone. */
export type Visit =
  | { readonly kind: "welcome" }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "held"; readonly until: Instant };

/** A host's robots.txt as it was read; empty where there is none. */
export interface RobotsFile {
  readonly text: string;
  readonly readAt: Instant;
}

/** What `recordFetch` did. `lost`: the lease was over and another worker has the source; nothing was written. */
export type RecordedFetch =
  | { readonly kind: "lost" }
  | {
      readonly kind: "recorded";
      /** Posts that were not there before, in page order. */
      readonly new: readonly Post[];
      readonly changed: number;
      readonly known: number;
      /** Of `new`, how many are held for the operator. */
      readonly held: number;
    };

/** Which posts: everything, a category, a source, or news of a stretch of the release sequence. */
export type PostScope =
  | { readonly kind: "all" }
  | { readonly kind: "category"; readonly slug: string }
  | { readonly kind: "source"; readonly id: string };

/** Something that has a feed, by the name it goes by, or had one: a source that is not configured any more. */
export interface NamedScope {
  readonly scope: PostScope;
  readonly name: string;
  readonly isGone: boolean;
}

/** Something published that is out of date; `version` tells a mark from a later one. */
export interface DirtyScope {
  readonly scope: PostScope;
  readonly version: number;
}

/** A category with how many posts it shows. */
export interface CategoryRow extends Category {
  readonly posts: number;
  readonly newestAt: Instant | null;
}

/** How categories are named and filed; a change of it re-files every post at the next start. */
export interface CategoryRules {
  readonly rename: Readonly<Record<string, string>>;
}

/** Where the digest stands for a cadence. */
export interface DigestCursor {
  /** The last release that an issue (or an evening without news) has covered. */
  readonly coveredTo: number;
  /**
   * When an issue was last opened, or found to have no news; null before the first time. It may lie in the future,
   * where the clock was ahead.
   */
  readonly handledAt: Instant | null;
  /** When the database was made. */
  readonly bornAt: Instant;
  /** Releases so far. */
  readonly releasedTo: number;
}

export type SignUp =
  /** A confirmation mail was put in the outbox. */
  | "asked"
  /** It is active already, or was asked too recently: nothing is mailed. The visitor is told the same. */
  | "quiet";

export type Confirmed =
  | { readonly kind: "confirmed"; readonly subscriber: Subscriber }
  | { readonly kind: "unknown" }
  | { readonly kind: "expired" };

/** What an operator adds or imports. */
export interface Import {
  readonly subscriber: NewSubscriber;
  readonly status: SubscriberStatus;
  readonly confirmedAt: Instant | null;
  readonly consent: Consent;
  /** Brings back also who left, bounced or was erased. */
  readonly force: boolean;
}

/** `kept`: it was there and stays as it was, because it left or bounced; `suppressed`: it was erased on request. */
export type Imported = "added" | "updated" | "kept" | "suppressed";

/** Deliveries for one chunk of subscribers, written together with the cursor that says how far the issue is. */
export interface DeliveryChunk {
  readonly issue: number;
  readonly deliveries: readonly {
    readonly subscriber: number;
    readonly email: string;
    readonly variant: string;
  }[];
  readonly variants: readonly Variant[];
  readonly skipped: number;
  /** The cursor the chunk starts from; when the issue is further already, another process wrote it. */
  readonly after: number;
  /** The last subscriber id of the chunk; null when this was the last chunk and the issue may go out. */
  readonly cursor: number | null;
}

export type Armed =
  | { readonly kind: "armed"; readonly delivery: Delivery }
  /**
   * Nothing may be sent, and `became` says what the row is now: `cancelled` with its issue or its subscriber,
   * `pending` again in an issue that was stopped meanwhile, or `failed`, for its time is over.
   */
  | { readonly kind: "withdrawn"; readonly became: "cancelled" | "pending" | "failed" }
  /** The lease is over and somebody else has it. */
  | { readonly kind: "lost" };

/** How the mail server was when it was last asked. */
export interface MailServerState {
  /** How often in a row it was away; 0 when it took the last mail. */
  readonly timesAway: number;
  /** What was heard of it then. */
  readonly code: string | null;
  /** Until when it is left alone; null where it may be asked. */
  readonly restsUntil: Instant | null;
}

export interface Health {
  readonly posts: number;
  readonly held: number;
  readonly sources: {
    readonly all: number;
    readonly failing: number;
    readonly due: number;
    /** How long the one that is due longest has waited. */
    readonly lagMs: number;
    /** Hosts that asked to be left alone. */
    readonly heldHosts: number;
  };
  readonly subscribers: Readonly<Record<SubscriberStatus, number>>;
  readonly outbox: Readonly<Partial<Record<DeliveryState, number>>>;
  readonly newestPostAt: Instant | null;
  /** Issues that were halted because the mail server refuses us. */
  readonly halted: readonly number[];
  readonly mailServer: MailServerState;
  /** Feeds that the hub is to be told of; `trouble` is why it was not, `dueAt` when it is tried again. */
  readonly pings: {
    readonly waiting: number;
    readonly trouble: string | null;
    readonly dueAt: Instant | null;
  };
}
