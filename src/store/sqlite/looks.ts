import { and, eq, sql } from "drizzle-orm";
import { day, type Instant, isoInstant } from "../../base/clock.ts";
import { areNews, type Candidate, isPlausible, merge, type Post } from "../../domain/post.ts";
import type { FetchRecord, RecordedFetch } from "../../domain/records.ts";
import type { ClaimedSource } from "../../domain/source.ts";
import { columnsOf, writer } from "./columns.ts";
import { count } from "./counters.ts";
import { type Db, once, type Verbs } from "./database.ts";
import { markPosts } from "./dirt.ts";
import { currentRename, filePost, namesOf, type Rename } from "./filing.ts";
import { knownKeys, leadOf, match } from "./identity.ts";
import { keptUnder, type Presence, presenceOf } from "./presence.ts";
import { contentFields, contentOf, isSame, type PostRow, postOf } from "./rows.ts";
import { posts, sources } from "./schema.ts";
import type { SourceRecord } from "./sources.ts";
import { setTimetable } from "./timetable.ts";

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

const claimedSource = once((db) =>
  db
    .select()
    .from(sources)
    .where(and(eq(sources.id, sql.placeholder("id")), eq(sources.leaseOwner, sql.placeholder("owner"))))
    .prepare(),
);

function recordFetch(
  db: Db,
  tagHost: string,
  claimed: ClaimedSource,
  record: FetchRecord,
  now: Instant,
): RecordedFetch {
  const source = claimedSource(db).get({ id: claimed.id, owner: claimed.owner });
  if (source === undefined) return { kind: "lost" };
  // One a key: of two, the later stands where the first one stood.
  const candidates = new Map(record.candidates.map((candidate) => [candidate.key, candidate]));
  const kept = keptUnder(db, source.id, [...candidates.keys()]);
  const strange = [...candidates.values()].filter(({ key }) => !kept.has(key));
  const presence = presenceOf(db, source.id, strange);
  const look: Look = { db, tagHost, source, rename: currentRename(db), presence, now };
  const { fresh, changed, known } = recordKnown(look, candidates, kept);
  const added = insertFresh(look, fresh, record.backfill);
  markPosts(db, [...changed, ...added.map(({ id }) => id)]);
  setTimetable(db, source, record, added.length > 0, now);
  return {
    kind: "recorded",
    new: added,
    changed: changed.length,
    known,
    held: added.filter(({ held }) => held).length,
  };
}

/** Merges what is known already; gives what is not, in page order. No post in `kept` is given another key meanwhile. */
function recordKnown(
  look: Look,
  candidates: ReadonlyMap<string, Candidate>,
  kept: ReadonlyMap<string, PostRow>,
) {
  const keys = new Set(candidates.keys());
  const fresh: Fresh[] = [];
  const changed: number[] = [];
  let known = 0;
  for (const [key, candidate] of candidates) {
    const row = kept.get(key);
    const found =
      row === undefined
        ? match(look.db, look.source.id, candidate, keys, look.presence)
        : ({ kind: "known", row } as const);
    if (found.kind === "new") fresh.push({ candidate, resembles: found.resembles });
    else if (found.kind === "known" && mergeInto(look, found.row, candidate)) changed.push(found.row.id);
    else known++;
  }
  return { fresh, changed, known };
}

const nameFields = ["key", "guidKey", "urlKey", "textKey"] as const;
const writeKeys = writer(posts, nameFields);
const writeContent = writer(posts, [...contentFields, "updatedAt"]);

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
  const isRenamed = nameFields.some((field) => names[field] !== row[field]);
  const isChanged = edited || !isSame(content, kept);
  if (!isRenamed && !isChanged) return false;
  const updatedAt = edited ? count(db, "stamp", 1, look.now) : row.updatedAt;
  if (isRenamed) writeKeys(db)({ ...names, id: row.id });
  if (isChanged) writeContent(db)({ ...content, updatedAt, id: row.id });
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
  return drafts.map((draft) => insert(look, draft, releases.get(draft.id) ?? null)).toReversed();
}

interface Draft {
  readonly candidate: Candidate;
  readonly id: number;
  readonly stamp: Instant;
  readonly orderAt: Instant;
  readonly isHeld: boolean | undefined;
}

const insertPost = once((db) => {
  const { names, values } = columnsOf(posts);
  const places = names.map(() => "?").join(", ");
  const statement = db.$client.prepare(`insert into posts (${names.join(", ")}) values (${places})`);
  return (row: PostRow) => statement.run(...values(row));
});

function insert(
  look: Look,
  { candidate, id, stamp, orderAt, isHeld }: Draft,
  releasedAs: number | null,
): Post {
  const { db, source } = look;
  // Assigned, not spread and added to: that takes five times as long.
  const row: PostRow = Object.assign(contentOf(candidate), {
    id,
    sourceId: source.id,
    key: candidate.key,
    guidKey: candidate.keys.guid,
    urlKey: candidate.keys.url,
    textKey: candidate.keys.text,
    leadId: leadOf(db, source.id, candidate, look.presence) ?? id,
    tag: `tag:${look.tagHost},${isoInstant(stamp).slice(0, 10)}:${id}`,
    state: isHeld ? ("held" as const) : ("shown" as const),
    releasedAs,
    firstSeenAt: stamp,
    orderAt,
    updatedAt: stamp,
  });
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
