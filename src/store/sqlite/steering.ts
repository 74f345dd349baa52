import { and, eq, inArray, or, sql } from "drizzle-orm";
import type { IssueState } from "../../domain/issue.ts";
import type { Store } from "../../domain/store.ts";
import type { Db, Verbs } from "./database.ts";
import { deliveries, issues } from "./mailing.ts";

/** The hand at the wheel: the operator's, or ours when the mail server refuses us. */
export function steeringVerbs(db: Db): Verbs<"steerIssue"> {
  return { steerIssue: (number, to) => steerIssue(db, number, to) };
}

type Turn = Parameters<Store["steerIssue"]>[1];

const turns: Readonly<Record<Exclude<Turn, "cancel">, Partial<Record<IssueState, IssueState>>>> = {
  pause: { open: "paused", halted: "paused" },
  resume: { paused: "open", halted: "open" },
  approve: { approval: "open" },
  halt: { open: "halted" },
};
/** An issue that is still being written turns when it is done with that. */
const turnsLater: Partial<Record<Turn, Partial<Record<IssueState, "open" | "paused">>>> = {
  pause: { open: "paused" },
  resume: { paused: "open" },
  approve: { approval: "open" },
};

function steerIssue(db: Db, number: number, to: Turn): IssueState | null {
  const row = db
    .select({ state: issues.state, thenState: issues.thenState })
    .from(issues)
    .where(eq(issues.number, number))
    .get();
  if (row === undefined) return null;
  if (to === "cancel") return cancel(db, number, row.state);
  const set = (values: Partial<typeof row>) =>
    db.update(issues).set(values).where(eq(issues.number, number)).run();
  if (row.state === "opening") {
    set({ thenState: turnsLater[to]?.[row.thenState] ?? row.thenState });
    return row.state;
  }
  const state = turns[to][row.state] ?? row.state;
  set({ state });
  return state;
}

function cancel(db: Db, number: number, state: IssueState): IssueState {
  if (state === "done" || state === "cancelled") return state;
  db.update(issues).set({ state: "cancelled" }).where(eq(issues.number, number)).run();
  cancelWaiting(db, number);
  return "cancelled";
}

/** Cancels what waits in a cancelled issue, and lets none of it be sent again. */
export function cancelWaiting(db: Db, issue: number): void {
  const rows = (...states: readonly ("pending" | "deferred" | "unknown")[]) =>
    and(eq(deliveries.issue, issue), inArray(deliveries.state, [...states]));
  db.update(deliveries)
    .set({ state: "cancelled", code: "issue cancelled" })
    .where(rows("pending", "deferred"))
    .run();
  db.update(deliveries).set({ resendAt: null }).where(rows("unknown")).run();
}

/**
 * Issues that have nothing left to do are done. One of unknown fate may stay for the operator, unless it will be
 * sent once more by itself.
 */
export function finishIssues(db: Db): void {
  const busy = db
    .select({ one: sql`1` })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.issue, issues.number),
        or(
          inArray(deliveries.state, ["pending", "leased", "submitting", "deferred"]),
          and(eq(deliveries.state, "unknown"), sql`${deliveries.resendAt} is not null`),
        ),
      ),
    );
  db.update(issues)
    .set({ state: "done" })
    .where(and(inArray(issues.state, ["open", "paused", "halted"]), sql`not exists ${busy}`))
    .run();
}

/** An issue that was done has something to do again. */
export function reopenIssue(db: Db, issue: number | null): void {
  if (issue === null) return;
  db.update(issues)
    .set({ state: "open" })
    .where(and(eq(issues.number, issue), eq(issues.state, "done")))
    .run();
}

/** Cancels what waits for a subscriber who is gone, and makes sure that none of it is sent again. */
export function withdrawFrom(db: Db, subscriber: number, code: string): void {
  const rows = (...states: readonly ("pending" | "deferred" | "unknown")[]) =>
    and(eq(deliveries.subscriberId, subscriber), inArray(deliveries.state, [...states]));
  db.update(deliveries).set({ state: "cancelled", code }).where(rows("pending", "deferred")).run();
  db.update(deliveries).set({ resendAt: null }).where(rows("unknown")).run();
}
