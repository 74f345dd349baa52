import type { Instant } from "../base/clock.ts";

/** What lets a server say "not modified": echoed byte for byte, only to the address that gave them. */
export interface Validators {
  readonly url: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** How long an answer may be used before it is worth asking again; null where the server says nothing. */
export interface Freshness {
  /** `Cache-Control: max-age` less `Age`, or `Expires` less `Date` (RFC 9111 §4.2), never negative. */
  readonly maxAgeMs: number | null;
  /** `Retry-After` (RFC 9110 §10.2.3), as a time to wait from now. */
  readonly retryAfterMs: number | null;
}

/** What one look brought back, decoded. */
export interface Page {
  /** The address after redirects: the base of relative links. */
  readonly url: string;
  /** The media type without parameters, lower case; empty when the server gave none. */
  readonly contentType: string;
  /** The body as text, decoded by its real charset. */
  readonly text: string;
  /** The zone of dates that name none: the source's, else the site's (IANA name). */
  readonly zone: string;
  /** When it was read: what "yesterday" is relative to. */
  readonly readAt: Instant;
}

export interface FetchRequest {
  readonly url: string;
  readonly validators: Validators | null;
  /** Hex SHA-256 of the page that the validators came with. */
  readonly seen?: string | null;
  /** Headers of the source's configuration; sent to the source's own host only, never across a redirect to another. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Asked before each request to another host than the one before: until when that one is to be left alone, or null
   * when it may be asked now.
   */
  readonly mayVisit?: (url: string) => Promise<Instant | null>;
  readonly signal?: AbortSignal;
}

/** Why a look failed; each has its sentence for the operator. */
export type FetchTrouble =
  | "refused-address"
  | "dns"
  | "connect"
  | "tls"
  | "timeout"
  | "too-large"
  | "redirects"
  | "encoding"
  | "protocol"
  | "aborted";

/**
 * What came of one request. Everything that happens on a normal day is a value here.
 *
 * `gone` is 410, `missing` 404; `held` is 429, 403, or 503 with a time to come back: the server asks to be left alone.
 */
export type FetchOutcome =
  | {
      readonly kind: "page";
      readonly url: string;
      /** A permanent redirect (301, 308) led here from the address asked for. */
      readonly movedTo: string | null;
      readonly contentType: string;
      readonly text: string;
      /** Hex SHA-256 of the body: same bytes, same page. */
      readonly bodyHash: string;
      readonly validators: Validators | null;
      readonly freshness: Freshness;
      /** Odd things about the answer that the operator may want to know. */
      readonly notes: readonly string[];
    }
  | {
      readonly kind: "not-modified";
      /** The address that said so, after redirects. */
      readonly url: string;
      readonly movedTo: string | null;
      readonly validators: Validators | null;
      readonly freshness: Freshness;
    }
  | {
      readonly kind: "held";
      /** The address that answered: its host is the one to be left alone. */
      readonly url: string;
      readonly status: number;
      readonly freshness: Freshness;
      /** What the answer looks like besides: a bot check, by this header. */
      readonly botCheck: string | null;
    }
  /** It leads to a host that is to be left alone until then (`mayVisit`), and that was not asked. */
  | { readonly kind: "resting"; readonly url: string; readonly until: Instant }
  /** robots.txt (RFC 9309) does not want it to be read; `rule` is the line that says so, or why there is none to read. */
  | { readonly kind: "disallowed"; readonly rule: string }
  | { readonly kind: "missing"; readonly status: number; readonly freshness: Freshness }
  | { readonly kind: "gone"; readonly status: number; readonly freshness: Freshness }
  | { readonly kind: "error-status"; readonly status: number; readonly freshness: Freshness }
  | { readonly kind: "trouble"; readonly trouble: FetchTrouble; readonly message: string };

/** One polite conditional GET. Rejects only on a bug. */
export type Fetch = (request: FetchRequest) => Promise<FetchOutcome>;

/** A file that goes with a post: a podcast episode, a video. */
export interface Enclosure {
  readonly url: string;
  readonly type: string | null;
  /** Bytes. */
  readonly length: number | null;
}

/**
 * An entry as found on a page, before we know whether it is new.
 *
 * Strings are trimmed and carry no markup except `html`. Unknown is null.
 */
export interface Item {
  /** As shown, or made from `text` where the page shows none; then `titleIsMade` is true. */
  readonly title: string | null;
  readonly titleIsMade: boolean;
  /** Absolute http(s). */
  readonly url: string | null;
  readonly guid: string | null;
  readonly publishedAt: Instant | null;
  /** Only a day was given; the instant is its 00:00 in the source's zone. */
  readonly dateOnly: boolean;
  readonly updatedAt: Instant | null;
  readonly categories: readonly string[];
  /** One string, `Name <mail>`. */
  readonly author: string | null;
  /** The whole post as plain text, as far as the page gives it; what the fingerprint is made of. */
  readonly text: string | null;
  /** The post's own markup, sanitised, links absolute; null where there was none. */
  readonly html: string | null;
  readonly image: string | null;
  readonly enclosures: readonly Enclosure[];
}

/** Where on a page the parts of an item are: CSS selectors within the item, `@name` for an attribute. */
export interface Selectors {
  readonly kind: "selectors";
  readonly item: string;
  readonly title?: string | undefined;
  readonly link?: string | undefined;
  readonly date?: string | undefined;
  readonly summary?: string | undefined;
  readonly category?: string | undefined;
  readonly author?: string | undefined;
  readonly image?: string | undefined;
  readonly next?: string | undefined;
  /** Of what was learned: what seemed wrong with it when nothing better was found; the same is not looked into again. */
  readonly lookedInto?: string | undefined;
}

/** How a source is read, as configured or as learned. */
export type Reading =
  | { readonly kind: "feed" }
  | { readonly kind: "text" }
  | { readonly kind: "auto" }
  | Selectors;

/** What the channel of a feed says of itself. */
export interface FeedFacts {
  readonly title: string | null;
  readonly link: string | null;
  readonly id: string | null;
  readonly subtitle: string | null;
  readonly updatedAt: Instant | null;
  readonly author: string | null;
  readonly language: string | null;
  readonly hints: Hints;
}

/** How a feed wants to be asked. */
export interface Hints {
  /** How long it asks to be left alone: `ttl`, `sy:updatePeriod`; ms. */
  readonly restMs: number | null;
  /** Hours of the day (UTC, 0 to 23) and days of the week (Sunday is 0) on which nobody needs to ask: RSS 2.0 `skipHours`, `skipDays`. */
  readonly skipHours: readonly number[];
  readonly skipDays: readonly number[];
}

/** What an extractor gives. Items are in page order, newest first on most pages. */
export interface Extraction {
  readonly kind: "feed" | "listing" | "text";
  readonly items: readonly Item[];
  readonly title: string | null;
  readonly language: string | null;
  /** The next page of the listing, absolute. */
  readonly next: string | null;
  /** A feed the page advertises, absolute. */
  readonly feedUrl: string | null;
  /** What was found out about how to read this page: the poll after this one runs plain selectors. */
  readonly learned: Reading | null;
  /** 0 … 1. */
  readonly confidence: number;
  /** Sentences for people: what was found, what was left out. */
  readonly notes: readonly string[];
  /** For a feed only. */
  readonly feed: FeedFacts | null;
}

/**
 * Reads a page in the way `reading` says. `learned` is what an earlier `auto` found out. Rejects with
 * `AppError("unreadable")` when the page is not what it should be (HTML for a feed, no XML at all).
 */
export type Extract = (page: Page, reading: Reading, learned: Reading | null) => Promise<Extraction>;
