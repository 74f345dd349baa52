import { sql } from "drizzle-orm";
import { day, type Instant } from "../../base/clock.ts";
import { type ClaimedPing, type PingSettlement, pingLeaseMs, type Topic } from "../../domain/ping.ts";
import type { Health } from "../../domain/records.ts";
import { count } from "./counters.ts";
import { type Db, once, type Verbs } from "./database.ts";
import { nameOf } from "./dirt.ts";
import { pings } from "./schema.ts";

/** What a hub is to be told of. */
export function pingVerbs(db: Db): Verbs<"announce" | "claimPing" | "settlePing"> {
  return {
    announce: (topics, now) => announce(db, topics, now),
    claimPing: (now) => claimPing(db, now),
    settlePing: (claimed, settlement, now) => settlePing(db, claimed, settlement, now),
  };
}

// A topic that waits already, or is on its way, keeps its time: that of the hub's rest, or of the attempt.
const note = once((db) =>
  db.$client.prepare<{ topic: string; scope: string; version: number; now: Instant }>(`
    insert into pings (topic, scope, version, due_at) values (:topic, :scope, :version, :now)
    on conflict (topic) do update set version = excluded.version`),
);

function announce(db: Db, topics: readonly Topic[], now: Instant): void {
  if (topics.length === 0) return;
  const version = count(db, "ping");
  for (const { path, scope } of topics) note(db).run({ topic: path, scope: nameOf(scope), version, now });
}

// Later than the longest rest is what a clock wrote that was ahead. What is out of date is not on the shelf yet.
const claim = once((db) =>
  db.$client.prepare<{ now: Instant; ahead: Instant; until: Instant }, ClaimedPing>(`
    update pings set due_at = :until
    where topic = (
      select topic from pings
      where (due_at <= :now or due_at > :ahead) and scope not in (select scope from dirty)
      order by due_at, topic limit 1)
    returning topic as path, version, attempts`),
);

function claimPing(db: Db, now: Instant): ClaimedPing | null {
  return claim(db).get({ now, ahead: now + day, until: now + pingLeaseMs }) ?? null;
}

const forget = once((db) =>
  db.$client.prepare<{ path: string; version: number }>(
    "delete from pings where topic = :path and version = :version",
  ),
);
const begin = once((db) =>
  db.$client.prepare<{ path: string; now: Instant }>(
    "update pings set due_at = :now, attempts = 0, trouble = null where topic = :path",
  ),
);
const postpone = once((db) =>
  db.$client.prepare<{ path: string; at: Instant; trouble: string }>(
    "update pings set due_at = :at, attempts = attempts + 1, trouble = :trouble where topic = :path",
  ),
);
const restAll = once((db) =>
  db.$client.prepare<{ at: Instant }>("update pings set due_at = :at where due_at < :at"),
);

function settlePing(db: Db, { path, version }: ClaimedPing, settlement: PingSettlement, now: Instant): void {
  switch (settlement.kind) {
    case "done":
      // One that has changed again since is due again.
      if (forget(db).run({ path, version }).changes === 0) begin(db).run({ path, now });
      return;
    case "again":
      postpone(db).run({ path, at: settlement.at, trouble: settlement.trouble });
      // It is the hub that rests: the other topics wait with this one.
      restAll(db).run({ at: settlement.at });
      return;
    default:
      settlement satisfies never;
  }
}

/** How many topics wait, and what was heard of the hub last where it was not told. */
export function pingHealth(db: Db): Health["pings"] {
  const waiting = db.select({ n: sql<number>`count(*)` }).from(pings).get()?.n ?? 0;
  const failing = db
    .select()
    .from(pings)
    .where(sql`${pings.trouble} is not null`)
    .orderBy(sql`${pings.attempts} desc`)
    .limit(1)
    .get();
  return { waiting, trouble: failing?.trouble ?? null, dueAt: failing?.dueAt ?? null };
}
