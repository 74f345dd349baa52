import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { day } from "../../src/base/clock.ts";
import type { Rule } from "../../src/domain/issue.ts";
import { aDiary, type Came } from "../support/diary.ts";
import { isLong, tell } from "../support/long.ts";
import {
  anyRule,
  isInTime,
  latestAt,
  looksOf,
  type Move,
  moves,
  nearlyRight,
  sometimesFarOff,
} from "../support/looks.ts";
import { allZones, type Edition, editionsOf, stretchesOf } from "../support/zones.ts";

const [from, to] = [Date.UTC(2026, 0, 1), Date.UTC(2036, 0, 1)];
const numRuns = isLong ? 300 : 5;
const anyZone = fc.constantFrom(...allZones);
const often = fc.oneof(
  { weight: 4, arbitrary: fc.constant(true) },
  { weight: 1, arbitrary: fc.constant(false) },
);

/** Ten years of editions, as the wall clock has them. */
function tenYears(rule: Rule, zone: string): readonly Edition[] {
  return editionsOf(stretchesOf(zone, from - 28 * day, to + 28 * day, 14 * day), rule, from, to);
}

/** What a walk came to: how often the daemon looked, the editions that came out, and what is wrong. */
interface Walk {
  readonly looks: number;
  readonly opened: readonly string[];
  readonly trouble: readonly string[];
}

const keyIn = (came: Came) => (typeof came === "object" ? came.opened : null);

/** Ten years by a clock that is never wrong by half a week; what is right is told by what the clock showed. */
function walkNear(rule: Rule, zone: string, pattern: readonly Move[]): Walk {
  const editions = tenYears(rule, zone);
  const diary = aDiary(rule, zone, (editions[0]?.at ?? 0) - day);
  const [opened, trouble]: [string[], string[]] = [[], []];
  let [looks, dealtWith, highest] = [0, -1, 0];
  for (const { now, hasNews } of looksOf(pattern, editions)) {
    const n = latestAt(editions, now);
    if (n < 0) continue;
    looks++;
    const came = diary.look(now, hasNews);
    const mayCome = n > dealtWith && isInTime(editions, n, now);
    const hasToCome = mayCome && now >= highest;
    highest = Math.max(highest, now);
    const key = keyIn(came);
    if (came === "not-due" ? hasToCome : !mayCome) trouble.push(`${new Date(now).toISOString()} ${came}`);
    if (came === "exists" || (key !== null && key !== editions[n]?.key)) trouble.push(`${key} ${came}`);
    if (came !== "not-due") dealtWith = n;
    if (key !== null) opened.push(key);
  }
  return { looks, opened, trouble };
}

/** Ten years by a clock that is years off now and then; what is right is told by the looks at which it is right. */
function walkFar(rule: Rule, zone: string, pattern: readonly Move[]): Walk {
  const editions = tenYears(rule, zone);
  const diary = aDiary(rule, zone, (editions[0]?.at ?? 0) - day);
  const [opened, trouble, wrongly]: [string[], string[], Set<string>] = [[], [], new Set()];
  let [looks, out, isRightSince] = [0, -1, true];
  for (const { trueAt, now } of looksOf(pattern, editions)) {
    const key = keyIn(diary.look(now, true));
    looks++;
    if (key !== null) opened.push(key);
    if (now !== trueAt) {
      if (key !== null) wrongly.add(key);
      isRightSince &&= key === null;
      continue;
    }
    const n = latestAt(editions, now);
    const date = editions[n]?.key ?? "";
    const mayCome = n > out && isInTime(editions, n, now);
    const hasToCome = mayCome && (!wrongly.has(date) || (isRightSince && out === n - 1));
    const isIt = key === date || (wrongly.has(date) && key?.startsWith(`${date}T`) === true);
    if (key === null ? hasToCome : !mayCome || !isIt) trouble.push(`${new Date(now).toISOString()} ${key}`);
    if (key !== null) [out, isRightSince] = [n, true];
  }
  return { looks, opened, trouble };
}

describe("ten years of a daemon, in any zone and by any rule", () => {
  const facts: readonly [string, fc.Arbitrary<readonly Move[]>, typeof walkNear][] = [
    [
      "that is down for seconds to weeks: the latest edition is caught up once, or left to a next one that is near",
      moves(35 * day, fc.constant(0), often),
      walkNear,
    ],
    [
      "whose clock steps by minutes to days: no edition comes twice, early or out of turn, and none that is reached is missed",
      moves(35 * day, nearlyRight, often),
      walkNear,
    ],
    [
      "whose clock is years off now and then: each edition of the true time comes once, also on dates that were taken",
      moves(20 * day, sometimesFarOff, fc.constant(true)),
      walkFar,
    ],
  ];

  test.each(facts)("%s", { timeout: 900_000 }, (name, pattern, walk) => {
    let [looks, editions] = [0, 0];
    fc.assert(
      fc.property(anyZone, anyRule, pattern, (zone, rule, made) => {
        const { trouble, opened, looks: looked } = walk(rule, zone, made);
        looks += looked;
        editions += opened.length;
        expect(trouble).toEqual([]);
        expect(new Set(opened).size).toBe(opened.length);
      }),
      { numRuns },
    );
    tell(`${name}: ${looks} looks, ${editions} editions in ${numRuns} times ten years`);
  });
});
