import type { Instant } from "../../base/clock.ts";
import { type Alert, aboutOf, alertDay, alertTtlMs } from "../../domain/alert.ts";
import type { Db, Verbs } from "./database.ts";
import { deliveries } from "./mailing.ts";

/** Word to the operator. */
export function alertVerbs(db: Db, tagHost: string): Verbs<"raiseAlert"> {
  return { raiseAlert: (alert, email, now) => raiseAlert(db, tagHost, alert, email, now) };
}

// The message id says what it is about and on which day, and there is one of each.
function raiseAlert(db: Db, tagHost: string, alert: Alert, email: string, now: Instant): boolean {
  const added = db
    .insert(deliveries)
    .values({
      alert,
      email,
      state: "pending",
      messageId: `<alert.${aboutOf(alert)}.${alertDay(now)}@${tagHost}>`,
      dueAt: now,
      createdAt: now,
      expiresAt: now + alertTtlMs,
    })
    .onConflictDoNothing()
    .run();
  return added.changes === 1;
}
