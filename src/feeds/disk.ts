import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hour, type Instant, systemClock } from "../base/clock.ts";
import { AppError, errnoOf, messageOf } from "../base/errors.ts";

/** Our own half-written files: `.postwire-<pid>-<life>-<count>.tmp`. */
export const temporary = /^\.postwire-(\d+)-([\da-f]+)-\d+\.tmp$/;
/** Tells this process from an earlier one that had the same pid, as the first of a container always has. */
const life = randomBytes(6).toString("hex");
/** A half-written file of a process that seems to live is left alone this long. */
const abandonedMs = hour;

let written = 0;

/** A file that is whole and durable, but not yet in its place; `inode` is what it is known by there. */
export interface Half {
  readonly path: string;
  readonly inode: number;
}

/** Writes `bytes` beside where they are to be, dated `changedAt`. What fails leaves nothing. */
export async function writeHalf(folder: string, bytes: Buffer, changedAt: Instant): Promise<Half> {
  const path = join(folder, `.postwire-${process.pid}-${life}-${++written}.tmp`);
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.utimes(changedAt / 1_000, changedAt / 1_000);
    await file.sync();
    return { path, inode: (await file.stat()).ino };
  } catch (thrown) {
    await rm(path, { force: true });
    throw thrown;
  } finally {
    await file.close();
  }
}

/** A new folder is durable once the folder it stands in is. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Makes durable which files stand in the folders of these places. */
export async function syncFolders(places: readonly string[]): Promise<void> {
  await Promise.all([...new Set(places.map((place) => dirname(place)))].map(syncFolder));
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

/** Removes what crashed writers left half done. */
export async function sweep(root: string): Promise<void> {
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

/** Null where there is no such file. */
export async function unlessAbsent<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (thrown) {
    if (isAbsence(thrown)) return null;
    throw thrown;
  }
}

/** Whether an error says that there is no such file. */
export function isAbsence(thrown: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(errnoOf(thrown) ?? "");
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
export async function refusing<T>(place: string, work: () => Promise<T>): Promise<T> {
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
