import type { Instant } from "../../src/base/clock.ts";
import { dueSchedule, keyOf } from "../../src/digest/period.ts";
import type { Rule } from "../../src/domain/issue.ts";

/** What came of a look at the clock: the key of the issue that was opened, or why there is none. */
export type Came = { readonly opened: string } | "not-due" | "no-news" | "exists";

/**
 * What the digest job and the store keep of what was decided, without the posts, so that ten years take no time.
 * `test/journeys/clocks.test.ts` shows that both come to the same, look for look.
 */
export interface Diary {
  look(now: Instant, hasNews: boolean): Came;
}

/** The diary of a house that began at `bornAt`. */
export function aDiary(rule: Rule, zone: string, bornAt: Instant): Diary {
  const taken: string[] = [];
  let handledAt: Instant | null = null;
  return {
    look: (now, hasNews) => {
      const due = dueSchedule(rule, zone, { handledAt, bornAt }, now);
      if (due === null) return "not-due";
      const key = keyOf(rule, zone, handledAt, due, taken);
      if (hasNews && taken.includes(key)) return "exists";
      handledAt = now;
      if (!hasNews) return "no-news";
      taken.unshift(key);
      return { opened: key };
    },
  };
}
