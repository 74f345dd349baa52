import { once } from "node:events";
import { readFileSync } from "node:fs";
import { startCli } from "../support/cli.ts";

/** A run of the built program: what it printed, and what it took. */
export interface Program {
  readonly result: Readonly<Record<string, unknown>>;
  readonly seconds: number;
  /** As the kernel counts them; 0 where there is no /proc. */
  readonly peakMb: number;
  /** What it held at the end of each quarter of its time. */
  readonly quartersMb: readonly number[];
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
  const heldMb: number[] = [];
  const timer = setInterval(() => {
    const usage = usageOf(child.pid);
    if (usage === null) return;
    ({ peakMb, cpuMs } = usage);
    heldMb.push(usage.heldMb);
  }, lookEveryMs);
  const [status] = (await once(child, "close")) as [number | null];
  clearInterval(timer);
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  const seconds = (performance.now() - start) / 1_000;
  const quartersMb = [1, 2, 3, 4].map((n) => heldMb[Math.ceil((heldMb.length * n) / 4) - 1] ?? 0);
  return { result: JSON.parse(stdout.trim().split("\n").at(-1) || "{}"), seconds, peakMb, quartersMb, cpuMs };
}

const ticksPerSecond = 100;

interface Usage {
  readonly peakMb: number;
  readonly heldMb: number;
  readonly cpuMs: number;
}

function usageOf(pid: number | undefined): Usage | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const [peak, held] = ["VmHWM", "VmRSS"].map((name) =>
      Number(status.split(`${name}:`)[1]?.trim().split(" ")[0]),
    );
    const times = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    const ticks = Number(times[11]) + Number(times[12]);
    if (peak === undefined || held === undefined || Number.isNaN(peak + held)) return null;
    return { peakMb: peak / 1_024, heldMb: held / 1_024, cpuMs: (ticks * 1_000) / ticksPerSecond };
  } catch {
    return null;
  }
}
