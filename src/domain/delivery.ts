import { type Instant, minute } from "../base/clock.ts";

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
  | { readonly kind: "confirm"; readonly nonce: string; readonly language: string | null };

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
 * refused because of us (policy, login), nobody is marked · `unavailable` no server: charges the row no attempt ·
 * `unknown` all bytes were out and the answer was lost.
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
  /** The attempt does not count: there was no server to try. */
  readonly uncharged: boolean;
}

const retryAfterMs = [5 * minute, 15 * minute, 60 * minute, 240 * minute] as const;
const noServerMs = minute;

/** What to do about a mail whose fate is unknown: send it once more after `resendAfterMs`, or hold it. */
export interface UnknownPolicy {
  readonly onUnknown: "resend" | "hold";
  readonly resendAfterMs: number;
}

/**
 * What becomes of a delivery after an attempt.
 *
 * `attempts` counts this one. Retries wait 5, 15, 60, then 240 minutes, and end when the next would fall after
 * `expiresAt`. An unknown one is due again once, unless it was unknown before or the policy is to hold.
 */
export function afterAttempt(
  receipt: Receipt,
  delivery: Pick<Delivery, "attempts" | "submissions">,
  expiresAt: Instant,
  policy: UnknownPolicy,
  now: Instant,
): Settlement {
  const again = (waitMs: number, uncharged: boolean): Settlement =>
    now + waitMs > expiresAt
      ? { state: "failed", code: `${receipt.code} (given up: too old)`, dueAt: null, uncharged }
      : { state: "deferred", code: receipt.code, dueAt: now + waitMs, uncharged };
  switch (receipt.kind) {
    case "sent":
      return { state: "sent", code: receipt.code, dueAt: null, uncharged: false };
    case "refused":
      return { state: "failed", code: receipt.code, dueAt: null, uncharged: false };
    case "deferred":
      return again(retryAfterMs[Math.min(delivery.attempts, retryAfterMs.length) - 1] ?? 5 * minute, false);
    case "ours":
      return again(retryAfterMs[Math.min(delivery.attempts, retryAfterMs.length) - 1] ?? 5 * minute, true);
    case "unavailable":
      return again(noServerMs, true);
    case "unknown":
      return {
        state: "unknown",
        code: receipt.code,
        dueAt: resendAt(delivery, policy, now),
        uncharged: false,
      };
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
