import { asc, eq, sql } from "drizzle-orm";
import type { AlsoAt, Category, ShownPost } from "../../domain/post.ts";
import { type Db, once } from "./database.ts";
import { type PostRow, postOf } from "./rows.ts";
import { categories, filings, posts, sources } from "./schema.ts";

const among = (name: string) => sql`(select value from json_each(${sql.placeholder(name)}))`;

const categoriesOf = once((db) =>
  db
    .select({ postId: filings.postId, slug: categories.slug, name: categories.name })
    .from(filings)
    .innerJoin(categories, eq(categories.id, filings.categoryId))
    .where(sql`${filings.postId} in ${among("ids")}`)
    .orderBy(asc(filings.postId), asc(filings.place))
    .prepare(),
);
const toldIn = once((db) =>
  db
    .select({ leadId: posts.leadId, source: posts.sourceId, sourceName: sources.name, url: posts.url })
    .from(posts)
    .innerJoin(sources, eq(sources.id, posts.sourceId))
    .where(sql`${posts.leadId} in ${among("leads")} and ${posts.state} = 'shown'`)
    .orderBy(asc(posts.id))
    .prepare(),
);
const sourcesOf = once((db) =>
  db
    .select({ id: sources.id, name: sources.name, url: sources.url })
    .from(sources)
    .where(sql`${sources.id} in ${among("ids")}`)
    .prepare(),
);

/** Rows as feeds, pages and digests show them, in the same order: with source, categories and "also at". */
export function shown(db: Db, rows: readonly PostRow[]): readonly ShownPost[] {
  const listOf = (values: readonly (number | string)[]) => JSON.stringify([...new Set(values)]);
  const filed = grouped(
    categoriesOf(db).all({ ids: listOf(rows.map(({ id }) => id)) }),
    ({ postId }) => postId,
  );
  const told = grouped(
    toldIn(db).all({ leads: listOf(rows.map((row) => row.leadId)) }),
    ({ leadId }) => leadId,
  );
  const named = sourcesOf(db).all({ ids: listOf(rows.map((row) => row.sourceId)) });
  const source = new Map(named.map((row) => [row.id, row]));
  // Assigned, not spread and added to: that takes many times as long.
  return rows.map((row) =>
    Object.assign(postOf(row), {
      sourceName: source.get(row.sourceId)?.name ?? row.sourceId,
      sourceUrl: source.get(row.sourceId)?.url ?? "",
      shownIn: (filed.get(row.id) ?? []).map(({ slug, name }): Category => ({ slug, name })),
      alsoAt: alsoAt(row, told.get(row.leadId) ?? []),
    }),
  );
}

function grouped<T>(rows: readonly T[], by: (row: T) => number): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(by(row)) ?? [];
    group.push(row);
    groups.set(by(row), group);
  }
  return groups;
}

function alsoAt(row: PostRow, told: readonly AlsoAt[]): readonly AlsoAt[] {
  const others = new Map<string, AlsoAt>();
  for (const { source, sourceName, url } of told) {
    if (source !== row.sourceId && !others.has(source)) others.set(source, { source, sourceName, url });
  }
  return [...others.values()];
}
