import { and, eq, inArray, sql } from "drizzle-orm";
import type { Instant } from "../../base/clock.ts";
import { resendAt, type UnknownPolicy } from "../../domain/delivery.ts";
import type { Db, Verbs } from "./database.ts";
import { deliveries, isInFlight, issues, isWaiting, subscribers } from "./mailing.ts";
import { cancelWaiting, finishIssues } from "./steering.ts";

/** Bringing home what nobody works on any more. */
export function sweepVerbs(db: Db): Verbs<"sweepDeliveries"> {
  return {
    sweepDeliveries: (policy, now) => {
      const unknown = endLeases(db, policy, now);
      if (policy.onUnknown === "resend") resendUnknown(db, now);
      const expired = endOld(db, now);
      for (const { number } of cancelledWithRest(db)) cancelWaiting(db, number);
      finishIssues(db);
      return { unknown, expired };
    },
  };
}

/** Whoever had these is gone: what was not on its way was never sent, of the rest nobody knows. */
function endLeases(db: Db, policy: UnknownPolicy, now: Instant): number {
  const over = db
    .select({ id: deliveries.id, state: deliveries.state, submissions: deliveries.submissions })
    .from(deliveries)
    .where(sql`${isInFlight} and ${deliveries.leaseUntil} <= ${now}`)
    .all();
  for (const row of over) {
    const home =
      row.state === "leased"
        ? { state: "pending" as const }
        : {
            state: "unknown" as const,
            code: "no answer: the sender stopped",
            resendAt: resendAt(row, policy, now),
          };
    db.update(deliveries)
      .set({ ...home, owner: null, leaseUntil: null })
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
      issueState: issues.state,
      status: subscribers.status,
    })
    .from(deliveries)
    .leftJoin(issues, eq(issues.number, deliveries.issue))
    .leftJoin(subscribers, eq(subscribers.id, deliveries.subscriberId))
    .where(sql`${deliveries.state} = 'unknown' and ${deliveries.resendAt} <= ${now}`)
    .all();
  for (const row of come) {
    const isWanted = row.issue === null ? row.status !== null : row.status === "active";
    const isOver = row.issueState === "cancelled" || row.expiresAt <= now;
    const change = isWanted && !isOver ? { state: "deferred" as const, dueAt: now } : {};
    db.update(deliveries)
      .set({ ...change, resendAt: null })
      .where(eq(deliveries.id, row.id))
      .run();
  }
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
