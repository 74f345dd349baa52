import type { Instant } from "../../base/clock.ts";
import { type HostHold, paceOf } from "../../domain/manners.ts";
import type { FetchRecord } from "../../domain/records.ts";
import { writer } from "./columns.ts";
import { type Db, once } from "./database.ts";
import { sources } from "./schema.ts";
import { hostOf, type SourceRecord } from "./sources.ts";

const answered: readonly string[] = ["new", "unchanged", "empty"];

const newestOrders = once((db) =>
  db.$client
    .prepare<{ source: string }, Instant>(
      "select order_at from posts where source_id = :source and state = 'shown' order by order_at desc limit 20",
    )
    .pluck(),
);

// The id is not among them: written anew, even as it is, it has all posts looked at that name it.
const writeLook = writer(sources, [
  ...(["address", "host", "validators", "bodyHash", "learned", "last", "failures", "failingSince"] as const),
  ...(["hints", "move", "paceMs", "emptyLooks", "lastLookAt", "lastOkAt", "lastNewAt"] as const),
  ...(["nextLookAt", "hasRecorded", "leaseOwner", "leaseUntil"] as const),
]);
const restHost = once((db) =>
  db.$client.prepare<{ host: string; now: Instant }>(
    "update hosts set free_at = max(free_at, :now + max(gap_ms, crawl_gap_ms)) where host = :host",
  ),
);
// One that was visited was taken for longer than the visit lasted.
const leaveHost = once((db) =>
  db.$client.prepare<{ host: string; now: Instant }>(
    "update hosts set free_at = :now + max(gap_ms, crawl_gap_ms) where host = :host",
  ),
);
const holdHost = once((db) =>
  db.$client.prepare<HostHold>(`
    insert into hosts (host, free_at, gap_ms, hold_until, crawl_gap_ms) values (:host, 0, 0, :until, 0)
    on conflict (host) do update set hold_until = max(hold_until, :until)`),
);

/** Writes what a look changes of its source, and lets its host rest. */
export function setTimetable(
  db: Db,
  source: SourceRecord,
  record: FetchRecord,
  hasNew: boolean,
  now: Instant,
): void {
  const { last, page, address } = record;
  const isOk = answered.includes(last.outcome);
  writeLook(db)({
    id: source.id,
    address,
    host: hostOf(address),
    validators: (page ?? source).validators,
    bodyHash: (page ?? source).bodyHash,
    learned: record.learned,
    last,
    failures: record.failures,
    failingSince: record.failures === 0 ? null : (source.failingSince ?? now),
    hints: record.hints,
    move: record.move,
    paceMs: hasNew ? paceOf(newestOrders(db).all({ source: source.id })) : source.paceMs,
    emptyLooks: last.outcome === "empty" ? source.emptyLooks + 1 : isOk ? 0 : source.emptyLooks,
    lastLookAt: now,
    lastOkAt: isOk ? now : source.lastOkAt,
    lastNewAt: hasNew ? now : source.lastNewAt,
    nextLookAt: record.nextLookAt,
    hasRecorded: source.hasRecorded || hasNew,
    leaseOwner: null,
    leaseUntil: null,
  });
  // The host that was asked is the one to rest, also when the source is read elsewhere from now on.
  restHost(db).run({ host: source.host, now });
  for (const host of record.visited) leaveHost(db).run({ host, now });
  for (const hold of record.holds) holdHost(db).run({ ...hold });
}
