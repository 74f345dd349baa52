import { type Instant, isoInstant } from "../../base/clock.ts";
import type { Words } from "../../base/words.ts";

/** "3 hours ago", "in 2 days"; an en dash where there is no instant. */
export function When({ words, at, now }: { words: Words; at: Instant | null; now: Instant }) {
  if (at === null) return <>–</>;
  return (
    <time datetime={isoInstant(at)} title={isoInstant(at)}>
      {words.fromNow(at - now)}
    </time>
  );
}
