import type { Instant } from "../../src/base/clock.ts";
import type { Log } from "../../src/base/log.ts";
import { tally } from "../../src/base/tally.ts";
import type { FetchRequest } from "../../src/domain/page.ts";
import type { Store } from "../../src/domain/store.ts";
import { extract } from "../../src/extract/registry.ts";
import { politeFetch } from "../../src/fetch/fetch.ts";
import { judgeRobots } from "../../src/fetch/robots.ts";
import { heardBy, outageWatch } from "../../src/jobs/outage.ts";
import { type Refreshed, refresh } from "../../src/jobs/refresh.ts";
import { sharedFetch } from "../../src/jobs/sharing.ts";
import { sqliteStore } from "../../src/store/sqlite/store.ts";
import { migrationsFolder } from "../support/store.ts";
import type { EventClock } from "./clock.ts";
import type { Network } from "./server.ts";
import type { Web } from "./web.ts";

export const hostGapMs = 2_000;
export const userAgent = "Postwire/0.0.0 (+https://simulated.example)";

/** The program from `refresh` down, as it is in one process. */
export interface Daemon {
  readonly store: Store;
  /** Looks at what is due, as at every tick. */
  tick(): Promise<Refreshed>;
  /** When a tick would find something to do, as far as it is known. */
  nextAt(): Promise<Instant | null>;
  /** Ends in order: what is under way is called off and written down. */
  stop(): Promise<void>;
  /** Ends at once: what is under way is lost. */
  crash(): Promise<void>;
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Starts the program on a database; `errors` gets what is logged as one. */
export async function aDaemon(
  file: string,
  name: string,
  clock: EventClock,
  { web, resolve }: Network & { readonly web: Web },
  errors: string[],
  workers: number,
): Promise<Daemon> {
  const database = await sqliteStore({ file, migrations: migrationsFolder, tagHost: "simulated.example" });
  const store = atWork(database, clock);
  const now = () => clock.now();
  await store.syncSources(web.sources, { rename: {} }, now());
  const fetcher = politeFetch({
    ...{ userAgent, allowPrivateAddresses: true, clock, resolve },
    // Real time, which here is none of the answer's: a busy machine is no slow server.
    limits: { connectMs: 120_000, firstByteMs: 120_000, wholeMs: 600_000, slowAfterMs: 600_000 },
  });
  const outage = outageWatch(new Set(web.sources.map(({ url }) => new URL(url).host)).size);
  const stopping = new AbortController();
  const needs = {
    ...{ store, now, owner: name, sources: web.sources, hostGapMs, concurrency: workers, tally: tally() },
    asking: sharedFetch(
      heardBy(outage, (request) => clock.work(() => fetcher.fetch(outOf(clock, request)))),
      web.sources,
      now,
    ),
    extract: (...given: Parameters<typeof extract>) => clock.work(() => extract(...given)),
    outage,
    judge: judgeRobots,
    pause: (ms: number, signal?: AbortSignal) => clock.pause(ms, signal),
    log: {
      ...silent,
      error: (event: string, fields = {}) => void errors.push(`${event} ${JSON.stringify(fields)}`),
    },
  };
  let running: Promise<unknown> = Promise.resolve();
  return {
    store,
    tick: () => {
      const round = refresh(needs, { signal: stopping.signal });
      running = round.catch(() => {});
      return round;
    },
    nextAt: () => store.nextLookAt({ only: null, force: false, notAgain: [] }, Number.MAX_SAFE_INTEGER),
    stop: async () => {
      stopping.abort();
      await running;
      await fetcher.close();
      await store.close();
    },
    crash: async () => {
      await store.close();
      stopping.abort();
      await fetcher.close();
      await running;
    },
  };
}

/** A request whose questions in between are no work: they may wait for a host. */
function outOf(clock: EventClock, request: FetchRequest): FetchRequest {
  const { mayVisit } = request;
  return mayVisit === undefined
    ? request
    : { ...request, mayVisit: (url) => clock.aside(() => mayVisit(url)) };
}

/** The store, whose every verb is real work: some wait for the disk. */
function atWork(store: Store, clock: EventClock): Store {
  const verbs = Object.entries(store) as [string, (...given: readonly unknown[]) => Promise<unknown>][];
  const counted = verbs.map(([name, verb]) => [
    name,
    (...given: readonly unknown[]) => clock.work(() => verb(...given)),
  ]);
  return Object.fromEntries(counted) as Store;
}
