import { and, eq, inArray, sql } from "drizzle-orm";
import { digestOf } from "../../base/text.ts";
import type { Candidate } from "../../domain/post.ts";
import { type Db, once } from "./database.ts";
import type { PostRow } from "./rows.ts";
import { posts } from "./schema.ts";

const byKeys = once((db) =>
  db
    .select()
    .from(posts)
    .where(
      and(
        eq(posts.sourceId, sql.placeholder("source")),
        inArray(posts.key, sql`(select value from json_each(${sql.placeholder("keys")}))`),
      ),
    )
    .prepare(),
);

/** The posts of a source that have one of these first keys, by it. */
export function keptUnder(db: Db, source: string, keys: readonly string[]): ReadonlyMap<string, PostRow> {
  const rows = byKeys(db).all({ source, keys: JSON.stringify(keys) });
  return new Map(rows.map((row) => [row.key, row]));
}

/** Where a name was found: among the second keys of a source's posts, its pruned ones, or the posts of others. */
type Place = "guid" | "url" | "text" | "grave" | "url elsewhere" | "text elsewhere";

/** Which names of candidates are known anywhere: nearly all questions about a new post have the answer no. */
export interface Presence {
  has(place: Place, name: string | null): boolean;
}

const own = (column: string) =>
  `exists (select 1 from posts where source_id = :source and ${column} = value)`;
const elsewhere = (column: string) =>
  `exists (select 1 from posts where ${column} = value and source_id < :source)
    or exists (select 1 from posts where ${column} = value and source_id > :source)`;

const found = once((db) =>
  db.$client.prepare<Readonly<Record<string, string>>, { place: Place; name: string }>(`
    select 'guid' as place, value as name from json_each(:guids) where ${own("guid_key")}
    union all select 'url', value from json_each(:urls) where ${own("url_key")}
    union all select 'text', value from json_each(:texts) where ${own("text_key")}
    union all select 'grave', value from json_each(:hashes)
      where exists (select 1 from tombstones where source_id = :source and hash = value)
    union all select 'url elsewhere', value from json_each(:urls) where ${elsewhere("url_key")}
    union all select 'text elsewhere', value from json_each(:texts) where ${elsewhere("text_key")}`),
);

const graveyard = once((db) =>
  db.$client.prepare<[source: string], unknown>("select 1 from tombstones where source_id = ? limit 1"),
);

/** Asks for all of these candidates at once; their first keys are no post's. */
export function presenceOf(db: Db, source: string, candidates: readonly Candidate[]): Presence {
  if (candidates.length === 0) return { has: () => false };
  const named = (names: readonly (string | null)[]) =>
    JSON.stringify([...new Set(names.filter((name) => name !== null))]);
  const [keys, guids, urls, texts] = [
    candidates.map(({ key }) => key),
    candidates.map(({ keys: { guid } }) => guid),
    candidates.map(({ keys: { url } }) => url),
    candidates.map(({ keys: { text } }) => text),
  ];
  const names = [...new Set([...keys, ...guids, ...urls, ...texts])].filter((name) => name !== null);
  const hashes = graveyard(db).get(source) === undefined ? [] : names.map(digestOf);
  const rows = found(db).all({
    source,
    guids: named(guids),
    urls: named(urls),
    texts: named(texts),
    hashes: named(hashes),
  });
  const nameOf = new Map(hashes.map((hash, n) => [hash, names[n]]));
  const places = new Set(
    rows.map(({ place, name }) => `${place} ${place === "grave" ? nameOf.get(name) : name}`),
  );
  return { has: (place, name) => name !== null && places.has(`${place} ${name}`) };
}
