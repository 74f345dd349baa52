import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

/** What a reader of the folder has found so far. */
export interface Seen {
  /** Reads of a file that was the same before and after. */
  whole: number;
  /** Of those, packed forms that were there. */
  packed: number;
}

/**
 * Reads a file of the shelf and its packed forms as a web server that knows nothing of us would. Throws when one of
 * them is a form of other bytes, or is no whole form; `file` looks at the bytes of the plain one. A file that is
 * replaced meanwhile tells nothing: a form that was read may have been of the other version.
 */
export async function atOnce(
  place: string,
  seen: Seen,
  file: (bytes: Buffer) => void = () => {},
): Promise<void> {
  const before = await idOf(place);
  const plain = await readFile(place);
  file(plain);
  const forms = [
    [await readIfAny(`${place}.br`), brotliDecompressSync],
    [await readIfAny(`${place}.gz`), gunzipSync],
  ] as const;
  const unpacked = forms.map(([packed, unpack]) => (packed === null ? null : unpack(packed)));
  if ((await idOf(place)) !== before) return;
  seen.whole++;
  for (const bytes of unpacked) {
    if (bytes === null) continue;
    if (!bytes.equals(plain)) throw new Error(`a packed form of ${place} is of other bytes`);
    seen.packed++;
  }
}

async function idOf(place: string): Promise<string> {
  const { ino, mtimeMs, size } = await stat(place);
  return `${ino} ${mtimeMs} ${size}`;
}

async function readIfAny(place: string): Promise<Buffer | null> {
  let file: FileHandle;
  try {
    file = await open(place, "r");
  } catch {
    return null;
  }
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}
