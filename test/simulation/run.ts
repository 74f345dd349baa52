import { join } from "node:path";
import { hour, type Instant } from "../../src/base/clock.ts";
import type { Post } from "../../src/domain/post.ts";
import type { SourceRow } from "../../src/domain/source.ts";
import type { Store } from "../../src/domain/store.ts";
import { type EventClock, eventClock } from "./clock.ts";
import { aDaemon, type Daemon } from "./daemon.ts";
import type { Entry } from "./log.ts";
import { aNetwork } from "./server.ts";
import type { Restart, Span, Web } from "./web.ts";
import { aWeb, firstDay, type Size } from "./world.ts";

/** What the database said of all sources at an instant. */
export interface Snapshot {
  readonly at: Instant;
  readonly rows: ReadonlyMap<string, SourceRow>;
}

/** A restart as it went: what was known when it ended, and when it was there again. */
export interface Restarted {
  readonly restart: Restart;
  readonly before: Snapshot;
  readonly after: Snapshot;
}

/** All there is to be audited. */
export interface Story {
  readonly web: Web;
  /** In order of time. */
  readonly log: readonly Entry[];
  readonly restarted: readonly Restarted[];
  /** Of each outage: before it, and when it was over. */
  readonly outages: readonly { readonly span: Span; readonly before: Snapshot; readonly after: Snapshot }[];
  readonly end: Snapshot;
  readonly posts: ReadonlyMap<string, readonly Post[]>;
  /** What the program logged as errors. */
  readonly errors: readonly string[];
}

/** How often the daemon wakes. */
const tickMs = 5_000;

/** Runs the program in a web of this size, with its database in `folder`. */
export async function simulated(size: Size, folder: string): Promise<Story> {
  const clock = eventClock(firstDay);
  const network = await aNetwork(clock, (port) => aWeb(size, port));
  const { web } = network;
  const file = join(folder, "postwire.db");
  const errors: string[] = [];
  const start = async (n: number) =>
    driven(await aDaemon(file, `d${n}`, clock, network, errors, size.workers), clock);
  let driver = await clock.frozen(() => start(0));
  const now = () => snapshot(driver.daemon.store, clock.now());
  const restarted: Restarted[] = [];
  const outages: { span: Span; before: Snapshot; after: Snapshot }[] = [];
  for (const event of eventsOf(web)) {
    await clock.pause(event.at - clock.now());
    const before = await now();
    if ("until" in event) {
      await clock.pause(event.until - clock.now());
      outages.push({ span: event, before, after: await now() });
      continue;
    }
    await clock.frozen(async () => {
      await driver.end(event.kind);
      await network.hangUp();
    });
    await clock.pause(event.downMs);
    driver = await clock.frozen(() => start(restarted.length + 1));
    restarted.push({ restart: event, before, after: await now() });
  }
  await clock.pause(web.endsAt - clock.now());
  return await clock.frozen(async () => {
    const end = await now();
    const posts = await postsOf(driver.daemon.store, web);
    await driver.end("stop");
    await network.close();
    const log = network.log.toSorted((a, b) => a.at - b.at);
    return { web, log, restarted, outages, end, posts, errors };
  });
}

/** In order; an outage and a restart do not meet. */
function eventsOf({ restarts, outages }: Web): readonly (Restart | (Span & { readonly at: Instant }))[] {
  const clear = restarts.filter(({ at, downMs }) =>
    outages.every(({ from, until }) => at + downMs < from - hour || at > until + hour),
  );
  return [...clear, ...outages.map((span) => ({ ...span, at: span.from }))].sort((a, b) => a.at - b.at);
}

interface Driver {
  readonly daemon: Daemon;
  end(how: Restart["kind"]): Promise<void>;
}

/** Wakes the daemon when it may have something to do, at its ticks, until it is ended. */
function driven(daemon: Daemon, clock: EventClock): Driver {
  const ending = new AbortController();
  const round = async () => {
    await daemon.tick();
    if (ending.signal.aborted) return;
    const next = (await daemon.nextAt()) ?? clock.now() + hour;
    const wakesAt = Math.ceil(Math.max(next, clock.now() + 1) / tickMs) * tickMs;
    await clock.pause(wakesAt - clock.now(), ending.signal);
  };
  const rounds = (async () => {
    while (!ending.signal.aborted) await round();
  })().catch((error: unknown) => {
    // The database of a program that crashed is closed under it.
    if (!ending.signal.aborted) throw error;
  });
  return {
    daemon,
    end: async (how) => {
      ending.abort();
      await (how === "stop" ? daemon.stop() : daemon.crash());
      await rounds;
    },
  };
}

async function snapshot(store: Store, at: Instant): Promise<Snapshot> {
  return { at, rows: new Map((await store.listSources()).map((row) => [row.id, row])) };
}

async function postsOf(store: Store, web: Web): Promise<ReadonlyMap<string, readonly Post[]>> {
  const all = new Map<string, readonly Post[]>();
  for (const { id } of web.sources) {
    all.set(id, await store.listPosts({ source: id, after: 0, limit: 1_000_000 }));
  }
  return all;
}
