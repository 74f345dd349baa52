import { eq, gt, sql } from "drizzle-orm";
import type { Instant } from "../../base/clock.ts";
import { longestServerRestMs, serverRestMs } from "../../domain/delivery.ts";
import type { MailServerState } from "../../domain/records.ts";
import { type Db, once } from "./database.ts";
import { mailServer } from "./mailing.ts";

/** Until when the mail server is left alone, by every process; null when it may be asked. */
export function serverRestsUntil(db: Db, now: Instant): Instant | null {
  const until = known(db).get()?.restsUntil ?? 0;
  // Longer than the longest rest is what a clock wrote that was ahead.
  return until > now && until <= now + longestServerRestMs ? until : null;
}

/** How the mail server was when it was last asked. */
export function mailServerState(db: Db, now: Instant): MailServerState {
  const { timesAway = 0, code = null } = known(db).get() ?? {};
  return { timesAway, code, restsUntil: serverRestsUntil(db, now) };
}

/** The mail server was away: it rests, longer each time. Several who find it so at once count as one. */
export function foundAway(db: Db, code: string, now: Instant): void {
  if (serverRestsUntil(db, now) !== null) return;
  const timesAway = (known(db).get()?.timesAway ?? 0) + 1;
  const restsUntil = now + serverRestMs(timesAway);
  db.insert(mailServer)
    .values({ id: only, timesAway, restsUntil, code })
    .onConflictDoUpdate({ target: mailServer.id, set: { timesAway, restsUntil, code } })
    .run();
}

/** The mail server took a mail: its absences are forgotten. */
export function foundThere(db: Db): void {
  forget(db).run();
}

/** There is one row: all processes send by the same server. */
const only = 1;

const known = once((db) => db.select().from(mailServer).where(eq(mailServer.id, only)).prepare());
const forget = once((db) =>
  db
    .update(mailServer)
    .set({ timesAway: sql`0`, restsUntil: sql`0`, code: sql`null` })
    .where(gt(mailServer.timesAway, 0))
    .prepare(),
);
