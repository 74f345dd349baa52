import { once } from "node:events";
import { readFileSync } from "node:fs";
import { startCli } from "../support/cli.ts";

/** A run of the built program: what it printed, and what it took. */
export interface Program {
  readonly result: Readonly<Record<string, unknown>>;
  readonly seconds: number;
  /** As the kernel counts them; 0 where there is no /proc. */
  readonly peakMb: number;
  readonly cpuMs: number;
}

const lookEveryMs = 20;

/** Runs the built program to its end and watches it meanwhile. Rejects when it fails. */
export async function watched(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Program> {
  const start = performance.now();
  const child = startCli(args, { cwd, env });
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-2_000);
  });
  let [peakMb, cpuMs] = [0, 0];
  const timer = setInterval(() => {
    ({ peakMb, cpuMs } = usageOf(child.pid) ?? { peakMb, cpuMs });
  }, lookEveryMs);
  const [status] = (await once(child, "close")) as [number | null];
  clearInterval(timer);
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  const seconds = (performance.now() - start) / 1_000;
  return { result: JSON.parse(stdout.trim().split("\n").at(-1) || "{}"), seconds, peakMb, cpuMs };
}

const ticksPerSecond = 100;

function usageOf(pid: number | undefined): { readonly peakMb: number; readonly cpuMs: number } | null {
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    const times = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    const ticks = Number(times[11]) + Number(times[12]);
    return peak === undefined
      ? null
      : { peakMb: Number(peak) / 1_024, cpuMs: (ticks * 1_000) / ticksPerSecond };
  } catch {
    return null;
  }
}
