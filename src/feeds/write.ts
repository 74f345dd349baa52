import { readdir, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { systemClock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { type Coding, codings, type Shelf, type Shelved } from "../domain/shelf.ts";
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
import { type Put, queue, type Result, together, whole } from "./turns.ts";

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
  const put = together(inTurn, (files) => refusing(files[0]?.place ?? folder, () => putAll(files, kept)));
  const writeAll: Shelf["writeAll"] = async (files) => {
    return put(files.map(([path, bytes]) => ({ place: ownPlace(path), bytes })));
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
interface Change extends Put {
  /** Null where the file is right, and only its packed forms were not. */
  readonly plain: Half | null;
  readonly packed: Readonly<Record<Coding, { readonly bytes: Buffer; readonly half: Half }>>;
}

/**
 * At no moment is there a packed form of other bytes than the file's, for whoever serves the folder: the old forms go
 * before the new file comes, and the new forms come last. A crash in between leaves a file without them.
 */
async function putAll(files: readonly Put[], kept: KeptFiles): Promise<readonly Result[]> {
  const halves: Half[] = [];
  try {
    for (const folder of new Set(files.map(({ place }) => dirname(place)))) await makeFolder(folder);
    const changes = await whole(files.map(({ place, bytes }) => prepare(place, bytes, kept, halves)));
    const due = changes.filter((change) => change !== null);
    const anew = due.flatMap(({ plain, ...change }) => (plain === null ? [] : [{ ...change, plain }]));
    await removePacked(anew.map(({ place }) => place));
    await whole(anew.map(({ place, plain }) => rename(plain.path, place)));
    await syncFolders(anew.map(({ place }) => place));
    await whole(
      due.flatMap(({ place, packed }) =>
        codings.map((coding) => rename(packed[coding].half.path, place + endings[coding])),
      ),
    );
    await syncFolders(due.map(({ place }) => place));
    kept.forget(due.map(({ place }) => place));
    await keepOrYield(anew, kept);
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
  if (isSame && old !== null && (await isPackedThere(place, old))) return null;
  const now = systemClock.now();
  // Two versions never have the same time, however fast they follow each other; a file and its forms always do.
  const changedAt = old === null ? now : isSame ? old.changedAt : Math.max(now, old.changedAt + 1);
  const half = async (whole: Buffer): Promise<Half> => {
    const written = await writeHalf(dirname(place), whole, changedAt);
    halves.push(written);
    return written;
  };
  const packed = async (coding: Coding) => {
    const form = await pack(coding, bytes);
    return { bytes: form, half: await half(form) };
  };
  const [plain, br, gzip] = await whole([isSame ? null : half(bytes), packed("br"), packed("gzip")]);
  return { place, bytes, plain, packed: { br, gzip } };
}

/** Whether all packed forms lie beside a file: what is in memory does not say that nobody took them away. */
async function isPackedThere(place: string, { packed }: Shelved): Promise<boolean> {
  const there = await whole(codings.map((coding) => unlessAbsent(stat(place + endings[coding]))));
  return codings.every((coding, n) => packed[coding] !== null && packed[coding].length === there[n]?.size);
}

/**
 * Keeps what lies in its place at hand. Where another process has put its own file there meanwhile, the packed forms may
 * be ours: better none. That process, or the next one that publishes, adds those that are lacking.
 */
async function keepOrYield(anew: readonly (Change & { readonly plain: Half })[], kept: KeptFiles) {
  const there = await whole(anew.map(({ place }) => unlessAbsent(stat(place))));
  const lost: string[] = [];
  for (const [n, { place, bytes, plain, packed }] of anew.entries()) {
    const stats = there[n] ?? null;
    if (stats?.ino === plain.inode)
      kept.keep(place, bytes, { br: packed.br.bytes, gzip: packed.gzip.bytes }, stats);
    else lost.push(place);
  }
  await removePacked(lost);
}

async function removePacked(places: readonly string[]): Promise<void> {
  const forms = places.flatMap((place) => codings.map((coding) => place + endings[coding]));
  const were = await whole(forms.map((form) => wasThere(unlink(form))));
  await syncFolders(forms.filter((_, n) => were[n]));
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
