import type { Clock, Instant } from "../../src/base/clock.ts";

/**
 * A clock that goes on only when nobody has anything to do but wait: then it stands at once where the next one wakes,
 * and those that wake at one instant do so one after the other, in the order in which they lay down.
 */
export interface EventClock extends Clock {
  /** Wakes after `ms` of this clock's time, or at once when the signal aborts. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  /** While this is under way the clock stands: it is real work, which takes real time. */
  work<T>(act: () => Promise<T>): Promise<T>;
  /** Something in the middle of `work` that is none itself: it may wait. */
  aside<T>(act: () => Promise<T>): Promise<T>;
  /** A wait in the middle of `work`, at the other side of the network; `signal` ends it. */
  hold(ms: number, signal?: AbortSignal): Promise<void>;
  /** Until this is over the clock stands, whatever else happens. */
  frozen<T>(act: () => Promise<T>): Promise<T>;
}

interface Sleeper {
  readonly at: Instant;
  readonly order: number;
  readonly wake: () => void;
}

export function eventClock(start: Instant): EventClock {
  let [now, busy, order, ice] = [start, 0, 0, 0];
  let isChecking = false;
  const sleepers = new Set<Sleeper>();
  const check = () => {
    isChecking = false;
    if (busy > 0 || ice > 0) return;
    const next = earliest(sleepers);
    if (next === null) return;
    sleepers.delete(next);
    now = Math.max(now, next.at);
    next.wake();
    later();
  };
  // What follows at once from what was just done is done before the next turn of the loop: only then is all quiet.
  const later = () => {
    if (isChecking) return;
    isChecking = true;
    setImmediate(check);
  };
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        signal?.removeEventListener("abort", callOff);
        resolve();
      };
      const sleeper: Sleeper = { at: now + Math.max(0, ms), order: order++, wake };
      const callOff = () => {
        sleepers.delete(sleeper);
        wake();
      };
      signal?.addEventListener("abort", callOff, { once: true });
      sleepers.add(sleeper);
      later();
    });
  const counted = async <T>(act: () => Promise<T>): Promise<T> => {
    busy++;
    try {
      return await act();
    } finally {
      busy--;
      later();
    }
  };
  const aside = async <T>(act: () => Promise<T>): Promise<T> => {
    busy--;
    later();
    try {
      return await act();
    } finally {
      busy++;
    }
  };
  return {
    now: () => now,
    pause: sleep,
    work: counted,
    aside,
    hold: (ms, signal) => aside(() => sleep(ms, signal)),
    frozen: async (act) => {
      ice++;
      try {
        return await act();
      } finally {
        ice--;
        later();
      }
    },
  };
}

/** There are never many: a few dozen at most. */
function earliest(sleepers: ReadonlySet<Sleeper>): Sleeper | null {
  let first: Sleeper | null = null;
  for (const one of sleepers) {
    if (first === null || one.at < first.at || (one.at === first.at && one.order < first.order)) first = one;
  }
  return first;
}
