import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { audit, type Verdict } from "./audit.ts";
import { company, companyPlan } from "./company.ts";
import { fullDisk, mountDisk } from "./disk.ts";
import { killAll, phaseFates, randomFates, stepFates, storms } from "./killing.ts";
import { openIssue, openingSteps } from "./opening.ts";
import { resolved } from "./resolving.ts";
import { workOff } from "./rounds.ts";
import { openTrial, type Trial } from "./trial.ts";

/** A part of the long run. */
export interface Play {
  readonly name: string;
  readonly readers: number;
  readonly onUnknown: "resend" | "hold";
  /** Where the data folder is a small disk. */
  readonly hasDisk?: true;
  act(trial: Trial): Promise<void>;
}

/** Everything that is done to the program, `size` times over. */
export function plays(size: number): readonly Play[] {
  const times = (count: number) => Math.max(1, Math.round(count * size));
  return [
    {
      name: "random kills",
      readers: 400,
      onUnknown: "resend",
      act: async (trial) => {
        for (let issue = 0; issue < 2; issue++) {
          await openIssue(trial);
          await killAll(trial, randomFates(trial, times(45)), { atOnce: 2, due: 120 });
        }
        await storms(trial, 2);
      },
    },
    {
      name: "kills at every step",
      readers: 1_100,
      onUnknown: "resend",
      act: async (trial) => {
        await openIssue(trial, [...openingSteps, "addDeliveries:after:1"]);
        for (let n = 0; n < times(2); n++) {
          await killAll(trial, stepFates({ first: false }), { atOnce: 2, due: 150 });
        }
        await storms(trial, 2);
      },
    },
    {
      name: "kills in every phase of SMTP",
      readers: 600,
      onUnknown: "resend",
      act: async (trial) => {
        await openIssue(trial);
        for (let n = 0; n < times(9); n++) await killAll(trial, phaseFates(trial), { atOnce: 2, due: 120 });
        await storms(trial, 2);
      },
    },
    {
      name: "several at work",
      readers: 600,
      onUnknown: "resend",
      act: async (trial) => {
        await openIssue(trial);
        for (const happening of companyPlan(times(24))) await company(trial, happening);
      },
    },
    {
      name: "a full disk",
      readers: 400,
      onUnknown: "resend",
      hasDisk: true,
      act: async (trial) => {
        await openIssue(trial);
        const full: boolean[] = [];
        for (let n = 0; n < times(6); n++) full.push(await fullDisk(trial, n % 2 === 1));
        if (!full.includes(true)) trial.wrongs.push("the disk was never full when it was written to");
      },
    },
    {
      name: "unknown ones are held",
      readers: 600,
      onUnknown: "hold",
      act: async (trial) => {
        await openIssue(trial, openingSteps);
        const fates = [...randomFates(trial, times(30)), ...stepFates({ first: true }), ...phaseFates(trial)];
        await killAll(trial, fates, { atOnce: 2, due: 100 });
        await storms(trial, 1);
      },
    },
  ];
}

/** A little of everything. */
export const shortPlay: Play = {
  name: "in short",
  readers: 240,
  onUnknown: "resend",
  act: async (trial) => {
    await openIssue(trial);
    const fates = [
      ...randomFates(trial, 2).map(({ mood }) => ({
        fate: { kind: "killed", afterMs: trial.luck.between(0, 200) } as const,
        mood,
      })),
      ...stepFates({ first: true }).filter((_, n) => n < 8),
      ...phaseFates(trial),
    ];
    await killAll(trial, fates, { atOnce: 5, due: 120 });
    await storms(trial, 1);
  },
};

/** Plays one part to its end in `folder`; why not, where it cannot be. */
export async function play(
  part: Play,
  folder: string,
  seed: number,
): Promise<Verdict | { readonly why: string }> {
  mkdirSync(folder, { recursive: true });
  const disk = part.hasDisk ? mountDisk(join(folder, "data")) : null;
  if (disk !== null && "why" in disk) return disk;
  const trial = await openTrial({ ...part, folder, seed });
  try {
    await part.act(trial);
    await workOff(trial);
    const held = await audit(trial, part.onUnknown);
    if (held.states.unknown === undefined) return held;
    await resolved(trial);
    const settled = await audit(trial, part.onUnknown);
    const wrongs = new Set([...held.wrongs, ...settled.wrongs]);
    if (settled.states.unknown !== undefined) wrongs.add("some are unknown though all were settled");
    return { ...settled, wrongs: [...wrongs] };
  } finally {
    for (const life of trial.lives) if (life.end() === null) life.kill("random");
    await trial.close();
    disk?.unmount();
  }
}
