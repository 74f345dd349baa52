import { day, type Instant } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Store } from "../domain/store.ts";

export interface PruneNeeds {
  readonly store: Store;
  readonly log: Log;
  /** How long posts are kept, ms. */
  readonly keepMs: number;
  readonly now: () => Instant;
}

export interface Pruned {
  readonly job: "prune";
  readonly pruned: number;
}

const chunk = 500;
/** Longer than anything that is known of a host counts: its robots.txt in trouble, and its holds. */
const hostsMs = 31 * day;

/**
 * Deletes posts older than they are kept for, and hosts that nobody asks any more. Keys of posts stay, so that none of
 * them comes back as new.
 */
export async function prune(needs: PruneNeeds, signal?: AbortSignal): Promise<Pruned> {
  const before = needs.now() - needs.keepMs;
  let pruned = 0;
  while (!signal?.aborted) {
    const went = await needs.store.prunePosts(before, chunk);
    pruned += went;
    if (went < chunk) break;
  }
  await needs.store.forgetHosts(needs.now() - hostsMs);
  if (pruned > 0) needs.log.info("pruned", { posts: pruned });
  return { job: "prune", pruned };
}
