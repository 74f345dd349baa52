import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/store/sqlite/database.ts";
import { logOf } from "../../src/store/sqlite/durable.ts";
import { asSharedTransactions } from "../../src/store/sqlite/transactions.ts";
import { anOpenIssue, monday } from "../support/builders.ts";
import { aFolder, aStore, migrationsFolder } from "../support/store.ts";
import { aSettlement } from "./outbox.ts";

test("what was armed before a kill is never pending again, and what was not is never lost", async () => {
  const file = join(aFolder(), "postwire.db");
  const store = await aStore(file);
  await anOpenIssue(
    store,
    Array.from({ length: 40 }, (_, n) => `s${n}@example.org`),
  );
  const sender = fileURLToPath(new URL("./sender.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", sender, file, migrationsFolder, `${monday}`]);

  const told = new Set<string>();
  for await (const line of createInterface({ input: child.stdout })) {
    told.add(line);
    if (told.size === 9) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");

  const after = await store.listDeliveries({ issue: 1, state: null, after: 0, limit: 99 });
  expect(after).toHaveLength(40);
  const stateOf = new Map(after.map(({ id, state }) => [`${id}`, state]));
  for (const line of told) {
    const [word, id = ""] = line.split(" ");
    expect(stateOf.get(id)).toBeOneOf(word === "settled" ? ["sent"] : ["submitting", "sent"]);
  }
  const swept = await store.sweepDeliveries({ onUnknown: "hold", resendAfterMs: 0 }, monday + 60_000);
  expect(swept.unknown).toBeLessThanOrEqual(1);
});

test("workers that settle and arm in one turn each get their own answer", async () => {
  const store = await aStore();
  await anOpenIssue(
    store,
    Array.from({ length: 8 }, (_, n) => `s${n}@example.org`),
  );
  const claimed = await store.claimDeliveries("me", 1000, 8, monday);

  const armed = await Promise.all(claimed.map(({ claim }) => store.armDelivery(claim, 1000, monday)));
  const late = { id: 1, owner: "nobody", attempt: 1 };
  const settled = await Promise.all(
    [late, ...claimed.map(({ claim }) => claim)].map((claim) =>
      store.settleDelivery(claim, aSettlement("sent"), null, monday),
    ),
  );

  expect(armed.map((answer) => answer.kind === "armed" && answer.delivery.id)).toEqual(
    claimed.map(({ claim }) => claim.id),
  );
  expect(settled.map((answer) => answer.settled)).toEqual([false, ...claimed.map(() => true)]);
});

test("one step that fails undoes only itself", async () => {
  const store = await aStore();
  await anOpenIssue(store, ["one@example.org", "two@example.org"]);
  const [one, two] = await store.claimDeliveries("me", 1000, 2, monday);
  if (one === undefined || two === undefined) throw new Error("nothing due");

  await store.armDelivery(one.claim, 1000, monday);

  const next = { claim: { ...one.claim, owner: Object.create(null) }, leaseMs: 1000 };
  const broken = store.settleDelivery(one.claim, aSettlement("sent"), next, monday);
  const sound = store.armDelivery(two.claim, 1000, monday);

  await expect(broken).rejects.toThrow();
  expect(await sound).toMatchObject({ kind: "armed" });
  const rows = await store.listDeliveries({ issue: 1, state: null, after: 0, limit: 9 });
  expect(rows.map(({ state }) => state)).toEqual(["submitting", "submitting"]);
});

test("nobody is told what a power cut could still take back", async () => {
  const [file, synced] = [join(aFolder(), "postwire.db"), join(aFolder(), "postwire.db")];
  const db = await openDatabase(file, migrationsFolder);
  db.$client.exec("create table told (id integer primary key)");
  db.$client.pragma("wal_checkpoint(truncate)");
  // What is on the disk after a power cut: what was synced last.
  const log = logOf(db, async () => {
    copyFileSync(file, synced);
    copyFileSync(`${file}-wal`, `${synced}-wal`);
  });
  const add = db.$client.prepare("insert into told (id) values (?)");
  const verbs = { judgePost: (id: number) => add.run(id).changes === 1 };
  const { judgePost } = asSharedTransactions(db, log, verbs);
  const kept = () => {
    const afterwards = new Sqlite(synced);
    const ids = afterwards.prepare("select id from told").pluck().all();
    afterwards.close();
    return ids;
  };

  const telling = [1, 2, 3].map(async (id) => {
    await judgePost(id, "hide", monday);
    expect(kept()).toContain(id);
  });
  await Promise.all(telling);
  await judgePost(4, "hide", monday);

  expect(kept()).toEqual([1, 2, 3, 4]);
  expect(db.$client.pragma("synchronous", { simple: true })).toBe(2);
  await log.close();
  db.$client.close();
});

test("where the disk refuses, nobody is told that it is done", async () => {
  const db = await openDatabase(join(aFolder(), "postwire.db"), migrationsFolder);
  const log = logOf(db, () => Promise.reject(new Error("EIO: i/o error, fdatasync")));
  const { judgePost } = asSharedTransactions(db, log, { judgePost: () => true });

  await expect(judgePost(1, "hide", monday)).rejects.toThrow("EIO");
  await log.close();
  db.$client.close();
});
