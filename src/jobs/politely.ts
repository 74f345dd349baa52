import { messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { type HostHold, holdAfter } from "../domain/manners.ts";
import type { Extract, Fetch, FetchOutcome } from "../domain/page.ts";
import type { ClaimedSource, Source } from "../domain/source.ts";
import type { Store } from "../domain/store.ts";
import type { Later } from "./blame.ts";
import { type DriftStore, settled } from "./drift.ts";
import { endsNew } from "./known.ts";
import { type Look, type LookNeeds, look } from "./look.ts";
import { type Judgement, refusedByRobots } from "./robots.ts";
import type { Asking } from "./sharing.ts";

export interface PoliteNeeds extends Omit<LookNeeds, "fetch" | "rest" | "refusal"> {
  readonly asking: (source: Source) => Asking;
  readonly store: Pick<Store, "renewSource" | "visitHost" | "getRobots" | "putRobots"> & DriftStore;
  /** What a robots.txt says of an address; null: nobody is to ask it. */
  readonly judge: ((robots: string, origin: string, url: string) => Judgement) | null;
  readonly hostGapMs: number;
  readonly log: Log;
  /** Resolves after `ms`, or rejects when the signal aborts. */
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** A look, and what its hosts are owed for it. */
export interface PoliteLook {
  readonly found: Look | Later;
  /** Hosts besides the source's own that were asked. */
  readonly visited: readonly string[];
  /** Hosts that asked to be left alone when they were asked for something besides. */
  readonly holds: readonly HostHold[];
}

/** Longer than the longest look: one request may take 30 s. */
export const leaseMs = 90_000;
/** A host that wants more time than this between two requests has one in a look. */
const longestRest = 30_000;
/** So long a look waits until another host that it is led to is free. */
const longestWait = 10_000;
const tooSlow: FetchOutcome = { kind: "disallowed", rule: "Crawl-delay" };

/**
 * A look with the manners that all its hosts are owed: robots.txt, gaps, and none that is to be left alone is asked,
 * wherever the look is led. A bug in reading one page costs its own source one failure and nobody else anything.
 */
export async function lookPolitely(
  needs: PoliteNeeds,
  source: Source,
  claimed: ClaimedSource,
  signal?: AbortSignal,
): Promise<PoliteLook> {
  const visited = new Set<string>();
  const holds: HostHold[] = [];
  const own = new URL(claimed.state.address).host;
  const mayVisit = async (url: string) => {
    const { host } = new URL(url);
    if (host === own || visited.has(host)) return null;
    const until = await takenHost(needs, host, claimed.id, signal);
    if (until === null) visited.add(host);
    return until;
  };
  const asking = needs.asking(source);
  const askedAs = new Map<string, string>();
  const extract: Extract = async (page, ...how) => {
    const extraction = await needs.extract(page, ...how);
    asking.wasRead(askedAs.get(page.url) ?? page.url, extraction.feed?.hints.restMs ?? null);
    return extraction;
  };
  const fetch: Fetch = async (request) => {
    const outcome = await asking.fetch({ ...request, mayVisit });
    // RFC 9309 §2.3.1.3: a robots.txt that is not given out is none.
    const isNoRobots =
      new URL(request.url).pathname === "/robots.txt" && "status" in outcome && outcome.status === 403;
    if (outcome.kind === "page") askedAs.set(outcome.url, request.url);
    const hold = outcome.kind === "held" && !isNoRobots ? holdAfter(outcome, 1, needs.now()) : null;
    if (hold !== null) holds.push(hold);
    return outcome;
  };
  try {
    const found = await lookWith({ ...needs, extract }, fetch, source, claimed, signal);
    if (found.kind === "same") asking.wasRead(claimed.state.address, claimed.state.hints?.restMs ?? null);
    return { found, visited: [...visited], holds };
  } catch (error) {
    needs.log.error("look broke", {
      source: source.id,
      stack: error instanceof Error ? error.stack : messageOf(error),
    });
    const outcome = { kind: "unreadable", freshness: { maxAgeMs: null, retryAfterMs: null } } as const;
    const message = "The page could not be read: internal error, see the log.";
    return { found: { kind: "failed", outcome, message }, visited: [...visited], holds };
  }
}

/** Takes another host for this look, and waits a little for it; until when it is not to be had, else null. */
async function takenHost(
  { store, hostGapMs, now, pause }: PoliteNeeds,
  host: string,
  source: string,
  signal?: AbortSignal,
): Promise<number | null> {
  for (let waitedMs = 0; ; ) {
    const visit = await store.visitHost(host, source, hostGapMs, now());
    if (visit.kind === "welcome") return null;
    if (visit.kind === "held") return visit.until;
    waitedMs += visit.ms;
    if (waitedMs > longestWait) return now() + visit.ms;
    await pause(visit.ms, signal);
  }
}

async function lookWith(
  needs: PoliteNeeds,
  fetch: Fetch,
  source: Source,
  claimed: ClaimedSource,
  signal?: AbortSignal,
): Promise<Look | Later> {
  const { state } = claimed;
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
      settle: (read, anew) => settled(needs.store, source, claimed, read, anew),
      wantsMore: async (items) => claimed.isFirstLook || (await endsNew(needs.store, source, items)),
      ...(signal && { signal }),
    },
  );
}
