import { createHistogram } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { megabyte } from "./trap.ts";

setFlagsFromString("--expose-gc");
/** The event loop is to turn so often. */
const everyMs = 5;
const collectGarbage = runInNewContext("gc") as () => void;

/** What something cost this process. */
export interface Figures {
  readonly ms: number;
  /** Time of a processor, threads included. */
  readonly cpuMs: number;
  /** How much memory grew meanwhile, and how much of that was still there after it; MB. */
  readonly peakMb: number;
  readonly keptMb: number;
  /** How late the event loop was at worst, ms. */
  readonly lateMs: number;
}

/** Measures one thing after the other. */
export interface Gauge {
  /** Does something and says what it cost. */
  of<T>(work: () => Promise<T>): Promise<readonly [T, Figures]>;
  /** How late the event loop was so far, of all that was measured, ms. */
  lateness(): { readonly p99: number; readonly most: number };
}

/** Memory of the whole process, threads included, once what nobody needs is gone; MB. */
export function memoryMb(): number {
  collectGarbage();
  return process.memoryUsage().rss / megabyte;
}

/** What is really held, of it: not what the allocator keeps for the next time; MB. */
export function heldMb(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / megabyte;
}

/**
 * A gauge that leaves its own work out of what it measures. What was kept is only right when it `isThorough`: garbage
 * is collected after each thing then, which takes its time.
 */
export function aGauge(isThorough: boolean): Gauge {
  const all = createHistogram();
  const rssMb = () => (isThorough ? memoryMb() : process.memoryUsage.rss() / megabyte);
  const of: Gauge["of"] = async (work) => {
    const before = rssMb();
    let [peak, late, turnedAt] = [before, 0, performance.now()];
    const sampling = setInterval(() => {
      const delay = performance.now() - turnedAt;
      turnedAt += delay;
      late = Math.max(late, delay);
      all.record(Math.max(1, Math.round(delay)));
      peak = Math.max(peak, process.memoryUsage.rss() / megabyte);
    }, everyMs);
    const [startedAt, spent] = [performance.now(), process.cpuUsage()];
    const result = await work();
    const ms = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(spent);
    // What kept the loop busy last is counted with its next turn.
    await new Promise((turn) => setTimeout(turn, everyMs));
    clearInterval(sampling);
    const memory = { peakMb: peak - before, keptMb: rssMb() - before };
    return [result, { ms, cpuMs: (user + system) / 1e3, ...memory, lateMs: late }];
  };
  return { of, lateness: () => ({ p99: all.percentile(99), most: all.max }) };
}

/** A row of the table. */
export interface Row extends Partial<Omit<Figures, "ms">> {
  readonly name: string;
  readonly ms: number;
  readonly outcome: string;
  /** How long the look at the neighbour took meanwhile; where there was one. */
  readonly nextDoorMs?: number;
}

const columns = ["trap", "ms", "cpu ms", "peak MB", "kept MB", "late ms", "next door ms", "what came of it"];

/** The figures of a suite as a table. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ name, outcome, nextDoorMs, ms, cpuMs, peakMb, keptMb, lateMs }) => [
    name.slice(0, 60),
    ...[ms, cpuMs, peakMb, keptMb, lateMs, nextDoorMs].map((figure) =>
      figure === undefined ? "" : String(Math.round(figure)),
    ),
    outcome.slice(0, 90),
  ]);
  const widths = columns.map((head, n) =>
    Math.max(head.length, ...lines.map((line) => line[n]?.length ?? 0)),
  );
  const isFigure = (n: number) => n > 0 && n < columns.length - 1;
  const padded = (cell: string, n: number) =>
    isFigure(n) ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0);
  return [columns, ...lines].map((line) => line.map(padded).join("  ").trimEnd()).join("\n");
}
