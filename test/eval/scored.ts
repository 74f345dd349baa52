import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * What a scorer says of these results, one line each, by its own cases or by other ones; what was missed goes to
 * standard error.
 */
export function scored(
  scorer: string,
  results: readonly object[],
  cases: readonly object[] | null = null,
): string {
  const folder = mkdtempSync(join(tmpdir(), "postwire-eval-"));
  try {
    const file = join(folder, "results.jsonl");
    writeFileSync(file, jsonLines(results));
    const other = join(folder, "cases.jsonl");
    if (cases !== null) writeFileSync(other, jsonLines(cases));
    const flags = cases === null ? ["--verbose"] : ["--verbose", "--cases", other];
    const { stdout, stderr, status } = spawnSync(process.execPath, [scorer, file, ...flags], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    process.stderr.write(stderr);
    if (status !== 0) throw new Error(`${scorer} ended with ${status}`);
    return stdout.trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function jsonLines(values: readonly object[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

/** Half of them are below, and 95 of 100. */
export function quantiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(1);
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms`;
}
