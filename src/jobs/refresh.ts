import type { Instant } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Tally } from "../base/tally.ts";
import type { Fetch, FetchOutcome } from "../domain/page.ts";
import type { RecordedFetch } from "../domain/records.ts";
import type { ClaimedSource, Source } from "../domain/source.ts";
import type { Store } from "../domain/store.ts";
import { judged, type Later } from "./blame.ts";
import { endsNew } from "./known.ts";
import { type Look, type LookNeeds, look } from "./look.ts";
import type { Outage } from "./outage.ts";
import { type Judgement, refusedByRobots } from "./robots.ts";

export interface RefreshNeeds extends Omit<LookNeeds, "fetch" | "rest" | "refusal"> {
  /** How to ask on behalf of a source. */
  readonly fetch: (source: Source) => Fetch;
  readonly store: Store;
  readonly outage: Outage;
  /** What a robots.txt says of an address; null: nobody is to ask it. */
  readonly judge: ((robots: string, origin: string, url: string) => Judgement) | null;
  readonly sources: readonly Source[];
  readonly log: Log;
  readonly tally: Tally;
  /** Names this process among others. */
  readonly owner: string;
  readonly concurrency: number;
  readonly hostGapMs: number;
  /** Resolves after `ms`, or rejects when the signal aborts. */
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
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

/** Longer than the longest look: one request may take 30 s. */
const leaseMs = 90_000;
const shortestRest = 100;
/** A host that wants more time than this between two requests has one in a look. */
const longestRest = 30_000;
const tooSlow: FetchOutcome = { kind: "disallowed", rule: "Crawl-delay" };

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
  const found = await lookSafely(needs, source, claimed, signal);
  const now = needs.now();
  const record = await judged(needs, source, claimed, found, now);
  if (force || record.nextLookAt <= now) looked.add(claimed.id);
  const recorded = await needs.store.recordFetch(claimed, record, now);
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
  return found.kind === "failed" ? "failed" : recorded;
}

function kindOf(outcome: (Look & { kind: "failed" })["outcome"]): string {
  return outcome.kind === "trouble" ? outcome.trouble : outcome.kind;
}

/** A look; a bug in reading one page costs its own source one failure and nobody else anything. */
async function lookSafely(
  needs: RefreshNeeds,
  source: Source,
  claimed: ClaimedSource,
  signal?: AbortSignal,
): Promise<Look | Later> {
  const { state } = claimed;
  const fetch = needs.fetch(source);
  let gapMs = needs.hostGapMs;
  const rest = async () => {
    if (gapMs > longestRest) return false;
    await needs.store.renewSource(claimed.id, claimed.owner, needs.now() + gapMs + leaseMs);
    await needs.pause(gapMs, signal);
    return true;
  };
  const isFeed = source.reading.kind === "feed" || state.learned?.kind === "feed";
  const judge = (robots: string, origin: string, url: string): Judgement => {
    const judgement = needs.judge?.(robots, origin, url) ?? { isAllowed: true, crawlGapMs: 0, rule: "" };
    gapMs = Math.max(needs.hostGapMs, judgement.crawlGapMs);
    return judgement;
  };
  const refusal =
    needs.judge === null || isFeed
      ? async () => null
      : (url: string) => refusedByRobots({ ...needs, fetch, judge, rest }, url, signal);
  try {
    const first = await refusal(state.address);
    if (first === "later") return { kind: "later" };
    const further = async (url: string) => {
      const refused = url === state.address ? first : await refusal(url);
      return refused === "later" ? tooSlow : refused;
    };
    return await look(
      { ...needs, fetch, rest, refusal: further },
      {
        source,
        address: state.address,
        learned: state.learned,
        validators: state.validators,
        bodyHash: state.bodyHash,
        wantsMore: async (items) => claimed.isFirstLook || (await endsNew(needs.store, source, items)),
        ...(signal && { signal }),
      },
    );
  } catch (error) {
    needs.log.error("look broke", {
      source: source.id,
      stack: error instanceof Error ? error.stack : messageOf(error),
    });
    return {
      kind: "failed",
      outcome: { kind: "unreadable", freshness: { maxAgeMs: null, retryAfterMs: null } },
      message: "The page could not be read: internal error, see the log.",
    };
  }
}
