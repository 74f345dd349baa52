import { eq, sql } from "drizzle-orm";
import type { Instant } from "../../base/clock.ts";
import type { Variant } from "../../domain/issue.ts";
import type { DeliveryChunk } from "../../domain/records.ts";
import type { Store } from "../../domain/store.ts";
import { type Db, once } from "./database.ts";
import { deliveries, issues, subscribers, variants } from "./mailing.ts";

const addDelivery = once((db) =>
  db
    .insert(deliveries)
    .values({
      issue: sql.placeholder("issue"),
      subscriberId: sql.placeholder("subscriber"),
      email: sql.placeholder("email"),
      variant: sql.placeholder("variant"),
      messageId: sql.placeholder("messageId"),
      state: "pending",
      dueAt: sql.placeholder("now"),
      createdAt: sql.placeholder("now"),
      expiresAt: sql.placeholder("expiresAt"),
    })
    .onConflictDoNothing()
    .prepare(),
);

/**
 * Writes a chunk of an issue's deliveries, once however often it is asked: by (issue, subscriber), and by the cursor
 * that only moves on.
 */
export function addDeliveries(
  db: Db,
  tagHost: string,
  chunk: DeliveryChunk,
  now: Instant,
): Awaited<ReturnType<Store["addDeliveries"]>> {
  const { issue, cursor, skipped } = chunk;
  const row = db.select().from(issues).where(eq(issues.number, issue)).get();
  if (row?.state !== "opening" || row.cursor !== chunk.after) return "passed";
  const stillThere = new Set(liveIds(db, chunk));
  for (const variant of chunk.variants) addVariant(db, issue, variant);
  assertStored(db, chunk);
  for (const { subscriber, email, variant } of chunk.deliveries) {
    if (!stillThere.has(subscriber)) continue;
    const messageId = `<i${issue}.s${subscriber}@${tagHost}>`;
    addDelivery(db).run({ issue, subscriber, email, variant, messageId, now, expiresAt: row.expiresAt });
  }
  db.update(issues)
    .set({
      skipped: row.skipped + skipped,
      ...(cursor === null ? { state: row.thenState } : { cursor }),
    })
    .where(eq(issues.number, issue))
    .run();
  return "written";
}

// A delivery without its variant could never be composed: better no chunk than one that is not whole.
function assertStored(db: Db, { issue, deliveries: rows }: DeliveryChunk): void {
  const stored = db.select({ key: variants.key }).from(variants).where(eq(variants.issue, issue)).all();
  const keys = new Set(stored.map(({ key }) => key));
  const missing = rows.find(({ variant }) => !keys.has(variant));
  if (missing !== undefined) throw new Error(`Issue ${issue} has no variant "${missing.variant}".`);
}

// Somebody may have been erased since the chunk was made.
function liveIds(db: Db, chunk: DeliveryChunk): readonly number[] {
  const ids = JSON.stringify(chunk.deliveries.map(({ subscriber }) => subscriber));
  const live = db
    .select({ id: subscribers.id })
    .from(subscribers)
    .where(sql`${subscribers.id} in (select value from json_each(${ids}))`)
    .all();
  return live.map(({ id }) => id);
}

function addVariant(db: Db, issue: number, variant: Variant): void {
  db.insert(variants)
    .values({ issue, ...variant })
    .onConflictDoNothing()
    .run();
}
