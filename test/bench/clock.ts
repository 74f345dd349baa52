/**
 * The median time of one call of `work`, ms, over `rounds` calls after a warm-up of a fifth of them. What it works on is
 * made before each, by `prepare`, and not timed.
 */
export async function medianMs<T>(
  rounds: number,
  work: (given: T) => unknown,
  prepare: () => T | Promise<T> = () => undefined as T,
): Promise<number> {
  const times: number[] = [];
  for (let round = -Math.ceil(rounds / 5); round < rounds; round++) {
    const given = await prepare();
    const start = performance.now();
    await work(given);
    if (round >= 0) times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

/** Prints a figure beside its baseline. */
export function report(what: string, ours: number, baseline: string, theirs: number): void {
  const ratio = (ours / theirs).toFixed(1);
  console.log(`${what}: ${ours.toFixed(2)} ms · ${baseline}: ${theirs.toFixed(2)} ms · ratio ${ratio}`);
}
