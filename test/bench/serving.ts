import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { folderShelf } from "../../src/feeds/write.ts";
import { says, startCli } from "../support/cli.ts";
import type { Load } from "./load.ts";

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const feed = "feeds/all.atom";
const [connections, rounds, roundMs] = [16, 15, 400];

/**
 * Requests per second for a feed, whole (packed with gzip) and for who has it already: the built program beside a
 * bare `node:http` handler that sends the same bytes and headers, and beside nginx on the same files where it is installed.
 */
export async function serving(bytes: Buffer): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "postwire-bench-"));
  const root = join(folder, "data", "public");
  const shelf = await folderShelf(root);
  await shelf.write(feed, bytes);
  const ours = await aPostwire(folder);
  const bare = await aBare(join(root, `${feed}.gz`), await headersAt(ours.port));
  const nginx = await anNginx(folder, root);
  const servers = { postwire: ours, bare, ...(nginx === null ? {} : { nginx }) };
  const ports = Object.fromEntries(Object.entries(servers).map(([name, { port }]) => [name, port]));
  try {
    await measure(ports, false);
    await measure(ports, true);
  } finally {
    for (const { child } of Object.values(servers)) await ended(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Served {
  readonly child: ChildProcess;
  readonly port: number;
}

async function aPostwire(cwd: string): Promise<Served> {
  const port = await freePort();
  const config = `site: { title: Bench, url: "https://bench.example" }\nweb: { listen: "127.0.0.1:${port}" }\n`;
  writeFileSync(join(cwd, "postwire.yaml"), config);
  const child = startCli(["serve", "--only", "web"], { cwd });
  await says(child, /Postwire is at/);
  return { child, port };
}

async function aBare(file: string, headers: Readonly<Record<string, unknown>>): Promise<Served> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", script("bare.ts"), file, JSON.stringify(headers)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  return { child, port: Number(said.toString()) };
}

async function anNginx(folder: string, root: string): Promise<Served | null> {
  const program = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"].find((file) => existsSync(file));
  if (program === undefined) {
    console.log("serving: nginx is not installed; it is left out");
    return null;
  }
  const port = await freePort();
  const own = join(folder, "nginx");
  mkdirSync(own);
  const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${own}/${kind};`,
  );
  writeFileSync(
    join(own, "nginx.conf"),
    `daemon off; worker_processes 1; pid ${own}/pid; error_log ${own}/error.log;
events {}
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; ${places.join(" ")}
  types { application/atom+xml atom; }
  server { listen 127.0.0.1:${port}; root ${root}; gzip_static on; gzip_vary on; }
}\n`,
  );
  if (process.getuid?.() === 0) execFileSync("chmod", ["-R", "a+rX", folder]);
  const child = spawn(program, ["-p", own, "-c", join(own, "nginx.conf")], { stdio: "ignore" });
  for (let n = 0; n < 50 && !(await answers(port)); n++) await new Promise((done) => setTimeout(done, 100));
  return { child, port };
}

async function answers(port: number): Promise<boolean> {
  return await headersAt(port).then(
    (headers) => headers["content-encoding"] === "gzip",
    () => false,
  );
}

/** What is said of the packed feed, over a connection of its own. */
async function headersAt(port: number): Promise<Readonly<Record<string, unknown>>> {
  const wish = { "accept-encoding": "gzip" };
  const sent = request({
    port,
    host: "127.0.0.1",
    path: `/${feed}`,
    method: "HEAD",
    headers: wish,
    agent: false,
  });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.resume();
  const { date: _, connection: __, "keep-alive": ___, ...headers } = response.headers;
  return headers;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill("SIGTERM");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

/** One load of all servers; each is asked with its own tag where `isKnown`. */
async function measure(ports: Readonly<Record<string, number>>, isKnown: boolean): Promise<void> {
  const servers: Record<string, Load["servers"][string]> = {};
  for (const [name, port] of Object.entries(ports)) {
    const tag = `If-None-Match: ${(await headersAt(port)).etag}`;
    servers[name] = { port, headers: ["Accept-Encoding: gzip", ...(isKnown ? [tag] : [])] };
  }
  const load: Load = { servers, path: `/${feed}`, connections, roundMs, rounds };
  const told = execFileSync(process.execPath, ["--import", "tsx", script("load.ts"), JSON.stringify(load)]);
  const rates = JSON.parse(told.toString()) as Readonly<Record<string, readonly number[]>>;
  const ours = rates.postwire ?? [];
  for (const [name, theirs] of Object.entries(rates)) {
    if (name === "postwire") continue;
    const ratio = median(ours.map((rate, n) => rate / (theirs[n] ?? 1)));
    console.log(
      `serving ${isKnown ? 304 : 200}: ${median(ours).toFixed(0)}/s · ${name}: ${median(theirs).toFixed(0)}/s · ratio ${ratio.toFixed(2)}`,
    );
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
