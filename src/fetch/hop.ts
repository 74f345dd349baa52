import { isIP } from "node:net";
import type { Readable } from "node:stream";
import { buildConnector, Client } from "undici";
import type { Headers } from "./freshness.ts";
import { type AddressGuard, portOf } from "./guard.ts";
import type { Limits } from "./limits.ts";
import { stopped } from "./trouble.ts";

/** What one look needs at every hop. `stop` ends the look, from whatever it is doing, for the reason given. */
export interface Line {
  readonly guard: AddressGuard;
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
 * Sends one GET over a connection of its own and gives `read` the answer; the connection ends with it, whatever
 * came of it. Nothing is pooled: hosts are asked every few hours, and a connection kept open until then is one
 * that closes under the next request.
 */
export async function hop<T>(
  url: URL,
  headers: SentHeaders,
  line: Line,
  read: (answer: Answer) => Promise<T>,
): Promise<T> {
  let waiting: NodeJS.Timeout | undefined;
  const connected = () => {
    waiting = setTimeout(() => {
      line.stop(stopped("timeout", `${url.host} did not begin to answer in time.`));
    }, line.limits.firstByteMs);
  };
  const client = new Client(url.origin, {
    connect: connector(line, connected),
    pipelining: 0,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: line.limits.maxHeaderBytes,
  });
  try {
    const {
      statusCode,
      headers: received,
      body,
    } = await client.request({
      method: "GET",
      path: `${url.pathname}${url.search}`,
      headers,
      signal: line.signal,
    });
    clearTimeout(waiting);
    return await read({ status: statusCode, headers: received, body });
  } finally {
    clearTimeout(waiting);
    await client.destroy();
  }
}

/**
 * Connects to addresses that pass the guard, and to no other: literals are checked here, names in the look-up,
 * and what the socket is connected to in the end is checked once more.
 */
function connector(line: Line, connected: () => void): buildConnector.connector {
  return (options, callback) => {
    const port = portOf(options);
    const literal = isIP(options.hostname) === 0 ? null : line.guard.checkPeer(options.hostname, port);
    if (literal !== null) return callback(stopped("refused-address", literal), null);
    const connect = buildConnector({
      timeout: line.limits.connectMs,
      maxCachedSessions: 0,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: 1_000,
      lookup: line.guard.lookup(port),
      signal: line.signal,
    });
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error !== null || socket === null) return callback(...result);
      const peer = socket.remoteAddress;
      const refusal = peer === undefined ? null : line.guard.checkPeer(peer, port);
      if (peer !== undefined && refusal === null) {
        connected();
        return callback(null, socket);
      }
      socket.destroy();
      const refused = refusal === null ? null : stopped("refused-address", refusal);
      callback(refused ?? stopped("connect", `${options.hostname} hung up at once.`), null);
    });
  };
}
