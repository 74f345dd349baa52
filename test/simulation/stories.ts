import { day, type Instant } from "../../src/base/clock.ts";
import type { Chance } from "./chance.ts";

/** A post as its author wrote it. */
export interface Story {
  readonly id: string;
  readonly at: Instant;
  readonly title: string;
  readonly text: string;
}

/** What one author writes, the oldest first. */
export interface Stream {
  readonly name: string;
  readonly stories: readonly Story[];
}

const nouns = "river kettle ledger footpath orchard signal archive ferry lantern quarry meadow index".split(
  " ",
);
const verbs = "mended counted painted measured opened moved closed copied weighed named found lost".split(
  " ",
);
const backlog = 12;

/** Writes a stream: some posts from before `from`, then one now and then until `to`, with this mean time in between. */
export function aStream(name: string, chance: Chance, meanMs: number, from: Instant, to: Instant): Stream {
  const times: Instant[] = [];
  for (let at = from; times.length < backlog; at -= chance.wait(Math.min(meanMs, 10 * day)))
    times.unshift(at);
  for (let at = from + chance.wait(meanMs); at < to; at += chance.wait(meanMs)) times.push(at);
  const stories = times.map((at, n) => {
    const words = Array.from({ length: 8 }, () => `${chance.pick(nouns)} ${chance.pick(verbs)}`).join(" ");
    const title = `The ${chance.pick(nouns)} ${chance.pick(verbs)}, ${name} no. ${n}`;
    return { id: `${name}-${n}`, at, title, text: `${words}, as told in ${name} no. ${n}.` };
  });
  return { name, stories };
}

/** How many stories are out at an instant. */
export function outAt({ stories }: Stream, now: Instant): number {
  let [low, high] = [0, stories.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stories[middle]?.at ?? 0) <= now) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The stories of a page of `size`, the newest first; page 1 has the newest of all. */
export function storiesOf(stream: Stream, out: number, size: number, page: number): readonly Story[] {
  const end = Math.max(0, out - (page - 1) * size);
  return stream.stories.slice(Math.max(0, end - size), end).toReversed();
}
