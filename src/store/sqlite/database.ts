import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { type BetterSQLite3Database, drizzle } from "drizzle-orm/better-sqlite3";
import { AppError, errnoOf } from "../../base/errors.ts";
import type { Store } from "../../domain/store.ts";
import { migrate } from "./migrate.ts";
import { sqliteCodeOf, troubleOf } from "./trouble.ts";

/** An open database: queries through Drizzle, `$client` for what is SQLite's own. */
export type Db = BetterSQLite3Database & { readonly $client: Sqlite.Database };

/** Verbs of the store as SQLite does them: at once, within the transaction that is already open. */
export type Verbs<K extends keyof Store> = {
  readonly [V in K]: (...given: Parameters<Store[V]>) => Awaited<ReturnType<Store[V]>>;
};

/** How long a process waits for another one's transaction. */
const patienceMs = 5_000;
/** Before it, the reset of the write-ahead log could lose commits when two processes wrote. */
const oldestSqlite = [3, 51, 3] as const;

/**
 * Opens `file`, makes it where there is none (readable by its owner only: there are addresses in it), and migrates it.
 *
 * Durable by choice: in WAL mode the library defaults to `synchronous=NORMAL`, which loses acknowledged commits in
 * a power cut. Throws `AppError("data")` or `("busy")` with what to do about it.
 */
export async function openDatabase(file: string, migrations: string): Promise<Db> {
  touch(file);
  let client: Sqlite.Database | null = null;
  try {
    client = new Sqlite(file, { timeout: patienceMs });
    await patiently(client, (open) => open.pragma("journal_mode = WAL"));
    client.pragma("synchronous = FULL");
    client.pragma("foreign_keys = ON");
    client.pragma(`busy_timeout = ${patienceMs}`);
    client.pragma("secure_delete = ON");
    client.pragma("cache_size = -8000");
    assertSettings(client);
    migrate(client, migrations);
    // Each write that sets off a trigger keeps a journal of its own, in a temporary file unless told: half of its time.
    client.pragma("temp_store = MEMORY");
    return drizzle(client);
  } catch (error) {
    client?.close();
    throw troubleOf(error, file);
  }
}

/**
 * Closes the database; a second time does nothing. It keeps no statistics: those of a database that was all but empty
 * would decide how a large one is searched, and every query is written for its index (plans.test.ts).
 */
export function closeDatabase({ $client: client }: Db): void {
  client.close();
}

function touch(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    closeSync(openSync(file, "a", 0o600));
  } catch (cause) {
    throw new AppError("data", `The database ${file} cannot be opened (${errnoOf(cause) ?? "unknown"}).`, {
      hint: "Check that it is a file in a folder that this user may write in, and that the disk has room.",
      cause,
    });
  }
}

// Some locks are refused at once, whatever the timeout says: changing the journal's mode is one of them.
async function patiently(client: Sqlite.Database, act: (client: Sqlite.Database) => void): Promise<void> {
  for (const end = performance.now() + patienceMs; ; ) {
    try {
      return act(client);
    } catch (error) {
      if (sqliteCodeOf(error) !== "SQLITE_BUSY" || performance.now() > end) throw error;
    }
    await pause(20);
  }
}

function assertSettings(client: Sqlite.Database): void {
  const wanted = { journal_mode: "wal", synchronous: 2, foreign_keys: 1, busy_timeout: patienceMs };
  for (const [name, value] of Object.entries(wanted)) {
    const is: unknown = client.pragma(name, { simple: true });
    if (is !== value) {
      throw new AppError(
        "data",
        `The database ${client.name} does not take ${name}=${value} (it is ${is}).`,
        {
          hint: "Keep it on a local disk: network file systems cannot do what it needs.",
        },
      );
    }
  }
  const version = client.prepare<[], string>("select sqlite_version()").pluck().get() ?? "";
  if (isOlder(version.split(".").map(Number), oldestSqlite)) {
    throw new AppError(
      "data",
      `SQLite ${version} is too old; ${oldestSqlite.join(".")} is the oldest that is safe.`,
      {
        hint: "Install the dependencies again (`npm ci`).",
      },
    );
  }
}

function isOlder(version: readonly number[], than: readonly number[]): boolean {
  const differs = than.findIndex((part, place) => part !== version[place]);
  return differs !== -1 && (version[differs] ?? 0) < (than[differs] ?? 0);
}

/** A statement that is prepared once per database: an unprepared one costs many times as much. */
export function once<T>(prepare: (db: Db) => T): (db: Db) => T {
  const prepared = new WeakMap<Db, T>();
  return (db) => {
    const statement = prepared.get(db) ?? prepare(db);
    prepared.set(db, statement);
    return statement;
  };
}
