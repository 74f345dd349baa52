// How well pages are read, on samples with the answers: `npm run eval -- FOLDER`. The folder has one folder for each kind
// of sample (listings, feeds, captures), each with a README that says its format, and mostly a scorer of its own.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { captures } from "./captures.ts";
import { feeds } from "./feeds.ts";
import { listings } from "./listings.ts";

const evals: Readonly<Record<string, (folder: string) => Promise<void>>> = { listings, feeds, captures };

const [given, ...wanted] = process.argv.slice(2);
if (given === undefined || !existsSync(given)) {
  console.error(
    given === undefined
      ? "Name the folder: npm run eval -- FOLDER [listings|feeds|captures]"
      : `There is no ${given}.`,
  );
  process.exit(2);
}
for (const [name, evaluate] of Object.entries(evals)) {
  const folder = join(resolve(given), name);
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (existsSync(folder)) await evaluate(folder);
  else console.log(`${name}: skipped, there is no ${folder}`);
}
