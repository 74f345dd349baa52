/** A clock that all processes of a run share: it runs like the machine's, and can be put forward. */
export interface RunClock {
  now(): number;
  /** For `POSTWIRE_CLOCK`. */
  iso(): string;
  /** Only while no process runs: theirs would not hear of it. */
  skip(ms: number): void;
}

export function runClock(startsAt: string): RunClock {
  const origin = performance.now();
  let start = Date.parse(startsAt);
  const now = () => Math.floor(start + performance.now() - origin);
  return {
    now,
    iso: () => new Date(now()).toISOString(),
    skip: (ms) => {
      start += ms;
    },
  };
}
