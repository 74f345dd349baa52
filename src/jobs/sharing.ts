import { type Instant, minute } from "../base/clock.ts";
import type { Fetch, FetchOutcome, FetchRequest } from "../domain/page.ts";
import type { Source } from "../domain/source.ts";

interface Shared {
  readonly outcome: FetchOutcome;
  readonly at: Instant;
  /** What it was asked with: an answer of "not modified" is one for these alone. */
  readonly conditions: string;
}

const sharedMs = 10 * minute;

/**
 * `fetch`, but that sources with one address are one request: who comes within ten minutes gets the answer that the
 * first one got. Only what more than one source is configured with is kept.
 */
export function sharedFetch(fetch: Fetch, sources: readonly Source[], now: () => Instant): Fetch {
  const counts = new Map<string, number>();
  for (const source of sources.filter(({ enabled }) => enabled)) {
    const key = keyOf(source);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const answers = new Map<string, Shared>();
  return async (request) => {
    const key = keyOf(request);
    if ((counts.get(key) ?? 0) < 2) return await fetch(request);
    const conditions = JSON.stringify(request.validators);
    const known = answers.get(key);
    if (known !== undefined && Math.abs(now() - known.at) < sharedMs && fits(known, conditions)) {
      return known.outcome;
    }
    const outcome = await fetch(request);
    answers.set(key, { outcome, at: now(), conditions });
    return outcome;
  };
}

function fits({ outcome, conditions }: Shared, asked: string): boolean {
  return outcome.kind !== "not-modified" || conditions === asked;
}

function keyOf({ url, headers }: Pick<FetchRequest, "url" | "headers">): string {
  return JSON.stringify([url, headers]);
}
