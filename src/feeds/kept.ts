import { type Stats, statSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { type Coding, codings, type Shelved } from "../domain/shelf.ts";
import { isAbsence, unlessAbsent } from "./disk.ts";
import { memoryOf } from "./memory.ts";
import { endings, isPacked } from "./pack.ts";

/** Files of a disk, some of them in memory. */
export interface KeptFiles {
  /** What lies at a place, or null. */
  read(place: string): Promise<Shelved | null>;
  /** The same, perhaps without its packed forms: for who only asks what the file says. */
  readPlain(place: string): Promise<Shelved | null>;
  /** The same where it is in memory and still what lies there; else null, which says nothing of the disk. */
  atHand(place: string): Shelved | null;
  /** What we change ourselves is looked at anew. */
  forget(places: readonly string[]): void;
  /** What we put at a place ourselves, with all its packed forms, and what the disk says of it: it need not be read. */
  keep(place: string, bytes: Buffer, packed: Readonly<Record<Coding, Buffer>>, stats: Stats): void;
}

/** A file as it was read: it is what it was while the disk says the same of it. */
interface Kept {
  readonly shelved: Shelved;
  readonly stats: Stats;
  /** Of the packed forms, where not all were there and true: one that comes later is to be found. */
  readonly packedStats: readonly (Stats | undefined)[] | null;
  /** Bytes it takes here. */
  readonly size: number;
}

/** Reads again this often when a file changes while it is read; then it is taken as it was. */
const attempts = 3;

/**
 * Reads files and keeps the last used of them, `mostBytes` in all. Each read asks the disk whether the file is still
 * the same (inode, size, times), so that one put there by another process is given at once. Asking takes microseconds,
 * less than handing the question to a thread would; who asks in the same turn of the event loop shares the answer, for
 * what they ask had come before.
 *
 * A packed form is given only when it was unpacked and found to be of these very bytes.
 */
export function keptFiles(mostBytes: number): KeptFiles {
  const files = memoryOf<Kept>(mostBytes);
  const loading = new Map<string, Promise<Kept | null>>();
  const seen = thisTurn();
  const load = async (place: string): Promise<Kept | null> => {
    const running = loading.get(place);
    if (running !== undefined) return running;
    const started = readPacked(place);
    loading.set(place, started);
    try {
      const kept = await started;
      if (kept === null) files.drop(place);
      else files.keep(place, kept, kept.size);
      return kept;
    } finally {
      loading.delete(place);
    }
  };
  const atHand = (place: string): Shelved | null => {
    const kept = files.get(place);
    if (kept === null) return null;
    if (!seen.has(kept)) {
      if (!isCurrent(place, kept)) return null;
      seen.add(kept);
    }
    return kept.shelved;
  };
  return {
    atHand,
    read: async (place) => {
      const there = atHand(place);
      if (there !== null) return there;
      let kept: Kept | null = null;
      for (let attempt = 0; attempt < attempts; attempt++) {
        kept = await load(place);
        if (kept === null || isCurrent(place, kept)) break;
      }
      return kept?.shelved ?? null;
    },
    readPlain: async (place) => {
      const there = atHand(place);
      if (there !== null) return there;
      const whole = await readFileAt(place);
      return whole === null ? null : shelvedOf(whole, { br: null, gzip: null });
    },
    forget: (places) => {
      for (const place of places) files.drop(place);
    },
    keep: (place, bytes, packed, stats) => {
      const one = keptOf({ bytes, stats }, packed, null);
      files.keep(place, one, one.size);
    },
  };
}

/** What was noted in this turn of the event loop. */
function thisTurn() {
  const noted = new Set<object>();
  return {
    has: (what: object): boolean => noted.has(what),
    add: (what: object): void => {
      if (noted.size === 0) setImmediate(() => noted.clear());
      noted.add(what);
    },
  };
}

function isCurrent(place: string, { stats, packedStats }: Kept): boolean {
  return (
    isSame(statsOf(place), stats) &&
    (packedStats === null ||
      codings.every((coding, n) => isSame(statsOf(place + endings[coding]), packedStats[n])))
  );
}

function statsOf(place: string): Stats | undefined {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch (thrown) {
    if (isAbsence(thrown)) return undefined;
    throw thrown;
  }
}

function isSame(a: Stats | undefined, b: Stats | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

/** Bytes and time of one and the same file: a rename in between gives a new one, not a mixture. */
async function readPacked(place: string): Promise<Kept | null> {
  const packedStats = codings.map((coding) => statsOf(place + endings[coding]));
  const whole = await readFileAt(place);
  if (whole === null) return null;
  const { bytes } = whole;
  const [br, gzip] = await Promise.all([packedForm(place, "br", bytes), packedForm(place, "gzip", bytes)]);
  return keptOf(whole, { br, gzip }, br !== null && gzip !== null ? null : packedStats);
}

function keptOf(whole: Whole, packed: Shelved["packed"], packedStats: Kept["packedStats"]): Kept {
  const size = [whole.bytes, packed.br, packed.gzip].reduce((sum, one) => sum + (one?.length ?? 0), 0);
  return { shelved: shelvedOf(whole, packed), stats: whole.stats, packedStats, size };
}

interface Whole {
  readonly bytes: Buffer;
  readonly stats: Stats;
}

function shelvedOf({ bytes, stats }: Whole, packed: Shelved["packed"]): Shelved {
  return { bytes, packed, changedAt: Math.round(stats.mtimeMs) };
}

async function readFileAt(place: string): Promise<Whole | null> {
  const file = await unlessAbsent(open(place, "r"));
  if (file === null) return null;
  try {
    const stats = await file.stat();
    return stats.isFile() ? { bytes: await file.readFile(), stats } : null;
  } finally {
    await file.close();
  }
}

async function packedForm(place: string, coding: Coding, bytes: Buffer): Promise<Buffer | null> {
  const packed = await unlessAbsent(readFile(place + endings[coding]));
  return packed !== null && (await isPacked(coding, packed, bytes)) ? packed : null;
}
