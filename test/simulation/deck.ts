import type { Chance } from "./chance.ts";

/** Deals these cards in an order of chance, all of them before any comes again: nothing is left out in a small world. */
export function deckOf<T>(chance: Chance, cards: readonly T[]): () => T {
  let left: T[] = [];
  return () => {
    if (left.length === 0) left = [...cards];
    const dealt = left.splice(chance.whole(0, left.length - 1), 1)[0];
    if (dealt === undefined) throw new Error("a deck has no cards");
    return dealt;
  };
}
