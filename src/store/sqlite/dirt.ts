import { and, eq } from "drizzle-orm";
import type { DirtyScope, PostScope } from "../../domain/records.ts";
import { count, readNote, writeNote } from "./counters.ts";
import { type Db, once, type Verbs } from "./database.ts";
import { dirt } from "./schema.ts";

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

/** The scopes that anything published belongs to, marked where they are out of date. */
export function dirtyVerbs(db: Db): Verbs<"dirtyScopes" | "clearDirty" | "markAllDirty" | "publishAs"> {
  return {
    dirtyScopes: () =>
      db
        .select()
        .from(dirt)
        .orderBy(dirt.scope)
        .all()
        .map(({ scope, version }): DirtyScope => ({ scope: scopeOf(scope), version })),
    clearDirty: ({ scope, version }) => {
      db.delete(dirt)
        .where(and(eq(dirt.scope, nameOf(scope)), eq(dirt.version, version)))
        .run();
    },
    markAllDirty: () => markEverything(db),
    publishAs: (edition) => {
      if (readNote(db, "edition") === edition) return;
      writeNote(db, "edition", edition);
      markEverything(db);
    },
  };
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

function nameOf(scope: PostScope): string {
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
