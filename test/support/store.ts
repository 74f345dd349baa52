import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Source } from "../../src/domain/source.ts";
import type { Store } from "../../src/domain/store.ts";
import { sqliteStore } from "../../src/store/sqlite/store.ts";
import { aSource, monday } from "./builders.ts";

/** The migrations of the house. */
export const migrationsFolder = fileURLToPath(new URL("../../drizzle", import.meta.url));

/** A folder of one's own, gone when the test is over. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "postwire-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in a real file; it is closed and gone when the test is over. */
export async function aStore(file: string = join(aFolder(), "postwire.db")): Promise<Store> {
  const store = await sqliteStore({ file, migrations: migrationsFolder, tagHost: "digest.example.org" });
  onTestFinished(() => store.close());
  return store;
}

/** A store that knows these sources: just one blog, unless said otherwise. */
export async function aStoreWith(sources: readonly Source[] = [aSource()]): Promise<Store> {
  const store = await aStore();
  await store.syncSources(sources, { rename: {} }, monday);
  return store;
}
