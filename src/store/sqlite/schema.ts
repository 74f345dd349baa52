import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Enclosure, Hints, Reading, Validators } from "../../domain/page.ts";
import type { LookResult, Move } from "../../domain/source.ts";
import { flag, json } from "./columns.ts";

/** Numbers that only grow: `post`, `stamp`, `release`, `dirty`; and `born`, set once. */
export const counters = sqliteTable("counters", {
  name: text().primaryKey(),
  value: integer().notNull(),
});

/** Single texts: the salt of suppressions, the rename rules that posts are filed by. */
export const notes = sqliteTable("notes", { name: text().primaryKey(), value: text().notNull() });

/** Sources somebody looks at: as an index names them, so must a query. */
const isLeased = sql.raw("lease_until is not null");

/** The sources ever configured, with what is remembered between looks. */
export const sources = sqliteTable(
  "sources",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    url: text().notNull(),
    category: text(),
    kind: text().$type<Reading["kind"]>().notNull(),
    /** Digest of everything that decides what a page gives: when it changes, what is remembered of it is void. */
    manner: text().notNull(),
    enabled: flag("enabled").notNull(),
    configured: flag("configured").notNull(),
    address: text().notNull(),
    host: text().notNull(),
    validators: json<Validators>("validators"),
    bodyHash: text("body_hash"),
    learned: json<Reading>("learned"),
    failures: integer().notNull().default(0),
    emptyLooks: integer("empty_looks").notNull().default(0),
    lastLookAt: integer("last_look_at"),
    lastOkAt: integer("last_ok_at"),
    lastNewAt: integer("last_new_at"),
    nextLookAt: integer("next_look_at").notNull(),
    last: json<LookResult>("last"),
    /** A post of it was recorded once, even if it is pruned by now. */
    hasRecorded: flag("has_recorded").notNull().default(false),
    leaseOwner: text("lease_owner"),
    leaseUntil: integer("lease_until"),
    failingSince: integer("failing_since"),
    paceMs: integer("pace_ms"),
    hints: json<Hints>("hints"),
    move: json<Move>("move"),
    /** How many posts there are of it, held ones too: counted by triggers (migration 0007). */
    posts: integer().notNull().default(0),
  },
  (table) => [
    index("sources_due").on(table.configured, table.enabled, table.nextLookAt, table.id, table.host),
    index("sources_host").on(table.host, table.leaseUntil),
    index("sources_leased").on(table.leaseUntil, table.host).where(isLeased),
  ],
);

/** Hosts as they want to be treated: not before `freeAt` (the gap between requests), nor before `holdUntil`. */
export const hosts = sqliteTable(
  "hosts",
  {
    host: text().primaryKey(),
    freeAt: integer("free_at").notNull(),
    gapMs: integer("gap_ms").notNull(),
    holdUntil: integer("hold_until").notNull(),
    /** What its robots.txt asks for between two requests (Crawl-delay). */
    crawlGapMs: integer("crawl_gap_ms").notNull().default(0),
  },
  (table) => [
    index("hosts_free").on(table.freeAt, table.host),
    index("hosts_hold").on(table.holdUntil, table.host),
  ],
);

/** What hosts say in robots.txt (RFC 9309); empty where they have none. */
export const robots = sqliteTable("robots", {
  origin: text().primaryKey(),
  text: text().notNull(),
  readAt: integer("read_at").notNull(),
});

/** The posts. `leadId` names the group of posts that are one post told at several sources. */
export const posts = sqliteTable(
  "posts",
  {
    id: integer().primaryKey(),
    sourceId: text("source_id")
      .notNull()
      .references(() => sources.id),
    key: text().notNull(),
    guidKey: text("guid_key"),
    urlKey: text("url_key"),
    textKey: text("text_key"),
    leadId: integer("lead_id").notNull(),
    tag: text().notNull(),
    state: text().$type<"shown" | "held" | "hidden">().notNull(),
    releasedAs: integer("released_as"),
    firstSeenAt: integer("first_seen_at").notNull(),
    orderAt: integer("order_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    title: text().notNull(),
    titleIsMade: flag("title_is_made").notNull(),
    url: text(),
    publishedAt: integer("published_at"),
    dateOnly: flag("date_only").notNull(),
    dateOn: text("date_on"),
    /** As the item names them, before renaming. */
    categories: json<readonly string[]>("categories").notNull(),
    author: text(),
    text: text(),
    html: text(),
    image: text(),
    enclosures: json<readonly Enclosure[]>("enclosures").notNull(),
  },
  (table) => [
    uniqueIndex("posts_key").on(table.sourceId, table.key),
    index("posts_guid").on(table.sourceId, table.guidKey),
    index("posts_url").on(table.urlKey, table.sourceId),
    index("posts_text").on(table.textKey, table.sourceId),
    index("posts_lead").on(table.leadId, table.state, table.id),
    index("posts_order").on(table.state, table.orderAt, table.id),
    index("posts_source").on(table.sourceId, table.state, table.orderAt, table.id),
    uniqueIndex("posts_released").on(table.releasedAs),
  ],
);

/** Categories by the slug they keep for ever; `folded` is the name as it is compared. */
export const categories = sqliteTable("categories", {
  id: integer().primaryKey(),
  slug: text().notNull().unique(),
  name: text().notNull(),
  folded: text().notNull().unique(),
  /** How many posts it shows, one told at several sources once: counted by triggers (migration 0007). */
  posts: integer().notNull().default(0),
});

/** Which post is in which category, renamed as configured; `orderAt` is the post's and never moves. */
export const filings = sqliteTable(
  "filings",
  {
    postId: integer("post_id")
      .notNull()
      .references(() => posts.id, { onDelete: "cascade" }),
    categoryId: integer("category_id")
      .notNull()
      .references(() => categories.id),
    place: integer().notNull(),
    orderAt: integer("order_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.postId, table.categoryId] }),
    index("filings_order").on(table.categoryId, table.orderAt, table.postId),
  ],
);

/** What pruned posts leave behind for ever: the digest of each of their keys. */
export const tombstones = sqliteTable(
  "tombstones",
  { sourceId: text("source_id").notNull(), hash: text().notNull(), publishedAt: integer("published_at") },
  (table) => [primaryKey({ columns: [table.sourceId, table.hash] })],
);

/** What is published and out of date: `all`, `c:<slug>`, `s:<source>`. */
export const dirt = sqliteTable("dirty", { scope: text().primaryKey(), version: integer().notNull() });

/** Feeds, by where they lie, that the hub is to be told of; `scope` as in `dirty`. */
export const pings = sqliteTable("pings", {
  topic: text().primaryKey(),
  scope: text().notNull(),
  version: integer().notNull(),
  attempts: integer().notNull().default(0),
  dueAt: integer("due_at").notNull(),
  /** What was heard of the hub last, where it was not told. */
  trouble: text(),
});

// The tool that writes migrations reads this file only.
export {
  acts,
  confirmations,
  consents,
  cursors,
  deliveries,
  issues,
  mailServer,
  subscribers,
  suppressions,
  variants,
} from "./mailing.ts";
