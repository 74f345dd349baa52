import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Alert } from "../../domain/alert.ts";
import type { DeliveryState } from "../../domain/delivery.ts";
import type { Cadence, IssuePost, IssueState, Letterhead } from "../../domain/issue.ts";
import type { SubscriberStatus } from "../../domain/subscriber.ts";
import { json } from "./columns.ts";

/** How far the news are covered, per cadence. */
export const cursors = sqliteTable("cursors", {
  cadence: text().$type<Cadence>().primaryKey(),
  coveredTo: integer("covered_to").notNull(),
  handledAt: integer("handled_at").notNull(),
});

/**
 * The issues, frozen. `cursor` is the last subscriber whose delivery is written, `membersTo` the last membership
 * that had begun when it was opened.
 */
export const issues = sqliteTable(
  "issues",
  {
    number: integer().primaryKey(),
    cadence: text().$type<Cadence>().notNull(),
    periodKey: text("period_key").notNull(),
    fromRelease: integer("from_release").notNull(),
    toRelease: integer("to_release").notNull(),
    startedAt: integer("started_at").notNull(),
    title: text().notNull(),
    openedAt: integer("opened_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    state: text().$type<IssueState>().notNull(),
    thenState: text("then_state").$type<"open" | "approval" | "paused">().notNull(),
    posts: json<readonly IssuePost[]>("posts").notNull(),
    letterhead: json<Letterhead>("letterhead").notNull(),
    postCount: integer("post_count").notNull(),
    skipped: integer().notNull().default(0),
    cursor: integer().notNull().default(0),
    membersTo: integer("members_to").notNull(),
  },
  (table) => [
    uniqueIndex("issues_period").on(table.cadence, table.periodKey),
    index("issues_state").on(table.state),
  ],
);

/** The rendered forms of an issue. */
export const variants = sqliteTable(
  "variants",
  {
    issue: integer()
      .notNull()
      .references(() => issues.number),
    key: text().notNull(),
    language: text().notNull(),
    subject: text().notNull(),
    html: text().notNull(),
    text: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.issue, table.key] })],
);

/**
 * The subscribers; `folded` is the address as it is compared, `wish` what the newest sign-up asked for, `memberAs`
 * numbers memberships in the order they began.
 */
export const subscribers = sqliteTable(
  "subscribers",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    email: text().notNull(),
    folded: text().notNull().unique(),
    status: text().$type<SubscriberStatus>().notNull(),
    categories: json<readonly string[]>("categories"),
    language: text(),
    zone: text(),
    createdAt: integer("created_at").notNull(),
    confirmedAt: integer("confirmed_at"),
    memberAs: integer("member_as"),
    /** Numbered with memberships: when the last one ended. */
    leftAs: integer("left_as"),
    wish: json<Wish>("wish"),
  },
  (table) => [index("subscribers_status").on(table.status, table.id)],
);

/** What a sign-up asked for, until it is confirmed. */
export interface Wish {
  readonly categories: readonly string[] | null;
  readonly language: string | null;
  readonly zone: string | null;
  readonly text: string;
  readonly by: string;
}

/** Confirmations that were mailed; `usedAt` also where leaving made one void. */
export const confirmations = sqliteTable(
  "confirmations",
  {
    tokenHash: text("token_hash").primaryKey(),
    subscriberId: integer("subscriber_id")
      .notNull()
      .references(() => subscribers.id, { onDelete: "cascade" }),
    nonce: text().notNull().unique(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
  },
  (table) => [index("confirmations_subscriber").on(table.subscriberId, table.createdAt)],
);

/** Who consented to what, and when. */
export const consents = sqliteTable(
  "consents",
  {
    id: integer().primaryKey(),
    subscriberId: integer("subscriber_id")
      .notNull()
      .references(() => subscribers.id, { onDelete: "cascade" }),
    at: integer().notNull(),
    text: text().notNull(),
    by: text().notNull(),
  },
  (table) => [index("consents_subscriber").on(table.subscriberId)],
);

/** Salted digests of the addresses of people who were erased. */
export const suppressions = sqliteTable("suppressions", {
  hash: text().primaryKey(),
  at: integer().notNull(),
});

/** What was done in the running hour, per doer. */
export const acts = sqliteTable(
  "acts",
  { who: text().notNull(), hour: integer().notNull(), count: integer().notNull() },
  (table) => [primaryKey({ columns: [table.who, table.hour] }), index("acts_hour").on(table.hour)],
);

/** Deliveries that wait to be taken: as an index names them, so must a query. */
export const isWaiting = sql.raw("state in ('pending', 'deferred')");
/** Deliveries somebody works on. */
export const isInFlight = sql.raw("state in ('leased', 'submitting')");
/** Words to the operator. */
export const isAlert = sql.raw("alert is not null");
/** Deliveries whose fate is not known. */
export const isUnknown = sql.raw("state = 'unknown'");

/** The mail server in one row: how often in a row it was away, and until when it is left alone. */
export const mailServer = sqliteTable("mail_server", {
  id: integer().primaryKey(),
  timesAway: integer("times_away").notNull(),
  restsUntil: integer("rests_until").notNull(),
  /** What was heard of it last. */
  code: text(),
});

/**
 * The outbox. `claims` counts how often a row was taken: the attempt that fences late hands. `owner` stays with a row
 * whose lease ran out on its way, until it is claimed anew: the answer may still come.
 */
export const deliveries = sqliteTable(
  "deliveries",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    issue: integer().references(() => issues.number),
    variant: text(),
    nonce: text(),
    language: text(),
    subscriberId: integer("subscriber_id").references(() => subscribers.id, { onDelete: "set null" }),
    email: text().notNull(),
    domain: text().generatedAlwaysAs(sql`substr(email, instr(email, '@') + 1)`, { mode: "virtual" }),
    alert: json<Alert>("alert"),
    state: text().$type<DeliveryState>().notNull(),
    attempts: integer().notNull().default(0),
    submissions: integer().notNull().default(0),
    claims: integer().notNull().default(0),
    messageId: text("message_id").notNull(),
    code: text(),
    dueAt: integer("due_at").notNull(),
    /** When one of unknown fate is sent once more; null: never by itself. */
    resendAt: integer("resend_at"),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    owner: text(),
    leaseUntil: integer("lease_until"),
  },
  (table) => [
    uniqueIndex("deliveries_once").on(table.issue, table.subscriberId),
    index("deliveries_state").on(table.issue, table.state),
    index("deliveries_subscriber").on(table.subscriberId),
    index("deliveries_due").on(table.issue, table.dueAt, table.id, table.domain).where(isWaiting),
    uniqueIndex("deliveries_alerts").on(table.messageId).where(isAlert),
    index("deliveries_end").on(table.expiresAt).where(isWaiting),
    index("deliveries_flight").on(table.leaseUntil).where(isInFlight),
    index("deliveries_unknown").on(table.resendAt).where(isUnknown),
  ],
);
