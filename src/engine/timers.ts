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

/** Lets through at most `perSecond` calls a second, evenly; null lets all through. */
export function pacer(perSecond: number | null): (signal?: AbortSignal) => Promise<void> {
  let nextAt = 0;
  return async (signal) => {
    if (perSecond === null) return;
    const now = performance.now();
    const turn = Math.max(nextAt, now);
    nextAt = turn + 1_000 / perSecond;
    if (turn > now) await pause(turn - now, signal);
  };
}
