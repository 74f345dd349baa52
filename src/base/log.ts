import { pino } from "pino";

/** The fields of one log line. Addresses go through `maskEmail`; secrets are never fields. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * One event per line: a verb in the past and fields, `log.info("fetched", { source, new: 3 })`.
 * `warn` asks for a look this week, `error` for one today.
 */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** JSON lines on standard error, so that standard output is left to results. */
export function jsonLog(level: LogLevel, destination: NodeJS.WritableStream = process.stderr): Log {
  const out = pino(
    {
      level,
      base: null,
      messageKey: "event",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ["secret", "password", "*.password", "headers", "url.password"], censor: "***" },
    },
    destination,
  );
  return {
    debug: (event, fields) => out.debug(fields ?? {}, event),
    info: (event, fields) => out.info(fields ?? {}, event),
    warn: (event, fields) => out.warn(fields ?? {}, event),
    error: (event, fields) => out.error(fields ?? {}, event),
  };
}

/** `anna@example.org` → `a***@example.org`: how an address may appear in a log. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf("@");
  return at < 1 ? "***" : `${[...email][0]}***${email.slice(at)}`;
}
