/** Chance that falls the same way for the same seed, and so the same choices; when things happen stays the machine's. */
export interface Chance {
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  happens(probability: number): boolean;
  one<T>(of: readonly T[]): T;
  /** One of the keys with the probability that stands at it; null with what is left to 1. */
  drawn<K extends string>(probabilities: Readonly<Partial<Record<K, number>>>): K | null;
}

/** Mulberry32: small, and good enough to choose by. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    between,
    happens: (probability) => next() < probability,
    one: (of) => {
      const chosen = of[between(0, of.length - 1)];
      if (chosen === undefined) throw new Error("nothing to choose from");
      return chosen;
    },
    drawn: <K extends string>(probabilities: Readonly<Partial<Record<K, number>>>) => {
      let left = next();
      for (const [key, probability] of Object.entries(probabilities) as [K, number][]) {
        left -= probability;
        if (left < 0) return key;
      }
      return null;
    },
  };
}
