import { asc, eq, gt, or } from "drizzle-orm";
import { day, hour, type Instant } from "../../base/clock.ts";
import { digestOf } from "../../base/text.ts";
import { parsedUrl } from "../../base/url.ts";
import type { CategoryRules } from "../../domain/records.ts";
import type { Source, SourceRow, SourceState } from "../../domain/source.ts";
import { counted, count as countOn, readNote, writeNote } from "./counters.ts";
import type { Db, Verbs } from "./database.ts";
import { markPosts, markScopes } from "./dirt.ts";
import { refile, renameBy } from "./filing.ts";
import { hosts, posts, sources } from "./schema.ts";

/** A row of the table. */
export type SourceRecord = typeof sources.$inferSelect;

/** The sources as configured and as remembered. */
export function sourceVerbs(db: Db): Verbs<"syncSources" | "forgetTheFuture" | "listSources"> {
  return {
    syncSources: (configured, rules, now) => syncSources(db, configured, rules, now),
    forgetTheFuture: (now) => forgetTheFuture(db, now),
    listSources: () => listSources(db),
  };
}

/** What is remembered of a source, from its row. */
export function stateOf(row: SourceRecord): SourceState {
  return {
    validators: row.validators,
    bodyHash: row.bodyHash,
    learned: row.learned,
    address: row.address,
    failures: row.failures,
    emptyLooks: row.emptyLooks,
    lastLookAt: row.lastLookAt,
    lastOkAt: row.lastOkAt,
    lastNewAt: row.lastNewAt,
    nextLookAt: row.nextLookAt,
    last: row.last,
    failingSince: row.failingSince,
    paceMs: row.paceMs,
    hints: row.hints,
    move: row.move,
  };
}

/** Who answers at an address: the host with its port. */
export function hostOf(address: string): string {
  return parsedUrl(address)?.host ?? address;
}

function listSources(db: Db): readonly SourceRow[] {
  const rows = db.select().from(sources).orderBy(asc(sources.id)).all();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    url: row.url,
    kind: row.kind,
    enabled: row.enabled,
    configured: row.configured,
    state: stateOf(row),
    posts: row.posts,
  }));
}

function syncSources(db: Db, configured: readonly Source[], rules: CategoryRules, now: Instant): void {
  if (counted(db, "born") === 0) countOn(db, "born", 1, now);
  const rename = renameBy(rules.rename);
  const known = new Map(
    db
      .select()
      .from(sources)
      .all()
      .map((row) => [row.id, row]),
  );
  for (const source of configured) syncOne(db, source, known.get(source.id), now);
  forgetTheFuture(db, now);
  const ids = new Set(configured.map(({ id }) => id));
  for (const { id, configured: was } of known.values()) {
    if (was && !ids.has(id)) {
      db.update(sources)
        .set({ configured: false, leaseOwner: null, leaseUntil: null })
        .where(eq(sources.id, id))
        .run();
      markScopes(db, [{ kind: "source", id }]);
    }
  }
  const written = JSON.stringify(rules.rename);
  if (readNote(db, "rename") !== written) {
    writeNote(db, "rename", written);
    refile(db, null, rename);
    return;
  }
  for (const { id, category } of configured) {
    if (known.has(id) && known.get(id)?.category !== (category || null)) refile(db, id, rename);
  }
}

const longestHold = 7 * day;

function forgetTheFuture(db: Db, now: Instant): void {
  const ahead = now + hour;
  db.update(sources).set({ nextLookAt: now }).where(gt(sources.lastLookAt, ahead)).run();
  db.update(sources).set({ leaseOwner: null, leaseUntil: null }).where(gt(sources.leaseUntil, ahead)).run();
  const isAhead = or(gt(hosts.freeAt, ahead), gt(hosts.holdUntil, ahead + longestHold));
  db.update(hosts).set({ freeAt: now, holdUntil: now }).where(isAhead).run();
}

function syncOne(db: Db, source: Source, known: SourceRecord | undefined, now: Instant): void {
  const { id, name, url } = source;
  const manner = mannerOf(source);
  const asConfigured = {
    name,
    url,
    category: source.category || null,
    kind: source.reading.kind,
    manner,
    enabled: source.enabled,
    configured: true,
  };
  const anew = {
    address: url,
    host: hostOf(url),
    validators: null,
    bodyHash: null,
    learned: null,
    failures: 0,
    failingSince: null,
    hints: null,
    move: null,
    nextLookAt: now,
    leaseOwner: null,
    leaseUntil: null,
  };
  if (known === undefined) {
    db.insert(sources)
      .values({ id, ...asConfigured, ...anew })
      .run();
    markScopes(db, [{ kind: "source", id }]);
    return;
  }
  const isOther = known.url !== url || known.manner !== manner;
  const isSame = Object.entries(asConfigured).every(
    ([field, value]) => known[field as keyof SourceRecord] === value,
  );
  if (isSame && !isOther) return;
  db.update(sources)
    .set({ ...asConfigured, ...(isOther ? anew : {}) })
    .where(eq(sources.id, id))
    .run();
  if (!known.configured || known.name !== name) markScopes(db, [{ kind: "source", id }]);
  if (known.name !== name || known.url !== url) markShownOf(db, id);
}

function markShownOf(db: Db, source: string): void {
  const shown = db.select({ id: posts.id }).from(posts).where(eq(posts.sourceId, source)).all();
  markPosts(
    db,
    shown.map(({ id }) => id),
  );
}

// Were the page's validators kept when it is to be read in another way, it would answer "not modified".
function mannerOf({ reading, pages, zone, headers, keep, drop }: Source): string {
  return digestOf(JSON.stringify([reading, pages, zone, headers, keep, drop]));
}
