import { randomBytes } from "node:crypto";
import { and, asc, eq, gt, lt, sql } from "drizzle-orm";
import { hour, type Instant } from "../../base/clock.ts";
import { digestOf } from "../../base/text.ts";
import type { Subscriber } from "../../domain/subscriber.ts";
import { count as countOn, readNote, writeNote } from "./counters.ts";
import type { Db, Verbs } from "./database.ts";
import { acts, confirmations, deliveries, subscribers, suppressions } from "./mailing.ts";
import { withdrawFrom } from "./steering.ts";

/** A row of the table. */
export type SubscriberRow = typeof subscribers.$inferSelect;

/** Reading who subscribes. */
export function subscriberReads(db: Db): Verbs<"getSubscriber" | "findSubscriber" | "listSubscribers"> {
  const first = (row: SubscriberRow | undefined) => (row === undefined ? null : subscriberOf(row));
  return {
    getSubscriber: (id) => first(db.select().from(subscribers).where(eq(subscribers.id, id)).get()),
    findSubscriber: (email) => first(rowFor(db, email)),
    listSubscribers: ({ after, limit }) =>
      db
        .select()
        .from(subscribers)
        .where(gt(subscribers.id, after))
        .orderBy(asc(subscribers.id))
        .limit(limit)
        .all()
        .map(subscriberOf),
  };
}

/** What subscribers may do at any time, and how often anybody may do anything. */
export function subscriberWrites(db: Db): Verbs<"setPreferences" | "leave" | "eraseSubscriber" | "allow"> {
  return {
    setPreferences: (id, categories, language) =>
      db.update(subscribers).set({ categories, language }).where(eq(subscribers.id, id)).run().changes === 1,
    leave: (id, now) => leave(db, id, now),
    eraseSubscriber: (email, now) => erase(db, email, now),
    allow: (who, limit, now) => allow(db, who, limit, now),
  };
}

/** A subscriber, from the row. */
export function subscriberOf(row: SubscriberRow): Subscriber {
  const { id, email, status, categories, language, zone, createdAt, confirmedAt } = row;
  return { id, email, status, categories, language, zone, createdAt, confirmedAt };
}

/** The row of an address, in whatever letter case it is written. */
export function rowFor(db: Db, email: string): SubscriberRow | undefined {
  return db.select().from(subscribers).where(eq(subscribers.folded, email.toLowerCase())).get();
}

/** Ends what is under way for somebody who left: waiting mails and unused confirmations. */
export function endAll(db: Db, id: number, code: string, now: Instant): void {
  withdrawFrom(db, id, code);
  db.update(confirmations)
    .set({ usedAt: now })
    .where(and(eq(confirmations.subscriberId, id), sql`${confirmations.usedAt} is null`))
    .run();
}

function leave(db: Db, id: number, now: Instant): boolean {
  const row = db.select().from(subscribers).where(eq(subscribers.id, id)).get();
  if (row === undefined) return false;
  db.update(subscribers)
    .set({ status: "left", wish: null, ...ending(db, row.status) })
    .where(eq(subscribers.id, id))
    .run();
  endAll(db, id, "subscriber left", now);
  return true;
}

/** What is written where a membership ends: an issue that was opened before still counts it. */
export function ending(db: Db, before: SubscriberRow["status"]): Partial<SubscriberRow> {
  return before === "active" ? { leftAs: countOn(db, "member") } : {};
}

function erase(db: Db, email: string, now: Instant): boolean {
  const row = rowFor(db, email);
  if (row === undefined) return false;
  withdrawFrom(db, row.id, "subscriber erased");
  db.update(deliveries).set({ email: "erased" }).where(eq(deliveries.subscriberId, row.id)).run();
  db.delete(subscribers).where(eq(subscribers.id, row.id)).run();
  db.insert(suppressions)
    .values({ hash: suppressionOf(db, email), at: now })
    .onConflictDoNothing()
    .run();
  return true;
}

/** Whether the address was erased on request. */
export function isSuppressed(db: Db, email: string): boolean {
  const hash = suppressionOf(db, email);
  return db.select().from(suppressions).where(eq(suppressions.hash, hash)).get() !== undefined;
}

/** Forgets that an address was erased: its owner came back, or the operator insists. */
export function unsuppress(db: Db, email: string): void {
  db.delete(suppressions)
    .where(eq(suppressions.hash, suppressionOf(db, email)))
    .run();
}

// Salted: addresses are guessable, and a plain digest of one would be as good as the address.
function suppressionOf(db: Db, email: string): string {
  const kept = readNote(db, "salt");
  const salt = kept ?? randomBytes(16).toString("hex");
  if (kept === null) writeNote(db, "salt", salt);
  return digestOf(`${salt}:${email.toLowerCase()}`);
}

function allow(db: Db, who: string, limit: number, now: Instant): boolean {
  const running = Math.floor(now / hour);
  db.delete(acts).where(lt(acts.hour, running)).run();
  const done = db
    .select({ count: acts.count })
    .from(acts)
    .where(and(eq(acts.who, who), eq(acts.hour, running)))
    .get();
  if ((done?.count ?? 0) >= limit) return false;
  db.insert(acts)
    .values({ who, hour: running, count: 1 })
    .onConflictDoUpdate({ target: [acts.who, acts.hour], set: { count: sql`${acts.count} + 1` } })
    .run();
  return true;
}
