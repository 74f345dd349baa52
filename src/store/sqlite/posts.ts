import { and, asc, desc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { Instant } from "../../base/clock.ts";
import { digestOf } from "../../base/text.ts";
import type { PostScope } from "../../domain/records.ts";
import { count } from "./counters.ts";
import { type Db, once, type Verbs } from "./database.ts";
import { markPosts } from "./dirt.ts";
import type { PostRow } from "./rows.ts";
import { categories, filings, posts, tombstones } from "./schema.ts";
import { shown } from "./shown.ts";

/** Reading posts, as everything that shows some needs them. */
export function postReads(
  db: Db,
): Verbs<"listPosts" | "getPost" | "latestPosts" | "releasedPosts" | "listCategories"> {
  return {
    listPosts: ({ source, after, limit }) => shown(db, listed(db, source, after, limit)),
    getPost: (id) => shown(db, db.select().from(posts).where(eq(posts.id, id)).all())[0] ?? null,
    latestPosts: (scope, limit) => shown(db, latest(db, scope, limit)),
    releasedPosts: (from, to) => shown(db, released(db).all({ from, to })),
    listCategories: () => allCategories(db).all(),
  };
}

/** The operator's word on posts, and the end of old ones. */
export function postWrites(db: Db): Verbs<"judgePost" | "prunePosts"> {
  return {
    judgePost: (id, verdict) => judgePost(db, id, verdict),
    prunePosts: (before, limit) => prunePosts(db, before, limit),
  };
}

function listed(db: Db, source: string | null, after: number, limit: number): readonly PostRow[] {
  return db
    .select()
    .from(posts)
    .where(and(gt(posts.id, after), source === null ? undefined : sql`+${posts.sourceId} = ${source}`))
    .orderBy(asc(posts.id))
    .limit(limit)
    .all();
}

/** No member of its group stands before this one: of a post told at several sources, the first one shown. */
const isFirstTold = sql`not exists (
  select 1 from posts as other
  where other.lead_id = ${posts.leadId} and other.state = 'shown' and other.id < ${posts.id})`;

const newestOf = (db: Db, where: SQL) =>
  db
    .select()
    .from(posts)
    .where(sql`${where} and ${posts.state} = 'shown'`)
    .orderBy(desc(posts.orderAt), desc(posts.id))
    .limit(sql.placeholder("limit"));

const newest = once((db) => newestOf(db, isFirstTold).prepare());
const newestOfSource = once((db) => newestOf(db, eq(posts.sourceId, sql.placeholder("source"))).prepare());
const newestOfCategory = once((db) =>
  db
    .select({ post: posts })
    .from(filings)
    .crossJoin(posts)
    .where(sql`
      ${filings.categoryId} = (select id from categories where slug = ${sql.placeholder("slug")})
      and ${posts.id} = ${filings.postId} and ${posts.state} = 'shown'
      and not exists (
        select 1 from posts as other join filings as filed on filed.post_id = other.id
        where other.lead_id = ${posts.leadId} and other.state = 'shown' and other.id < ${posts.id}
          and filed.category_id = ${filings.categoryId})`)
    .orderBy(desc(filings.orderAt), desc(filings.postId))
    .limit(sql.placeholder("limit"))
    .prepare(),
);

function latest(db: Db, scope: PostScope, limit: number): readonly PostRow[] {
  switch (scope.kind) {
    case "all":
      return newest(db).all({ limit });
    case "source":
      return newestOfSource(db).all({ source: scope.id, limit });
    case "category":
      return newestOfCategory(db)
        .all({ slug: scope.slug, limit })
        .map(({ post }) => post);
    default:
      return scope satisfies never;
  }
}

const released = once((db) =>
  db
    .select()
    .from(posts)
    .where(sql`
      ${posts.releasedAs} > ${sql.placeholder("from")} and ${posts.releasedAs} <= ${sql.placeholder("to")}
      and +${posts.state} = 'shown'
      and not exists (
        select 1 from posts as other
        where other.lead_id = ${posts.leadId} and other.state = 'shown' and other.released_as < ${posts.releasedAs})`)
    .orderBy(asc(posts.releasedAs))
    .prepare(),
);

const allCategories = once((db) =>
  db
    .select({
      slug: categories.slug,
      name: categories.name,
      posts: categories.posts,
      newestAt: sql<Instant | null>`(
        select filings.order_at from filings cross join posts
        where filings.category_id = categories.id and posts.id = filings.post_id and posts.state = 'shown'
        order by filings.order_at desc limit 1)`,
    })
    .from(categories)
    .orderBy(asc(categories.name))
    .prepare(),
);

function judgePost(db: Db, id: number, verdict: "release" | "hide"): boolean {
  const held = db
    .select({ id: posts.id })
    .from(posts)
    .where(and(eq(posts.id, id), eq(posts.state, "held")))
    .get();
  if (held === undefined) return false;
  const judged =
    verdict === "hide"
      ? { state: "hidden" as const }
      : { state: "shown" as const, releasedAs: count(db, "release") };
  db.update(posts).set(judged).where(eq(posts.id, id)).run();
  markPosts(db, [id]);
  return true;
}

function prunePosts(db: Db, before: Instant, limit: number): number {
  const old = db
    .select()
    .from(posts)
    .where(sql`${posts.state} in ('shown', 'held', 'hidden') and ${posts.orderAt} < ${before}
        and ${posts.firstSeenAt} < ${before}`)
    .limit(limit)
    .all();
  markPosts(
    db,
    old.map(({ id }) => id),
  );
  for (const { id, sourceId, publishedAt, ...row } of old) {
    const names = [row.key, row.guidKey, row.urlKey, row.textKey].filter((name) => name !== null);
    for (const hash of new Set(names.map(digestOf))) {
      db.insert(tombstones).values({ sourceId, hash, publishedAt }).onConflictDoNothing().run();
    }
    db.delete(posts).where(eq(posts.id, id)).run();
  }
  return old.length;
}
