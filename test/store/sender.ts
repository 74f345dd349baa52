import { sqliteStore } from "../../src/store/sqlite/store.ts";

// Run as a process of its own, and killed in its middle: sends one delivery after the other, and tells each step
// once it is durable.
const [file = "", migrations = "", instant = ""] = process.argv.slice(2);
const now = Number(instant);
const store = await sqliteStore({ file, migrations, tagHost: "digest.example.org" });
const tell = (line: string) =>
  new Promise<void>((resolve) => process.stdout.write(`${line}\n`, () => resolve()));
for (;;) {
  const [claimed] = await store.claimDeliveries("sender", 30_000, 1, now);
  if (claimed === undefined) break;
  await store.armDelivery(claimed.claim, 30_000, now);
  await tell(`armed ${claimed.claim.id}`);
  const sent = { state: "sent", code: "250", dueAt: null, uncharged: false, serverIsAway: false } as const;
  await store.settleDelivery(claimed.claim, sent, null, now);
  await tell(`settled ${claimed.claim.id}`);
}
