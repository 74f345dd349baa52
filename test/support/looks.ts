import fc from "fast-check";
import { day, hour, type Instant, minute, second } from "../../src/base/clock.ts";
import type { Rule } from "../../src/domain/issue.ts";
import { ruleOf, times } from "./long.ts";
import type { Edition } from "./zones.ts";

/** A look of the daemon at its clock. */
export interface Look {
  readonly trueAt: Instant;
  /** What the clock shows then. */
  readonly now: Instant;
  readonly hasNews: boolean;
}

/** How a look follows the one before it. */
export interface Move {
  /** How long after the one before; or how long after the next edition by the true time. */
  readonly waitMs: number;
  readonly isAfterEdition: boolean;
  /** How far the clock is ahead of the true time, or behind it. */
  readonly wrongMs: number;
  readonly hasNews: boolean;
}

/** Every weekday, at every time of day that is worth a try. */
export const anyRule: fc.Arbitrary<Rule> = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.constantFrom(...times))
  .map(([weekday, time]) => ruleOf(weekday, time));

const wait = (longestMs: number) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.integer({ min: second, max: minute }) },
    { weight: 2, arbitrary: fc.integer({ min: minute, max: 3 * hour }) },
    { weight: 4, arbitrary: fc.integer({ min: hour, max: 4 * day }) },
    { weight: 2, arbitrary: fc.integer({ min: day, max: longestMs }) },
  );

/** Moves with up to `longestMs` in between, by clocks that are wrong as `wrong` says; and a long rest, so that years pass. */
export function moves(
  longestMs: number,
  wrong: fc.Arbitrary<number>,
  hasNews: fc.Arbitrary<boolean>,
  most = 60,
): fc.Arbitrary<readonly Move[]> {
  const plain = fc.record({
    waitMs: wait(longestMs),
    isAfterEdition: fc.constant(false),
    wrongMs: wrong,
    hasNews,
  });
  const atEdition = fc.record({
    waitMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 2 * hour }),
      fc.integer({ min: 6.5 * day - 5 * minute, max: 6.5 * day + 5 * minute }),
    ),
    isAfterEdition: fc.constant(true),
    wrongMs: wrong,
    hasNews,
  });
  const some = fc.array(fc.oneof(plain, atEdition), { minLength: 5, maxLength: most });
  const rest: Move = { waitMs: 12 * day, isAfterEdition: false, wrongMs: 0, hasNews: true };
  return some.map((made) => [...made, rest]);
}

/** A clock that is right, or wrong by minutes to days. */
export const nearlyRight: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: -2 * hour, max: 2 * hour }) },
  { weight: 1, arbitrary: fc.integer({ min: -3 * day, max: 3 * day }) },
);

const far = fc.integer({ min: 120 * day, max: 3 * 365 * day });

/** A clock that is right most of the time, and now and then wrong by months to years, either way. */
export const sometimesFarOff: fc.Arbitrary<number> = fc.oneof(
  { weight: 12, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: far },
  { weight: 1, arbitrary: far.map((ms) => -ms) },
);

/** The looks that come of the moves, made over and over from the first edition to shortly before the last. */
export function* looksOf(pattern: readonly Move[], editions: readonly Edition[]): Generator<Look> {
  const end = editions.at(-3)?.at ?? 0;
  let trueAt = (editions[0]?.at ?? 0) - 1;
  for (let n = 0, next = 0; ; n++) {
    const move = pattern[n % pattern.length];
    if (move === undefined) return;
    while ((editions[next]?.at ?? end) <= trueAt && next < editions.length) next++;
    trueAt = (move.isAfterEdition ? (editions[next]?.at ?? end) : trueAt) + move.waitMs;
    if (trueAt >= end) return;
    yield { trueAt, now: trueAt + move.wrongMs, hasNews: move.hasNews };
  }
}

/** Which of the editions is the latest at an instant; -1 before the first. */
export function latestAt(editions: readonly Edition[], at: Instant): number {
  let [low, high] = [-1, editions.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((editions[middle]?.at ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Whether the edition is to come out when it is looked for at `now`: on time, or not within twelve hours of the next. */
export function isInTime(editions: readonly Edition[], n: number, now: Instant): boolean {
  const [edition, next] = [editions[n], editions[n + 1]];
  if (edition === undefined || next === undefined || now < edition.at || now >= next.at) return false;
  return now - edition.at <= hour || next.at - now >= 12 * hour;
}
