import { type Instant, isoInstant } from "../../../src/base/clock.ts";
import type { Source } from "../../../src/domain/source.ts";
import type { Entry } from "../log.ts";
import type { Story } from "../run.ts";

/** One way to be rude, and everybody who was treated so: a sentence each. */
export type Audit = (found: Case) => readonly string[];

/** A story with its log in the orders in which it is looked at. */
export interface Case extends Story {
  /** By address, what was cut off left out: nobody learned anything from it. */
  readonly byUrl: ReadonlyMap<string, readonly Entry[]>;
  readonly byHost: ReadonlyMap<string, readonly Entry[]>;
  /** What a request goes on from: at once on the same host, soon at another; null where it stands for itself. */
  readonly before: (entry: Entry) => Entry | null;
  /** The address that a chain of redirects began at. */
  readonly rootOf: (entry: Entry) => string | null;
  /** Whose address it is, or is led to. */
  readonly sourcesOf: (url: string) => readonly Source[];
  /**
   * Sources that share an address share what is known of it in memory: after a restart each of them may ask for itself
   * once, as it would alone.
   */
  readonly isAnew: (entry: Entry) => boolean;
}

/** A header's dates have no milliseconds, and an answer takes its time to come. */
export const toleranceMs = 1_500;

/** So long a redirect may wait for another host to be free, and what that host's other answers take meanwhile. */
const mostWaitMs = 15_000;

export function caseOf(story: Story): Case {
  const led = grouped(story.log, ({ location }) => location);
  const before = (entry: Entry) => {
    const isNext = (from: Entry) => {
      const waitedMs = entry.at - from.endedAt;
      return waitedMs >= 0 && waitedMs <= (from.host === entry.host ? 0 : mostWaitMs);
    };
    return (entry.url === null ? [] : (led.get(entry.url) ?? [])).findLast(isNext) ?? null;
  };
  const rootOf = (entry: Entry): string | null => {
    let first = entry;
    for (let from = before(first); from !== null; from = before(from)) first = from;
    return first.url;
  };
  const reached = story.web.sources.flatMap((source) => {
    const detours = story.web.places.get(source.url)?.detours ?? [];
    return [...new Set([source.url, ...detours.map(({ to }) => to)])].map((url) => ({ url, source }));
  });
  const bySource = new Map(
    [...grouped(reached, ({ url }) => url)].map(([url, all]) => [url, all.map(({ source }) => source)]),
  );
  const anew = new Set<Entry>();
  for (const { after } of story.restarted) {
    const counts = new Map<string, number>();
    for (const entry of story.log) {
      const root = entry.at >= after.at ? rootOf(entry) : null;
      // A robots.txt that could not be had is remembered for all sources of its host.
      const sharers = root === null ? 0 : entry.isRobots ? 1 : (bySource.get(root)?.length ?? 0);
      const key = `${root} ${entry.url}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if ((sharers > 1 || entry.isRobots) && count <= sharers) anew.add(entry);
    }
  }
  return {
    ...story,
    byUrl: grouped(
      story.log.filter(({ isCutOff }) => !isCutOff),
      ({ url }) => url,
    ),
    byHost: grouped(story.log, ({ host }) => host),
    ...{ before, rootOf, sourcesOf: (url) => bySource.get(url) ?? [], isAnew: (entry) => anew.has(entry) },
  };
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string | null): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

/** Each with the one before it. */
export function* pairs<T>(all: readonly T[]): Generator<readonly [T, T]> {
  for (let n = 1; n < all.length; n++) {
    const [before, one] = [all[n - 1], all[n]];
    if (before !== undefined && one !== undefined) yield [before, one];
  }
}

/** A request as it is told of. */
export function told(entry: Entry, why: string): string {
  return `${isoInstant(entry.at)} ${entry.url ?? entry.host} (${entry.status}): ${why}`;
}

export function hours(ms: number): string {
  return `${(ms / 3_600_000).toFixed(2)} h`;
}

export function isGood({ status }: Entry): boolean {
  return status === 200 || status === 304;
}

export function at(instant: Instant): string {
  return isoInstant(instant);
}
