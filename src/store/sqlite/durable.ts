import { type FileHandle, open } from "node:fs/promises";
import type { Db } from "./database.ts";

/** The write-ahead log, made durable beside the program's work and not in its way. */
export interface Log {
  /** Runs a transaction that is in the log when it returns, but not yet on the disk. */
  unsynced<T>(transaction: () => T): T;
  /** Resolves when everything that is in the log is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What `synchronous=FULL` does after each commit (sync the log, then answer), taken apart: SQLite would wait for the
 * disk with the whole program. `sync` is what it calls, for tests.
 */
export function logOf({ $client: client }: Db, sync = (file: FileHandle) => file.datasync()): Log {
  let file: FileHandle | null = null;
  return {
    unsynced: (transaction) => {
      client.exec("pragma synchronous = NORMAL");
      try {
        return transaction();
      } finally {
        client.exec("pragma synchronous = FULL");
      }
    },
    sync: async () => {
      file ??= await open(`${client.name}-wal`, "r+");
      await sync(file);
    },
    close: async () => {
      const open = file;
      file = null;
      await open?.close();
    },
  };
}
