import { and, eq, sql } from "drizzle-orm";
import type { Instant } from "../../base/clock.ts";
import { afterSkips } from "../../domain/manners.ts";
import type { SourceClaim } from "../../domain/records.ts";
import type { ClaimedSource } from "../../domain/source.ts";
import { type Db, once, type Verbs } from "./database.ts";
import { sources } from "./schema.ts";
import { stateOf } from "./sources.ts";

/** Taking sources to look at. */
export function claimVerbs(db: Db): Verbs<"claimSource" | "renewSource" | "nextLookAt"> {
  return {
    claimSource: (claim, now) => claimSource(db, claim, now),
    renewSource: (id, owner, until) => renewSource(db, id, owner, until),
    nextLookAt: (claim, until) => nextLookAt(db, claim, until),
  };
}

const mayBeClaimed = `
  configured = 1 and enabled = 1
  and (:only is null or id = :only) and id not in (select value from json_each(:notAgain))`;

/** When a source may be looked at; `force` does not wait for it, but a server that asks to be left alone is. */
const readyAt = "iif(:force and coalesce(last ->> 'outcome', '') <> 'held', 0, next_look_at)";

/** Hosts that are busy, rest or asked to be left alone: few, and one look into the index for each other row. */
const busyHosts = `
  select host from hosts where free_at > :now
  union all select host from hosts where hold_until > :now
  union all select host from sources where lease_until > :now`;

// Without --force the index alone answers, however many sources of a busy host stand in front.
const firstDue = once((db) => {
  const first = (isDue: string) =>
    db.$client
      .prepare<{ now: Instant; force: number; only: string | null; notAgain: string }, string>(`
        select id from sources
        where ${mayBeClaimed} and ${isDue} and host not in (${busyHosts})
        order by next_look_at, id limit 1`)
      .pluck();
  return { due: first("next_look_at <= :now and :force = 0"), forced: first(`${readyAt} <= :now`) };
});

const takeSource = once((db) =>
  db
    .update(sources)
    .set({
      leaseOwner: sql`${sql.placeholder("owner")}`,
      leaseUntil: sql`${sql.placeholder("until")}`,
    })
    .where(eq(sources.id, sql.placeholder("id")))
    .returning()
    .prepare(),
);

const takeHost = once((db) =>
  db.$client.prepare<{ host: string; now: Instant; gapMs: number }>(`
    insert into hosts (host, free_at, gap_ms, hold_until, crawl_gap_ms)
    values (:host, :now + :gapMs, :gapMs, 0, 0)
    on conflict (host) do update set free_at = :now + max(:gapMs, crawl_gap_ms), gap_ms = :gapMs`),
);

function claimSource(db: Db, claim: SourceClaim, now: Instant): ClaimedSource | null {
  const { owner, hostGapMs } = claim;
  const id = dueNow(db, claim, now);
  if (id === null) return null;
  const row = takeSource(db).get({ id, owner, until: now + claim.leaseMs });
  takeHost(db).run({ host: row.host, now, gapMs: hostGapMs });
  return { id, owner, state: stateOf(row), isFirstLook: !row.hasRecorded };
}

const wishes = once((db) =>
  db
    .select({ hints: sources.hints, url: sources.url })
    .from(sources)
    .where(eq(sources.id, sql.placeholder("id")))
    .prepare(),
);

/** The first that is due; what is so only because we come late, in an hour its feed wants to be skipped, waits on. */
function dueNow(db: Db, { only, force, notAgain }: SourceClaim, now: Instant): string | null {
  const asked = { now, force: force ? 1 : 0, only, notAgain: JSON.stringify(notAgain) };
  for (;;) {
    const id = firstDue(db)[force ? "forced" : "due"].get(asked);
    if (id === undefined) return null;
    const row = force ? undefined : wishes(db).get({ id });
    const nextLookAt = row === undefined ? now : afterSkips(now, row.hints, row.url);
    if (nextLookAt <= now) return id;
    db.update(sources).set({ nextLookAt }).where(eq(sources.id, id)).run();
  }
}

function renewSource(db: Db, id: string, owner: string, until: Instant): boolean {
  const renewed = db
    .update(sources)
    .set({ leaseUntil: until })
    .where(and(eq(sources.id, id), eq(sources.leaseOwner, owner)))
    .run();
  return renewed.changes === 1;
}

const earliestLook = once((db) =>
  db.$client
    .prepare<{ force: number; only: string | null; notAgain: string; until: Instant }, Instant | null>(`
      select min(max(
        ${readyAt},
        coalesce((select max(lease_until) from sources busy where busy.host = s.host), 0),
        coalesce((select max(free_at, hold_until) from hosts where hosts.host = s.host), 0)))
      from sources s where ${mayBeClaimed} and next_look_at <= iif(:force, 9e15, :until)`)
    .pluck(),
);

function nextLookAt(
  db: Db,
  { force, only, notAgain }: Pick<SourceClaim, "only" | "force" | "notAgain">,
  until: Instant,
): Instant | null {
  const claim = { force: force ? 1 : 0, only, notAgain: JSON.stringify(notAgain), until };
  return earliestLook(db).get(claim) ?? null;
}
