import type { Instant } from "../base/clock.ts";

/** Something on the shelf. */
export interface Shelved {
  readonly bytes: Buffer;
  /** When the bytes last became others. */
  readonly changedAt: Instant;
}

/** Where what we publish is kept: files under `data/public/`. Paths are relative, with `/`. */
export interface Shelf {
  /** What lies at `path`, or null. */
  read(path: string): Promise<Shelved | null>;
  /**
   * Puts `bytes` at `path`: durable and whole, or not at all; nobody ever reads half of it. Equal bytes are left
   * untouched, and so is their modification time. Throws `AppError("data")` when the disk refuses.
   */
  write(path: string, bytes: Buffer): Promise<"written" | "unchanged">;
  /** All paths below `folder`, sorted. */
  list(folder: string): Promise<readonly string[]>;
  /** Takes `path` away; one that is not there is no error. */
  remove(path: string): Promise<void>;
}
