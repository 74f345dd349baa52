import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Manner } from "./farm.ts";
import { type Program, watched } from "./program.ts";

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    sources: { type: "string", default: "200,2000" },
    alone: { type: "boolean", default: false },
    only: { type: "string" },
  },
  allowPositionals: true,
  strict: false,
});
const sizes = String(values.sources).split(",").map(Number);

interface Farm {
  readonly port: number;
  answer(manner: Manner): Promise<void>;
  close(): void;
}

const rounds: readonly (readonly [string, Manner])[] = [
  ["first look", { validators: true, latencyMs: 0, posts: 30 }],
  ["unchanged, 304", { validators: true, latencyMs: 0, posts: 30 }],
  ["one new post each", { validators: true, latencyMs: 0, posts: 31 }],
  ["unchanged, no validators", { validators: false, latencyMs: 0, posts: 31 }],
  ["unchanged, 304, 200 ms away", { validators: true, latencyMs: 200, posts: 31 }],
];

/**
 * `--sources <n>[,<n>…]`; `--only <round>`; `--alone` without newsboat, whose time grows with the square of its sources. The program as it is installed, looking at a farm of feeds, beside Debian's newsboat on the same farm: wall and CPU
 * time of a whole run less that of a run which has nothing to do, and peak memory.
 */
export async function refresh(): Promise<void> {
  const hasNewsboat = !values.alone && spawnSync("newsboat", ["-v"]).status === 0;
  if (!hasNewsboat) console.log("refresh: newsboat is left out, or not installed");
  for (const sources of sizes) {
    const folder = mkdtempSync(join(tmpdir(), "postwire-bench-"));
    const farm = await startFarm();
    const urls = Array.from({ length: sources }, (_, n) => `http://${hostOf(n)}:${farm.port}/feed/${n}`);
    const ours = aPostwire(folder, urls);
    const theirs = hasNewsboat ? aNewsboat(folder, urls) : null;
    const [idle, idleTheirs] = [await ours.idle(), theirs?.idle() ?? null];
    console.log(
      `refresh, ${sources} sources x 30 items; start-up apart: ${idle.seconds.toFixed(2)} s` +
        (idleTheirs === null ? "" : `, newsboat ${idleTheirs.seconds.toFixed(2)} s`),
    );
    for (const [name, manner] of rounds.filter(
      ([each]) => values.only === undefined || each === values.only,
    )) {
      await farm.answer(manner);
      // newsboat sends the validators it was given only from the third run on.
      if (name.includes("304") && theirs !== null) for (let n = 0; n < 2; n++) theirs.reload();
      if (name.includes("304")) await ours.run();
      const [mine, other] = [await ours.run(), theirs?.reload() ?? null];
      report(name, less(mine, idle), other === null ? null : less(other, idleTheirs ?? other), mine);
    }
    farm.close();
    rmSync(folder, { recursive: true });
  }
}

interface Cost {
  readonly seconds: number;
  readonly cpuMs: number;
}

function less(one: Cost, idle: Cost): Cost {
  return {
    seconds: Math.max(0.01, one.seconds - idle.seconds),
    cpuMs: Math.max(10, one.cpuMs - idle.cpuMs),
  };
}

function report(name: string, ours: Cost, theirs: Cost | null, program: Program): void {
  const said = ({ seconds, cpuMs }: Cost) =>
    `${seconds.toFixed(2)} s wall, ${(cpuMs / 1_000).toFixed(2)} s CPU`;
  const beside =
    theirs === null
      ? ""
      : ` · newsboat: ${said(theirs)} · ratio ${(ours.seconds / theirs.seconds).toFixed(2)} wall, ${(ours.cpuMs / theirs.cpuMs).toFixed(2)} CPU`;
  const quarters = program.quartersMb.map((held) => held.toFixed(0)).join(", ");
  console.log(
    `  ${name}: ${said(ours)}, peak ${program.peakMb.toFixed(0)} MB (by quarters ${quarters})${beside}`,
  );
}

/** Addresses of this machine, one for each source. */
function hostOf(n: number): string {
  return `127.${1 + Math.floor(n / 60_000)}.${Math.floor(n / 250) % 240}.${1 + (n % 250)}`;
}

async function startFarm(): Promise<Farm> {
  const child: ChildProcess = fork(fileURLToPath(new URL("farm.ts", import.meta.url)));
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return {
    port,
    answer: async (manner) => {
      child.send(manner);
      await once(child, "message");
    },
    close: () => child.disconnect(),
  };
}

function aPostwire(folder: string, urls: readonly string[]) {
  const sources = urls.map((url, n) => `  - { id: s${n}, url: "${url}", read: { kind: feed } }`);
  writeFileSync(
    join(folder, "postwire.yaml"),
    `site: { title: Bench, url: "https://bench.example" }
polling: { allowPrivateAddresses: true, hostGap: 0s, concurrency: 16 }
sources:
${sources.join("\n")}
`,
  );
  const run = async (...args: string[]) => {
    const program = await watched(["run", "refresh", "--json", ...args], folder, {});
    const { looked, failed } = program.result;
    if (failed !== 0 || (args.includes("--force") && looked !== urls.length)) {
      throw new Error(`${looked} looked at, ${failed} failed of ${urls.length}`);
    }
    return program;
  };
  // What is not forced and not due: everything but looking.
  return {
    run: () => run("--force"),
    idle: async () => {
      await run("--source", "s0");
      return await run("--source", "s0");
    },
  };
}

function aNewsboat(folder: string, urls: readonly string[]) {
  const home = join(folder, "newsboat");
  mkdirSync(home);
  writeFileSync(join(home, "urls"), `${urls.join("\n")}\n`);
  writeFileSync(join(home, "none"), `${urls[0]}\n`);
  writeFileSync(join(home, "config"), "reload-threads 16\n");
  const go = (list: string, command: string) => {
    const start = performance.now();
    const files = ["-u", join(home, list), "-c", join(home, `${list}.db`), "-C", join(home, "config")];
    const { status, stderr } = spawnSync(
      "/usr/bin/time",
      ["-f", "%U %S", "newsboat", ...files, "-x", command],
      {
        env: { ...process.env, HOME: home },
        encoding: "utf8",
      },
    );
    if (status !== 0) throw new Error(`newsboat ended with ${status}: ${stderr}`);
    const [user = 0, system = 0] = (stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
    return { seconds: (performance.now() - start) / 1_000, cpuMs: (user + system) * 1_000 };
  };
  return { reload: () => go("urls", "reload"), idle: () => go("none", "print-unread") };
}
