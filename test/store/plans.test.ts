import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { expect, test } from "vitest";
import { hour } from "../../src/base/clock.ts";
import type { Store } from "../../src/domain/store.ts";
import { openDatabase } from "../../src/store/sqlite/database.ts";
import { aCandidate, aClaim, anOpenIssue, aSource, looked, monday } from "../support/builders.ts";
import { aFolder, aStore, migrationsFolder } from "../support/store.ts";

/** The SQL that `act` runs, each statement with its plan, as the database itself tells. */
async function plansOf(
  act: (store: Store) => Promise<unknown>,
  of: (text: string) => boolean = () => true,
): Promise<readonly string[]> {
  const file = join(aFolder(), "postwire.db");
  const store = await aStore(file);
  await store.syncSources([aSource({ category: "Tech" })], { rename: {} }, monday);
  await looked(store, "blog", [aCandidate(), aCandidate({ title: "Other" })]);
  await anOpenIssue(store);
  const statements = await recorded(() => act(store));
  const db = new Sqlite(file);
  const plans = statements.filter(of).flatMap((text) => {
    const names = [...text.matchAll(/:(\w+)/g)].map(([, name = ""]) => [name, null]);
    const places = [...text.matchAll(/\?/g)].map(() => null);
    const bound = names.length > 0 ? [Object.fromEntries(names)] : places;
    return db.prepare(`explain query plan ${text}`).all(...bound);
  });
  db.close();
  return plans.map((step) => String(Object(step).detail));
}

/** Every statement that is run meanwhile, on whatever connection. */
async function recorded(act: () => Promise<unknown>): Promise<readonly string[]> {
  const db = await openDatabase(join(aFolder(), "probe.db"), migrationsFolder);
  const probe = db.$client.prepare("select 1");
  const shared: object = Object.getPrototypeOf(probe);
  db.$client.close();
  const texts = new Set<string>();
  const originals = new Map<string, unknown>();
  for (const name of ["get", "all", "run"]) {
    const original: unknown = Reflect.get(shared, name);
    originals.set(name, original);
    Reflect.set(shared, name, function (this: { source: string }, ...given: readonly unknown[]) {
      texts.add(this.source);
      return typeof original === "function" ? original.apply(this, given) : undefined;
    });
  }
  try {
    await act();
  } finally {
    for (const [name, original] of originals) Reflect.set(shared, name, original);
  }
  return [...texts];
}

const big =
  /^SCAN (?:posts|other|deliveries|filings|sources|s|busy|tombstones)\b(?!.*USING (?:COVERING )?INDEX)/;

test.each<readonly [string, (store: Store) => Promise<unknown>]>([
  ["the latest posts", (store) => store.latestPosts({ kind: "all" }, 100)],
  ["the latest posts of a source", (store) => store.latestPosts({ kind: "source", id: "blog" }, 100)],
  ["the latest posts of a category", (store) => store.latestPosts({ kind: "category", slug: "tech" }, 100)],
  ["the news of a week", (store) => store.releasedPosts(0, 100)],
  ["how many posts categories show", (store) => store.listCategories()],
  ["how many posts sources have", (store) => store.listSources()],
  ["a look that brings nothing new", (store) => looked(store, "blog", [aCandidate()], monday + hour)],
  [
    "a look that brings a post",
    (store) => looked(store, "blog", [aCandidate({ title: "New" })], monday + hour),
  ],
  ["a claim of a source", (store) => store.claimSource(aClaim(), monday + hour)],
  ["a claim of deliveries", (store) => store.claimDeliveries("me", 1000, 10, monday + hour)],
  ["pruning", (store) => store.prunePosts(monday - hour, 100)],
])("%s goes by an index, however many there are", async (_, act) => {
  const plans = await plansOf(act);

  expect(plans.length).toBeGreaterThan(0);
  expect(plans.filter((step) => big.test(step))).toEqual([]);
});

test("recording a look sorts nothing that grows with the source", async () => {
  const plans = await plansOf(
    (store) => looked(store, "blog", [aCandidate(), aCandidate({ title: "New" })], monday + hour),
    (text) => / from "?posts"? /.test(text) && text.includes("order by"),
  );

  expect(plans).toEqual([expect.stringContaining("INDEX posts_source (source_id=? AND state=?)")]);
});

test("the newest posts come in order from the index, without sorting all there are", async () => {
  const plans = await plansOf((store) => store.latestPosts({ kind: "all" }, 100));

  expect(plans).toContainEqual(expect.stringContaining("INDEX posts_order"));
  expect(plans.slice(0, 3).filter((step) => step.includes("TEMP B-TREE"))).toEqual([]);
});

test("so do the longest due deliveries", async () => {
  const plans = await plansOf((store) => store.claimDeliveries("me", 1000, 10, monday + hour));

  expect(plans).toContainEqual(expect.stringContaining("INDEX deliveries_due"));
  expect(plans.filter((step) => step.includes("TEMP B-TREE"))).toEqual([]);
});
