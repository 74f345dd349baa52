import { day, type Instant, minute } from "../base/clock.ts";
import type { Fetch, FetchOutcome, FetchRequest } from "../domain/page.ts";
import type { Source } from "../domain/source.ts";

type PageOutcome = FetchOutcome & { readonly kind: "page" };

interface Shared {
  readonly outcome: FetchOutcome;
  readonly at: Instant;
  /** What it was asked with: an answer of "not modified" is one for these alone. */
  readonly conditions: string;
  /** What is there, where it came by here: for who knows something older. */
  readonly page: PageOutcome | null;
}

const sharedMs = 10 * minute;
/** So long a page is remembered, to be told to those who know an older one. */
const rememberedMs = 2 * day;

/**
 * `fetch` for each source, but that sources with one address are one request, wherever it leads them (a redirect, a
 * further page, a feed): who comes within ten minutes, or while the answer is fresh, gets the answer that the first
 * one got. What is asked for a source that is alone with its address is not kept.
 */
export function sharedFetch(
  fetch: Fetch,
  sources: readonly Source[],
  now: () => Instant,
): (source: Pick<Source, "url" | "headers">) => Fetch {
  const keys = sources.filter(({ enabled }) => enabled).map(keyOf);
  const common = new Set(keys.filter((key, n) => keys.indexOf(key) !== n));
  const answers = new Map<string, Shared>();
  const shared: Fetch = async (request) => {
    const key = keyOf(request);
    const conditions = JSON.stringify(request.validators);
    const known = answers.get(key) ?? null;
    const ageMs = known === null ? 0 : Math.abs(now() - known.at);
    if (known !== null && ageMs < keptMs(known.outcome)) {
      const told = toldAgain(known, conditions);
      if (told !== null) return aged(told, ageMs);
    }
    // One question for all: with what is known of the page that came last, whoever asks.
    const validators = known?.page?.validators ?? request.validators;
    const asked = JSON.stringify(validators);
    const outcome = await fetch({ ...request, validators });
    const answer = { outcome, at: now(), conditions: asked, page: pageAfter(known, outcome, asked) };
    for (const [old, { at }] of answers) if (Math.abs(now() - at) > rememberedMs) answers.delete(old);
    answers.set(key, answer);
    return toldAgain(answer, conditions) ?? outcome;
  };
  return (source) => (common.has(keyOf(source)) ? shared : fetch);
}

/** How long an answer stands for all: a day at most. */
function keptMs(outcome: FetchOutcome): number {
  const freshMs = "freshness" in outcome ? (outcome.freshness.maxAgeMs ?? 0) : 0;
  return Math.max(sharedMs, Math.min(freshMs, day));
}

/** The answer for somebody who asks with `conditions`; null where he has to ask for himself. */
function toldAgain({ outcome, conditions, page }: Shared, asked: string): FetchOutcome | null {
  return outcome.kind !== "not-modified" || conditions === asked ? outcome : page;
}

/** What is there after an answer: the page it brought, or the one of before that it says is still the same. */
function pageAfter(known: Shared | null, outcome: FetchOutcome, conditions: string): PageOutcome | null {
  if (outcome.kind === "page") return outcome;
  const page = known?.page ?? null;
  if (outcome.kind !== "not-modified" || page === null) return page;
  const { movedTo, validators, freshness } = outcome;
  return JSON.stringify(page.validators) === conditions ? { ...page, movedTo, validators, freshness } : null;
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
