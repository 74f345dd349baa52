/**
 * What kind of trouble it is. `config` and `usage` end a command with exit status 2, the others with 1.
 *
 * `config` wrong configuration · `usage` wrong arguments · `data` the data folder or database ·
 * `unreadable` an input that cannot be read · `unknown` a thing that is not there · `busy` taken by another
 * process (a port, a lock) · `template` a mail template or a locale · `mail` the mail transport
 */
export type ErrorCode = "config" | "usage" | "data" | "unreadable" | "unknown" | "busy" | "template" | "mail";

/**
 * Trouble that somebody can do something about: `message` says what happened, `hint` what to try.
 * Whatever else is thrown is a bug; its stack is logged and the reader sees "Internal error".
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.hint = options.hint;
  }
}

/** The message of whatever was thrown, for a log line or a result field. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The `code` of a Node.js error (`ENOENT`, `EACCES` …), or null. */
export function errnoOf(thrown: unknown): string | null {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
  return typeof code === "string" ? code : null;
}
