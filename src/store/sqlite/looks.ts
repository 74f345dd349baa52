import { and, eq, getTableColumns, sql } from "drizzle-orm";
import { day, type Instant, isoInstant } from "../../base/clock.ts";
import { paceOf } from "../../domain/manners.ts";
import { areNews, type Candidate, isPlausible, merge, type Post } from "../../domain/post.ts";
import type { FetchRecord, RecordedFetch } from "../../domain/records.ts";
import type { ClaimedSource } from "../../domain/source.ts";
import { count } from "./counters.ts";
import { type Db, once, type Verbs } from "./database.ts";
import { markPosts } from "./dirt.ts";
import { currentRename, filePost, namesOf, type Rename } from "./filing.ts";
import { knownKeys, leadOf, match } from "./identity.ts";
import { type Presence, presenceOf } from "./presence.ts";
import { contentOf, type PostRow, postOf } from "./rows.ts";
import { hosts, posts, sources } from "./schema.ts";
import { hostOf, type SourceRecord } from "./sources.ts";

/** From this many on, "new" posts that look like known or old ones are churn, and wait for the operator. */
const churn = 10;

/** What a look brings into the database. */
export function lookVerbs(db: Db, tagHost: string): Verbs<"recordFetch" | "knownKeys"> {
  return {
    recordFetch: (claimed, record, now) => recordFetch(db, tagHost, claimed, record, now),
    knownKeys: (source, keys) => knownKeys(db, source, keys),
  };
}

/** All that the parts of one look share. */
interface Look {
  readonly db: Db;
  readonly tagHost: string;
  readonly source: SourceRecord;
  readonly rename: Rename;
  readonly presence: Presence;
  readonly now: Instant;
}

interface Fresh {
  readonly candidate: Candidate;
  readonly resembles: boolean;
}

function recordFetch(
  db: Db,
  tagHost: string,
  claimed: ClaimedSource,
  record: FetchRecord,
  now: Instant,
): RecordedFetch {
  const source = db
    .select()
    .from(sources)
    .where(and(eq(sources.id, claimed.id), eq(sources.leaseOwner, claimed.owner)))
    .get();
  if (source === undefined) return { kind: "lost" };
  const presence = presenceOf(db, source.id, record.candidates);
  const look: Look = { db, tagHost, source, rename: currentRename(db), presence, now };
  const { fresh, changed, known } = recordKnown(look, record.candidates);
  const added = insertFresh(look, fresh, record.backfill);
  markPosts(db, [...changed, ...added.map(({ id }) => id)]);
  setTimetable(look, record, added.length > 0);
  return {
    kind: "recorded",
    new: added,
    changed: changed.length,
    known,
    held: added.filter(({ held }) => held).length,
  };
}

/** Merges what is known already; gives what is not, in page order. */
function recordKnown(look: Look, candidates: readonly Candidate[]) {
  const keys = new Set(candidates.map(({ key }) => key));
  const fresh = new Map<string, Fresh>();
  const changed: number[] = [];
  let known = 0;
  for (const candidate of candidates) {
    const found = match(look.db, look.source.id, candidate, keys, look.presence);
    if (found.kind === "new") fresh.set(candidate.key, { candidate, resembles: found.resembles });
    else if (found.kind === "known" && mergeInto(look, found.row, candidate)) changed.push(found.row.id);
    else known++;
  }
  return { fresh: [...fresh.values()], changed, known };
}

/** Merges a candidate into its post. True when anything a reader can see became different. */
function mergeInto(look: Look, row: PostRow, candidate: Candidate): boolean {
  const { db } = look;
  const kept = contentOf(row);
  const { content, edited } = merge(kept, candidate);
  const names = {
    key: candidate.key,
    guidKey: candidate.keys.guid ?? row.guidKey,
    urlKey: candidate.keys.url ?? row.urlKey,
    textKey: candidate.keys.text ?? row.textKey,
  };
  const isRenamed = Object.entries(names).some(([name, value]) => row[name as keyof typeof names] !== value);
  const isChanged = edited || JSON.stringify(contentOf(content)) !== JSON.stringify(kept);
  if (!isRenamed && !isChanged) return false;
  const updatedAt = edited ? count(db, "stamp", 1, look.now) : row.updatedAt;
  db.update(posts)
    .set({ ...names, ...content, updatedAt })
    .where(eq(posts.id, row.id))
    .run();
  const filed = {
    id: row.id,
    orderAt: row.orderAt,
    names: namesOf(content.categories, look.source.category),
  };
  filePost(db, filed, look.rename);
  return isChanged;
}

/**
 * Keeps new posts, given in page order, newest first: the last one gets the earliest stamp, a millisecond before the
 * next, and news are released oldest first.
 */
function insertFresh(
  look: Look,
  fresh: readonly Fresh[],
  backfill: FetchRecord["backfill"],
): readonly Post[] {
  if (fresh.length === 0) return [];
  const { db, source, now } = look;
  const held = areChurn(source, fresh);
  const candidates = fresh.map(({ candidate }) => candidate);
  const news = areNews(candidates, !source.hasRecorded, backfill, now);
  const firstId = count(db, "post", fresh.length);
  const firstStamp = count(db, "stamp", fresh.length, now);
  const drafts = candidates
    .map((candidate, place) => {
      const age = fresh.length - 1 - place;
      const stamp = firstStamp + age;
      const orderAt = isPlausible(candidate.publishedAt, now) ? candidate.publishedAt : stamp;
      return { candidate, id: firstId + age, stamp, orderAt, isHeld: held[place], isNews: news[place] };
    })
    .toReversed();
  const released = drafts
    .filter(({ isHeld, isNews }) => isNews && !isHeld)
    .toSorted((a, b) => a.orderAt - b.orderAt || a.id - b.id);
  const firstRelease = count(db, "release", released.length);
  const releases = new Map(released.map(({ id }, place) => [id, firstRelease + place]));
  return drafts
    .map((draft) => insert(look, { ...draft, releasedAs: releases.get(draft.id) ?? null }))
    .toReversed();
}

interface Draft {
  readonly candidate: Candidate;
  readonly id: number;
  readonly stamp: Instant;
  readonly orderAt: Instant;
  readonly isHeld: boolean | undefined;
  readonly releasedAs: number | null;
}

// Past Drizzle but for how it writes each column: a first look brings five hundred rows of thirty columns.
const insertPost = once((db) => {
  const columns = Object.entries(getTableColumns(posts));
  const names = columns.map(([, { name }]) => name).join(", ");
  const places = columns.map(() => "?").join(", ");
  const statement = db.$client.prepare(`insert into posts (${names}) values (${places})`);
  return (row: PostRow) => {
    const values: Readonly<Record<string, unknown>> = row;
    statement.run(
      ...columns.map(([field, column]) =>
        values[field] === null ? null : column.mapToDriverValue(values[field]),
      ),
    );
  };
});

function insert(look: Look, { candidate, id, stamp, orderAt, isHeld, releasedAs }: Draft): Post {
  const { db, source } = look;
  const row: PostRow = {
    ...contentOf(candidate),
    id,
    sourceId: source.id,
    key: candidate.key,
    guidKey: candidate.keys.guid,
    urlKey: candidate.keys.url,
    textKey: candidate.keys.text,
    leadId: leadOf(db, source.id, candidate, look.presence) ?? id,
    tag: `tag:${look.tagHost},${isoInstant(stamp).slice(0, 10)}:${id}`,
    state: isHeld ? "held" : "shown",
    releasedAs,
    firstSeenAt: stamp,
    orderAt,
    updatedAt: stamp,
  };
  insertPost(db)(row);
  filePost(db, { id, orderAt, names: namesOf(candidate.categories, source.category) }, look.rename);
  return postOf(row);
}

// A day is over at its end: what is dated today is not from before this morning's look.
function areChurn(source: SourceRecord, fresh: readonly Fresh[]): readonly boolean[] {
  const before = source.lastOkAt ?? 0;
  const suspects = fresh.map(({ candidate: { publishedAt, dateOnly }, resembles }) => {
    const isOld = publishedAt !== null && publishedAt + (dateOnly ? day : 0) < before;
    return source.hasRecorded && (resembles || isOld);
  });
  return suspects.filter(Boolean).length >= churn ? suspects : suspects.map(() => false);
}

const answered: readonly string[] = ["new", "unchanged", "empty"];

const newestOrders = once((db) =>
  db.$client
    .prepare<{ source: string }, Instant>(
      "select order_at from posts where source_id = :source order by order_at desc limit 20",
    )
    .pluck(),
);

function setTimetable({ db, source, now }: Look, record: FetchRecord, hasNew: boolean): void {
  const { last, page, address } = record;
  const isOk = answered.includes(last.outcome);
  db.update(sources)
    .set({
      address,
      host: hostOf(address),
      ...(page === null ? {} : { validators: page.validators, bodyHash: page.bodyHash }),
      learned: record.learned,
      last,
      failures: record.failures,
      failingSince: record.failures === 0 ? null : (source.failingSince ?? now),
      hints: record.hints,
      move: record.move,
      ...(hasNew ? { paceMs: paceOf(newestOrders(db).all({ source: source.id })) } : {}),
      emptyLooks: last.outcome === "empty" ? source.emptyLooks + 1 : isOk ? 0 : source.emptyLooks,
      lastLookAt: now,
      lastOkAt: isOk ? now : source.lastOkAt,
      lastNewAt: hasNew ? now : source.lastNewAt,
      nextLookAt: record.nextLookAt,
      hasRecorded: source.hasRecorded || hasNew,
      leaseOwner: null,
      leaseUntil: null,
    })
    .where(eq(sources.id, source.id))
    .run();
  // The host that was asked is the one to rest, also when the source is read elsewhere from now on.
  db.update(hosts)
    .set({
      freeAt: sql`max(${hosts.freeAt}, ${now} + max(${hosts.gapMs}, ${hosts.crawlGapMs}))`,
      holdUntil: sql`max(${hosts.holdUntil}, ${record.holdHostUntil ?? 0})`,
    })
    .where(eq(hosts.host, source.host))
    .run();
}
