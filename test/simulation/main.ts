// The long forms of the simulated web: `npm run simulation`, or `npm run simulation -- months` or `-- many`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audited } from "./audit.ts";
import { type Story, simulated } from "./run.ts";
import type { Size } from "./world.ts";

const forms: Readonly<Record<string, Size>> = {
  months: { seed: 7, sources: 300, hosts: 100, days: 90, restarts: 12, workers: 16 },
  many: { seed: 7, sources: 3_000, hosts: 1_000, days: 3, restarts: 2, workers: 16 },
};

/** So many of the violations of a manner are told. */
const toldOf = 5;

const [wanted] = process.argv.slice(2);
const chosen = wanted === undefined ? Object.entries(forms) : [[wanted, forms[wanted]] as const];
let isWell = true;
for (const [name, size] of chosen) {
  if (size === undefined)
    throw new Error(`There is no form "${name}". Known: ${Object.keys(forms).join(", ")}.`);
  isWell = (await run(name, size)) && isWell;
}
process.exitCode = isWell ? 0 : 1;

async function run(name: string, size: Size): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "postwire-"));
  const begun = performance.now();
  try {
    const story = await simulated(size, folder);
    const seconds = (performance.now() - begun) / 1_000;
    const { sources, hosts, days } = size;
    console.log(`\n${name}: ${sources} sources on ${hosts} hosts for ${days} days`);
    const found = audited(story);
    for (const [manner, violations] of found) {
      console.log(`${String(violations.length).padStart(8)}  ${manner}`);
      for (const violation of violations.slice(0, toldOf)) console.log(`            ${violation}`);
    }
    for (const [what, count] of figures(story, seconds)) console.log(`${count.padStart(12)}  ${what}`);
    return [...found.values()].every((violations) => violations.length === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function figures(
  { log, posts, restarted, outages }: Story,
  seconds: number,
): readonly (readonly [string, string])[] {
  const sum = (of: (entry: Story["log"][number]) => number) =>
    log.reduce((total, entry) => total + of(entry), 0);
  const count = (is: (entry: Story["log"][number]) => boolean) => String(sum((entry) => (is(entry) ? 1 : 0)));
  const kilobytes = (bytes: number) => `${Math.round(bytes / 1_024)} KB`;
  return [
    ["requests", String(log.length)],
    ["  answered 200", count(({ status }) => status === 200)],
    ["  answered 304", count(({ status }) => status === 304)],
    ["  redirected", count(({ location }) => location !== null)],
    ["  answered 403, 429 or 503", count(({ status }) => [403, 429, 503].includes(status))],
    ["  not answered", count(({ status }) => status === 0)],
    ["  for robots.txt", count(({ isRobots }) => isRobots)],
    ["sent to us", kilobytes(sum(({ sentBytes }) => sentBytes))],
    ["saved by validators", kilobytes(sum(({ savedBytes }) => savedBytes))],
    ["posts kept", String([...posts.values()].reduce((total, kept) => total + kept.length, 0))],
    ["restarts, outages", `${restarted.length}, ${outages.length}`],
    ["wall time", `${seconds.toFixed(0)} s`],
    ["peak memory, with the log of all requests", `${Math.round(process.resourceUsage().maxRSS / 1_024)} MB`],
  ];
}
