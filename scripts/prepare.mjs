// Builds the program after `npm ci`. Without the development packages (`npm ci --omit=dev`,
// a deployment) there is no compiler: then dist/ has to be there already, and this says so.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Whether the compiler and the types it needs are here: other packages bring TypeScript along without them. */
function canBuild() {
  try {
    const { resolve } = createRequire(import.meta.url);
    for (const types of ["node", "mustache", "mjml", "sanitize-html"])
      resolve(`@types/${types}/package.json`);
    resolve("typescript/package.json");
    return true;
  } catch {
    return false;
  }
}

if (canBuild()) {
  await import("./build.mjs");
} else if (!existsSync(join(root, "dist", "cli", "main.js"))) {
  console.warn(
    "postwire: not built, because the development packages are left out.\n" +
      "  Run `npm ci && npm prune --omit=dev` instead: it builds first and removes them afterwards.",
  );
}
