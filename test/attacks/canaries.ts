import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";

/** Listeners that nobody may connect to. */
export interface Canaries {
  /** The port that all of them have in common; some of them listen on 80 too. */
  readonly port: number;
  /** Where they listen, `127.0.0.1:80`. */
  readonly places: readonly string[];
  /** TCP connections they took. */
  hits(): number;
  /** Bytes they were sent. */
  bytes(): number;
  close(): void;
}

/** Whether this machine has IPv6 on loopback. */
export const hasV6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === "::1"),
);

/** Listens on several addresses of loopback, on one port and, where that may be had, on the web's. */
export async function canaries(): Promise<Canaries> {
  let [hits, bytes] = [0, 0];
  const servers: Server[] = [];
  const places: string[] = [];
  const listen = async (port: number, host: string): Promise<number | null> => {
    const server = createServer((socket) => {
      hits += 1;
      socket.on("error", () => socket.destroy());
      socket.on("data", (chunk) => {
        bytes += chunk.length;
        socket.end("HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\ncanary");
      });
    });
    server.listen(port, host);
    try {
      await once(server, "listening");
    } catch {
      return null;
    }
    servers.push(server);
    const address = server.address();
    const taken = typeof address === "object" && address !== null ? address.port : port;
    places.push(`${host}:${taken}`);
    return taken;
  };
  const port = await listen(0, "127.0.0.1");
  if (port === null) throw new Error("no canary could listen");
  for (const host of ["127.0.0.2", "127.127.127.127", "127.255.255.254", ...(hasV6 ? ["::1"] : [])]) {
    await listen(port, host);
    await listen(80, host);
  }
  await listen(80, "127.0.0.1");
  const close = () => {
    for (const server of servers) server.close();
  };
  return { port, places, hits: () => hits, bytes: () => bytes, close };
}
