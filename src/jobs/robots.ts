import { day, type Instant } from "../base/clock.ts";
import type { Fetch, FetchOutcome } from "../domain/page.ts";
import type { Store } from "../domain/store.ts";

/** What a robots.txt says of an address, to us. */
export interface Judgement {
  readonly isAllowed: boolean;
  /** Time between two requests, ms; 0 where it asks for none. */
  readonly crawlGapMs: number;
  /** The line that forbids it. */
  readonly rule: string;
}

export interface RobotsNeeds {
  readonly fetch: Fetch;
  readonly store: Pick<Store, "getRobots" | "putRobots">;
  readonly judge: (robots: string, origin: string, url: string) => Judgement;
  /** Waits until the same host may be asked again; false: it wants longer than a look may take. */
  readonly rest: () => Promise<boolean>;
  readonly now: () => Instant;
}

/** RFC 9309 §2.4, §2.3.1.4: kept for a day, and for a month where the host cannot say it anew. */
const [keptMs, keptInTroubleMs] = [day, 30 * day];
/** RFC 9309 §2.5. */
const longest = 500 * 1_024;

/**
 * Whether robots.txt (RFC 9309) lets a page be read: null when it does, else what to make of it. Where there is none,
 * everything may be read; where the host cannot tell, nothing, and trying to ask it is the look. "later": it may, but not
 * at once.
 */
export async function refusedByRobots(
  needs: RobotsNeeds,
  url: string,
  signal?: AbortSignal,
): Promise<FetchOutcome | "later" | null> {
  const { origin } = new URL(url);
  const known = await needs.store.getRobots(origin);
  const age = known === null ? Number.POSITIVE_INFINITY : Math.abs(needs.now() - known.readAt);
  if (known !== null && age < keptMs) return verdict(needs, known.text, origin, url);
  const robots = `${origin}/robots.txt`;
  const outcome = await needs.fetch({
    url: robots,
    validators: null,
    headers: {},
    ...(signal && { signal }),
  });
  const text = textOf(outcome);
  // A host that wants to be left alone is, whatever it said before.
  if (text === null && outcome.kind !== "held" && known !== null && age < keptInTroubleMs) {
    return verdict(needs, known.text, origin, url) ?? outcome;
  }
  if (text === null) return outcome;
  await needs.store.putRobots(
    origin,
    { text, readAt: needs.now() },
    needs.judge(text, origin, url).crawlGapMs,
  );
  const refusal = verdict(needs, text, origin, url);
  return refusal ?? ((await needs.rest()) ? null : "later");
}

function verdict({ judge }: RobotsNeeds, text: string, origin: string, url: string): FetchOutcome | null {
  const { isAllowed, rule } = judge(text, origin, url);
  return isAllowed ? null : { kind: "disallowed", rule };
}

/** What it says; "" where there is none (any 4xx but 429, RFC 9309 §2.3.1.3); null where it could not be had. */
function textOf(outcome: FetchOutcome): string | null {
  switch (outcome.kind) {
    case "page":
      return outcome.text.slice(0, longest);
    case "missing":
    case "gone":
      return "";
    case "held":
      return outcome.status === 403 ? "" : null;
    case "error-status":
      return outcome.status >= 400 && outcome.status < 500 ? "" : null;
    case "not-modified":
    case "disallowed":
    case "resting":
    case "trouble":
      return null;
    default:
      return outcome satisfies never;
  }
}
