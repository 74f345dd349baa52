import { day, type Instant, second } from "../../src/base/clock.ts";
import type { Chance } from "./chance.ts";

/** What a server says of how long its answer may be used, and what that comes to. */
export interface Shelf {
  readonly headers: (now: Instant) => Readonly<Record<string, string>>;
  /** How long nobody needs to ask again, by the letter of RFC 9111; at most a day. */
  readonly freshMs: number;
}

const hourS = 3_600;

/** An instant as it is written in a header. */
export function httpDate(at: Instant): string {
  return new Date(at).toUTCString();
}

function control(value: string, freshS: number, more: Readonly<Record<string, string>> = {}): Shelf {
  const headers = (now: Instant) => ({ date: httpDate(now), "cache-control": value, ...more });
  return { headers, freshMs: Math.min(freshS * second, day) };
}

/** `Expires`, told by a server whose clock is ahead by `wrongMs`. */
function expires(freshS: number, wrongMs: number): Shelf {
  const headers = (now: Instant) => ({
    date: httpDate(now + wrongMs),
    expires: httpDate(now + wrongMs + freshS * second),
  });
  return { headers, freshMs: Math.min(freshS * second, day) };
}

const silent: Shelf = { headers: (now) => ({ date: httpDate(now) }), freshMs: 0 };

/** Every way of saying it, the wrong ones too. */
export const shelves: readonly Shelf[] = [
  silent,
  control("max-age=300", 300),
  control("public, max-age=3600", hourS),
  silent,
  control('private, MAX-AGE="28800"', 8 * hourS),
  control("max-age=43200", 11 * hourS, { age: String(hourS) }),
  control("max-age=600", 0, { age: "900" }),
  expires(9 * hourS, 0),
  control("no-cache", 0),
  expires(10 * hourS, 5 * hourS * second),
  expires(7 * hourS, -400 * day),
  control("max-age=31536000, immutable", 365 * 24 * hourS),
  control("max-age=99999999999999", 24 * hourS),
  control("max-age=soon", 0),
  control("max-age=-1", 0),
  { headers: (now) => ({ date: httpDate(now), expires: "0" }), freshMs: 0 },
  control("no-store, max-age=7200", 0),
  { headers: (now) => ({ expires: httpDate(now + 12 * hourS * second) }), freshMs: 12 * hourS * second },
];

/** `Retry-After`, and what it comes to: at most seven days. */
export interface Patience {
  readonly value: (now: Instant) => string | null;
  readonly restMs: number | null;
}

const none: Patience = { value: () => null, restMs: null };

function seconds(count: number): Patience {
  return { value: () => String(count), restMs: Math.min(count * second, 7 * day) };
}

function date(count: number): Patience {
  // A date has no milliseconds: it is up to one second less.
  const restMs = Math.max(0, Math.min(count * second - second, 7 * day));
  return { value: (now) => httpDate(now + count * second), restMs };
}

export const patiences = {
  none,
  minutes: seconds(20 * 60),
  hours: seconds(13 * hourS),
  later: date(9 * hourS),
  tomorrow: date(30 * hourS),
  month: seconds(30 * 24 * hourS),
  past: date(-hourS),
  nonsense: { value: () => "when it suits you", restMs: null },
} as const satisfies Record<string, Patience>;

/** How a place tells one version of itself from another. */
export type Marks =
  | "etag"
  | "modified"
  | "both"
  | "none"
  /** Another ETag at each answer, for the same bytes: it never says "not modified". */
  | "restless"
  /** One ETag for ever, whatever is in the page, and no "not modified" either. */
  | "frozen"
  /** Each "not modified" comes with a new ETag. */
  | "renewing";

export const allMarks: readonly Marks[] = [
  "etag",
  "both",
  "modified",
  "renewing",
  "none",
  "both",
  "etag",
  "restless",
  "both",
  "frozen",
];

export interface Marked {
  readonly etag: string | null;
  readonly modified: string | null;
}

/** The marks of a version; `turn` is different at each answer. */
export function marksOf(marks: Marks, version: string, changedAt: Instant, turn: number): Marked {
  const modified = httpDate(changedAt);
  switch (marks) {
    case "etag":
      return { etag: `"${version}"`, modified: null };
    case "modified":
      return { etag: null, modified };
    case "both":
      return { etag: `W/"${version}, \xe9"`, modified };
    case "none":
      return { etag: null, modified: null };
    case "restless":
      return { etag: `"${version}.${turn}"`, modified: null };
    case "frozen":
      return { etag: '"1"', modified: null };
    case "renewing":
      return { etag: `"${version}.${turn}"`, modified };
    default:
      return marks satisfies never;
  }
}

/** Whether what was asked with still is what is there. */
export function isCurrent(marks: Marks, asked: Marked, version: string, changedAt: Instant): boolean {
  if (marks === "none" || marks === "restless" || marks === "frozen") return false;
  if (asked.etag !== null) return /^(?:W\/)?"([^.,"]*)/.exec(asked.etag)?.[1] === version;
  return asked.modified !== null && asked.modified === httpDate(changedAt);
}

/** How long an answer takes, ms. */
export function delayOf(chance: Chance, isSlow: boolean): number {
  return isSlow ? chance.whole(3_000, 9_000) : chance.whole(40, 600);
}
