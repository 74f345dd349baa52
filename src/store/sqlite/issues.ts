import { and, asc, count, desc, eq, getTableColumns, gt, lte, max, or, sql } from "drizzle-orm";
import type { Instant } from "../../base/clock.ts";
import type { Accounting, Cadence, Issue, NewIssue } from "../../domain/issue.ts";
import type { DigestCursor } from "../../domain/records.ts";
import type { Store } from "../../domain/store.ts";
import type { Subscriber } from "../../domain/subscriber.ts";
import { addDeliveries } from "./chunks.ts";
import { counted } from "./counters.ts";
import { type Db, once, type Verbs } from "./database.ts";
import { cursors, deliveries, issues, subscribers, variants } from "./mailing.ts";
import { subscriberOf } from "./subscribers.ts";

/** Reading where the digest stands and what was frozen. */
export function issueReads(
  db: Db,
): Verbs<"digestCursor" | "unfinishedIssue" | "candidatesFor" | "listIssues" | "getIssue" | "getVariant"> {
  return {
    digestCursor: (cadence) => digestCursor(db, cadence),
    unfinishedIssue: () => unfinishedIssue(db),
    candidatesFor: (issue, after, limit) => candidatesFor(db, issue, after, limit),
    listIssues: () => listIssues(db),
    getIssue: (number) => {
      const row = db.select().from(issues).where(eq(issues.number, number)).get();
      return row === undefined ? null : issueOf(row);
    },
    getVariant: (issue, key) => frozenVariant(db).get({ issue, key }) ?? null,
  };
}

/** Opening issues and writing their deliveries. */
export function issueWrites(db: Db, tagHost: string): Verbs<"skipIssue" | "openIssue" | "addDeliveries"> {
  return {
    skipIssue: (cadence, handledAt) => {
      moveCursor(db, cadence, cursorOf(db, cadence)?.coveredTo ?? 0, handledAt);
    },
    openIssue: (issue) => openIssue(db, issue),
    addDeliveries: (chunk, now) => addDeliveries(db, tagHost, chunk, now),
  };
}

const frozenVariant = once((db) =>
  db
    .select({
      key: variants.key,
      language: variants.language,
      subject: variants.subject,
      html: variants.html,
      text: variants.text,
    })
    .from(variants)
    .where(and(eq(variants.issue, sql.placeholder("issue")), eq(variants.key, sql.placeholder("key"))))
    .prepare(),
);

type IssueRow = typeof issues.$inferSelect;

function issueOf(row: IssueRow): Issue {
  return { ...summaryOf(row), posts: row.posts, letterhead: row.letterhead };
}

function summaryOf(row: Omit<IssueRow, "posts" | "letterhead">): Omit<Issue, "posts" | "letterhead"> {
  return {
    number: row.number,
    period: {
      cadence: row.cadence,
      key: row.periodKey,
      from: row.fromRelease,
      to: row.toRelease,
      startedAt: row.startedAt,
    },
    title: row.title,
    openedAt: row.openedAt,
    expiresAt: row.expiresAt,
    state: row.state,
  };
}

function cursorOf(db: Db, cadence: Cadence) {
  return db.select().from(cursors).where(eq(cursors.cadence, cadence)).get();
}

function digestCursor(db: Db, cadence: Cadence): DigestCursor {
  const cursor = cursorOf(db, cadence);
  return {
    coveredTo: cursor?.coveredTo ?? 0,
    handledAt: cursor?.handledAt ?? null,
    bornAt: counted(db, "born"),
    releasedTo: counted(db, "release"),
  };
}

function moveCursor(db: Db, cadence: Cadence, coveredTo: number, handledAt: Instant): void {
  db.insert(cursors)
    .values({ cadence, coveredTo, handledAt })
    .onConflictDoUpdate({ target: cursors.cadence, set: { coveredTo, handledAt } })
    .run();
}

// News that another issue has covered meanwhile, whatever its key, is in that one and in no other.
function openIssue(db: Db, issue: NewIssue): Awaited<ReturnType<Store["openIssue"]>> {
  const { cadence, key, from, to, startedAt } = issue.period;
  const existing = db
    .select({ number: issues.number })
    .from(issues)
    .where(and(eq(issues.cadence, cadence), eq(issues.periodKey, key)))
    .get();
  const covered = cursorOf(db, cadence)?.coveredTo ?? 0;
  if (existing !== undefined || from < covered) return { kind: "exists" };
  const last = db
    .select({ number: max(issues.number) })
    .from(issues)
    .get();
  const number = (last?.number ?? 0) + 1;
  const { title, openedAt, expiresAt, state, thenState, posts } = issue;
  db.insert(issues)
    .values({
      number,
      cadence,
      periodKey: key,
      fromRelease: from,
      toRelease: to,
      startedAt,
      title,
      openedAt,
      expiresAt,
      state,
      thenState,
      posts,
      letterhead: issue.letterhead,
      postCount: posts.length,
      membersTo: counted(db, "member"),
    })
    .run();
  moveCursor(db, cadence, to, openedAt);
  return { kind: "opened", number };
}

function unfinishedIssue(db: Db): Awaited<ReturnType<Store["unfinishedIssue"]>> {
  const row = db.select().from(issues).where(eq(issues.state, "opening")).orderBy(asc(issues.number)).get();
  return row === undefined ? null : { issue: issueOf(row), cursor: row.cursor };
}

function candidatesFor(db: Db, issue: number, after: number, limit: number): readonly Subscriber[] {
  const opened = db.select({ to: issues.membersTo }).from(issues).where(eq(issues.number, issue)).get();
  if (opened === undefined) return [];
  return db
    .select()
    .from(subscribers)
    .where(
      and(
        gt(subscribers.id, after),
        lte(subscribers.memberAs, opened.to),
        or(eq(subscribers.status, "active"), gt(subscribers.leftAs, opened.to)),
      ),
    )
    .orderBy(asc(subscribers.id))
    .limit(limit)
    .all()
    .map(subscriberOf);
}

function listIssues(db: Db): Awaited<ReturnType<Store["listIssues"]>> {
  const { posts: _posts, ...columns } = getTableColumns(issues);
  const rows = db.select(columns).from(issues).orderBy(desc(issues.number)).all();
  const counts = db
    .select({ issue: deliveries.issue, state: deliveries.state, rows: count() })
    .from(deliveries)
    .groupBy(deliveries.issue, deliveries.state)
    .all();
  return rows.map((row) => {
    const of = (...states: readonly string[]) =>
      counts
        .filter(({ issue, state }) => issue === row.number && states.includes(state))
        .reduce((sum, { rows }) => sum + rows, 0);
    const [sent, failed, cancelled, unknown] = [of("sent"), of("failed"), of("cancelled"), of("unknown")];
    const pending = of("pending", "leased", "submitting", "deferred");
    const accounting: Accounting = {
      posts: row.postCount,
      candidates: sent + failed + cancelled + unknown + pending,
      skipped: row.skipped,
      sent,
      failed,
      cancelled,
      unknown,
      pending,
    };
    return { ...summaryOf(row), accounting };
  });
}
