import { and, count as countOf, eq, gt, isNull, max } from "drizzle-orm";
import type { Instant } from "../../base/clock.ts";
import type { Confirmed, Import, Imported, SignUp } from "../../domain/records.ts";
import {
  type Confirmation,
  type Consent,
  confirmationLimits,
  type NewSubscriber,
} from "../../domain/subscriber.ts";
import { count } from "./counters.ts";
import type { Db, Verbs } from "./database.ts";
import { confirmations, consents, deliveries, subscribers, type Wish } from "./mailing.ts";
import {
  endAll,
  ending,
  isSuppressed,
  rowFor,
  type SubscriberRow,
  subscriberOf,
  unsuppress,
} from "./subscribers.ts";

/** How somebody becomes a subscriber. */
export function signUpVerbs(db: Db, tagHost: string): Verbs<"signUp" | "confirm" | "findConfirmation"> {
  return {
    signUp: (subscriber, consent, confirmation, now) =>
      signUp(db, tagHost, { ...subscriber, ...consent }, confirmation, now),
    confirm: (tokenHash, now) => confirm(db, tokenHash, now),
    findConfirmation: (tokenHash, now) => judge(confirmationRow(db, tokenHash), now),
  };
}

/** Adding somebody by hand or from a list; of a list many at once. */
export function importVerbs(db: Db): Verbs<"importSubscriber"> {
  return { importSubscriber: (entry, now) => importSubscriber(db, entry, now) };
}

/**
 * The wish of the newest sign-up is remembered even where no mail may go out; it becomes true when any link is
 * used. Who left stays so until then.
 */
function signUp(
  db: Db,
  tagHost: string,
  asked: NewSubscriber & Consent,
  confirmation: Confirmation,
  now: Instant,
): SignUp {
  const { email, categories, language, zone, text, by } = asked;
  const wish: Wish = { categories, language, zone, text, by };
  const known = rowFor(db, email);
  if (known?.status === "active") return "quiet";
  if (known !== undefined) {
    const shown = known.status === "pending" ? { categories, language, zone } : {};
    db.update(subscribers)
      .set({ ...shown, wish })
      .where(eq(subscribers.id, known.id))
      .run();
    if (!mayBeAsked(db, known.id, now)) return "quiet";
  }
  const id = known?.id ?? addRow(db, { email, categories, language, zone, status: "pending", wish }, now);
  db.insert(confirmations)
    .values({ ...confirmation, subscriberId: id, createdAt: now })
    .run();
  const { nonce, expiresAt } = confirmation;
  const added = db
    .insert(deliveries)
    .values({
      subscriberId: id,
      email: known?.email ?? email,
      nonce,
      language,
      state: "pending",
      messageId: "",
      dueAt: now,
      createdAt: now,
      expiresAt,
    })
    .returning({ id: deliveries.id })
    .get();
  db.update(deliveries)
    .set({ messageId: `<c${added.id}.${nonce.slice(0, 12)}@${tagHost}>` })
    .where(eq(deliveries.id, added.id))
    .run();
  return "asked";
}

function mayBeAsked(db: Db, subscriber: number, now: Instant): boolean {
  const { perDayMs, perMonth, monthMs } = confirmationLimits;
  const asked = db
    .select({ times: countOf(), lastAt: max(confirmations.createdAt) })
    .from(confirmations)
    .where(and(eq(confirmations.subscriberId, subscriber), gt(confirmations.createdAt, now - monthMs)))
    .get();
  return asked === undefined || (asked.times < perMonth && (asked.lastAt ?? 0) <= now - perDayMs);
}

type ConfirmationRow = typeof confirmations.$inferSelect;

function confirmationRow(db: Db, tokenHash: string): ConfirmationRow | undefined {
  return db
    .select()
    .from(confirmations)
    .where(and(eq(confirmations.tokenHash, tokenHash), isNull(confirmations.usedAt)))
    .get();
}

function judge(row: ConfirmationRow | undefined, now: Instant): Confirmed["kind"] {
  return row === undefined ? "unknown" : row.expiresAt <= now ? "expired" : "confirmed";
}

function confirm(db: Db, tokenHash: string, now: Instant): Confirmed {
  const row = confirmationRow(db, tokenHash);
  const kind = judge(row, now);
  if (row === undefined || kind !== "confirmed") return { kind: kind === "expired" ? "expired" : "unknown" };
  db.update(confirmations).set({ usedAt: now }).where(eq(confirmations.tokenHash, tokenHash)).run();
  const kept = db.select().from(subscribers).where(eq(subscribers.id, row.subscriberId)).get();
  const { text, by, ...wish } = kept?.wish ?? { text: null, by: null };
  const subscriber = db
    .update(subscribers)
    .set({
      ...wish,
      status: "active",
      ...(kept?.status === "active" ? {} : { confirmedAt: now, memberAs: count(db, "member") }),
      wish: null,
    })
    .where(eq(subscribers.id, row.subscriberId))
    .returning()
    .get();
  if (text !== null) db.insert(consents).values({ subscriberId: subscriber.id, at: now, text, by }).run();
  unsuppress(db, subscriber.email);
  return { kind: "confirmed", subscriber: subscriberOf(subscriber) };
}

function addRow(
  db: Db,
  row: NewSubscriber &
    Pick<SubscriberRow, "status" | "wish"> &
    Partial<Pick<SubscriberRow, "confirmedAt" | "memberAs">>,
  now: Instant,
): number {
  const added = db
    .insert(subscribers)
    .values({ ...row, folded: row.email.toLowerCase(), createdAt: now })
    .returning({ id: subscribers.id })
    .get();
  return added.id;
}

function importSubscriber(db: Db, entry: Import, now: Instant): Imported {
  const { subscriber, status, consent, force } = entry;
  const known = rowFor(db, subscriber.email);
  const givenAt = entry.confirmedAt === null ? null : Math.min(entry.confirmedAt, now);
  const confirmedAt = status === "active" ? (givenAt ?? now) : givenAt;
  const member = () => (status === "active" ? { memberAs: count(db, "member") } : {});
  if (known === undefined) {
    if (!force && isSuppressed(db, subscriber.email)) return "suppressed";
    unsuppress(db, subscriber.email);
    const id = addRow(db, { ...subscriber, status, confirmedAt, ...member(), wish: null }, now);
    db.insert(consents)
      .values({ subscriberId: id, at: now, ...consent })
      .run();
    return "added";
  }
  const isGone = known.status === "left" || known.status === "bounced";
  if (isGone && !force) return "kept";
  // Who confirmed stays confirmed: a list that knows the address as pending knows less than we do.
  const becomes = known.status === "active" && status === "pending" ? "active" : status;
  db.update(subscribers)
    .set({
      status: becomes,
      categories: subscriber.categories ?? known.categories,
      language: subscriber.language ?? known.language,
      zone: subscriber.zone ?? known.zone,
      ...(known.status === "active" ? {} : { confirmedAt: confirmedAt ?? known.confirmedAt, ...member() }),
      ...(becomes === "active" ? {} : ending(db, known.status)),
    })
    .where(eq(subscribers.id, known.id))
    .run();
  if (becomes === "left" || becomes === "bounced") endAll(db, known.id, `subscriber ${becomes}`, now);
  if (becomes !== known.status && becomes === "active") {
    db.insert(consents)
      .values({ subscriberId: known.id, at: now, ...consent })
      .run();
  }
  return "updated";
}
