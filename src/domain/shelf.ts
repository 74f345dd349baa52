import type { Instant } from "../base/clock.ts";

/** How bytes are packed for the way (content codings, RFC 9110 §8.4.1): the better one first. */
export const codings = ["br", "gzip"] as const;
export type Coding = (typeof codings)[number];

/** Something on the shelf. */
export interface Shelved {
  readonly bytes: Buffer;
  /** The same bytes, packed; null where there is no such form, or one that is of other bytes. */
  readonly packed: Readonly<Record<Coding, Buffer | null>>;
  /** When the bytes last became others. */
  readonly changedAt: Instant;
}

/** Where what we publish is kept: files under `data/public/`. Paths are relative, with `/`. */
export interface Shelf {
  /** What lies at `path` now, or null. As long as nothing changes it is the same object. */
  read(path: string): Promise<Shelved | null>;
  /** The same without waiting, where it was read before and nothing has changed since; else null: `read` tells. */
  atHand(path: string): Shelved | null;
  /**
   * Puts `bytes` at `path`, and their packed forms with them: durable and whole, or not at all; nobody ever reads half
   * of it, or a packed form of other bytes. Equal bytes are left untouched, and so is their modification time; a form
   * that they lack is added. Throws `AppError("data")` when the disk refuses.
   */
  write(path: string, bytes: Buffer): Promise<"written" | "unchanged">;
  /** The same for several paths at once, in their order: it costs hardly more than one. */
  writeAll(
    files: readonly (readonly [path: string, bytes: Buffer])[],
  ): Promise<readonly ("written" | "unchanged")[]>;
  /** All paths below `folder`, sorted. */
  list(folder: string): Promise<readonly string[]>;
  /** Those of `paths` at which nothing lies, or something without all its packed forms. */
  lacking(paths: readonly string[]): Promise<readonly string[]>;
  /** Takes `path` away, its packed forms first; one that is not there is no error. */
  remove(path: string): Promise<void>;
}
