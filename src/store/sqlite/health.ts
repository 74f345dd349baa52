import { count, desc, eq, gt, sql } from "drizzle-orm";
import type { Instant } from "../../base/clock.ts";
import type { Health } from "../../domain/records.ts";
import type { Db, Verbs } from "./database.ts";
import { deliveries, issues, subscribers } from "./mailing.ts";
import { pingHealth } from "./pings.ts";
import { hosts, posts, sources } from "./schema.ts";
import { mailServerState } from "./server.ts";

/** The house at a glance. */
export function healthVerbs(db: Db): Verbs<"health" | "mailServer"> {
  return { health: (now) => health(db, now), mailServer: (now) => mailServerState(db, now) };
}

function health(db: Db, now: Instant): Health {
  const byState = db.select({ state: posts.state, rows: count() }).from(posts).groupBy(posts.state).all();
  const newest = db.select({ at: posts.firstSeenAt }).from(posts).orderBy(desc(posts.id)).limit(1).get();
  const statuses = db
    .select({ status: subscribers.status, rows: count() })
    .from(subscribers)
    .groupBy(subscribers.status)
    .all();
  const states = db
    .select({ state: deliveries.state, rows: count() })
    .from(deliveries)
    .groupBy(deliveries.state)
    .all();
  return {
    posts: byState.reduce((sum, { rows }) => sum + rows, 0),
    held: byState.find(({ state }) => state === "held")?.rows ?? 0,
    sources: sourceHealth(db, now),
    subscribers: {
      pending: 0,
      active: 0,
      left: 0,
      bounced: 0,
      ...Object.fromEntries(statuses.map(({ status, rows }) => [status, rows])),
    },
    outbox: Object.fromEntries(states.map(({ state, rows }) => [state, rows])),
    newestPostAt: newest?.at ?? null,
    halted: db
      .select({ number: issues.number })
      .from(issues)
      .where(eq(issues.state, "halted"))
      .all()
      .map(({ number }) => number),
    mailServer: mailServerState(db, now),
    pings: pingHealth(db),
  };
}

function sourceHealth(db: Db, now: Instant): Health["sources"] {
  const row = db
    .select({
      all: count(),
      failing: sql<number>`count(*) filter (where ${sources.failures} > 0)`,
      due: sql<number>`count(*) filter (where ${sources.enabled} and ${sources.nextLookAt} <= ${now})`,
      dueSince: sql<Instant | null>`min(${sources.nextLookAt}) filter (where ${sources.enabled})`,
    })
    .from(sources)
    .where(eq(sources.configured, true))
    .get();
  const held = db.select({ hosts: count() }).from(hosts).where(gt(hosts.holdUntil, now)).get();
  const { all = 0, failing = 0, due = 0, dueSince = null } = row ?? {};
  const lagMs = dueSince === null ? 0 : Math.max(0, now - dueSince);
  return { all, failing, due, lagMs, heldHosts: held?.hosts ?? 0 };
}
