import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const src = fileURLToPath(new URL("../src", import.meta.url));

/** The one rule, as in docs/ARCHITECTURE.md: import downwards only, and never a sibling. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  domain: ["base"],
  fetch: ["domain", "base"],
  extract: ["domain", "base"],
  feeds: ["domain", "base"],
  digest: ["domain", "base"],
  mail: ["domain", "base"],
  store: ["domain", "base"],
  engine: ["domain", "base"],
  config: ["domain", "base"],
  jobs: [
    "domain",
    "base",
    "feeds/build.ts",
    "feeds/memory.ts",
    "feeds/opml.ts",
    "feeds/twin.ts",
    "digest/*",
    "mail/message.ts",
    "mail/tokens.ts",
  ],
  app: ["base", "domain", "fetch", "extract", "feeds", "digest", "mail", "store", "engine", "config", "jobs"],
  web: ["app", "domain", "base"],
  cli: ["web", "app", "jobs/timetable.ts", "config", "domain", "base"],
};

/** What only one room may touch: side effects have an address. */
const addresses: readonly { readonly what: RegExp; readonly rooms: readonly string[] }[] = [
  { what: /^(?:drizzle-orm|better-sqlite3)/, rooms: ["store"] },
  { what: /^undici$/, rooms: ["fetch"] },
  { what: /^node:(?:dns|net)/, rooms: ["fetch", "cli", "web", "mail", "config"] },
  { what: /^(?:feed|saxes)$/, rooms: ["feeds"] },
  { what: /^(?:rss-parser|css-select|sanitize-html)$/, rooms: ["extract"] },
  { what: /^nodemailer/, rooms: ["mail"] },
  { what: /^(?:mjml|mustache)$/, rooms: ["digest"] },
  { what: /^node-cron$/, rooms: ["engine"] },
  { what: /^node:timers/, rooms: ["engine", "fetch", "store"] },
  { what: /^hono|^@hono/, rooms: ["web"] },
  { what: /^(?:commander|@clack\/prompts|string-width)$/, rooms: ["cli"] },
];

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));

/** `jobs/refresh.ts` → `jobs`; `app.ts` is the room `app` as well as the folder. */
function roomOf(file: string): string {
  return (
    file
      .replaceAll("\\", "/")
      .split("/")[0]
      ?.replace(/\.tsx?$/, "") ?? ""
  );
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(src, file), "utf8");
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^;"']*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g,
  );
  return [...found].map((match) => ({ from: file, to: match[1] ?? match[2] ?? "" }));
}

const imports = files.flatMap(importsOf);

function isAllowed({ from, to }: Import): boolean {
  const target = relative(src, resolve(src, from, "..", to)).replaceAll("\\", "/");
  const room = roomOf(from);
  if (roomOf(target) === room) return true;
  return (mayImport[room] ?? []).some((allowed) =>
    allowed.includes("/")
      ? target === allowed || (allowed.endsWith("/*") && target.startsWith(allowed.slice(0, -1)))
      : roomOf(target) === allowed,
  );
}

describe("the one rule", () => {
  test("every file stands in a room that the rule knows", () => {
    expect(files.map(roomOf).filter((room) => !(room in mayImport))).toEqual([]);
  });

  test("imports go downwards only, and never to a sibling", () => {
    const broken = imports.filter(({ to }) => to.startsWith(".")).filter((one) => !isAllowed(one));

    expect(broken.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test("side effects have an address", () => {
    const astray = imports.filter(({ from, to }) =>
      addresses.some(({ what, rooms }) => what.test(to) && !rooms.includes(roomOf(from))),
    );

    expect(astray.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test("the rule sees what it is meant to forbid", () => {
    expect(isAllowed({ from: "fetch/fetch.ts", to: "../extract/registry.ts" })).toBe(false);
    expect(isAllowed({ from: "domain/post.ts", to: "../jobs/refresh.ts" })).toBe(false);
    expect(isAllowed({ from: "jobs/publish.ts", to: "../feeds/write.ts" })).toBe(false);
    expect(isAllowed({ from: "jobs/publish.ts", to: "../feeds/build.ts" })).toBe(true);
  });
});

test("nobody asks URL.canParse, which is wrong in Node 20 (see parsedUrl)", () => {
  const asking = files.filter((file) => /URL\.canParse\(/.test(readFileSync(join(src, file), "utf8")));

  expect(asking).toEqual([]);
});

describe("the measure of the house", () => {
  test("no file is longer than 250 lines", () => {
    const long = files.map((file) => ({
      file,
      lines: readFileSync(join(src, file), "utf8").split("\n").length - 1,
    }));

    expect(long.filter(({ lines }) => lines > 250)).toEqual([]);
  });
});
