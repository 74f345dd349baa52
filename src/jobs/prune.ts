import type { Instant } from "../base/clock.ts";
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

/** Deletes posts older than they are kept for. Their keys stay, so that none of them comes back as new. */
export async function prune(needs: PruneNeeds, signal?: AbortSignal): Promise<Pruned> {
  const before = needs.now() - needs.keepMs;
  let pruned = 0;
  while (!signal?.aborted) {
    const went = await needs.store.prunePosts(before, chunk);
    pruned += went;
    if (went < chunk) break;
  }
  if (pruned > 0) needs.log.info("pruned", { posts: pruned });
  return { job: "prune", pruned };
}
