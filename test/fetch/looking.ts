import type { Clock } from "../../src/base/clock.ts";
import type { FetchOutcome, FetchRequest } from "../../src/domain/page.ts";
import { type FetchOptions, politeFetch } from "../../src/fetch/fetch.ts";

/** 2026-01-05T07:00:00Z, for ever. */
export const clock: Clock = { now: () => Date.UTC(2026, 0, 5, 7) };

/** One look, with the test servers on loopback opened unless `options` say otherwise. */
export async function lookAt(
  url: string,
  request: Partial<FetchRequest> = {},
  options: Partial<FetchOptions> = {},
): Promise<FetchOutcome> {
  const fetcher = politeFetch({ userAgent: "Test/1", allowPrivateAddresses: true, clock, ...options });
  try {
    return await fetcher.fetch({ url, validators: null, headers: {}, ...request });
  } finally {
    await fetcher.close();
  }
}

/** What a look came to, in one line: `page`, or `trouble too-large`. */
export function kindOf(outcome: FetchOutcome): string {
  return outcome.kind === "trouble" ? `trouble ${outcome.trouble}` : outcome.kind;
}
