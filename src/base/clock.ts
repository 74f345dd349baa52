import { Temporal } from "temporal-polyfill";
import { AppError } from "./errors.ts";

/** An instant: whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** The only source of time in the house; everything below the wiring takes `now` as a parameter. */
export interface Clock {
  /** The current instant. */
  now(): Instant;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };

/**
 * A clock that stands at `iso` when it is made and runs on from there (`POSTWIRE_CLOCK`).
 * Fractions of a second count. Throws `AppError("config")` when `iso` is no instant with a zone.
 */
export function clockStartingAt(iso: string): Clock {
  const start = instantOf(iso);
  if (start === null) {
    throw new AppError("config", `POSTWIRE_CLOCK: "${iso}" is no instant.`, {
      hint: 'Write it as in "2026-01-05T07:00:00Z".',
    });
  }
  const origin = performance.now();
  return { now: () => Math.floor(start + performance.now() - origin) };
}

function instantOf(iso: string): Instant | null {
  try {
    return Temporal.Instant.from(iso).epochMilliseconds;
  } catch {
    return null;
  }
}

/** `2026-01-05T07:00:00.000Z`, or null for null: how instants leave the program. */
export function isoInstant(at: Instant): string;
export function isoInstant(at: Instant | null): string | null;
export function isoInstant(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** Whether `name` is a time zone (IANA). */
export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of an instant in a zone (IANA name): `2026-01-11`. */
export function dayIn(zone: string, at: Instant): string {
  const format =
    dayFormats.get(zone) ?? new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: zone });
  dayFormats.set(zone, format);
  return format.format(at);
}

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

const units: Record<string, number> = { ms: 1, s: second, m: minute, h: hour, d: day, y: 365 * day };

/** `"6h"` → 21,600,000 ms; units `ms s m h d y`. Null when it is no duration, or one of more than 100 years. */
export function parseDuration(written: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|y)$/.exec(written.trim());
  const unit = units[match?.[2] ?? ""];
  const ms = match && unit !== undefined ? Math.round(Number(match[1]) * unit) : null;
  return ms !== null && ms <= 100 * 365 * day ? ms : null;
}

/** A duration as it is written in the configuration: 21,600,000 ms → `"6h"`. */
export function writtenDuration(ms: number): string {
  const [name, size] = Object.entries(units).findLast(([, unit]) => ms >= unit && ms % unit === 0) ?? [
    "s",
    second,
  ];
  return `${ms / size}${name}`;
}

/** Tells, each time it is asked, whether a clock has gone back by more than `byMs` since it was asked last. */
export function stepWatch(now: () => Instant, byMs: number): () => boolean {
  let last = now();
  return () => {
    const before = last;
    last = now();
    return last < before - byMs;
  };
}
