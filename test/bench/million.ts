import { join } from "node:path";
import Database from "better-sqlite3";
import { isoInstant, minute } from "../../src/base/clock.ts";
import type { Candidate } from "../../src/domain/post.ts";
import type { Store } from "../../src/domain/store.ts";
import { sqliteStore } from "../../src/store/sqlite/store.ts";
import { aCandidate, aSource, looked, monday } from "../support/builders.ts";
import { migrationsFolder } from "../support/store.ts";

/** So many sources tell of the posts in turn, in so many categories. */
export const [sourceCount, categoryCount] = [1_000, 100];
const tagHost = "bench.example";

export const sourceOf = (n: number) => `s${n % sourceCount}`;

/** The post that its source tells of as its `n`th: an address, a guid and two lines of text. */
export function theCandidate(source: string, n: number): Candidate {
  const url = `https://${source}.example/posts/${n}`;
  const text = `What there is to say about number ${n} of ${source}. `.repeat(6);
  return aCandidate({
    ...{ title: `Number ${n} of ${source}`, url, text, publishedAt: monday - n * minute },
    categories: [`Subject ${n % categoryCount}`],
    keys: { guid: `guid:${url}`, url: `url:${url}`, text: `text:${source} ${n}` },
  });
}

/**
 * A store with `many` posts: the first look at each source goes through it, the rest is written past it, a copy of a
 * post that it wrote with other names and times.
 */
export async function aStoreOf(many: number, folder: string): Promise<Store> {
  const file = join(folder, "postwire.db");
  const open = () => sqliteStore({ file, migrations: migrationsFolder, tagHost });
  const first = await open();
  const sources = Array.from({ length: sourceCount }, (_, n) => aSource({ id: sourceOf(n) }));
  await first.syncSources(sources, { rename: {} }, monday);
  for (let n = 0; n < categoryCount; n++) {
    await looked(first, sourceOf(n), [theCandidate(sourceOf(n), n)], monday + n, { backfill: "all" });
  }
  await first.close();
  fill(file, many);
  return await open();
}

function fill(file: string, many: number): void {
  const db = new Database(file);
  db.pragma("synchronous = OFF");
  db.pragma("cache_size = -400000");
  const model = db.prepare("select * from posts where id = 1").get() as Readonly<Record<string, unknown>>;
  const names = Object.keys(model);
  const insert = db.prepare(
    `insert into posts (${names.join(", ")}) values (${names.map((name) => `@${name}`).join(", ")})`,
  );
  const classify = db.prepare(
    "insert into filings (post_id, category_id, place, order_at) values (?, ?, 0, ?)",
  );
  db.transaction(() => {
    for (let id = categoryCount + 1; id <= many; id++) {
      const [source, n] = [sourceOf(id), Math.floor(id / sourceCount) + categoryCount];
      const { key, keys, title, url, text, publishedAt, categories } = theCandidate(source, n);
      const at = monday - n * minute - id;
      const own = { id, source_id: source, key, title, url, text, published_at: publishedAt, lead_id: id };
      const subjects = JSON.stringify(categories);
      const named = { guid_key: keys.guid, url_key: keys.url, text_key: keys.text };
      const timed = { released_as: id, first_seen_at: at, order_at: at, updated_at: at };
      const tag = `tag:${tagHost},${isoInstant(at).slice(0, 10)}:${id}`;
      insert.run({ ...model, ...own, ...named, ...timed, tag, categories: subjects });
      classify.run(id, 1 + (n % categoryCount), at);
    }
    const counters = db.prepare("update counters set value = ? where name = ?");
    for (const name of ["post", "release"]) counters.run(many, name);
    db.prepare("update sources set has_recorded = 1").run();
  })();
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
}
