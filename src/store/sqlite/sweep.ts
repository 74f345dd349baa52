import { and, eq, inArray, sql } from "drizzle-orm";
import { day, type Instant } from "../../base/clock.ts";
import { longestRetryMs, resendAt, type UnknownPolicy } from "../../domain/delivery.ts";
import type { Db, Verbs } from "./database.ts";
import { deliveries, isInFlight, issues, isUnknown, isWaiting, subscribers } from "./mailing.ts";
import { cancelWaiting, finishIssues } from "./steering.ts";

/** Bringing home what nobody works on any more. */
export function sweepVerbs(db: Db): Verbs<"sweepDeliveries"> {
  return {
    sweepDeliveries: (policy, now) => {
      const unknown = endLeases(db, policy, now);
      bringNear(db, policy, now);
      if (policy.onUnknown === "resend") resendUnknown(db, now);
      else holdUnknown(db);
      const expired = endOld(db, now);
      for (const { number } of cancelledWithRest(db)) cancelWaiting(db, number);
      finishIssues(db);
      return { unknown, expired };
    },
  };
}

/**
 * A clock that was ahead and is right again leaves instants that are far away. What was never tried waits for
 * nothing, and the rest for no longer than it would if it were written now.
 */
function bringNear(db: Db, policy: UnknownPolicy, now: Instant): void {
  const latest = sql`iif(${deliveries.state} = 'pending', ${now}, ${now + longestRetryMs})`;
  db.update(deliveries)
    .set({ dueAt: latest })
    .where(sql`${isWaiting} and ${deliveries.dueAt} > ${latest}`)
    .run();
  const resendAtLatest = now + policy.resendAfterMs;
  db.update(deliveries)
    .set({ resendAt: resendAtLatest })
    .where(sql`${isUnknown} and ${deliveries.resendAt} > ${resendAtLatest}`)
    .run();
}

/** Nobody takes a lease for longer; one that ends later was taken by a clock that was ahead. */
const longestLeaseMs = day;

/**
 * Whoever had these is gone, or sleeps: what was not on its way was never sent, of the rest nobody knows. These keep
 * their owner: should the answer come after all, it counts.
 */
function endLeases(db: Db, policy: UnknownPolicy, now: Instant): number {
  const over = db
    .select({ id: deliveries.id, state: deliveries.state, submissions: deliveries.submissions })
    .from(deliveries)
    .where(
      sql`${isInFlight} and (${deliveries.leaseUntil} <= ${now} or ${deliveries.leaseUntil} > ${now + longestLeaseMs})`,
    )
    .all();
  for (const row of over) {
    const home =
      row.state === "leased"
        ? { state: "pending" as const, owner: null }
        : {
            state: "unknown" as const,
            code: "no answer: the sender stopped",
            resendAt: resendAt(row, policy, now),
          };
    db.update(deliveries)
      .set({ ...home, leaseUntil: null })
      .where(eq(deliveries.id, row.id))
      .run();
  }
  return over.filter(({ state }) => state === "submitting").length;
}

/** Those of unknown fate whose time has come are due again, unless meanwhile nobody is to get them. */
function resendUnknown(db: Db, now: Instant): void {
  const come = db
    .select({
      id: deliveries.id,
      expiresAt: deliveries.expiresAt,
      issue: deliveries.issue,
      alert: deliveries.alert,
      issueState: issues.state,
      status: subscribers.status,
    })
    .from(deliveries)
    .leftJoin(issues, eq(issues.number, deliveries.issue))
    .leftJoin(subscribers, eq(subscribers.id, deliveries.subscriberId))
    .where(sql`${deliveries.state} = 'unknown' and ${deliveries.resendAt} <= ${now}`)
    .all();
  for (const row of come) {
    const isWanted =
      row.alert !== null || (row.issue === null ? row.status !== null : row.status === "active");
    const isOver = row.issueState === "cancelled" || row.expiresAt <= now;
    const change = isWanted && !isOver ? { state: "deferred" as const, dueAt: now } : {};
    db.update(deliveries)
      .set({ ...change, resendAt: null })
      .where(eq(deliveries.id, row.id))
      .run();
  }
}

/** The policy was another one when these were given a time. */
function holdUnknown(db: Db): void {
  db.update(deliveries)
    .set({ resendAt: null })
    .where(sql`${isUnknown} and ${deliveries.resendAt} is not null`)
    .run();
}

function endOld(db: Db, now: Instant): number {
  return db
    .update(deliveries)
    .set({ state: "failed", code: "given up: too old" })
    .where(sql`${isWaiting} and ${deliveries.expiresAt} <= ${now}`)
    .run().changes;
}

function cancelledWithRest(db: Db) {
  return db
    .selectDistinct({ number: issues.number })
    .from(issues)
    .innerJoin(deliveries, eq(deliveries.issue, issues.number))
    .where(and(eq(issues.state, "cancelled"), inArray(deliveries.state, ["pending", "deferred"])))
    .all();
}
