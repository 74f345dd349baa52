import { hour, minute } from "../base/clock.ts";
import type { PostScope } from "./records.ts";

/** A feed that has changed: where it lies, which is its name among topics, and what it shows. */
export interface Topic {
  readonly path: string;
  readonly scope: PostScope;
}

/** A topic that the hub is to be told of; `version` tells this change from a later one. */
export interface ClaimedPing {
  readonly path: string;
  readonly version: number;
  /** How often it was tried in vain. */
  readonly attempts: number;
}

/** What telling the hub came to. `message` is a sentence for the operator. */
export type PingOutcome =
  | { readonly kind: "taken" }
  | { readonly kind: "failed"; readonly message: string; readonly retryAfterMs: number | null };

/** Tells a hub that a topic has changed. Rejects only on a bug. */
export type Ping = (hub: string, topic: string) => Promise<PingOutcome>;

/** What is written down of an attempt: done for, or again at that time, for that reason. */
export type PingSettlement =
  | { readonly kind: "done" }
  | { readonly kind: "again"; readonly at: number; readonly trouble: string };

/** How long one attempt may take before another process may make it; ms. */
export const pingLeaseMs = minute;
const longestRestMs = 6 * hour;
/** After so many attempts, which is a day, the next change of the feed is waited for. */
const mostAttempts = 12;

/** How long the hub is left alone after the `failures`th failure in a row, ms; null: it is given up. */
export function pingRestMs(failures: number, retryAfterMs: number | null): number | null {
  if (failures >= mostAttempts) return null;
  const rest = Math.max(minute * 2 ** (failures - 1), retryAfterMs ?? 0);
  return Math.min(rest, longestRestMs);
}
