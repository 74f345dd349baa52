import Sqlite from "better-sqlite3";

/** A delivery as it stands in the database, as far as the driver cares. */
export interface Row {
  readonly id: number;
  readonly issue: number;
  readonly state: string;
  readonly owner: string | null;
  readonly dueAt: number;
  readonly resendAt: number | null;
}

/** The outbox at a glance, read beside the program and without its help. */
export interface Look {
  readonly rows: readonly Row[];
  readonly issues: readonly { readonly number: number; readonly state: string }[];
  readonly restsUntil: number;
}

/** Opens the database only for this look: a reader that stayed would spare the program its recovery. */
export function look(file: string): Look {
  const db = new Sqlite(file, { readonly: true, timeout: 5_000 });
  try {
    return db.transaction(() => ({
      rows: db
        .prepare<[], Row>(
          "select id, issue, state, owner, due_at dueAt, resend_at resendAt from deliveries where issue is not null",
        )
        .all(),
      issues: db
        .prepare<[], Look["issues"][number]>("select number, state from issues order by number")
        .all(),
      restsUntil: db.prepare<[], { at: number }>("select rests_until at from mail_server").get()?.at ?? 0,
    }))();
  } finally {
    db.close();
  }
}

/** What SQLite says of the file: `ok`. */
export function integrity(file: string): string {
  const db = new Sqlite(file);
  try {
    return String(db.pragma("integrity_check", { simple: true }));
  } finally {
    db.close();
  }
}

/** When each delivery that is not done has something to do; in flight is now. */
export function instants({ rows }: Look, now: number): readonly number[] {
  return rows
    .flatMap(({ state, dueAt, resendAt }) => {
      if (state === "pending" || state === "deferred") return [dueAt];
      if (state === "leased" || state === "submitting") return [now];
      return state === "unknown" && resendAt !== null ? [resendAt] : [];
    })
    .toSorted((a, b) => a - b);
}

/** Whether a process that runs now would find nothing to do for the moment. */
export function isQuiet(seen: Look, now: number): boolean {
  if (seen.issues.some(({ state }) => state === "opening")) return false;
  if (seen.restsUntil > now) return true;
  if (seen.rows.some(({ state }) => state === "leased" || state === "submitting")) return false;
  const open = new Set(seen.issues.filter(({ state }) => state === "open").map(({ number }) => number));
  const rows = seen.rows.filter(({ issue, state }) => open.has(issue) || state === "unknown");
  return instants({ ...seen, rows }, now).every((at) => at > now);
}
