import type { Instant } from "../../src/base/clock.ts";
import type { Source } from "../../src/domain/source.ts";
import type { Form, Wishes } from "./documents.ts";
import type { Marks, Patience, Shelf } from "./headers.ts";
import type { Stream } from "./stories.ts";

/** From `from` until before `until`. */
export interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/** Nobody gets through to a host: its connections are refused, vanish, or its name is not known. */
export interface Absence extends Span {
  readonly kind: "refused" | "vanishing" | "nameless";
}

/** What a host or a place says in place of its page. */
export interface Refusal extends Span {
  /** 0 hangs up without a word. */
  readonly status: 0 | 403 | 404 | 410 | 429 | 500 | 502 | 503;
  readonly patience: Patience;
  readonly shelf: Shelf | null;
}

/** A place that sends its readers elsewhere. */
export interface Detour extends Span {
  readonly status: 301 | 302 | 303 | 307 | 308;
  readonly to: string;
}

/** What a host's robots.txt is, from `from` on. */
export interface Robots {
  readonly from: Instant;
  readonly status: 200 | 403 | 404 | 500;
  readonly text: string;
  /** Beginnings of paths that nobody is to ask for. */
  readonly forbidden: readonly string[];
  readonly crawlGapMs: number;
}

export interface Host {
  /** Its name with the port. */
  readonly authority: string;
  readonly isSlow: boolean;
  /** In order of time; the last one that has begun holds. */
  readonly robots: readonly Robots[];
  readonly absences: readonly Absence[];
  readonly refusals: readonly Refusal[];
}

/** What there is at an address. */
export interface Place {
  readonly url: string;
  readonly host: Host;
  readonly form: Form | "notice";
  /** Null for a notice. */
  readonly stream: Stream | null;
  /** Posts on a page, and which page it is. */
  readonly size: number;
  readonly page: number;
  readonly next: string | null;
  readonly marks: Marks;
  readonly shelf: Shelf;
  readonly wishes: Wishes;
  /** Its bytes are others at each answer. */
  readonly isNoisy: boolean;
  readonly refusals: readonly Refusal[];
  readonly detours: readonly Detour[];
  /** Only feeds are read here. */
  readonly isFeed: boolean;
}

/** The whole of it: what is out there, and what we are told to read of it. */
export interface Web {
  readonly seed: number;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly places: ReadonlyMap<string, Place>;
  readonly sources: readonly Source[];
  /** When we ourselves are cut off from everybody. */
  readonly outages: readonly Span[];
  readonly restarts: readonly Restart[];
}

/** A restart: after a stop that was asked for, or after a crash; `downMs` later the program is there again. */
export interface Restart {
  readonly at: Instant;
  readonly kind: "stop" | "crash";
  readonly downMs: number;
}

export function isIn({ from, until }: Span, at: Instant): boolean {
  return from <= at && at < until;
}

export function robotsAt(host: Host, at: Instant): Robots | null {
  return host.robots.findLast(({ from }) => from <= at) ?? null;
}
