import type { Instant } from "../base/clock.ts";
import type { Tally } from "../base/tally.ts";
import type { RecordedFetch } from "../domain/records.ts";
import type { ClaimedSource, Move, Source } from "../domain/source.ts";
import type { Store } from "../domain/store.ts";
import { judged } from "./blame.ts";
import type { Look } from "./look.ts";
import type { Outage } from "./outage.ts";
import { leaseMs, lookPolitely, type PoliteNeeds } from "./politely.ts";

export interface RefreshNeeds extends PoliteNeeds {
  readonly store: Store;
  readonly outage: Outage;
  readonly sources: readonly Source[];
  readonly tally: Tally;
  /** Names this process among others. */
  readonly owner: string;
  readonly concurrency: number;
  /** Called after each source, for progress. */
  readonly onLooked?: (source: string) => void;
}

export interface RefreshOptions {
  /** Only this source. */
  readonly only?: string | undefined;
  /** Also what is not due. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How a refresh went; `failed` counts sources that brought nothing because of trouble. */
export interface Refreshed {
  readonly job: "refresh";
  readonly looked: number;
  readonly unchanged: number;
  readonly new: number;
  readonly changed: number;
  readonly held: number;
  readonly failed: number;
}

/** What the workers of a refresh share. */
interface Round {
  /** Not to be taken again: with `--force` all of them, else those that are due again at once. */
  readonly looked: Set<string>;
  readonly sources: ReadonlyMap<string, Source>;
  /** When something is due next, where somebody is asking it just now. */
  next: Promise<Instant | null> | null;
}

const shortestRest = 100;
/** Looks at every source that is due, several at once, each host one at a time; ends when nothing is due. */
export async function refresh(needs: RefreshNeeds, options: RefreshOptions = {}): Promise<Refreshed> {
  const round: Round = {
    looked: new Set(),
    sources: new Map(needs.sources.map((source) => [source.id, source])),
    next: null,
  };
  const count = { looked: 0, unchanged: 0, new: 0, changed: 0, held: 0, failed: 0 };
  const worker = async (name: string) => {
    while (!options.signal?.aborted) {
      const claimed = await claimNext(needs, options, name, round);
      if (claimed === null) return;
      const recorded = await lookAndRecord(needs, claimed, round, options);
      count.looked++;
      if (recorded === "failed") count.failed++;
      else if (recorded.kind === "recorded") {
        count.new += recorded.new.length;
        count.changed += recorded.changed;
        count.held += recorded.held;
        if (recorded.new.length + recorded.changed === 0) count.unchanged++;
      }
      needs.onLooked?.(claimed.id);
    }
  };
  const workers = Math.min(needs.concurrency, Math.max(1, needs.sources.length));
  await Promise.all(Array.from({ length: workers }, (_, n) => worker(`${needs.owner}/${n}`)));
  return { job: "refresh", ...count };
}

/** The next source to look at; waits for a host that only has to rest a moment. */
async function claimNext(
  needs: RefreshNeeds,
  options: RefreshOptions,
  owner: string,
  round: Round,
): Promise<ClaimedSource | null> {
  const { store, hostGapMs } = needs;
  for (;;) {
    const claim = {
      owner,
      leaseMs,
      only: options.only ?? null,
      force: options.force ?? false,
      notAgain: [...round.looked],
      hostGapMs,
    };
    const now = needs.now();
    if (!needs.outage.mayAsk(now)) return null;
    const claimed = await store.claimSource(claim, now);
    if (claimed !== null) return claimed;
    round.next ??= store.nextLookAt(claim, now + hostGapMs).finally(() => {
      round.next = null;
    });
    const next = await round.next;
    if (next === null || next - now > hostGapMs || options.signal?.aborted) return null;
    await needs.pause(Math.max(next - now, shortestRest), options.signal);
  }
}

async function lookAndRecord(
  needs: RefreshNeeds,
  claimed: ClaimedSource,
  { looked, sources }: Round,
  { force, signal }: RefreshOptions,
): Promise<RecordedFetch | "failed"> {
  const source = sources.get(claimed.id);
  if (source === undefined) return "failed";
  const startedAt = needs.now();
  const { found, visited, holds } = await lookPolitely(needs, source, claimed, signal);
  const now = needs.now();
  const judgement = await judged(needs, source, claimed, found, now);
  const record = { ...judgement, visited, holds: [...judgement.holds, ...holds] };
  if (force || record.nextLookAt <= now) looked.add(claimed.id);
  const recorded = await needs.store.recordFetch(claimed, record, now);
  if (record.move?.acceptedAt === now) await letFollow(needs, source, claimed.state.address, record.move);
  needs.tally.add("looks", record.last.outcome);
  if (found.kind === "failed") needs.tally.add("failures", kindOf(found.outcome));
  const news = recorded.kind === "recorded" ? recorded.new.length : 0;
  const fields = { source: source.id, outcome: record.last.outcome, new: news, ms: needs.now() - startedAt };
  if (found.kind === "failed")
    needs.log.warn("look failed", {
      ...fields,
      why: found.message,
      nextLookInMs: record.nextLookAt - needs.now(),
    });
  else needs.log.info("looked", { ...fields, items: found.kind === "read" ? found.items.length : null });
  if (found.kind === "read" && found.change !== null)
    needs.log.warn("page changed", { source: source.id, why: found.change });
  return found.kind === "failed" ? "failed" : recorded;
}

/** Sources that share an address move together: else one would ask the new place and the other be led there. */
async function letFollow(
  { store, sources }: RefreshNeeds,
  { id, url, headers }: Source,
  from: string,
  move: Move,
): Promise<void> {
  const isTwin = (other: Source) =>
    other.id !== id && other.url === url && JSON.stringify(other.headers) === JSON.stringify(headers);
  const twins = sources.filter(isTwin);
  if (twins.length > 0) {
    const ids = twins.map((twin) => twin.id);
    await store.followMove(ids, from, move);
  }
}

function kindOf(outcome: (Look & { kind: "failed" })["outcome"]): string {
  return outcome.kind === "trouble" ? outcome.trouble : outcome.kind;
}
