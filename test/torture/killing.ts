import { type Mood, moods } from "./behaviours.ts";
import { type Fate, prepare, round } from "./rounds.ts";
import type { Trial } from "./trial.ts";
import { phases } from "./words.ts";

/** Steps of delivering, each before and after a call that a daemon comes to; `slow` needs workers that hang. */
const steps: readonly { readonly verb: string; readonly calls: readonly number[]; readonly slow?: true }[] = [
  { verb: "claimDeliveries", calls: [1, 2, 6] },
  { verb: "armDelivery", calls: [1, 3] },
  { verb: "settleDelivery", calls: [1, 8, 21] },
  { verb: "send", calls: [1, 9, 22] },
  { verb: "sweepDeliveries", calls: [1, 2] },
  { verb: "renewDeliveries", calls: [1, 3], slow: true },
  { verb: "releaseDeliveries", calls: [1, 2], slow: true },
];

/** A fate with the weather it needs. */
export interface Planned {
  readonly fate: Fate;
  readonly mood: Mood;
}

/** Every step, before and after, in the order of the table; `first` takes only the first call of each. */
export function stepFates(options: { readonly first: boolean }): readonly Planned[] {
  return steps.flatMap(({ verb, calls, slow }) =>
    (options.first ? calls.slice(0, 1) : calls).flatMap((call) =>
      ["before", "after"].map((when): Planned => {
        const fate: Fate = { kind: "killed at step", fault: `${verb}:${when}:${call}` };
        return { fate, mood: slow ? moods.slow : moods.weather };
      }),
    ),
  );
}

/** Every phase of a conversation, at a mail of chance. */
export function phaseFates({ luck }: Trial): readonly Planned[] {
  return phases.map((phase) => {
    return { fate: { kind: "killed in phase", phase, count: luck.between(1, 20) }, mood: moods.weather };
  });
}

/** Ends at moments of chance, in weather of chance. */
export function randomFates({ luck }: Trial, count: number): readonly Planned[] {
  const kinds = [moods.weather, moods.weather, moods.mute, moods.slow, moods.policy, moods.away];
  return Array.from({ length: count }, () => {
    const fate: Fate = luck.happens(0.12)
      ? { kind: "stopped", afterMs: luck.between(0, 400) }
      : { kind: "killed", afterMs: luck.between(0, 350) };
    return { fate, mood: luck.one(kinds) };
  });
}

/** Sees the fates through, `atOnce` daemons side by side, with enough mails due before each round. */
export async function killAll(
  trial: Trial,
  planned: readonly Planned[],
  { atOnce, due }: { readonly atOnce: number; readonly due: number },
): Promise<void> {
  for (let n = 0; n < planned.length; n += atOnce) {
    const group = planned.slice(n, n + atOnce);
    await prepare(trial, due);
    trial.witness.setMood(group[0]?.mood ?? {});
    await round(
      trial,
      group.map(({ fate }) => fate),
    );
  }
}

/** All that is due goes out in each of these moods, one after the other, and nobody is killed. */
export async function storms(trial: Trial, weathers: readonly Mood[]): Promise<void> {
  for (const mood of weathers) {
    await prepare(trial, Number.POSITIVE_INFINITY);
    trial.witness.setMood(mood);
    await round(trial, [{ kind: "left alone" }]);
  }
}
