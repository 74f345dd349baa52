import { and, eq, inArray, lt, notInArray } from "drizzle-orm";
import { type Instant, minute } from "../../base/clock.ts";
import type { RobotsFile, Visit } from "../../domain/records.ts";
import { type Db, once, type Verbs } from "./database.ts";
import { hosts, robots, sources } from "./schema.ts";
import { hostOf } from "./sources.ts";

/** What hosts ask for in robots.txt, and what was not their fault. */
export function politenessVerbs(
  db: Db,
): Verbs<"followMove" | "forgetHosts" | "forgive" | "getRobots" | "putRobots" | "visitHost"> {
  return {
    forgive: (ids, at) => {
      for (const one of ids) forgive(db, one, at);
    },
    followMove: (ids, from, move) => {
      db.update(sources)
        .set({ address: move.to, host: hostOf(move.to), move })
        .where(and(inArray(sources.id, [...ids]), eq(sources.address, from)))
        .run();
    },
    forgetHosts: (before) => forgetHosts(db, before),
    getRobots: (origin) => {
      const row = db.select().from(robots).where(eq(robots.origin, origin)).get();
      return row === undefined ? null : { text: row.text, readAt: row.readAt };
    },
    putRobots: (origin, file, crawlGapMs) => putRobots(db, origin, file, crawlGapMs),
    visitHost: (host, source, hostGapMs, now) => visitHost(db, { host, source, hostGapMs }, now),
  };
}

function forgive(
  db: Db,
  { id, lookedAt }: { readonly id: string; readonly lookedAt: Instant },
  at: Instant,
): void {
  const unchanged = and(eq(sources.id, id), eq(sources.lastLookAt, lookedAt));
  const row = db.select({ failures: sources.failures }).from(sources).where(unchanged).get();
  if (row === undefined || row.failures === 0) return;
  const failures = row.failures - 1;
  db.update(sources)
    .set({ failures, nextLookAt: at, ...(failures === 0 ? { failingSince: null, last: null } : {}) })
    .where(unchanged)
    .run();
}

/** Longer than a request may take. */
const longestVisitMs = minute;

const hostState = once((db) =>
  db.$client.prepare<
    { host: string; source: string; now: Instant },
    { freeAt: Instant; holdUntil: Instant; isBusy: number }
  >(`
    select coalesce(max(free_at), 0) freeAt, coalesce(max(hold_until), 0) holdUntil,
      exists (select 1 from sources where host = :host and lease_until > :now and id <> :source) isBusy
    from hosts where host = :host`),
);
const takeHost = once((db) =>
  db.$client.prepare<{ host: string; until: Instant; hostGapMs: number }>(`
    insert into hosts (host, free_at, gap_ms, hold_until, crawl_gap_ms) values (:host, :until, :hostGapMs, 0, 0)
    on conflict (host) do update set free_at = :until, gap_ms = :hostGapMs`),
);

function visitHost(
  db: Db,
  { host, source, hostGapMs }: { readonly host: string; readonly source: string; readonly hostGapMs: number },
  now: Instant,
): Visit {
  const { freeAt, holdUntil, isBusy } = hostState(db).get({ host, source, now }) ?? unknownHost;
  if (holdUntil > now) return { kind: "held", until: holdUntil };
  if (isBusy) return { kind: "wait", ms: Math.max(hostGapMs, freeAt - now, shortestWaitMs) };
  if (freeAt > now) return { kind: "wait", ms: freeAt - now };
  takeHost(db).run({ host, until: now + longestVisitMs, hostGapMs });
  return { kind: "welcome" };
}

const unknownHost = { freeAt: 0, holdUntil: 0, isBusy: 0 };
const shortestWaitMs = 100;

function putRobots(db: Db, origin: string, { text, readAt }: RobotsFile, crawlGapMs: number): void {
  db.insert(robots)
    .values({ origin, text, readAt })
    .onConflictDoUpdate({ target: robots.origin, set: { text, readAt } })
    .run();
  db.update(hosts)
    .set({ crawlGapMs })
    .where(eq(hosts.host, hostOf(origin)))
    .run();
}

function forgetHosts(db: Db, before: Instant): void {
  const ofSources = db.select({ host: sources.host }).from(sources);
  db.delete(hosts)
    .where(and(lt(hosts.freeAt, before), lt(hosts.holdUntil, before), notInArray(hosts.host, ofSources)))
    .run();
  db.delete(robots).where(lt(robots.readAt, before)).run();
}
