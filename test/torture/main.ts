// The torture of the outbox: `npm run torture`, `-- --seed 7`, `-- --only "random kills"`, `-- --size 0.2`. The built
// program is killed, stopped and starved against a mail server that misbehaves in every way it can; what it promises
// about mail is held against what that server has seen. Ends with 1 when anything is wrong, and keeps the folder then.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { play, plays } from "./plays.ts";
import { type Outcome, stepsReached, table } from "./report.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    only: { type: "string" },
    size: { type: "string", default: "1" },
  },
});
const seed = Number(values.seed);
const chosen = plays(Number(values.size)).filter(
  ({ name }) => values.only === undefined || name === values.only,
);
const folder = mkdtempSync(join(tmpdir(), "postwire-torture-"));
console.log(`seed ${seed}\n`);

const outcomes: Outcome[] = [];
for (const [n, part] of chosen.entries()) {
  const from = performance.now();
  const outcome = { name: part.name, ...(await play(part, join(folder, String(n)), seed + n)) };
  outcomes.push(outcome);
  const took = `${((performance.now() - from) / 1_000).toFixed(0)} s`;
  console.error(`${part.name}: ${took}, ${"wrongs" in outcome ? outcome.wrongs.length : 0} wrong`);
}
console.log(table(outcomes));
const kinds = Math.max(
  0,
  ...outcomes.map((outcome) => ("kindsOfFault" in outcome ? outcome.kindsOfFault : 0)),
);
console.log(`\nKinds of misbehaviour seen in one phase: up to ${kinds}. Died at: ${stepsReached(outcomes)}.`);

const wrongs = outcomes.flatMap((outcome) =>
  "wrongs" in outcome ? outcome.wrongs.map((wrong) => `${outcome.name}: ${wrong}`) : [],
);
if (wrongs.length > 0) {
  console.log(
    `\n${wrongs.length} wrong, with seed ${seed}; everything is kept in ${folder}:\n\n${wrongs.join("\n")}`,
  );
  process.exitCode = 1;
} else {
  rmSync(folder, { recursive: true, force: true });
}
