import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Sqlite from "better-sqlite3";
import { AppError } from "../../base/errors.ts";

interface Migration {
  readonly tag: string;
  readonly sql: string;
}

/**
 * Brings the tables to where the program is: applies what the folder's journal lists and the database lacks, all in
 * one immediate transaction, so that several processes may start at once and a half migrated database cannot be.
 *
 * Foreign keys are off meanwhile and checked before the end: with them on, rebuilding a table would delete the
 * rows that point to it. Throws `AppError("data")` for a database of a newer program, or of another one.
 */
export function migrate(client: Sqlite.Database, folder: string): void {
  const migrations = readMigrations(folder);
  if (missing(client, migrations).length === 0) return;
  client.pragma("foreign_keys = OFF");
  try {
    client
      .transaction(() => {
        const lacking = missing(client, migrations);
        client.exec("create table if not exists migrations (tag text primary key)");
        const applied = client.prepare("insert into migrations (tag) values (?)");
        for (const { tag, sql } of lacking) {
          client.exec(sql);
          applied.run(tag);
        }
        refuseOrphans(client);
      })
      .immediate();
  } finally {
    client.pragma("foreign_keys = ON");
  }
}

function readMigrations(folder: string): readonly Migration[] {
  try {
    const journal: unknown = JSON.parse(readFileSync(join(folder, "meta", "_journal.json"), "utf8"));
    return tagsOf(journal).map((tag) => ({ tag, sql: readFileSync(join(folder, `${tag}.sql`), "utf8") }));
  } catch (cause) {
    throw new AppError("data", `The migrations in ${folder} cannot be read.`, {
      hint: "They come with the program: install it again.",
      cause,
    });
  }
}

function tagsOf(journal: unknown): readonly string[] {
  const entries: unknown = journal && typeof journal === "object" && "entries" in journal && journal.entries;
  if (!Array.isArray(entries)) throw new Error("no entries");
  return entries.map((entry: { tag?: unknown }) => {
    if (typeof entry.tag !== "string") throw new Error("an entry without a tag");
    return entry.tag;
  });
}

function missing(client: Sqlite.Database, migrations: readonly Migration[]): readonly Migration[] {
  const tables = client
    .prepare<[], string>("select name from sqlite_schema where type = 'table'")
    .pluck()
    .all();
  if (!tables.includes("migrations")) {
    if (tables.some((name) => !name.startsWith("sqlite_"))) throw otherProgram(client.name);
    return migrations;
  }
  const applied = client.prepare<[], string>("select tag from migrations order by rowid").pluck().all();
  const known = new Set(migrations.map(({ tag }) => tag));
  const newer = applied.find((tag) => !known.has(tag));
  if (newer !== undefined) {
    throw new AppError(
      "data",
      `The database ${client.name} was made by a newer version of Postwire (${newer}).`,
      {
        hint: "Install that version or a later one; this one would not understand it.",
      },
    );
  }
  return migrations.filter(({ tag }) => !applied.includes(tag));
}

function otherProgram(file: string): AppError {
  return new AppError("data", `The database ${file} is not one of Postwire.`, {
    hint: "Point `data` at another folder, or move the file away.",
  });
}

function refuseOrphans(client: Sqlite.Database): void {
  const orphans = client.pragma("foreign_key_check");
  if (Array.isArray(orphans) && orphans.length === 0) return;
  throw new AppError("data", `The database ${client.name} was left as it was: migrating would orphan rows.`, {
    hint: "Restore it from a backup, or report this.",
  });
}
