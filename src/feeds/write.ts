import { readdir, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { systemClock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { type Coding, codings, type Shelf } from "../domain/shelf.ts";
import {
  type Half,
  makeFolder,
  refusing,
  sweep,
  syncFolders,
  temporary,
  unlessAbsent,
  writeHalf,
} from "./disk.ts";
import { type KeptFiles, keptFiles } from "./kept.ts";
import { endings, pack } from "./pack.ts";

/** What is served from memory, bytes in all: the feeds that are asked for, of a large site too. */
const keptBytes = 32 * 2 ** 20;

/**
 * A folder as the shelf. It is made when it is not there, and what crashed writers left half done is swept out.
 * Packed forms lie beside their file, `all.atom.br` beside `all.atom`, and are no paths of the shelf.
 * Throws `AppError("data")` when the disk refuses; whatever lay on the shelf before is then still whole.
 */
export async function folderShelf(root: string): Promise<Shelf> {
  const folder = resolve(root);
  await refusing(folder, async () => {
    await makeFolder(folder);
    await sweep(folder);
  });
  const placeOf = (path: string) => (staysInside(path) ? join(folder, ...path.split("/")) : null);
  const ownPlace = (path: string) => {
    const place = placeOf(path);
    if (place === null) throw new AppError("data", `"${path}" is no place on the shelf ${folder}.`);
    return place;
  };
  const kept = keptFiles(keptBytes);
  const places = new Map<string, string>();
  const inTurn = queue();
  const writeAll: Shelf["writeAll"] = async (files) => {
    const placed = files.map(([path, bytes]) => ({ place: ownPlace(path), bytes }));
    return inTurn(() => refusing(placed[0]?.place ?? folder, () => putAll(placed, kept)));
  };
  return {
    read: async (path) => {
      const place = placeOf(path);
      if (place === null) return null;
      const shelved = await refusing(place, () => kept.read(place));
      if (shelved !== null) places.set(path, place);
      return shelved;
    },
    atHand: (path) => {
      const place = places.get(path);
      return place === undefined ? null : kept.atHand(place);
    },
    write: async (path, bytes) => (await writeAll([[path, bytes]]))[0] ?? "unchanged",
    writeAll,
    list: async (path) => {
      const place = path === "" ? folder : placeOf(path);
      return place === null ? [] : refusing(place, () => listFiles(folder, place));
    },
    lacking: (paths) => refusing(folder, () => lacking(paths, ownPlace)),
    remove: async (path) => {
      const place = ownPlace(path);
      await inTurn(() =>
        refusing(place, async () => {
          await removePacked([place]);
          if (await wasThere(unlink(place))) await syncFolders([place]);
          kept.forget([place]);
        }),
      );
    },
  };
}

/** Runs work one after the other, in the order it was given. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}

function staysInside(path: string): boolean {
  return path
    .split("/")
    .every((part) => !["", ".", ".."].includes(part) && !/[\0\\]/.test(part) && !isNoPath(part));
}

/** Names in the folder that are no paths of the shelf: half-written files and packed forms. */
function isNoPath(name: string): boolean {
  return temporary.test(name) || codings.some((coding) => name.endsWith(endings[coding]));
}

/** Something to be put in its place: its halves wait beside it. */
interface Change {
  readonly place: string;
  /** Null where the file is right, and only its packed forms were not. */
  readonly plain: Half | null;
  readonly packed: Readonly<Record<Coding, Half>>;
}

/**
 * At no moment is there a packed form of other bytes than the file's, for whoever serves the folder: the old forms go
 * before the new file comes, and the new forms come last. A crash in between leaves a file without them.
 */
async function putAll(
  files: readonly { readonly place: string; readonly bytes: Buffer }[],
  kept: KeptFiles,
): Promise<("written" | "unchanged")[]> {
  const halves: Half[] = [];
  try {
    for (const folder of new Set(files.map(({ place }) => dirname(place)))) await makeFolder(folder);
    const prepared = await Promise.allSettled(
      files.map(({ place, bytes }) => prepare(place, bytes, kept, halves)),
    );
    const changes = prepared.map((one) => {
      if (one.status === "rejected") throw one.reason;
      return one.value;
    });
    const due = changes.filter((change) => change !== null);
    const anew = due.flatMap(({ place, plain }) => (plain === null ? [] : [{ place, plain }]));
    await removePacked(anew.map(({ place }) => place));
    for (const { place, plain } of anew) await rename(plain.path, place);
    await syncFolders(anew.map(({ place }) => place));
    for (const { place, packed } of due) {
      for (const coding of codings) await rename(packed[coding].path, place + endings[coding]);
    }
    await syncFolders(due.map(({ place }) => place));
    await yieldToOthers(anew);
    kept.forget(due.map(({ place }) => place));
    return changes.map((change) => (change?.plain ? "written" : "unchanged"));
  } catch (thrown) {
    for (const { path } of halves) await rm(path, { force: true });
    throw thrown;
  }
}

/** Writes the halves of what is not in its place yet, and notes them in `halves`; null where nothing is to be done. */
async function prepare(
  place: string,
  bytes: Buffer,
  kept: KeptFiles,
  halves: Half[],
): Promise<Change | null> {
  const before = await kept.readPlain(place);
  const old = before?.bytes.equals(bytes) ? await kept.read(place) : before;
  const isSame = old?.bytes.equals(bytes) ?? false;
  if (isSame && codings.every((coding) => old?.packed[coding] != null)) return null;
  const now = systemClock.now();
  // Two versions never have the same time, however fast they follow each other; a file and its forms always do.
  const changedAt = old === null ? now : isSame ? old.changedAt : Math.max(now, old.changedAt + 1);
  const half = async (whole: Buffer): Promise<Half> => {
    const written = await writeHalf(dirname(place), whole, changedAt);
    halves.push(written);
    return written;
  };
  const [plain, br, gzip] = await Promise.allSettled([
    isSame ? null : half(bytes),
    pack("br", bytes).then(half),
    pack("gzip", bytes).then(half),
  ]);
  return { place, plain: given(plain), packed: { br: given(br), gzip: given(gzip) } };
}

function given<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}

/**
 * Where another process has put its own file in the same place meanwhile, the packed forms there may be ours: better
 * none. That process, or the next one that publishes, adds those that are lacking.
 */
async function yieldToOthers(
  anew: readonly { readonly place: string; readonly plain: Half }[],
): Promise<void> {
  const lost: string[] = [];
  for (const { place, plain } of anew) {
    if ((await unlessAbsent(stat(place)))?.ino !== plain.inode) lost.push(place);
  }
  await removePacked(lost);
}

async function removePacked(places: readonly string[]): Promise<void> {
  const gone: string[] = [];
  for (const place of places) {
    for (const coding of codings) {
      const form = place + endings[coding];
      if (await wasThere(unlink(form))) gone.push(form);
    }
  }
  await syncFolders(gone);
}

async function wasThere(removal: Promise<void>): Promise<boolean> {
  return (await unlessAbsent(removal.then(() => true))) ?? false;
}

async function lacking(
  paths: readonly string[],
  placeOf: (path: string) => string,
): Promise<readonly string[]> {
  const places = paths.map((path) => ({ path, place: placeOf(path) }));
  const there = new Set<string>();
  for (const folder of new Set(places.map(({ place }) => dirname(place)))) {
    for (const name of (await unlessAbsent(readdir(folder))) ?? []) there.add(join(folder, name));
  }
  return places
    .filter(
      ({ place }) => !there.has(place) || !codings.every((coding) => there.has(place + endings[coding])),
    )
    .map(({ path }) => path);
}

async function listFiles(root: string, folder: string): Promise<readonly string[]> {
  const found = await unlessAbsent(readdir(folder, { recursive: true, withFileTypes: true }));
  return (found ?? [])
    .filter((entry) => entry.isFile() && !isNoPath(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}
