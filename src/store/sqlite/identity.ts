import { and, eq, getTableColumns, gt, lt, sql } from "drizzle-orm";
import { day } from "../../base/clock.ts";
import { digestOf, normalized } from "../../base/text.ts";
import { type Candidate, tellingLength, wordsOf } from "../../domain/post.ts";
import { type Db, once } from "./database.ts";
import type { Presence } from "./presence.ts";
import type { PostRow } from "./rows.ts";
import { posts, tombstones } from "./schema.ts";

const byKey = once((db) =>
  db
    .select()
    .from(posts)
    .where(and(eq(posts.sourceId, sql.placeholder("source")), eq(posts.key, sql.placeholder("key"))))
    .prepare(),
);
const byGuid = once((db) =>
  db
    .select()
    .from(posts)
    .where(and(eq(posts.sourceId, sql.placeholder("source")), eq(posts.guidKey, sql.placeholder("key"))))
    .limit(2)
    .prepare(),
);
const byUrl = once((db) =>
  db
    .select()
    .from(posts)
    .where(and(eq(posts.urlKey, sql.placeholder("key")), eq(posts.sourceId, sql.placeholder("source"))))
    .limit(2)
    .prepare(),
);
const byText = once((db) =>
  db
    .select()
    .from(posts)
    .where(and(eq(posts.textKey, sql.placeholder("key")), eq(posts.sourceId, sql.placeholder("source"))))
    .limit(20)
    .prepare(),
);
const { id, leadId, publishedAt, title, titleIsMade } = getTableColumns(posts);
const told = { id, leadId, publishedAt, title, titleIsMade };
// Two stretches of the index, one before the source and one after it: a thousand posts with one text cost no more.
const elsewhere = once((db) => {
  const other = (column: typeof posts.urlKey | typeof posts.textKey) =>
    [lt, gt].map((beside) =>
      db
        .select(told)
        .from(posts)
        .where(and(eq(column, sql.placeholder("key")), beside(posts.sourceId, sql.placeholder("source"))))
        .limit(20)
        .prepare(),
    );
  return { url: other(posts.urlKey), text: other(posts.textKey) };
});
const buried = once((db) =>
  db
    .select()
    .from(tombstones)
    .where(
      and(eq(tombstones.sourceId, sql.placeholder("source")), eq(tombstones.hash, sql.placeholder("hash"))),
    )
    .prepare(),
);

/** What a candidate is to its source: a post that is kept, one that was pruned, or a new one. */
export type Match =
  | { readonly kind: "known"; readonly row: PostRow }
  | { readonly kind: "pruned" }
  | { readonly kind: "new"; readonly resembles: boolean };

/**
 * Finds what a candidate is whose first key is no post's: by a second one that names exactly one post whose own first
 * key this look (`keys`) no longer has; else among the pruned. A new one may still resemble a known post by its text.
 */
export function match(
  db: Db,
  source: string,
  candidate: Candidate,
  keys: ReadonlySet<string>,
  presence: Presence,
): Match {
  const renamed = bySecondKey(db, source, candidate, keys, presence);
  if (renamed !== null) return { kind: "known", row: renamed };
  if (isBuried(db, source, candidate, presence)) return { kind: "pruned" };
  return { kind: "new", resembles: presence.has("text", candidate.keys.text) };
}

function bySecondKey(
  db: Db,
  source: string,
  candidate: Candidate,
  keys: ReadonlySet<string>,
  presence: Presence,
): PostRow | null {
  const { guid, url, text } = candidate.keys;
  const found = [
    presence.has("guid", guid) ? byGuid(db).all({ source, key: guid }) : [],
    presence.has("url", url) ? byUrl(db).all({ source, key: url }) : [],
    presence.has("text", text)
      ? byText(db)
          .all({ source, key: text })
          .filter((row) => isSameByText(row, candidate))
      : [],
  ];
  for (const rows of found) {
    const [row] = rows;
    if (row !== undefined && rows.length === 1 && !keys.has(row.key)) return row;
  }
  return null;
}

/**
 * Whether an equal text makes two items of one source one post. A weekly "Open thread", or episodes with one
 * description, share their text and are different posts: date, path and title must not speak against it.
 */
function isSameByText(row: PostRow, candidate: Candidate): boolean {
  if (datesDiffer(row, candidate)) return false;
  if (isByText(candidate.key) || isByText(row.key)) return !titlesDiffer(row, candidate);
  const path = pathOf(row.urlKey);
  if (path !== null && path === pathOf(candidate.keys.url)) return true;
  if (titlesDiffer(row, candidate)) return false;
  return (row.publishedAt !== null && candidate.publishedAt !== null) || isTelling(candidate);
}

const isByText = (key: string) => key.startsWith("text:");

type Dated = Pick<Candidate, "publishedAt">;
type Titled = Pick<Candidate, "title" | "titleIsMade">;

function datesDiffer(a: Dated, b: Dated): boolean {
  return a.publishedAt !== null && b.publishedAt !== null && Math.abs(a.publishedAt - b.publishedAt) > day;
}

function titlesDiffer(a: Titled, b: Titled): boolean {
  return !a.titleIsMade && !b.titleIsMade && normalized(a.title) !== normalized(b.title);
}

/** Path and query of a canonical address, by its key; null where they tell nothing. */
function pathOf(urlKey: string | null): string | null {
  if (urlKey === null) return null;
  const { pathname, search } = new URL(urlKey.slice("url:".length));
  return pathname.length + search.length > 1 ? pathname + search : null;
}

function isTelling(candidate: Candidate): boolean {
  return wordsOf(candidate).length >= tellingLength;
}

function isBuried(db: Db, source: string, candidate: Candidate, presence: Presence): boolean {
  const { guid, url, text } = candidate.keys;
  const names = [candidate.key, guid, url].filter((name) => name !== null);
  if (names.some((name) => presence.has("grave", name))) return true;
  if (text === null || !presence.has("grave", text)) return false;
  const grave = buried(db).get({ source, hash: digestOf(text) });
  return grave !== undefined && grave.publishedAt !== null && grave.publishedAt === candidate.publishedAt;
}

/**
 * The group a new post belongs to: that of a post of another source with the same address, or with the same text
 * where that is long enough to tell and not both title and date differ. Null: it is told here first.
 */
export function leadOf(db: Db, source: string, candidate: Candidate, presence: Presence): number | null {
  const { url, text } = candidate.keys;
  const [sameUrl] =
    url !== null && presence.has("url elsewhere", url) ? others(elsewhere(db).url, source, url) : [];
  if (sameUrl !== undefined) return sameUrl.leadId;
  if (text === null || !presence.has("text elsewhere", text) || !isTelling(candidate)) return null;
  const sameText = others(elsewhere(db).text, source, text).find(
    (row) => !(datesDiffer(row, candidate) && titlesDiffer(row, candidate)),
  );
  return sameText?.leadId ?? null;
}

/** Posts of other sources with this key, the one that was there first in front. */
function others(
  beside: ReturnType<typeof elsewhere>["url"],
  source: string,
  key: string,
): readonly Pick<PostRow, keyof typeof told>[] {
  return beside.flatMap((query) => query.all({ source, key })).toSorted((a, b) => a.id - b.id);
}

/** Which of the keys name a post of the source, by whichever of its keys, or one that was pruned. */
export function knownKeys(db: Db, source: string, keys: readonly string[]): ReadonlySet<string> {
  const isKnown = (key: string) =>
    byKey(db).get({ source, key }) !== undefined ||
    byGuid(db).get({ source, key }) !== undefined ||
    byUrl(db).get({ source, key }) !== undefined ||
    byText(db).get({ source, key }) !== undefined ||
    buried(db).get({ source, hash: digestOf(key) }) !== undefined;
  return new Set(keys.filter(isKnown));
}
