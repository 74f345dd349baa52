// What the speed claims rest on: `npm run bench -- feeds-in`, `-- feeds-out`, `-- looks`, `-- dedupe`, `-- extract`,
// `-- deliver`, `-- refresh`, or all of them without a name.
// Each figure is a ratio to a baseline measured in the same run, so that it means the same on any machine.
import { dedupe } from "./dedupe.ts";
import { deliver } from "./deliver.ts";
import { extraction } from "./extract.ts";
import { feedsIn } from "./feedsin.ts";
import { feedsOut } from "./feedsout.ts";
import { looks } from "./looks.ts";
import { refresh } from "./refresh.ts";

const benches: Readonly<Record<string, () => Promise<void> | void>> = {
  "feeds-in": feedsIn,
  "feeds-out": feedsOut,
  looks,
  dedupe,
  extract: extraction,
  deliver,
  refresh,
};

const [wanted] = process.argv.slice(2);
const chosen = wanted === undefined ? Object.keys(benches) : [wanted];
for (const name of chosen) {
  const bench = benches[name];
  if (bench === undefined) {
    console.error(`There is no bench "${name}". Known: ${Object.keys(benches).join(", ")}.`);
    process.exit(2);
  }
  await bench();
}
