import type { Instant } from "../base/clock.ts";
import { digestOf } from "../base/text.ts";
import { feedFormats, feedPath, opmlPath, shelvedFormats } from "../domain/address.ts";
import type { DirtyScope, PostScope } from "../domain/records.ts";
import type { Shelf } from "../domain/shelf.ts";
import {
  type File,
  type FilesNeeds,
  filesOf,
  keyOf,
  type Made,
  type Named,
  namedScopes,
  nothingMade,
  opmlOf,
} from "./feedfiles.ts";

export interface PublishNeeds extends FilesNeeds {
  readonly shelf: Shelf;
  /** What feeds refer to, by its path on the shelf: a style sheet and an icon. */
  readonly looks: ReadonlyMap<string, Buffer>;
  readonly now: () => Instant;
}

/** How publishing went, in files; `leftOut` counts posts that could not be written. */
export interface Published {
  readonly job: "publish";
  readonly written: number;
  readonly unchanged: number;
  /** Files of sources that are not in the configuration any more. */
  readonly removed: number;
  readonly leftOut: number;
}

type Counts = { -readonly [K in Exclude<keyof Published, "job">]: Published[K] };

/** Counted up when the way feeds are written changes, so that all of them are written anew. */
const edition = 2;
/** So many feeds are put on the shelf together: the disk is waited for once. */
const atOnce = 8;
/** What is marked anew while it is published waits for the next time after so many rounds. */
const mostRounds = 3;

/**
 * Makes the job that publishes: it rebuilds the feeds that are out of date, and no others; equal bytes are left
 * untouched. At first, when a feed comes or goes, and whenever nothing else is to be done, it sees that all of them are
 * on the shelf, and writes the list of all feeds.
 */
export function publisher(needs: PublishNeeds): () => Promise<Published> {
  const { store, site, feeds, log } = needs;
  let listed = "";
  let known = { scopes: "", named: namedScopes(needs, []) };
  const made = nothingMade();
  return async () => {
    const counts: Counts = { written: 0, unchanged: 0, removed: 0, leftOut: 0 };
    await store.publishAs(digestOf(JSON.stringify([site, feeds, edition])));
    const listing = await store.listScopes();
    const scopes = JSON.stringify(listing);
    if (scopes !== known.scopes) known = { scopes, named: namedScopes(needs, listing) };
    const { named } = known;
    let dirty = await store.dirtyScopes();
    if (dirty.length === 0 || scopes !== listed) {
      await lookAtShelf(needs, named, scopes !== listed, counts);
      dirty = await store.dirtyScopes();
    }
    for (let round = 0; dirty.length > 0 && round < mostRounds; round++) {
      for (let n = 0; n < dirty.length; n += atOnce) {
        await publishSome(needs, named, dirty.slice(n, n + atOnce), made, counts);
      }
      dirty = await store.dirtyScopes();
    }
    listed = scopes;
    const { written, unchanged, removed } = counts;
    if (written + removed > 0) log.info("published", { written, unchanged, removed });
    return { job: "publish", ...counts };
  };
}

/** Marks what is not on the shelf, and writes the list of all feeds where it is not there or not the one it was. */
async function lookAtShelf(
  { store, shelf, site, looks }: PublishNeeds,
  named: ReadonlyMap<string, Named>,
  isOther: boolean,
  counts: Counts,
): Promise<void> {
  const all = [...named.values()];
  const owners = new Map(
    all.flatMap(({ scope }) => shelvedFormats.map((format) => [feedPath(scope, format), scope] as const)),
  );
  const lacking = await shelf.lacking([...owners.keys(), ...looks.keys(), opmlPath]);
  await store.markDirty([...new Set(lacking.flatMap((path) => owners.get(path) ?? []))]);
  const looked = [...looks].filter(([path]) => isOther || lacking.includes(path));
  for (const result of await shelf.writeAll(looked)) counts[result]++;
  if (isOther || lacking.includes(opmlPath)) counts[await shelf.write(opmlPath, opmlOf(site, all))]++;
}

/**
 * Brings these feeds up to date. Their marks go last: what a crash leaves undone is done again. Of what is to change the
 * hub is to be told is written down first: after a crash, the bytes would not say any more that they had changed.
 */
async function publishSome(
  needs: PublishNeeds,
  named: ReadonlyMap<string, Named>,
  marks: readonly DirtyScope[],
  made: Made,
  counts: Counts,
): Promise<void> {
  const { store, shelf, feeds, now } = needs;
  // While the disk writes one feed, the next one is made.
  const puts: ReturnType<Shelf["writeAll"]>[] = [];
  try {
    for (const { scope } of marks) {
      const one = named.get(keyOf(scope));
      if (one === undefined) {
        counts.removed += await withdraw(shelf, scope);
        continue;
      }
      const files = await filesOf(needs, one, made, counts);
      if (feeds.hub !== null) await store.announce(await changing(shelf, files), now());
      const put = shelf.writeAll(files.map(({ path, bytes }) => [path, bytes]));
      // What fails is told below, when all are done.
      put.catch(() => undefined);
      puts.push(put);
    }
  } finally {
    await Promise.allSettled(puts);
  }
  for (const result of (await Promise.all(puts)).flat()) counts[result]++;
  await store.clearDirty(marks);
}

/** Those of the files that are feeds and are not on the shelf as they are now. */
async function changing(shelf: Shelf, files: readonly File[]): Promise<readonly File[]> {
  const topics = files.filter(({ path, scope }) =>
    feedFormats.some((format) => path === feedPath(scope, format)),
  );
  const shelved = await Promise.all(topics.map(({ path }) => shelf.read(path)));
  return topics.filter(({ bytes }, n) => !shelved[n]?.bytes.equals(bytes));
}

/** Takes away what was published of something that is gone, whatever its formats. */
async function withdraw(shelf: Shelf, scope: PostScope): Promise<number> {
  const stem = keyOf(scope).replace(/atom$/, "");
  const folder = stem.slice(0, stem.lastIndexOf("/"));
  const gone = (await shelf.list(folder)).filter((path) => path.startsWith(stem));
  for (const path of gone) await shelf.remove(path);
  return gone.length;
}
