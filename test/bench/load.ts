// Asks servers for one path as fast as they answer, over kept connections, in a process of its own. Told by one JSON
// argument; prints the requests per second of each server and round. Servers take turns, so that what else the machine
// does falls on all of them alike.
import { connect } from "node:net";

/** What to ask, of whom, and how long. */
export interface Load {
  /** By name; with the headers that each is asked with, for their tags differ. */
  readonly servers: Readonly<Record<string, { readonly port: number; readonly headers: readonly string[] }>>;
  readonly path: string;
  readonly connections: number;
  readonly roundMs: number;
  readonly rounds: number;
}

const load = JSON.parse(process.argv[2] ?? "{}") as Load;
const rates: Record<string, number[]> = {};
for (let round = -1; round < load.rounds; round++) {
  for (const [name, { port, headers }] of Object.entries(load.servers)) {
    const rate = await asked(port, headers);
    if (round >= 0) rates[name] = [...(rates[name] ?? []), rate];
  }
}
console.log(JSON.stringify(rates));

/** Requests per second, all connections together. */
async function asked(port: number, headers: readonly string[]): Promise<number> {
  const start = performance.now();
  const counts = await Promise.all(
    Array.from({ length: load.connections }, () => askOver(port, headers, start + load.roundMs)),
  );
  return (counts.reduce((sum, count) => sum + count, 0) * 1_000) / (performance.now() - start);
}

/** One request after the other over one connection until then; how many were answered. */
function askOver(port: number, headers: readonly string[], until: number): Promise<number> {
  const request = Buffer.from(
    [`GET ${load.path} HTTP/1.1`, "Host: bench.example", ...headers, "", ""].join("\r\n"),
  );
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    socket.setNoDelay(true);
    let head = Buffer.alloc(0);
    let [missing, count] = [-1, 0];
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      if (missing < 0) {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        const text = head.toString("latin1", 0, end);
        if (!/^HTTP\/1\.1 (?:200|304) /.test(text)) return reject(new Error(text));
        missing = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0) - (head.length - end - 4);
        if (text.startsWith("HTTP/1.1 304")) missing = 0;
        head = Buffer.alloc(0);
      } else {
        missing -= chunk.length;
      }
      if (missing > 0) return;
      missing = -1;
      count++;
      if (performance.now() < until) return socket.write(request);
      socket.destroy();
      resolve(count);
    });
  });
}
