import { execFile, execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import { serve } from "../support/server.ts";
import { aFolder } from "../support/store.ts";

const run = promisify(execFile);
// Debian's own Python: another on the PATH knows nothing of Debian's packages.
const python = "/usr/bin/python3";

/** Whether a program runs here. */
function runs(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export const hasFeedparser = runs(python, "-c", "import feedparser");
export const hasNewsboat = runs("newsboat", "--version");

/** What feedparser read at one poll of one feed. */
export interface Poll {
  readonly url: string;
  readonly status: number;
  /** The file was not well-formed, or worse. */
  readonly bozo: boolean;
  readonly titles: readonly string[];
  readonly ids: readonly string[];
}

/** Polls each feed so many times in one process, which keeps the validators it is given. */
export async function feedparser(urls: readonly string[], polls: number): Promise<readonly Poll[]> {
  const script = fileURLToPath(new URL("poll.py", import.meta.url));
  const { stdout } = await run(python, [script, String(polls), ...urls], { maxBuffer: 100_000_000 });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Poll);
}

/** A post as newsboat keeps it. */
export interface Kept {
  readonly title: string;
  readonly guid: string;
}

/** A newsboat of its own, subscribed to one feed. */
export function newsboat(url: string) {
  const folder = aFolder();
  const place = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const cache = join(folder, "cache.db");
  const files = ["-u", place("urls", `${url}\n`), "-C", place("config", ""), "-c", cache];
  const env = { PATH: process.env.PATH ?? "", HOME: folder, TERM: "dumb", LANG: "C.UTF-8" };
  return {
    poll: async () => {
      await run("newsboat", [...files, "-x", "reload"], { env });
    },
    /** Everything it keeps. */
    kept: (): readonly Kept[] => {
      const database = new Database(cache, { readonly: true });
      try {
        return database
          .prepare("SELECT title, guid FROM rss_item WHERE deleted = 0 ORDER BY id")
          .all() as Kept[];
      } finally {
        database.close();
      }
    },
  };
}

/** What was asked of a server, and how it answered. */
export interface Asked {
  readonly path: string;
  readonly status: number;
}

/** A way to the server at `address` that notes what is asked and answered, and changes nothing. */
export async function overheard(address: string): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = await serve({
    "*": (incoming, outgoing) => {
      const path = incoming.url ?? "/";
      const onward = request(new URL(path, address), { headers: incoming.headers }, (answer) => {
        asked.push({ path, status: answer.statusCode ?? 0 });
        outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(outgoing);
      });
      onward.end();
    },
  });
  onTestFinished(() => server.close());
  return { url: server.url, asked };
}
