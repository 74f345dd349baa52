import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Sentences } from "../base/words.ts";
import { feedIconPath, feedStylesPath } from "../domain/address.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A folder that comes with the program: `templates`, `locales`, `drizzle`, `examples`; or a file beside them. */
export function bundled(name: string): string {
  return join(root, name);
}

/** Where the mail templates are. */
export const templates = { folder: bundled("templates"), compiled: bundled("dist/templates") };

/** What the feeds on the shelf refer to, by path: the styles of pages and feeds in one sheet, and the icon. */
export function feedLooks(): ReadonlyMap<string, Buffer> {
  const file = (name: string) => readFileSync(join(templates.folder, name));
  return new Map([
    [feedStylesPath, Buffer.concat([file("pages.css"), file("feeds.css")])],
    [feedIconPath, file("icon.svg")],
  ]);
}

/** The version of the program, of `package.json`. */
export const version = (JSON.parse(readFileSync(bundled("package.json"), "utf8")) as { version: string })
  .version;

/** The sentences of every language there is, by its tag. */
export function readLocales(): Readonly<Record<string, Sentences>> {
  const folder = bundled("locales");
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return Object.fromEntries(
    files.map((file) => [
      basename(file, ".json"),
      JSON.parse(readFileSync(join(folder, file), "utf8")) as Sentences,
    ]),
  );
}
