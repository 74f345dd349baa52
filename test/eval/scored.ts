import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a scorer says of these results, one line each; what was missed goes to standard error. */
export function scored(scorer: string, results: readonly object[]): string {
  const folder = mkdtempSync(join(tmpdir(), "postwire-eval-"));
  try {
    const file = join(folder, "results.jsonl");
    writeFileSync(file, results.map((result) => `${JSON.stringify(result)}\n`).join(""));
    const { stdout, stderr, status } = spawnSync(process.execPath, [scorer, file, "--verbose"], {
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

/** Half of them are below, and 95 of 100. */
export function quantiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(1);
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms`;
}
