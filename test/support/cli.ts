import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** What a run of the program came to. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON Lines. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built program as an operator would, with nothing of this process's environment but the path. */
export function startCli(args: readonly string[], { cwd, env = {} }: RunOptions): ChildProcess {
  return spawn(process.execPath, [main, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs the built program to its end. */
export async function cli(args: readonly string[], options: RunOptions): Promise<Ran> {
  const child = startCli(args, options);
  const [stdout, stderr] = [collected(child, "stdout"), collected(child, "stderr")];
  const [status] = (await once(child, "close")) as [number | null];
  const lines = stdout()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  return { status, stdout: stdout(), stderr: stderr(), lines };
}

function collected(child: ChildProcess, stream: "stdout" | "stderr"): () => string {
  const chunks: Buffer[] = [];
  child[stream]?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}

/** Resolves once `child` has written `wanted` to standard error. */
export function says(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
      const found = wanted.exec(said);
      if (found !== null) resolve(found[0]);
    });
    child.once("close", (status) =>
      reject(new Error(`ended with ${status} before it said ${wanted}: ${said}`)),
    );
  });
}
