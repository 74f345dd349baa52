/** Numbers that look like chance and are the same in every run: each name has a sequence of its own. */
export interface Chance {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  /** True in this share of all cases. */
  isOne(share: number): boolean;
  pick<T>(of: readonly T[]): T;
  /** A wait with this mean, as between events that know nothing of each other; never 0. */
  wait(meanMs: number): number;
}

/** The chance of everything that has this name. */
export function chanceOf(seed: number, ...names: readonly (string | number)[]): Chance {
  let state = (hashOf(names.join("\n")) ^ Math.imul(seed, 0x9e3779b1)) >>> 0;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    whole,
    isOne: (share) => next() < share,
    pick: (of) => {
      const picked = of[whole(0, of.length - 1)];
      if (picked === undefined) throw new Error("there is nothing to pick from");
      return picked;
    },
    wait: (meanMs) => Math.ceil(-Math.log(1 - next()) * meanMs) + 1,
  };
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
