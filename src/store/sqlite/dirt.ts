import { asc } from "drizzle-orm";
import type { DirtyScope, NamedScope, PostScope } from "../../domain/records.ts";
import { count, readNote, writeNote } from "./counters.ts";
import { type Db, once, type Verbs } from "./database.ts";
import { categories, dirt, sources } from "./schema.ts";

// A post that is told elsewhere too is shown there with "also at": its whole group is out of date with it.
const markAround = once((db) =>
  db.$client.prepare<{ ids: string; version: number }>(`
    with told as (
      select id, source_id from posts
      where lead_id in (select lead_id from posts where id in (select value from json_each(:ids)))
    )
    insert into dirty (scope, version)
      select 'all', :version
      union select 's:' || source_id, :version from told
      union select 'c:' || slug, :version from told
        join filings on filings.post_id = told.id join categories on categories.id = filings.category_id
      where true
    on conflict (scope) do update set version = excluded.version`),
);

/** Marks what shows these posts: everything, their sources, their categories as they are filed now. */
export function markPosts(db: Db, ids: readonly number[]): void {
  if (ids.length === 0) return;
  markAround(db).run({ ids: JSON.stringify(ids), version: count(db, "dirty") });
}

const markOne = once((db) =>
  db.$client.prepare<{ scope: string; version: number }>(`
    insert into dirty (scope, version) values (:scope, :version)
    on conflict (scope) do update set version = excluded.version`),
);

/** Marks what is published as out of date by itself: its name has changed, it has gone, it is not there. */
export function markScopes(db: Db, scopes: readonly PostScope[]): void {
  if (scopes.length === 0) return;
  const version = count(db, "dirty");
  for (const scope of scopes) markOne(db).run({ scope: nameOf(scope), version });
}

/** The scopes that anything published belongs to, marked where they are out of date. */
export function dirtyVerbs(
  db: Db,
): Verbs<"listScopes" | "dirtyScopes" | "markDirty" | "clearDirty" | "publishAs"> {
  return {
    listScopes: () => listScopes(db),
    dirtyScopes: () =>
      allMarks(db)
        .all()
        .map(({ scope, version }): DirtyScope => ({ scope: scopeOf(scope), version })),
    markDirty: (scopes) => markScopes(db, scopes),
    clearDirty: (marks) => clearDirty(db, marks),
    publishAs: (edition) => {
      if (readNote(db, "edition") === edition) return;
      writeNote(db, "edition", edition);
      markEverything(db);
    },
  };
}

const allMarks = once((db) => db.select().from(dirt).orderBy(dirt.scope).prepare());
const allCategories = once((db) =>
  db
    .select({ slug: categories.slug, name: categories.name })
    .from(categories)
    .orderBy(asc(categories.name))
    .prepare(),
);
const allSources = once((db) =>
  db
    .select({ id: sources.id, name: sources.name, configured: sources.configured })
    .from(sources)
    .orderBy(asc(sources.id))
    .prepare(),
);

function listScopes(db: Db): readonly NamedScope[] {
  return [
    ...allCategories(db)
      .all()
      .map(({ slug, name }): NamedScope => ({ scope: { kind: "category", slug }, name, isGone: false })),
    ...allSources(db)
      .all()
      .map(
        ({ id, name, configured }): NamedScope => ({
          scope: { kind: "source", id },
          name,
          isGone: !configured,
        }),
      ),
  ];
}

const versionOf = once((db) =>
  db.$client.prepare<{ scope: string }, number>("select version from dirty where scope = :scope").pluck(),
);
const unmark = once((db) => db.$client.prepare<{ scope: string }>("delete from dirty where scope = :scope"));

function clearDirty(db: Db, marks: readonly DirtyScope[]): void {
  const taken: PostScope[] = [];
  for (const { scope, version } of marks) {
    const is = versionOf(db).get({ scope: nameOf(scope) });
    if (is === version) unmark(db).run({ scope: nameOf(scope) });
    if (is === undefined) taken.push(scope);
  }
  markScopes(db, taken);
}

function markEverything(db: Db): void {
  db.$client
    .prepare(`
      insert into dirty (scope, version)
        select 'all', :version
        union select 's:' || id, :version from sources
        union select 'c:' || slug, :version from categories
        where true
      on conflict (scope) do update set version = excluded.version`)
    .run({ version: count(db, "dirty") });
}

/** A scope as the tables name it. */
export function nameOf(scope: PostScope): string {
  switch (scope.kind) {
    case "all":
      return "all";
    case "category":
      return `c:${scope.slug}`;
    case "source":
      return `s:${scope.id}`;
    default:
      return scope satisfies never;
  }
}

function scopeOf(name: string): PostScope {
  if (name === "all") return { kind: "all" };
  const rest = name.slice(2);
  return name.startsWith("c:") ? { kind: "category", slug: rest } : { kind: "source", id: rest };
}
