// Compiles the program, then the mail templates with it: at start it takes the latter as they are. What the threads run
// that read pages is put into one file: they start in half the time.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildSync } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
const tsc = join(dirname(typescript), "bin", "tsc");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
const { precompiled } = await import(pathToFileURL(join(root, "dist", "digest", "template.js")).href);
const folder = join(root, "dist", "templates");
mkdirSync(folder, { recursive: true });
for (const [name, html] of await precompiled(join(root, "templates")))
  writeFileSync(join(folder, name), html);

const reading = join(root, "dist", "app", "reading.js");
buildSync({
  entryPoints: [reading],
  outfile: reading,
  allowOverwrite: true,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  logLevel: "warning",
  // Some of the packages are CommonJS and ask for Node's own modules.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
});
