import { and, asc, eq, gt, sql } from "drizzle-orm";
import { slugOf, squash } from "../../base/text.ts";
import type { CategoryRules } from "../../domain/records.ts";
import { readNote } from "./counters.ts";
import { type Db, once } from "./database.ts";
import { markPosts } from "./dirt.ts";
import { categories, filings, posts, sources } from "./schema.ts";

const findByName = once((db) =>
  db
    .select({ id: categories.id })
    .from(categories)
    .where(eq(categories.folded, sql.placeholder("folded")))
    .prepare(),
);
const findBySlug = once((db) =>
  db
    .select({ id: categories.id })
    .from(categories)
    .where(eq(categories.slug, sql.placeholder("slug")))
    .prepare(),
);
const filedUnder = once((db) =>
  db
    .select({ categoryId: filings.categoryId })
    .from(filings)
    .where(eq(filings.postId, sql.placeholder("post")))
    .orderBy(asc(filings.place))
    .prepare(),
);
const file = once((db) =>
  db
    .insert(filings)
    .values({
      postId: sql.placeholder("post"),
      categoryId: sql.placeholder("category"),
      place: sql.placeholder("place"),
      orderAt: sql.placeholder("orderAt"),
    })
    .prepare(),
);
const unfile = once((db) =>
  db
    .delete(filings)
    .where(eq(filings.postId, sql.placeholder("post")))
    .prepare(),
);

/** The post to be filed: where it stands in time, and the category names it and its source have. */
export interface Filed {
  readonly id: number;
  readonly orderAt: number;
  readonly names: readonly string[];
}

/** Gives a category name as it is filed: renamed as configured, whatever its letter case or width. */
export type Rename = (name: string) => string;

/** The rename rules posts are filed by now. */
export function currentRename(db: Db): Rename {
  return renameBy(JSON.parse(readNote(db, "rename") ?? "{}"));
}

/** Makes the rules a function. */
export function renameBy(rename: CategoryRules["rename"]): Rename {
  const rules = new Map(Object.entries(rename).map(([from, to]) => [folded(from), squash(to)]));
  return (name) => rules.get(folded(name)) ?? squash(name);
}

/** Files a post under its names, new categories made as needed. False: it was filed just so already. */
export function filePost(db: Db, post: Filed, rename: Rename): boolean {
  const names = post.names.map(rename).filter((name) => name !== "");
  const wanted = [...new Set(names.map((name) => categoryOf(db, name)))];
  const filed = filedUnder(db).all({ post: post.id });
  const isSame =
    filed.length === wanted.length && filed.every(({ categoryId }, n) => categoryId === wanted[n]);
  if (isSame) return false;
  unfile(db).run({ post: post.id });
  for (const [place, category] of wanted.entries()) {
    file(db).run({ post: post.id, category, place, orderAt: post.orderAt });
  }
  return true;
}

/** Files posts anew, of one source or of all, and marks what changes by it, as it was and as it is. */
export function refile(db: Db, source: string | null, rename: Rename): void {
  const batch = 500;
  for (let after = 0; ; ) {
    const rows = db
      .select({ id: posts.id, orderAt: posts.orderAt, own: posts.categories, category: sources.category })
      .from(posts)
      .innerJoin(sources, eq(sources.id, posts.sourceId))
      .where(and(gt(posts.id, after), source === null ? undefined : eq(posts.sourceId, source)))
      .orderBy(asc(posts.id))
      .limit(batch)
      .all();
    const ids = rows.map(({ id }) => id);
    const moved = rows.filter((row) => wouldMove(db, row, rename)).map(({ id }) => id);
    markPosts(db, moved);
    for (const row of rows.filter(({ id }) => moved.includes(id))) {
      filePost(db, { id: row.id, orderAt: row.orderAt, names: namesOf(row.own, row.category) }, rename);
    }
    markPosts(db, moved);
    if (rows.length < batch) return;
    after = ids.at(-1) ?? after;
  }
}

/** All names a post is filed under, before renaming: its own, then its source's. */
export function namesOf(own: readonly string[], ofSource: string | null): readonly string[] {
  return ofSource === null ? own : [...own, ofSource];
}

function wouldMove(
  db: Db,
  row: { readonly id: number; readonly own: readonly string[]; readonly category: string | null },
  rename: Rename,
): boolean {
  const names = namesOf(row.own, row.category)
    .map(rename)
    .filter((name) => name !== "");
  const wanted = [...new Set(names.map(folded))].map(
    (name) => findByName(db).get({ folded: name })?.id ?? null,
  );
  const filed = filedUnder(db).all({ post: row.id });
  return filed.length !== wanted.length || filed.some(({ categoryId }, n) => categoryId !== wanted[n]);
}

function categoryOf(db: Db, name: string): number {
  const known = findByName(db).get({ folded: folded(name) });
  if (known !== undefined) return known.id;
  const made = db
    .insert(categories)
    .values({ slug: freeSlug(db, name), name, folded: folded(name) })
    .returning({ id: categories.id })
    .get();
  return made.id;
}

function freeSlug(db: Db, name: string): string {
  const stem = slugOf(name) || "category";
  for (let n = 1; ; n++) {
    const slug = n === 1 ? stem : `${stem}-${n}`;
    if (findBySlug(db).get({ slug }) === undefined) return slug;
  }
}

function folded(name: string): string {
  return squash(name.normalize("NFKC")).toLowerCase();
}
