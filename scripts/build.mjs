// Compiles the program, then the mail templates with it: at start it takes the latter as they are.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
const tsc = join(dirname(typescript), "bin", "tsc");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
const { precompiled } = await import(pathToFileURL(join(root, "dist", "digest", "template.js")).href);
const folder = join(root, "dist", "templates");
mkdirSync(folder, { recursive: true });
for (const [name, html] of await precompiled(join(root, "templates")))
  writeFileSync(join(folder, name), html);
