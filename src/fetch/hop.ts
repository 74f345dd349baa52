import type { Readable } from "node:stream";
import { errnoOf } from "../base/errors.ts";
import type { Connection, Connections } from "./connections.ts";
import { type Headers, headerOf } from "./freshness.ts";
import type { AddressGuard } from "./guard.ts";
import type { Limits } from "./limits.ts";
import { stopped } from "./trouble.ts";

/** What one look needs at every hop. `stop` ends the look, from whatever it is doing, for the reason given. */
export interface Line {
  readonly guard: AddressGuard;
  readonly connections: Connections;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly stop: (reason: Error) => void;
}

/** An answer whose body is still on the wire. */
export interface Answer {
  readonly status: number;
  /** Values byte for byte, each byte as one character (Latin-1). */
  readonly headers: Headers;
  readonly body: Readable;
}

/** The type of a header set to be sent: names as written, values in Latin-1. */
export type SentHeaders = Readonly<Record<string, string>>;

/**
 * Sends one GET, or with a `form` one POST, and gives `read` the answer. A kept connection that the server had just
 * closed is replaced, once: no answer had come, and what we send may be sent again (RFC 9110 §9.2.2).
 */
export async function hop<T>(
  url: URL,
  headers: SentHeaders,
  line: Line,
  read: (answer: Answer) => Promise<T>,
  form: string | null = null,
): Promise<T> {
  const first = line.connections.open(url.origin, line);
  try {
    return await ask(first, url, headers, line, read, form);
  } catch (error) {
    if (!first.isUsed || line.signal.aborted || !isStale(error)) throw error;
  }
  return await ask(line.connections.open(url.origin, line), url, headers, line, read, form);
}

async function ask<T>(
  connection: Connection,
  url: URL,
  headers: SentHeaders,
  line: Line,
  read: (answer: Answer) => Promise<T>,
  form: string | null,
): Promise<T> {
  let waiting: NodeJS.Timeout | undefined;
  let isSound = false;
  connection.onceConnected(() => {
    waiting = setTimeout(() => {
      line.stop(stopped("timeout", `${url.host} did not begin to answer in time.`));
    }, line.limits.firstByteMs);
  });
  try {
    const {
      statusCode,
      headers: received,
      body,
    } = await connection.dispatcher.request({
      method: form === null ? "GET" : "POST",
      body: form,
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      headers,
      signal: line.signal,
    });
    clearTimeout(waiting);
    const result = await read({ status: statusCode, headers: received, body });
    // There is none by definition, but the connection is free only when it was looked for.
    if (statusCode === 304) await body.dump();
    // What was not read to its end would be in the way of the next answer; and the server may want no next one.
    isSound = body.readableEnded && !/\bclose\b/i.test(headerOf(received, "connection") ?? "");
    return result;
  } finally {
    clearTimeout(waiting);
    await connection.end(isSound);
  }
}

/** The other side was gone before it had said a word. */
function isStale(error: unknown): boolean {
  const code = errnoOf(error);
  return code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE";
}
