import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { hour, systemClock } from "../base/clock.ts";
import { AppError, errnoOf, messageOf } from "../base/errors.ts";
import type { Shelf, Shelved } from "../domain/shelf.ts";

/** Our own half-written files: `.postwire-<pid>-<life>-<count>.tmp`. */
const temporary = /^\.postwire-(\d+)-([\da-f]+)-\d+\.tmp$/;
/** Tells this process from an earlier one that had the same pid, as the first of a container always has. */
const life = randomBytes(6).toString("hex");
/** A half-written file of a process that seems to live is left alone this long. */
const abandonedMs = hour;

let written = 0;

/**
 * A folder as the shelf. It is made when it is not there, and what crashed writers left half done is swept out.
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
  return {
    read: async (path) => {
      const place = placeOf(path);
      return place === null ? null : refusing(place, () => readWhole(place));
    },
    write: async (path, bytes) => {
      const place = ownPlace(path);
      return refusing(place, async () => {
        if ((await readWhole(place))?.bytes.equals(bytes)) return "unchanged";
        await replace(place, bytes);
        return "written";
      });
    },
    list: async (path) => {
      const place = path === "" ? folder : placeOf(path);
      return place === null ? [] : refusing(place, () => listFiles(folder, place));
    },
    remove: async (path) => {
      const place = ownPlace(path);
      await refusing(place, async () => {
        const gone = (await unlessAbsent(unlink(place))) !== null;
        if (gone) await syncFolder(dirname(place));
      });
    },
  };
}

function staysInside(path: string): boolean {
  return path
    .split("/")
    .every((part) => !["", ".", ".."].includes(part) && !/[\0\\]/.test(part) && !temporary.test(part));
}

/** Bytes and time of one and the same file: a rename in between gives a new one, not a mixture. */
async function readWhole(place: string): Promise<Shelved | null> {
  const file = await unlessAbsent(open(place, "r"));
  if (file === null) return null;
  try {
    const about = await file.stat();
    if (!about.isFile()) return null;
    return { bytes: await file.readFile(), changedAt: Math.floor(about.mtimeMs) };
  } finally {
    await file.close();
  }
}

async function replace(place: string, bytes: Buffer): Promise<void> {
  const folder = dirname(place);
  await makeFolder(folder);
  const half = join(folder, `.postwire-${process.pid}-${life}-${++written}.tmp`);
  try {
    const file = await open(half, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(half, place);
  } catch (thrown) {
    await rm(half, { force: true });
    throw thrown;
  }
  await syncFolder(folder);
}

/** A new folder is durable once the folder it stands in is. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders; its renames are as durable as they get.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function listFiles(root: string, folder: string): Promise<readonly string[]> {
  const found = await unlessAbsent(readdir(folder, { recursive: true, withFileTypes: true }));
  return (found ?? [])
    .filter((entry) => entry.isFile() && !temporary.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

async function sweep(root: string): Promise<void> {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const [isOurs, owner, itsLife] = temporary.exec(entry.name) ?? [];
    if (isOurs === undefined || !entry.isFile()) continue;
    const half = join(entry.parentPath, entry.name);
    const about = await unlessAbsent(stat(half));
    const isOld = about !== null && about.mtimeMs < systemClock.now() - abandonedMs;
    if (isOld || !isAtWork(Number(owner), itsLife)) await rm(half, { force: true });
  }
}

function isAtWork(pid: number, itsLife: string | undefined): boolean {
  return pid === process.pid ? itsLife === life : isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return errnoOf(thrown) === "EPERM";
  }
}

async function unlessAbsent<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(errnoOf(thrown) ?? "")) return null;
    throw thrown;
  }
}

const hints: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full: make room. What was published before is still whole.",
  EDQUOT: "The quota of this user is used up: make room.",
  EACCES: "Make the folder writable for the user that runs Postwire.",
  EPERM: "Make the folder writable for the user that runs Postwire.",
  EROFS: "The file system is mounted read-only: put `data` on one that can be written.",
  EMFILE: "Too many files are open: raise the limit (`ulimit -n`).",
  ENOTDIR: "A file is in the way of a folder: move it.",
  EEXIST: "A file is in the way of a folder: move it.",
  EISDIR: "A folder is in the way of a file: move it.",
  ENAMETOOLONG: "The name is too long for this file system.",
};

/** What the disk refuses, as trouble that somebody can do something about. */
async function refusing<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === null) throw thrown;
    const hint = hints[errno];
    throw new AppError("data", `${place}: ${messageOf(thrown)}.`, {
      cause: thrown,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
