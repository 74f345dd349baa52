import { type Instant, minute } from "../base/clock.ts";
import type { Alert } from "./alert.ts";

/**
 * `pending` due or waiting for its time · `leased` a worker has it · `submitting` on its way: bytes may have
 * been sent · `deferred` to be tried again · `unknown` the server's answer was lost. The rest is final.
 */
export type DeliveryState =
  | "pending"
  | "leased"
  | "submitting"
  | "sent"
  | "deferred"
  | "failed"
  | "cancelled"
  | "unknown";

/** What is delivered: an issue of the digest, a confirmation of a sign-up, or word to the operator. */
export type Errand =
  | { readonly kind: "issue"; readonly issue: number; readonly variant: string }
  | { readonly kind: "confirm"; readonly nonce: string; readonly language: string | null }
  | { readonly kind: "alert"; readonly alert: Alert };

/** One issue for one subscriber: a row of the outbox. */
export interface Delivery {
  readonly id: number;
  readonly errand: Errand;
  readonly subscriber: number | null;
  readonly email: string;
  readonly state: DeliveryState;
  /** How often it was armed. */
  readonly attempts: number;
  /** How often its bytes may have reached the server. */
  readonly submissions: number;
  readonly messageId: string;
  /** The server's last answer, `250 2.0.0 queued`, or our own word for what happened. */
  readonly code: string | null;
  readonly dueAt: Instant;
  readonly createdAt: Instant;
  /** When it is given up. */
  readonly expiresAt: Instant;
}

/** The domain of an address that is kept: lower case, ASCII. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf("@") + 1);
}

/** The right to work on a delivery: a hand that comes late, with an older attempt, changes nothing. */
export interface Claim {
  readonly id: number;
  readonly owner: string;
  readonly attempt: number;
}

/** A delivery taken to be sent. */
export interface ClaimedDelivery {
  readonly claim: Claim;
  readonly delivery: Delivery;
}

/**
 * What the mail server's answer means for a delivery.
 *
 * `sent` it has the mail · `deferred` not now, nothing was accepted · `refused` this address, for good · `ours`
 * refused because of us (policy, login), nobody is marked · `unavailable` no server to speak of: charges the row no
 * attempt, and lets the server rest · `unknown` all bytes were out and the answer was lost.
 */
export type Receipt =
  | { readonly kind: "sent"; readonly code: string }
  | { readonly kind: "deferred"; readonly code: string }
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "ours"; readonly code: string }
  | { readonly kind: "unavailable"; readonly code: string }
  | { readonly kind: "unknown"; readonly code: string };

/** What `settle` writes. */
export interface Settlement {
  readonly state: "sent" | "deferred" | "failed" | "unknown" | "cancelled";
  readonly code: string;
  /** When it is due again, for `deferred`; for `unknown`, when it may be sent a second time. */
  readonly dueAt: Instant | null;
  /** The attempt does not count. */
  readonly uncharged: boolean;
  /** There was no server to try: it is left alone for a while, see `serverRestMs`. */
  readonly serverIsAway: boolean;
}

const retryAfterMs = [5 * minute, 15 * minute, 60 * minute, 240 * minute] as const;

/** The longest that a delivery ever waits for its next attempt. */
export const longestRetryMs = retryAfterMs[3];

/** The longest that a mail server is left alone. */
export const longestServerRestMs = 30 * minute;

/**
 * How long the mail server is left alone after it was found away `times` times in a row: 1, 2, 4, 8, 16, then 30
 * minutes.
 */
export function serverRestMs(times: number): number {
  return Math.min(minute * 2 ** (times - 1), longestServerRestMs);
}

/** What to do about a mail whose fate is unknown: send it once more after `resendAfterMs`, or hold it. */
export interface UnknownPolicy {
  readonly onUnknown: "resend" | "hold";
  readonly resendAfterMs: number;
}

/**
 * What becomes of a delivery after an attempt.
 *
 * `attempts` counts this one. Retries wait 5, 15, 60, then 240 minutes, and end when the next would fall after the
 * delivery's `expiresAt`. What is ours is not charged to an issue, which is halted instead; a confirmation or an
 * alert has no such brake and is charged. An unknown one is due again once, unless it was unknown before or the policy is to hold.
 */
export function afterAttempt(
  receipt: Receipt,
  delivery: Pick<Delivery, "attempts" | "submissions" | "expiresAt" | "errand">,
  policy: UnknownPolicy,
  now: Instant,
): Settlement {
  const { code } = receipt;
  const settled = { code, dueAt: null, uncharged: false, serverIsAway: false } as const;
  const again = (waitMs: number, change: Partial<Settlement> = {}): Settlement =>
    now + waitMs > delivery.expiresAt
      ? { ...settled, ...change, state: "failed", code: `${code} (given up: too old)` }
      : { ...settled, ...change, state: "deferred", dueAt: now + waitMs };
  const ladderMs = retryAfterMs[Math.min(delivery.attempts, retryAfterMs.length) - 1] ?? retryAfterMs[0];
  switch (receipt.kind) {
    case "sent":
      return { ...settled, state: "sent" };
    case "refused":
      return { ...settled, state: "failed" };
    case "deferred":
      return again(ladderMs);
    case "ours":
      return again(ladderMs, { uncharged: delivery.errand.kind === "issue" });
    case "unavailable":
      return again(serverRestMs(1), { uncharged: true, serverIsAway: true });
    case "unknown":
      return { ...settled, state: "unknown", dueAt: resendAt(delivery, policy, now) };
    default:
      return receipt satisfies never;
  }
}

/**
 * When a delivery of unknown fate is sent once more, or null: never, it is held and listed. `submissions` counts
 * the one whose fate is unknown.
 */
export function resendAt(
  delivery: Pick<Delivery, "submissions">,
  policy: UnknownPolicy,
  now: Instant,
): Instant | null {
  return policy.onUnknown === "resend" && delivery.submissions < 2 ? now + policy.resendAfterMs : null;
}
