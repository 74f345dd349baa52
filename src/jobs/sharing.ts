import { day, type Instant, minute } from "../base/clock.ts";
import type { Fetch, FetchOutcome, FetchRequest } from "../domain/page.ts";
import type { Source } from "../domain/source.ts";
import { isAnswer } from "./outage.ts";

type PageOutcome = FetchOutcome & { readonly kind: "page" };

/** How to ask on behalf of a source, and to say that the answer was worth something. */
export interface Asking {
  readonly fetch: Fetch;
  /** What is at an address could be read, and asks to be left alone for `restMs` (a feed's `ttl`), where it says so. */
  readonly wasRead: (url: string, restMs: number | null) => void;
}

interface Shared {
  readonly outcome: FetchOutcome;
  readonly at: Instant;
  /** The page that it was asked with the validators of: "not modified" is an answer to those who saw that one last. */
  readonly seen: string | null;
  /** What is there, where it came by here and could be read: for who knows something older. */
  readonly page: PageOutcome | null;
  readonly restMs: number;
}

type Conditions = Pick<Shared, "seen"> & Pick<FetchRequest, "validators">;

const sharedMs = 10 * minute;
/** So long a page is remembered, to be told to those who know an older one. */
const rememberedMs = 2 * day;

/**
 * `fetch` for each source, but that sources with one address are one request, wherever it leads them (a redirect, a
 * further page, a feed): who comes within ten minutes, while the answer is fresh, or while what it brought wants to be
 * left alone, gets the answer that the first one got. What is asked for a source that is alone with its address is not kept.
 */
export function sharedFetch(
  fetch: Fetch,
  sources: readonly Source[],
  now: () => Instant,
): (source: Pick<Source, "url" | "headers">) => Asking {
  const keys = sources.filter(({ enabled }) => enabled).map(keyOf);
  const common = new Set(keys.filter((key, n) => keys.indexOf(key) !== n));
  const answers = new Map<string, Shared>();
  const shared: Fetch = async (request) => {
    const key = keyOf(request);
    const seen = request.seen ?? null;
    const known = answers.get(key) ?? null;
    const ageMs = known === null ? 0 : Math.abs(now() - known.at);
    if (known !== null && ageMs < keptMs(known)) {
      const told = toldAgain(known, seen);
      if (told !== null) return aged(told, ageMs);
    }
    const best = newest(known, { validators: request.validators, seen });
    const outcome = await fetch({ ...request, ...best });
    const answer = { outcome, at: now(), seen: best.seen, page: pageAfter(known, outcome), restMs: 0 };
    for (const [old, { at }] of answers) if (Math.abs(now() - at) > rememberedMs) answers.delete(old);
    // Nobody's silence is told on: it may be over, and may have been our own network's.
    if (isAnswer(outcome)) answers.set(key, answer);
    const end = endOf(outcome);
    if (end !== null && end !== request.url) answers.set(keyOf({ ...request, url: end }), unmoved(answer));
    return toldAgain(answer, seen) ?? outcome;
  };
  // What a host says in robots.txt, or that it cannot, is for all of its sources.
  const alone: Asking = {
    fetch: (request) => (isRobots(request) ? shared(request) : fetch(request)),
    wasRead: () => {},
  };
  return (source) => {
    if (!common.has(keyOf(source))) return alone;
    const wasRead = (url: string, restMs: number | null) => {
      const key = keyOf({ url, headers: source.headers });
      const known = answers.get(key);
      if (known === undefined) return;
      const page = known.outcome.kind === "page" ? known.outcome : known.page;
      const read = { ...known, page, restMs: restMs ?? 0 };
      answers.set(key, read);
      const end = endOf(known.outcome);
      if (end !== null && end !== url)
        answers.set(keyOf({ url: end, headers: source.headers }), unmoved(read));
    };
    return { fetch: shared, wasRead };
  };
}

function isRobots({ url }: FetchRequest): boolean {
  return new URL(url).pathname === "/robots.txt";
}

/** Where an address led in the end: who asks there is told the same, for that is where all of them may move to. */
function endOf(outcome: FetchOutcome): string | null {
  return outcome.kind === "page" || outcome.kind === "not-modified" ? outcome.url : null;
}

function unmoved(answer: Shared): Shared {
  const stays = <T extends FetchOutcome>(outcome: T): T => ({ ...outcome, movedTo: null });
  const { outcome, page } = answer;
  return { ...answer, outcome: stays(outcome), page: page === null ? null : stays(page) };
}

/** How long an answer stands for all: a day at most. */
function keptMs({ outcome, restMs }: Shared): number {
  const freshMs = "freshness" in outcome ? (outcome.freshness.maxAgeMs ?? 0) : 0;
  return Math.max(sharedMs, Math.min(Math.max(freshMs, restMs), day));
}

/** One question for all: with what is known of the page that came last, whoever asks. */
function newest(known: Shared | null, own: Conditions): Conditions {
  if (known?.page != null) return { validators: known.page.validators, seen: known.page.bodyHash };
  const isSame = known?.outcome.kind === "not-modified" && known.seen !== null && known.seen === own.seen;
  return isSame ? { ...own, validators: known.outcome.validators } : own;
}

/** The answer for somebody who saw that page last; null where he has to ask for himself. */
function toldAgain({ outcome, seen, page }: Shared, last: string | null): FetchOutcome | null {
  return outcome.kind !== "not-modified" || (seen !== null && seen === last) ? outcome : page;
}

/** What is there after an answer, as far as it could be read so far: the one of before, also where it is still the same. */
function pageAfter(known: Shared | null, outcome: FetchOutcome): PageOutcome | null {
  const page = known?.page ?? null;
  if (outcome.kind !== "not-modified" || page === null) return page;
  const { movedTo, validators, freshness } = outcome;
  return { ...page, movedTo, validators, freshness };
}

/** What was fresh for an hour, half an hour ago, is so for another half. */
function aged(outcome: FetchOutcome, ageMs: number): FetchOutcome {
  if (!("freshness" in outcome)) return outcome;
  const left = (ms: number | null) => (ms === null ? null : Math.max(0, ms - ageMs));
  const { maxAgeMs, retryAfterMs } = outcome.freshness;
  return { ...outcome, freshness: { maxAgeMs: left(maxAgeMs), retryAfterMs: left(retryAfterMs) } };
}

function keyOf({ url, headers }: Pick<FetchRequest, "url" | "headers">): string {
  return JSON.stringify([url, headers]);
}
