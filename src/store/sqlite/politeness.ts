import { and, eq } from "drizzle-orm";
import type { Instant } from "../../base/clock.ts";
import type { RobotsFile } from "../../domain/records.ts";
import type { Db, Verbs } from "./database.ts";
import { hosts, robots, sources } from "./schema.ts";
import { hostOf } from "./sources.ts";

/** What hosts ask for in robots.txt, and what was not their fault. */
export function politenessVerbs(db: Db): Verbs<"forgive" | "getRobots" | "putRobots"> {
  return {
    forgive: (ids, at) => {
      for (const one of ids) forgive(db, one, at);
    },
    getRobots: (origin) => {
      const row = db.select().from(robots).where(eq(robots.origin, origin)).get();
      return row === undefined ? null : { text: row.text, readAt: row.readAt };
    },
    putRobots: (origin, file, crawlGapMs) => putRobots(db, origin, file, crawlGapMs),
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
