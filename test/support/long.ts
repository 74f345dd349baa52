import type { Rule } from "../../src/domain/issue.ts";

/**
 * Whether the tests of the schedules walk more of everything, and tell how much:
 * `POSTWIRE_LONG=1 npx vitest run --project node test/digest/ test/journeys/clocks.test.ts`.
 */
export const isLong = process.env.POSTWIRE_LONG === "1";

/** Says how much was walked, in the long form only. */
export function tell(what: string): void {
  if (isLong) process.stdout.write(`${what}\n`);
}

/** Times of day at which clocks like to change, and two at which they do not. */
export const times = ["00:00", "00:30", "01:30", "02:00", "02:30", "08:00", "23:45"] as const;

/** A weekday (Monday is 1) and a time of day as a rule. */
export function ruleOf(weekday: number, time: string): Rule {
  return { cadence: "weekly", weekday, hour: Number(time.slice(0, 2)), minute: Number(time.slice(3)) };
}
