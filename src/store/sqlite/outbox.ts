import { and, asc, count, eq, gt, type SQL, sql } from "drizzle-orm";
import type { Instant } from "../../base/clock.ts";
import type { Claim, ClaimedDelivery, Delivery, Errand } from "../../domain/delivery.ts";
import type { Store } from "../../domain/store.ts";
import { type Db, once, type Verbs } from "./database.ts";
import { deliveries, isInFlight, issues, isUnknown, isWaiting } from "./mailing.ts";
import { serverRestsUntil } from "./server.ts";

/** A row of the outbox. */
export type DeliveryRow = typeof deliveries.$inferSelect;

/** The outbox as it is. */
export function outboxReads(db: Db): Verbs<"listDeliveries" | "outboxLoad"> {
  return {
    listDeliveries: (filter) => listDeliveries(db, filter),
    outboxLoad: (now) => outboxLoad(db, now),
  };
}

/** Taking deliveries to work on, keeping them, giving them back. */
export function outboxClaims(db: Db): Verbs<"claimDeliveries" | "releaseDeliveries" | "renewDeliveries"> {
  return {
    claimDeliveries: (owner, leaseMs, limit, now, passOver = []) =>
      claimDeliveries(
        db,
        { owner, until: now + leaseMs },
        { limit, now, passOver: JSON.stringify(passOver) },
      ),
    releaseDeliveries: (claims) => {
      for (const claim of claims) release(db).run({ ...claim });
    },
    renewDeliveries: (claims, until) => {
      for (const claim of claims) renew(db).run({ ...claim, until });
    },
  };
}

/** A delivery, from its row. */
export function deliveryOf(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    errand: errandOf(row),
    subscriber: row.subscriberId,
    email: row.email,
    state: row.state,
    attempts: row.attempts,
    submissions: row.submissions,
    messageId: row.messageId,
    code: row.code,
    dueAt: row.resendAt ?? row.dueAt,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
  };
}

function errandOf(row: DeliveryRow): Errand {
  if (row.alert !== null) return { kind: "alert", alert: row.alert };
  return row.issue === null
    ? { kind: "confirm", nonce: row.nonce ?? "", language: row.language }
    : { kind: "issue", issue: row.issue, variant: row.variant ?? "" };
}

/** The condition that a row is still in this hand: owner and attempt fence it against late ones. */
export const isHeldBy: SQL = sql`
  ${deliveries.id} = ${sql.placeholder("id")} and ${deliveries.owner} = ${sql.placeholder("owner")}
  and ${deliveries.claims} = ${sql.placeholder("attempt")}`;

const release = once((db) =>
  db
    .update(deliveries)
    .set({ state: "pending", owner: null, leaseUntil: null })
    .where(sql`${isHeldBy} and ${deliveries.state} = 'leased'`)
    .prepare(),
);
const renew = once((db) =>
  db
    .update(deliveries)
    .set({ leaseUntil: sql`max(${deliveries.leaseUntil}, ${sql.placeholder("until")})` })
    .where(sql`${isHeldBy} and ${isInFlight}`)
    .prepare(),
);

const openIssues = once((db) =>
  db.select({ number: issues.number }).from(issues).where(eq(issues.state, "open")).prepare(),
);
const firstDue = once((db) =>
  db
    .select({ id: deliveries.id, dueAt: deliveries.dueAt })
    .from(deliveries)
    .where(
      sql`${deliveries.issue} is ${sql.placeholder("issue")} and ${isWaiting}
        and ${deliveries.dueAt} <= ${sql.placeholder("now")} and ${deliveries.expiresAt} > ${sql.placeholder("now")}
        and ${deliveries.domain} not in (select value from json_each(${sql.placeholder("passOver")}))`,
    )
    .orderBy(asc(deliveries.dueAt), asc(deliveries.id))
    .limit(sql.placeholder("limit"))
    .prepare(),
);
const take = once((db) =>
  db
    .update(deliveries)
    .set({
      state: "leased",
      owner: sql`${sql.placeholder("owner")}`,
      leaseUntil: sql`${sql.placeholder("until")}`,
      claims: sql`${deliveries.claims} + 1`,
    })
    .where(sql`${deliveries.id} = ${sql.placeholder("id")} and ${isWaiting}`)
    .returning()
    .prepare(),
);

/** What no issue waits with first, for somebody waits for it; then issues, what is due longest before the rest. */
function claimDeliveries(
  db: Db,
  lease: { readonly owner: string; readonly until: Instant },
  wanted: { readonly limit: number; readonly now: Instant; readonly passOver: string },
): readonly ClaimedDelivery[] {
  const { limit, now } = wanted;
  if (serverRestsUntil(db, now) !== null) return [];
  const due = openIssues(db)
    .all()
    .flatMap(({ number }) => firstDue(db).all({ issue: number, ...wanted }))
    .toSorted((a, b) => a.dueAt - b.dueAt || a.id - b.id);
  const first = [...firstDue(db).all({ issue: null, ...wanted }), ...due].slice(0, limit);
  return first.map(({ id }) => {
    const row = take(db).get({ id, ...lease });
    const claim: Claim = { id, owner: lease.owner, attempt: row.claims };
    return { claim, delivery: deliveryOf(row) };
  });
}

type Filter = Parameters<Store["listDeliveries"]>[0];

function listDeliveries(db: Db, { issue, state, after, limit }: Filter): readonly Delivery[] {
  return db
    .select()
    .from(deliveries)
    .where(
      and(
        gt(deliveries.id, after),
        issue === null ? undefined : eq(deliveries.issue, issue),
        state === null ? undefined : eq(deliveries.state, state),
      ),
    )
    .orderBy(asc(deliveries.id))
    .limit(limit)
    .all()
    .map(deliveryOf);
}

function outboxLoad(db: Db, now: Instant): Awaited<ReturnType<Store["outboxLoad"]>> {
  const reachable = [
    null,
    ...openIssues(db)
      .all()
      .map(({ number }) => number),
  ];
  const waiting = reachable.map((issue) => waitingIn(db).get({ issue, now }));
  const inFlight = db.select({ rows: count() }).from(deliveries).where(isInFlight).get()?.rows ?? 0;
  const resend = db
    .select({ at: sql<Instant | null>`min(${deliveries.resendAt})` })
    .from(deliveries)
    .where(isUnknown)
    .get()?.at;
  const instants = [...waiting.map((row) => row?.nextAt ?? null), resend ?? null].filter((at) => at !== null);
  const restsUntil = serverRestsUntil(db, now);
  return {
    due: restsUntil === null ? waiting.reduce((sum, row) => sum + (row?.due ?? 0), 0) : 0,
    inFlight,
    nextDueAt: instants.length === 0 ? null : Math.max(Math.min(...instants), restsUntil ?? 0),
  };
}

const waitingIn = once((db) =>
  db
    .select({
      due: sql<number>`count(*) filter (where ${deliveries.dueAt} <= ${sql.placeholder("now")})`,
      nextAt: sql<Instant | null>`min(${deliveries.dueAt})`,
    })
    .from(deliveries)
    .where(
      sql`${deliveries.issue} is ${sql.placeholder("issue")} and ${isWaiting}
        and ${deliveries.expiresAt} > ${sql.placeholder("now")}`,
    )
    .prepare(),
);
