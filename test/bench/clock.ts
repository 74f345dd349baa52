/** The median time of one call of `work`, ms, over `rounds` calls after a warm-up of a fifth of them. */
export async function medianMs(rounds: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = -Math.ceil(rounds / 5); round < rounds; round++) {
    const start = performance.now();
    await work();
    if (round >= 0) times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

/** Prints a figure beside its baseline. */
export function report(what: string, ours: number, baseline: string, theirs: number): void {
  const ratio = (ours / theirs).toFixed(1);
  console.log(`${what}: ${ours.toFixed(2)} ms · ${baseline}: ${theirs.toFixed(2)} ms · ratio ${ratio}`);
}
