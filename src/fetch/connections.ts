import { isIP } from "node:net";
import { buildConnector, Client, type Dispatcher, ProxyAgent } from "undici";
import { type AddressGuard, portOf } from "./guard.ts";
import type { Line } from "./hop.ts";
import type { Limits } from "./limits.ts";
import { stopped } from "./trouble.ts";

/** A way to one origin, in the hands of one hop at a time. */
export interface Connection {
  readonly dispatcher: Dispatcher;
  /** It was used before: the server may close it under the next request. */
  readonly isUsed: boolean;
  /** Calls `then` when the other side has taken the connection; at once where it has already. */
  onceConnected(then: () => void): void;
  /** Ends the loan. What went wrong is not used again: nothing is left of a limit that was broken. */
  end(isSound: boolean): Promise<void>;
}

/** Ways to other people's servers. */
export interface Connections {
  open(origin: string, line: Line): Connection;
  close(): Promise<void>;
}

interface Kept {
  readonly client: Client;
  /** Whose hop it is that is being connected for. */
  line: Line;
  timer: NodeJS.Timeout | undefined;
}

/** So long a connection waits for a next request: several sources of one host, further pages, a redirect. */
const keptMs = 10_000;

/**
 * Connections that are kept for a short while, one for an origin. Each connects only to addresses that pass the guard,
 * and the address that a kept one is connected to was checked when it was made.
 */
export function keptConnections(guard: AddressGuard, limits: Limits): Connections {
  const idle = new Map<string, Kept>();
  const made = (origin: string, line: Line): Kept => {
    const lines = { current: line };
    const client = new Client(origin, {
      connect: connector(guard, limits, () => lines.current),
      pipelining: 1,
      keepAliveTimeout: keptMs,
      keepAliveMaxTimeout: keptMs,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: limits.maxHeaderBytes,
    });
    return {
      client,
      timer: undefined,
      get line() {
        return lines.current;
      },
      set line(next) {
        lines.current = next;
      },
    };
  };
  const drop = (origin: string, kept: Kept) => {
    clearTimeout(kept.timer);
    if (idle.get(origin) === kept) idle.delete(origin);
    return kept.client.destroy();
  };
  return {
    open: (origin, line) => {
      const known = idle.get(origin);
      idle.delete(origin);
      clearTimeout(known?.timer);
      const kept = known ?? made(origin, line);
      kept.line = line;
      return {
        dispatcher: kept.client,
        isUsed: known !== undefined,
        onceConnected: (then) => {
          if (known !== undefined) then();
          else kept.client.once("connect", then);
        },
        end: async (isSound) => {
          if (!isSound || idle.has(origin)) return await drop(origin, kept);
          idle.set(origin, kept);
          kept.timer = setTimeout(() => void drop(origin, kept), keptMs);
          kept.timer.unref();
        },
      };
    },
    close: async () => {
      await Promise.all([...idle].map(([origin, kept]) => drop(origin, kept)));
    },
  };
}

/**
 * Everything through one proxy: it looks names up and connects, so only what an address says of itself can be checked
 * here. Throws `AppError("config")` for nothing: the configuration knows it to be an http(s) address.
 */
export function proxiedConnections(proxy: string, limits: Limits): Connections {
  const agent = new ProxyAgent({
    uri: proxy,
    proxyTunnel: false,
    proxyTls: { timeout: limits.connectMs },
    requestTls: { timeout: limits.connectMs },
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: limits.maxHeaderBytes,
    keepAliveTimeout: keptMs,
  });
  return {
    open: () => ({
      dispatcher: agent,
      isUsed: false,
      onceConnected: (then) => then(),
      end: async () => {},
    }),
    close: () => agent.destroy(),
  };
}

/**
 * Connects to addresses that pass the guard, and to no other: literals are checked here, names in the look-up,
 * and what the socket is connected to in the end is checked once more.
 */
function connector(guard: AddressGuard, limits: Limits, line: () => Line): buildConnector.connector {
  return (options, callback) => {
    const port = portOf(options);
    const literal = isIP(options.hostname) === 0 ? null : guard.checkPeer(options.hostname, port);
    if (literal !== null) return callback(stopped("refused-address", literal), null);
    const connect = buildConnector({
      timeout: limits.connectMs,
      maxCachedSessions: 0,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: 1_000,
      lookup: guard.lookup(port),
      signal: line().signal,
    });
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error !== null || socket === null) return callback(...result);
      const peer = socket.remoteAddress;
      const refusal = peer === undefined ? null : guard.checkPeer(peer, port);
      if (peer !== undefined && refusal === null) return callback(null, socket);
      socket.destroy();
      const refused = refusal === null ? null : stopped("refused-address", refusal);
      callback(refused ?? stopped("connect", `${options.hostname} hung up at once.`), null);
    });
  };
}
