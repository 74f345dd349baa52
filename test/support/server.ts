import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";

/** A request as it came in. */
export interface Seen {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
}

/** A plain answer; 200, no headers and no body where nothing is said. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

/** What a path answers: a plain reply, or a function that writes whatever it likes to the response. */
export type Answer = Reply | ((request: IncomingMessage, response: ServerResponse) => unknown);

export interface TestServer {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Everything asked so far, in order. */
  readonly requests: readonly Seen[];
  /** Sets or replaces what `path` answers. */
  on(path: string, answer: Answer): void;
  /** Stops listening and cuts what is still open. */
  close(): Promise<void>;
}

/**
 * A real HTTP server on loopback. Answers by path and query, else by path alone, else by `*`, else 404.
 */
export async function serve(answers: Readonly<Record<string, Answer>> = {}): Promise<TestServer> {
  const table = new Map(Object.entries(answers));
  const requests: Seen[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    requests.push({ method: request.method ?? "", path, headers: request.headers });
    const answer =
      table.get(path) ??
      table.get(path.split("?")[0] ?? path) ??
      table.get("*") ??
      ({ status: 404 } as const);
    if (typeof answer === "function") answer(request, response);
    else response.writeHead(answer.status ?? 200, copied(answer.headers)).end(answer.body ?? "");
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    on: (path, answer) => table.set(path, answer),
    close: () => {
      server.closeAllConnections();
      return closed(server);
    },
  };
}

/** A TCP server for answers no HTTP server would give; `talk` gets each connection once a request head is in. */
export async function serveRaw(talk: (socket: Socket, head: string) => unknown): Promise<TestServer> {
  const requests: Seen[] = [];
  const open = new Set<Socket>();
  const server = createTcpServer((socket) => {
    open.add(socket);
    let head = "";
    const listenOn = (chunk: Buffer) => {
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      socket.off("data", listenOn);
      const [method = "", path = ""] = head.split(" ");
      requests.push({ method, path, headers: {} });
      talk(socket, head);
    };
    socket.on("data", listenOn);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => open.delete(socket));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    on: () => {
      throw new Error("a raw server has no paths");
    },
    close: () => {
      for (const socket of open) socket.destroy();
      return closed(server);
    },
  };
}

/** Listens on a free port of 127.0.0.1 and says which. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function copied(headers: Reply["headers"] = {}): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
  );
}
