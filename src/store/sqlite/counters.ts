import { eq, sql } from "drizzle-orm";
import { type Db, once } from "./database.ts";
import { counters, notes } from "./schema.ts";

/**
 * `post` ids · `stamp` instants that no two posts share · `release` the sequence of news · `dirty` marks · `ping` changes ·
 * `member` the sequence of memberships.
 */
export type Counter = "post" | "stamp" | "release" | "dirty" | "born" | "member" | "ping";

const readCounter = once((db) =>
  db
    .select()
    .from(counters)
    .where(eq(counters.name, sql.placeholder("name")))
    .prepare(),
);
const writeCounter = once((db) =>
  db
    .insert(counters)
    .values({ name: sql.placeholder("name"), value: sql.placeholder("value") })
    .onConflictDoUpdate({ target: counters.name, set: { value: sql`excluded.value` } })
    .prepare(),
);

const readNoteOf = once((db) =>
  db
    .select()
    .from(notes)
    .where(eq(notes.name, sql.placeholder("name")))
    .prepare(),
);

/** How far a counter is; 0 at first. */
export function counted(db: Db, name: Counter): number {
  return readCounter(db).get({ name })?.value ?? 0;
}

/** Counts `times` on and gives the first of the new numbers, which is at least `atLeast`. */
export function count(db: Db, name: Counter, times = 1, atLeast = 1): number {
  const first = Math.max(counted(db, name) + 1, atLeast);
  if (times > 0) writeCounter(db).run({ name, value: first + times - 1 });
  return first;
}

/** The text kept under `name`, or null. */
export function readNote(db: Db, name: string): string | null {
  return readNoteOf(db).get({ name })?.value ?? null;
}

/** Keeps `value` under `name`. */
export function writeNote(db: Db, name: string, value: string): void {
  db.insert(notes).values({ name, value }).onConflictDoUpdate({ target: notes.name, set: { value } }).run();
}
