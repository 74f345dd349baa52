import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { Instant } from "../../base/clock.ts";
import type { Claim, Settlement } from "../../domain/delivery.ts";
import type { Armed } from "../../domain/records.ts";
import type { Store } from "../../domain/store.ts";
import { type Db, once, type Verbs } from "./database.ts";
import { confirmations, deliveries, issues, subscribers } from "./mailing.ts";
import { type DeliveryRow, deliveryOf, isHeldBy } from "./outbox.ts";
import { foundAway, foundThere } from "./server.ts";
import { reopenIssue } from "./steering.ts";

/** The two durable steps around a mail, and the operator's word where the second never came. */
export function submissionVerbs(db: Db): Verbs<"armDelivery" | "settleDelivery" | "resolveDelivery"> {
  return {
    armDelivery: (claim, leaseMs, now) => arm(db, claim, leaseMs, now),
    settleDelivery: (claim, settlement, next, now) => ({
      settled: settle(db, claim, settlement, now),
      next: next === null ? null : arm(db, next.claim, next.leaseMs, now),
    }),
    resolveDelivery: (id, as, now) => resolve(db, id, as, now),
  };
}

const heldRow = once((db) =>
  db
    .select()
    .from(deliveries)
    .where(sql`${isHeldBy} and ${deliveries.state} = ${sql.placeholder("state")}`)
    .prepare(),
);
const submit = once((db) =>
  db
    .update(deliveries)
    .set({
      state: "submitting",
      attempts: sql`${sql.placeholder("attempts")}`,
      submissions: sql`${sql.placeholder("submissions")}`,
      leaseUntil: sql`${sql.placeholder("until")}`,
    })
    .where(eq(deliveries.id, sql.placeholder("id")))
    .prepare(),
);
const write = once((db) =>
  db
    .update(deliveries)
    .set({
      state: sql`${sql.placeholder("state")}`,
      code: sql`${sql.placeholder("code")}`,
      attempts: sql`${sql.placeholder("attempts")}`,
      submissions: sql`${sql.placeholder("submissions")}`,
      dueAt: sql`${sql.placeholder("dueAt")}`,
      resendAt: sql`${sql.placeholder("resendAt")}`,
      owner: null,
      leaseUntil: null,
    })
    .where(eq(deliveries.id, sql.placeholder("id")))
    .prepare(),
);
const issueState = once((db) =>
  db
    .select({ state: issues.state })
    .from(issues)
    .where(eq(issues.number, sql.placeholder("issue")))
    .prepare(),
);
const statusOf = once((db) =>
  db
    .select({ status: subscribers.status })
    .from(subscribers)
    .where(eq(subscribers.id, sql.placeholder("id")))
    .prepare(),
);
const openConfirmation = once((db) =>
  db
    .select({ nonce: confirmations.nonce })
    .from(confirmations)
    .where(
      and(
        eq(confirmations.nonce, sql.placeholder("nonce")),
        isNull(confirmations.usedAt),
        gt(confirmations.expiresAt, sql.placeholder("now")),
      ),
    )
    .prepare(),
);

function arm(db: Db, claim: Claim, leaseMs: number, now: Instant): Armed {
  const row = heldRow(db).get({ ...claim, state: "leased" });
  if (row === undefined) return { kind: "lost" };
  const objection = objectionTo(db, row, now);
  if (objection !== null) {
    put(db, row, objection);
    return { kind: "withdrawn", became: objection.state };
  }
  const counts = { attempts: row.attempts + 1, submissions: row.submissions + 1 };
  submit(db).run({ id: row.id, ...counts, until: now + leaseMs });
  return { kind: "armed", delivery: deliveryOf({ ...row, ...counts, state: "submitting" }) };
}

interface Outcome {
  readonly state: (Armed & { kind: "withdrawn" })["became"];
  readonly code: string | null;
}

/** Why a delivery must not go out now, as what becomes of it instead; null: nothing speaks against it. */
function objectionTo(db: Db, row: DeliveryRow, now: Instant): Outcome | null {
  if (row.expiresAt <= now) return { state: "failed", code: "given up: too old" };
  if (row.alert !== null) return null;
  const status = statusOf(db).get({ id: row.subscriberId })?.status;
  if (row.issue === null) {
    const isOpen = openConfirmation(db).get({ nonce: row.nonce, now }) !== undefined;
    return isOpen && status !== undefined && status !== "active"
      ? null
      : { state: "cancelled", code: "no longer to be confirmed" };
  }
  const issue = issueState(db).get({ issue: row.issue })?.state;
  if (issue === "cancelled") return { state: "cancelled", code: "issue cancelled" };
  if (status !== "active") return { state: "cancelled", code: `subscriber ${status ?? "erased"}` };
  return issue === "open" ? null : { state: "pending", code: row.code };
}

/** The row of a mail under way in this hand, or that was when its lease was swept: nobody claimed it since. */
function submittedRow(db: Db, claim: Claim): DeliveryRow | undefined {
  return (["submitting", "unknown", "deferred"] as const)
    .map((state) => heldRow(db).get({ ...claim, state }))
    .find((row) => row !== undefined);
}

function settle(db: Db, claim: Claim, settlement: Settlement, now: Instant): boolean {
  const row = submittedRow(db, claim);
  if (row === undefined) return false;
  const { state, code, dueAt } = settlement;
  if (settlement.serverIsAway) foundAway(db, code, now);
  if (state === "sent") foundThere(db);
  if (state === "deferred" || dueAt !== null) reopenIssue(db, row.issue);
  const mayHaveArrived = state === "sent" || state === "unknown";
  const isVain =
    state === "deferred" &&
    row.issue !== null &&
    issueState(db).get({ issue: row.issue })?.state === "cancelled";
  put(db, row, {
    state: isVain ? "cancelled" : state,
    code,
    attempts: row.attempts - (settlement.uncharged ? 1 : 0),
    submissions: row.submissions - (mayHaveArrived ? 0 : 1),
    dueAt: state === "deferred" ? (dueAt ?? row.dueAt) : row.dueAt,
    resendAt: state === "unknown" ? dueAt : null,
  });
  return true;
}

/** Writes what becomes of a row, and takes it out of every hand. */
function put(db: Db, row: DeliveryRow, change: Partial<DeliveryRow>): void {
  const { id, state, code, attempts, submissions, dueAt, resendAt } = { ...row, ...change };
  write(db).run({ id, state, code, attempts, submissions, dueAt, resendAt });
}

/** How long a delivery that the operator sends again may take, where its issue's own time is over. */
const secondChanceMs = 24 * 60 * 60 * 1000;

function resolve(db: Db, id: number, as: Parameters<Store["resolveDelivery"]>[1], now: Instant): boolean {
  const row = db.select().from(deliveries).where(eq(deliveries.id, id)).get();
  if (row?.state !== "unknown") return false;
  if (as === "sent") {
    put(db, row, { state: "sent", resendAt: null });
    return true;
  }
  const issue = row.issue === null ? null : (issueState(db).get({ issue: row.issue })?.state ?? null);
  if (issue === "cancelled") return false;
  put(db, row, { state: "pending", dueAt: now, resendAt: null });
  db.update(deliveries)
    .set({ expiresAt: Math.max(row.expiresAt, now + secondChanceMs) })
    .where(eq(deliveries.id, id))
    .run();
  reopenIssue(db, row.issue);
  return true;
}
