import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { sqliteStore } from "../../src/store/sqlite/store.ts";
import { aCandidate, aSource, looked, monday } from "../support/builders.ts";
import { migrationsFolder } from "../support/store.ts";
import { medianMs, report } from "./clock.ts";

const kept = 10_000;
const perLook = 30;

/** Recording a look of 30 known posts among 10,000, beside one durable SQLite transaction that only reads their rows. */
export async function looks(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "postwire-bench-"));
  const file = join(folder, "postwire.db");
  const store = await sqliteStore({ file, migrations: migrationsFolder, tagHost: "bench.example" });
  await store.syncSources([aSource()], { rename: {} }, monday);
  const all = Array.from({ length: kept }, (_, n) => aCandidate({ title: `Post number ${n}` }));
  for (let n = 0; n < kept; n += 500) await looked(store, "blog", all.slice(n, n + 500), monday + n);
  const page = all.slice(-perLook);
  let now = monday + kept;
  const ours = await medianMs(100, () => looked(store, "blog", page, now++));

  const raw = new Database(file);
  raw.pragma("synchronous = FULL");
  raw.exec("CREATE TABLE bench (n INTEGER)");
  const read = raw.prepare("SELECT * FROM posts WHERE source_id = ? AND key = ?");
  const note = raw.prepare("INSERT INTO bench VALUES (1)");
  const baseline = raw.transaction(() => {
    for (const { key } of page) read.get("blog", key);
    note.run();
  });
  const theirs = await medianMs(100, () => baseline.immediate());
  raw.close();
  await store.close();
  rmSync(folder, { recursive: true });
  report(
    `looks: claim and record ${perLook} known posts of ${kept}`,
    ours,
    "bare SQLite transaction",
    theirs,
  );
}
