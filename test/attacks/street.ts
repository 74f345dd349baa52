import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, openApp } from "../../src/app.ts";
import type { Log } from "../../src/base/log.ts";
import { understand } from "../../src/config/load.ts";
import type { LookResult } from "../../src/domain/source.ts";
import { readingShape } from "../../src/extract/shape.ts";
import { listen, serve, type TestServer } from "../support/server.ts";
import { type Attacker, anAttacker, traps } from "./attack.ts";
import type { Trap } from "./trap.ts";

/** What came of a look at a trap, with one at its neighbour under way. */
export interface Visited {
  readonly last: LookResult | null;
  readonly newPosts: number;
  readonly newNextDoor: number;
  readonly nextDoorMs: number;
}

/** A whole house whose sources are traps, but for one neighbour who means well and has a new post at every look. */
export interface Street {
  readonly attacker: Attacker;
  /** Looks at a trap and at the neighbour at once, each with a refresh of its own. */
  visit(trap: Trap): Promise<Visited>;
  /** Titles of everything that was written at the neighbour's, and of what was read of it. */
  nextDoor(): Promise<{ readonly written: ReadonlySet<string>; readonly read: ReadonlySet<string> }>;
  /** How many connections there were to an address that nobody may ask. */
  hits(): number;
  /** Closes the house: its threads end, the servers stay. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Opens it with the limits that hold everywhere; only the machine itself may be asked. */
export async function aStreet(): Promise<Street> {
  const folder = mkdtempSync(join(tmpdir(), "postwire-"));
  let [hits, posts] = [0, 0];
  const canary = createServer((socket) => {
    hits += 1;
    socket.destroy();
  });
  const attacker = await anAttacker(`http://127.0.0.1:${await listen(canary)}`);
  const neighbour = await serve();
  neighbour.on("/", (_, response) => {
    const cards = Array.from({ length: 10 }, (_, n) => card(posts - n));
    response.writeHead(200, { "content-type": "text/html" }).end(`<main>${cards.join("")}</main>`);
  });
  const app = await openApp(configured(folder, attacker, neighbour), silent);
  const lookNextDoor = async () => {
    posts += 1;
    const startedAt = performance.now();
    const { new: newNextDoor } = await app.jobs.refresh({ only: "neighbour", force: true });
    return { newNextDoor, nextDoorMs: performance.now() - startedAt };
  };
  posts += 9;
  await lookNextDoor();
  return {
    attacker,
    visit: async (trap) => {
      const look = app.jobs.refresh({ only: idOf(trap), force: true });
      const [refreshed, nextDoor] = await Promise.all([look, lookNextDoor()]);
      return { last: await lastOf(app, trap), newPosts: refreshed.new, ...nextDoor };
    },
    nextDoor: async () => {
      const kept = await app.store.listPosts({ source: "neighbour", after: 0, limit: 9_999 });
      const written = Array.from({ length: posts }, (_, n) => `Post number ${n + 1}`);
      return { written: new Set(written), read: new Set(kept.map(({ title }) => title)) };
    },
    hits: () => hits,
    leave: () => app.close(),
    close: async () => {
      await Promise.all([attacker.leave(), neighbour.close()]);
      canary.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function card(n: number): string {
  return `<article><h2><a href="/${n}">Post number ${n}</a></h2><p>What it is about.</p></article>`;
}

function idOf(trap: Trap): string {
  return `trap-${traps.indexOf(trap)}`;
}

async function lastOf({ store }: App, trap: Trap): Promise<LookResult | null> {
  return (await store.listSources()).find(({ id }) => id === idOf(trap))?.state.last ?? null;
}

function configured(folder: string, attacker: Attacker, neighbour: TestServer) {
  const sources = [
    ...traps.map((trap) => ({
      ...{ id: idOf(trap), url: attacker.addressOf(trap), read: trap.read, pages: trap.pages ?? 1 },
      backfill: "all",
    })),
    { id: "neighbour", url: `${neighbour.url}/`, backfill: "all" },
  ];
  const text = `site: { title: Weekly, url: "https://weekly.example" }
data: ${JSON.stringify(folder)}
polling: { hostGap: 0s, allowPrivateAddresses: [127.0.0.0/8] }
sources: ${JSON.stringify(sources)}
`;
  return understand(text, join(folder, "postwire.yaml"), {}, readingShape);
}
