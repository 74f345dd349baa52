import { setTimeout as sleep } from "node:timers/promises";

/** Resolves after `ms`, or at once when `signal` aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal && { signal }).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
  });
}

/** Calls `work` every `ms`, never twice at once, until the returned function is called; what it throws goes to `onError`. */
export function repeater(
  onError: (error: unknown) => void,
): (ms: number, work: () => Promise<void>) => () => void {
  return (ms, work) => {
    let isRunning = false;
    const timer = setInterval(() => {
      if (isRunning) return;
      isRunning = true;
      work()
        .catch(onError)
        .finally(() => {
          isRunning = false;
        });
    }, ms);
    return () => clearInterval(timer);
  };
}

/**
 * Books places at most `perSecond` a second, evenly: how many ms from now each is. Places that nobody booked are not
 * saved up; null: everybody goes at once.
 */
export function pacer(perSecond: number | null): () => number {
  let nextAt = 0;
  return () => {
    if (perSecond === null) return 0;
    const now = performance.now();
    const place = Math.max(nextAt, now);
    nextAt = place + 1_000 / perSecond;
    return place - now;
  };
}
