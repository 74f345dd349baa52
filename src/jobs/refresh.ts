import type { Instant } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { normalized } from "../base/text.ts";
import type { FetchOutcome, Item } from "../domain/page.ts";
import { identify } from "../domain/post.ts";
import type { FetchRecord, RecordedFetch } from "../domain/records.ts";
import { afterFetch, type ClaimedSource, type LookResult, type Source } from "../domain/source.ts";
import type { Store } from "../domain/store.ts";
import { type Look, type LookNeeds, look } from "./look.ts";

export interface RefreshNeeds extends Omit<LookNeeds, "rest"> {
  readonly store: Store;
  readonly sources: readonly Source[];
  readonly log: Log;
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

/** Longer than the longest look: one request may take 30 s. */
const leaseMs = 90_000;
const shortestRest = 100;

/** Looks at every source that is due, several at once, each host one at a time; ends when nothing is due. */
export async function refresh(needs: RefreshNeeds, options: RefreshOptions = {}): Promise<Refreshed> {
  const looked = new Set<string>();
  const count = { looked: 0, unchanged: 0, new: 0, changed: 0, held: 0, failed: 0 };
  const worker = async (name: string) => {
    while (!options.signal?.aborted) {
      const claimed = await claimNext(needs, options, name, looked);
      if (claimed === null) return;
      looked.add(claimed.id);
      const recorded = await lookAndRecord(needs, claimed, options.signal);
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
  looked: ReadonlySet<string>,
): Promise<ClaimedSource | null> {
  const { store, hostGapMs } = needs;
  for (;;) {
    const claim = {
      owner,
      leaseMs,
      only: options.only ?? null,
      force: options.force ?? false,
      notAgain: [...looked],
      hostGapMs,
    };
    const now = needs.now();
    const claimed = await store.claimSource(claim, now);
    if (claimed !== null) return claimed;
    const next = await store.nextLookAt(claim, now);
    if (next === null || next - now > hostGapMs || options.signal?.aborted) return null;
    await needs.pause(Math.max(next - now, shortestRest), options.signal);
  }
}

async function lookAndRecord(
  needs: RefreshNeeds,
  claimed: ClaimedSource,
  signal: AbortSignal | undefined,
): Promise<RecordedFetch | "failed"> {
  const source = needs.sources.find(({ id }) => id === claimed.id);
  if (source === undefined) return "failed";
  const startedAt = needs.now();
  const found = await lookSafely(needs, source, claimed, signal);
  const record = recordOf(source, claimed, found, needs.now());
  const recorded = await needs.store.recordFetch(claimed, record, needs.now());
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

/** A look; a bug in reading one page costs its own source one failure and nobody else anything. */
async function lookSafely(
  needs: RefreshNeeds,
  source: Source,
  claimed: ClaimedSource,
  signal?: AbortSignal,
): Promise<Look> {
  const { state } = claimed;
  const rest = async () => {
    await needs.store.renewSource(claimed.id, claimed.owner, needs.now() + leaseMs);
    await needs.pause(needs.hostGapMs, signal);
  };
  try {
    return await look(
      { ...needs, rest },
      {
        source,
        address: state.address,
        learned: state.learned,
        validators: state.validators,
        bodyHash: state.bodyHash,
        wantsMore: async (items) => claimed.isFirstLook || (await bringsNews(needs, source, items)),
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
      outcome: { kind: "unreadable" },
      message: "The page could not be read: internal error, see the log.",
    };
  }
}

async function bringsNews(needs: RefreshNeeds, source: Source, items: readonly Item[]): Promise<boolean> {
  const keys = identify(items, { listingUrl: source.url, zone: source.zone }, needs.now()).map(
    ({ key }) => key,
  );
  const known = await needs.store.knownKeys(source.id, keys);
  return keys.some((key) => !known.has(key));
}

/** A look as it is written down. */
function recordOf(source: Source, claimed: ClaimedSource, found: Look, now: Instant): FetchRecord {
  const { state } = claimed;
  const rest = found.kind === "read" ? (found.extraction.feed?.restMs ?? null) : null;
  const next = afterFetch(source, state.failures, found.outcome, rest, now);
  const common = { backfill: source.backfill, ...next };
  switch (found.kind) {
    case "read": {
      const items = found.items.filter((item) => isWanted(item, source));
      return {
        ...common,
        candidates: identify(items, { listingUrl: found.address, zone: source.zone }, now),
        address: found.address,
        page: { validators: found.outcome.validators, bodyHash: found.outcome.bodyHash },
        learned: found.learned,
        last: found.items.length > 0 ? { outcome: "new", detail: null } : emptyLook(found),
      };
    }
    case "same":
      return {
        ...common,
        candidates: [],
        address: state.address,
        page: { validators: found.validators, bodyHash: state.bodyHash },
        learned: state.learned,
        last: { outcome: "unchanged", detail: null },
      };
    case "failed":
      return {
        ...common,
        ...afterFailure(source, claimed, found.outcome),
        candidates: [],
        page: null,
        last: failureOf(found),
      };
    default:
      return found satisfies never;
  }
}

/** A learned address that no longer answers as it did is forgotten: the configured page is looked at again. */
function afterFailure(
  source: Source,
  { state }: ClaimedSource,
  outcome: FetchOutcome | { readonly kind: "unreadable" },
) {
  const isLost = ["missing", "gone", "unreadable"].includes(outcome.kind) && state.address !== source.url;
  return isLost ? { address: source.url, learned: null } : { address: state.address, learned: state.learned };
}

function emptyLook(found: Look & { kind: "read" }): LookResult {
  return { outcome: "empty", detail: found.extraction.notes.at(-1) ?? "The page has no posts in it." };
}

function failureOf(found: Look & { kind: "failed" }): LookResult {
  const outcome = found.outcome.kind === "held" ? "held" : found.outcome.kind === "gone" ? "gone" : "failed";
  return { outcome, detail: found.message };
}

/** Whether `keep` and `drop` let an item pass: words looked for in title, text and categories. */
function isWanted(item: Item, { keep, drop }: Pick<Source, "keep" | "drop">): boolean {
  if (keep.length + drop.length === 0) return true;
  const said = normalized([item.title, item.text, ...item.categories].join("\n"));
  const has = (word: string) => said.includes(normalized(word));
  return (keep.length === 0 || keep.some(has)) && !drop.some(has);
}
