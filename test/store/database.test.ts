import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Sqlite from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { closeDatabase, openDatabase } from "../../src/store/sqlite/database.ts";
import { aPost, aSource, monday } from "../support/builders.ts";
import { aFolder, aStore, migrationsFolder } from "../support/store.ts";

const run = promisify(execFile);
const inRoom = () => join(aFolder(), "postwire.db");

async function troubleWith(file: string, migrations: string = migrationsFolder): Promise<AppError> {
  const thrown: unknown = await openDatabase(file, migrations).catch((error: unknown) => error);
  if (thrown instanceof AppError) return thrown;
  throw new Error(`expected an AppError, got ${String(thrown)}`);
}

/** A folder of migrations: each text is one. */
function migrationsOf(...texts: readonly string[]): string {
  const folder = aFolder();
  mkdirSync(join(folder, "meta"));
  const entries = texts.map((_, n) => ({ idx: n, tag: `000${n}_step` }));
  writeFileSync(join(folder, "meta", "_journal.json"), JSON.stringify({ entries }));
  for (const [n, text] of texts.entries()) writeFileSync(join(folder, `000${n}_step.sql`), text);
  return folder;
}

describe("opening", () => {
  test("an acknowledged commit survives a power cut: the settings that see to it are on", async () => {
    const db = await openDatabase(inRoom(), migrationsFolder);
    const pragma = (name: string) => db.$client.pragma(name, { simple: true });

    expect(["journal_mode", "synchronous", "foreign_keys", "busy_timeout"].map(pragma)).toEqual([
      "wal",
      2,
      1,
      5000,
    ]);
    closeDatabase(db);
    closeDatabase(db);
  });

  test("the file is its owner's: there are addresses in it", async () => {
    const file = join(aFolder(), "deep", "postwire.db");

    await aStore(file);

    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("what was kept is there the next time", async () => {
    const file = inRoom();
    const first = await aStore(file);
    await first.syncSources([aSource()], { rename: {} }, monday);
    const { id, tag } = await aPost(first, "blog");
    await first.close();

    expect(await (await aStore(file)).getPost(id)).toMatchObject({ id, tag });
  });

  test.each([
    [
      "text",
      "This is no database, but it is long enough to have a header of one hundred bytes if it were. ".repeat(
        9,
      ),
    ],
    ["a cut-off database", "SQLite format 3\0"],
  ])("a file that is %s is refused and left as it was", async (_, content) => {
    const file = inRoom();
    writeFileSync(file, content);

    const trouble = await troubleWith(file);

    expect(trouble).toMatchObject({ code: "data", hint: expect.stringMatching(/another folder|backup/) });
    expect(readFileSync(file, "utf8")).toBe(content);
  });

  test("a database of another program is refused and left as it was", async () => {
    const file = inRoom();
    const other = new Sqlite(file);
    other.exec("create table bookmarks (url text)");
    other.close();

    expect(await troubleWith(file)).toMatchObject({
      code: "data",
      message: expect.stringContaining("not one of Postwire"),
    });
    const tables = new Sqlite(file).prepare("select name from sqlite_schema").pluck().all();
    expect(tables).toEqual(["bookmarks"]);
  });

  test("a folder in its place, or a file in the place of its folder, is refused", async () => {
    const folder = aFolder();
    writeFileSync(join(folder, "file"), "");

    expect(await troubleWith(folder)).toMatchObject({ code: "data", hint: expect.any(String) });
    expect(await troubleWith(join(folder, "file", "postwire.db"))).toMatchObject({ code: "data" });
  });

  test.skipIf(process.getuid?.() === 0)("a folder that may not be written in is refused", async () => {
    const folder = join(aFolder(), "locked");
    mkdirSync(folder, { mode: 0o500 });

    expect(await troubleWith(join(folder, "postwire.db"))).toMatchObject({ code: "data" });
  });

  test("a database that another process keeps locked is busy", { timeout: 20_000 }, async () => {
    const file = inRoom();
    const store = await aStore(file);
    const other = new Sqlite(file);
    other.exec("begin immediate");

    await expect(store.allow("somebody", 1, monday)).rejects.toMatchObject({
      code: "busy",
      hint: expect.any(String),
    });
    other.exec("rollback");
    expect(await store.allow("somebody", 1, monday)).toBe(true);
    other.close();
  });

  test("several processes that start at once on a new file all come up", async () => {
    const file = inRoom();
    const opener = fileURLToPath(new URL("./opener.ts", import.meta.url));

    const all = await Promise.all(
      [1, 2, 3].map((n) =>
        run(process.execPath, ["--import", "tsx", opener, file, migrationsFolder, `${n}`]),
      ),
    );

    expect(all.map(({ stdout }) => stdout.trim())).toEqual(["up 1", "up 2", "up 3"]);
    const db = new Sqlite(file);
    expect(db.prepare("select count(*) from migrations").pluck().get()).toBe(
      readdirSync(migrationsFolder).filter((name) => name.endsWith(".sql")).length,
    );
    db.close();
  });
});

describe("migrating", () => {
  const first =
    "create table parents (id integer primary key, name text);\n--> statement-breakpoint\ncreate table children (id integer primary key, parent integer not null references parents(id) on delete cascade);";
  const rebuild = `
    PRAGMA foreign_keys=OFF;--> statement-breakpoint
    create table __new (id integer primary key, name text not null);--> statement-breakpoint
    insert into __new select id, name from parents;--> statement-breakpoint
    drop table parents;--> statement-breakpoint
    alter table __new rename to parents;--> statement-breakpoint
    PRAGMA foreign_keys=ON;`;

  async function anOldDatabase(): Promise<string> {
    const file = inRoom();
    const db = await openDatabase(file, migrationsOf(first));
    db.$client.exec("insert into parents values (1, 'p'); insert into children values (1, 1), (2, 1)");
    closeDatabase(db);
    return file;
  }

  test("posts that were there before they were counted are counted", async () => {
    const file = inRoom();
    const before = await aStore(file);
    await before.syncSources([aSource(), aSource({ id: "other" })], { rename: {} }, monday);
    await aPost(before, "blog", { url: "https://a.example/1", categories: ["NLP"] });
    await aPost(before, "other", { url: "https://a.example/1", categories: ["NLP"] });
    const [categories, sources] = [await before.listCategories(), await before.listSources()];
    await before.close();
    const db = new Sqlite(file);
    for (const name of ["posts_added", "posts_removed", "posts_judged", "filings_added", "filings_removed"])
      db.exec(`drop trigger ${name}`);
    for (const table of ["categories", "sources"]) db.exec(`alter table ${table} drop column posts`);
    db.exec("delete from migrations where tag = '0007_tallies'");
    db.close();

    const after = await aStore(file);

    expect(await after.listCategories()).toEqual(categories);
    expect(await after.listSources()).toEqual(sources);
  });

  test("rebuilding a table keeps the rows that point to it", async () => {
    const file = await anOldDatabase();

    const db = await openDatabase(file, migrationsOf(first, rebuild));

    expect(db.$client.prepare("select count(*) from children").pluck().get()).toBe(2);
    expect(db.$client.pragma("foreign_keys", { simple: true })).toBe(1);
    closeDatabase(db);
  });

  test("a migration that fails in its middle leaves everything as it was", async () => {
    const file = await anOldDatabase();

    await expect(
      openDatabase(file, migrationsOf(first, "drop table children; select nonsense;")),
    ).rejects.toThrow();

    const db = await openDatabase(file, migrationsOf(first));
    expect(db.$client.prepare("select count(*) from children").pluck().get()).toBe(2);
    closeDatabase(db);
  });

  test("a migration that would orphan rows is refused", async () => {
    const file = await anOldDatabase();

    const trouble = await troubleWith(file, migrationsOf(first, "delete from parents;"));

    expect(trouble).toMatchObject({ code: "data", message: expect.stringContaining("orphan") });
  });

  test("a database of a newer program is refused, and it is said so", async () => {
    const file = inRoom();
    closeDatabase(await openDatabase(file, migrationsOf(first, rebuild)));

    const trouble = await troubleWith(file, migrationsOf(first));

    expect(trouble).toMatchObject({ code: "data", message: expect.stringContaining("newer version") });
  });

  test("a program without its migrations says so", async () => {
    expect(await troubleWith(inRoom(), aFolder())).toMatchObject({
      code: "data",
      hint: expect.stringContaining("install"),
    });
  });
});

test("what a small database was like does not decide how a large one is searched", async () => {
  const file = inRoom();
  const store = await aStore(file);
  await store.syncSources([aSource()], { rename: {} }, monday);
  await aPost(store, "blog");
  await store.close();

  const db = await openDatabase(file, migrationsFolder);

  expect(
    db.$client.prepare("select name from sqlite_schema where name = 'sqlite_stat1'").get(),
  ).toBeUndefined();
  closeDatabase(db);
});
