import type { Instant } from "../base/clock.ts";
import { day } from "../base/clock.ts";

/**
 * Word to the operator: an issue was `halted`, for the mail server refuses us; or the mail server was `away` for
 * longer than a restart takes. `code` is what it said last.
 */
export type Alert =
  | { readonly kind: "halted"; readonly issue: number; readonly code: string }
  | { readonly kind: "away"; readonly code: string };

/** What an alert is about: of two about the same thing on one day, the second is not sent. */
export function aboutOf(alert: Alert): string {
  switch (alert.kind) {
    case "halted":
      return `halted-${alert.issue}`;
    case "away":
      return "away";
    default:
      return alert satisfies never;
  }
}

/** How long an alert is worth sending. */
export const alertTtlMs = 3 * day;

/** An alert's place among those about the same thing: its day. */
export function alertDay(now: Instant): number {
  return Math.floor(now / day);
}

/** So many times in a row a mail server was away, 31 minutes at least, before the operator is told. */
export const awayBeforeAlert = 5;
