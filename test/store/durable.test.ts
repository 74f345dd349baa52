import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
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
