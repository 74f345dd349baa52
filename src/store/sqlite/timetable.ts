import { getTableColumns } from "drizzle-orm";
import type { Instant } from "../../base/clock.ts";
import { type HostHold, paceOf } from "../../domain/manners.ts";
import type { FetchRecord } from "../../domain/records.ts";
import { columnsOf } from "./columns.ts";
import { type Db, once } from "./database.ts";
import { sources } from "./schema.ts";
import { hostOf, type SourceRecord } from "./sources.ts";

const answered: readonly string[] = ["new", "unchanged", "empty"];

const newestOrders = once((db) =>
  db.$client
    .prepare<{ source: string }, Instant>(
      "select order_at from posts where source_id = :source order by order_at desc limit 20",
    )
    .pluck(),
);

/** How many posts there are is counted by the database, also while a look is recorded. */
const { posts: _counted, ...ours } = getTableColumns(sources);
const ourFields = Object.keys(ours) as readonly (keyof typeof ours)[];
const writeSource = once((db) => {
  const { names, values } = columnsOf(sources, ourFields);
  const changes = names.map((name) => `${name} = ?`).join(", ");
  const statement = db.$client.prepare(`update sources set ${changes} where id = ?`);
  return (row: SourceRecord) => statement.run(...values(row), row.id);
});
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
  writeSource(db)({
    ...source,
    address,
    host: hostOf(address),
    ...(page === null ? {} : { validators: page.validators, bodyHash: page.bodyHash }),
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
