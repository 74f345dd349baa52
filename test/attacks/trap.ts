import type { Socket } from "node:net";
import type { Reading } from "../../src/domain/page.ts";

/** A request at a trap. */
export interface Visit {
  readonly path: string;
  /** An address that must never be asked, `http://127.0.0.1:<port>`. */
  readonly canary: string;
  /** Where the trap itself listens, `http://127.0.0.1:<port>`. */
  readonly own: string;
}

/** What a trap says to a connection once a request head is in. */
export type Talk = (socket: Socket, visit: Visit) => unknown;

/** A server that means harm, as a source of its own. */
export interface Trap {
  readonly name: string;
  readonly read: Reading;
  readonly talk: Talk;
  /**
   * The sentence for the operator; "items": it is read, and what comes of it is bounded; "either": it is read, or given
   * up because it takes too much time or memory.
   */
  readonly comesTo: RegExp | "items" | "either";
  /** What its robots.txt says; 404 where nothing is said. */
  readonly robots?: Talk;
  /** How many pages of the listing are followed. */
  readonly pages?: number;
  /** Path and query of the source. */
  readonly path?: string;
  /** It takes seconds of a processor: only `npm run attacks` walks into it. */
  readonly isHeavy?: boolean;
  /** It makes us wait: its looks have a tenth of the standard limits, so that the suite does not wait for minutes. */
  readonly isSlow?: boolean;
}

/** Reads what it is given as a feed, or finds the posts itself, or takes every element for a post. */
export const [feed, auto, everything] = [
  { kind: "feed" },
  { kind: "auto" },
  { kind: "selectors", item: "*", title: "*", link: "*@href", date: "*" },
] as const satisfies readonly Reading[];

export const megabyte = 1_024 * 1_024;
/** A little less than a look takes of one page. */
export const nearlyMost = 8 * megabyte - 64 * 1_024;

/** `piece` over and over, up to `bytes`. */
export function filled(piece: string | Uint8Array, bytes: number = nearlyMost): Buffer {
  return Buffer.alloc(bytes, piece);
}

/** Answers with a page that is well delivered, whatever is in it. */
export function page(
  type: string,
  body: (visit: Visit) => string | Uint8Array,
  headers: readonly string[] = [],
): Talk {
  return (socket, visit) => {
    const bytes = Buffer.from(body(visit));
    const lines = [
      `content-type: ${type}`,
      `content-length: ${bytes.length}`,
      "connection: close",
      ...headers,
    ];
    socket.write(`HTTP/1.1 200 OK\r\n${lines.join("\r\n")}\r\n\r\n`);
    socket.end(bytes);
  };
}

/** The head of a 200 without its end. */
export const head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n";

/** Writes this and hangs up. */
export function says(answer: string | ((visit: Visit) => string)): Talk {
  return (socket, visit) => socket.end(typeof answer === "string" ? answer : answer(visit), "latin1");
}

/** Writes `start`, then `chunk` for as long as somebody listens. */
export function pours(start: string, chunk: Uint8Array): Talk {
  return (socket) => {
    socket.write(start, "latin1");
    const pour = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on("drain", pour);
    pour();
  };
}

/** Writes `start`, then `drop` again and again, with time in between. */
export function drips(start: string, drop: string, everyMs: number): Talk {
  return (socket) => {
    socket.write(start, "latin1");
    const dripping = setInterval(() => socket.write(drop, "latin1"), everyMs);
    socket.on("close", () => clearInterval(dripping));
  };
}

/** A redirect to there. */
export function redirects(to: (visit: Visit) => string, status = "302 Found", headers = ""): Talk {
  return says(
    (visit) => `HTTP/1.1 ${status}\r\nlocation: ${to(visit)}\r\n${headers}content-length: 0\r\n\r\n`,
  );
}
