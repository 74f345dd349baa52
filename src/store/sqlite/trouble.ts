import { AppError } from "../../base/errors.ts";

const hints: Readonly<Record<string, string>> = {
  SQLITE_CANTOPEN: "Check that the folder is there, and that this user may write in it.",
  SQLITE_READONLY: "Check that this user may write the file and its folder.",
  SQLITE_PERM: "Check that this user may write the file and its folder.",
  SQLITE_NOTADB: "The file is something else. Point `data` at another folder, or move the file away.",
  SQLITE_CORRUPT: "The file is damaged. Restore it from a backup, and check the disk.",
  SQLITE_FULL: "The disk is full. Nothing was lost; make room and try again.",
  SQLITE_IOERR: "The disk does not answer as it should. Check it, and that it is a local one.",
};

/** SQLite's own name of what went wrong, without its refinements (`SQLITE_BUSY_SNAPSHOT` is `SQLITE_BUSY`); or null. */
export function sqliteCodeOf(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null;
  if (thrown.name === "SqliteError" && "code" in thrown) {
    return /^SQLITE_[A-Z]+/.exec(String(thrown.code))?.[0] ?? null;
  }
  return sqliteCodeOf(thrown.cause);
}

/**
 * What the database threw, as something that can be acted on: `AppError("busy")` where another process holds it
 * for too long, `AppError("data")` where file or disk refuse. Anything else is a bug and comes back as it is.
 */
export function troubleOf(thrown: unknown, file: string): unknown {
  const code = sqliteCodeOf(thrown);
  if (code === "SQLITE_BUSY" || code === "SQLITE_LOCKED") {
    return new AppError("busy", `Another process keeps the database ${file} locked.`, {
      hint: "Wait until it is done, or end it.",
      cause: thrown,
    });
  }
  const hint = hints[code ?? ""];
  return hint === undefined
    ? thrown
    : new AppError("data", `The database ${file} cannot be used: ${reason(thrown)}.`, {
        hint,
        cause: thrown,
      });
}

function reason(thrown: unknown): string {
  const deepest = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  return deepest instanceof Error ? deepest.message : String(deepest);
}
