import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { audit, type Verdict } from "./audit.ts";
import { moods } from "./behaviours.ts";
import { company, companyPlan } from "./company.ts";
import { fullDisk, mountDisk } from "./disk.ts";
import { killAll, phaseFates, randomFates, stepFates, storms } from "./killing.ts";
import { openIssue, openingSteps } from "./opening.ts";
import { resolve } from "./resolving.ts";
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

/** What a part came to; `unknown` is how many were left to the operator. */
export interface Played extends Verdict {
  readonly unknown: number;
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
        await storms(trial, [moods.storm, moods.mute]);
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
        await storms(trial, [moods.storm, moods.mute]);
      },
    },
    {
      name: "kills in every phase of SMTP",
      readers: 600,
      onUnknown: "resend",
      act: async (trial) => {
        await openIssue(trial);
        for (let n = 0; n < times(9); n++) await killAll(trial, phaseFates(trial), { atOnce: 2, due: 120 });
        await storms(trial, [moods.storm, moods.mute]);
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
        await storms(trial, [moods.mute]);
      },
    },
  ];
}

const shortSteps = /^(?:claimDeliveries:after|armDelivery:|settleDelivery:|send:after)/;

/** A little of everything. */
export const shortPlay: Play = {
  name: "in short",
  readers: 300,
  onUnknown: "resend",
  act: async (trial) => {
    await openIssue(trial);
    const fates = [
      ...stepFates({ first: true }).filter(
        ({ fate }) => fate.kind === "killed at step" && shortSteps.test(fate.fault),
      ),
      ...phaseFates(trial),
      ...[0, 150].map((afterMs) => ({ fate: { kind: "killed", afterMs } as const, mood: moods.weather })),
    ];
    await killAll(trial, fates, { atOnce: 5, due: 120 });
    await storms(trial, [moods.mute]);
  },
};

/** Plays one part to its end in `folder`; why not, where it cannot be. */
export async function play(
  part: Play,
  folder: string,
  seed: number,
): Promise<Played | { readonly why: string }> {
  mkdirSync(folder, { recursive: true });
  const disk = part.hasDisk ? mountDisk(join(folder, "data")) : null;
  if (disk !== null && "why" in disk) return disk;
  const trial = await openTrial({ ...part, folder, seed });
  try {
    await part.act(trial);
    await workOff(trial);
    const unknown = await resolve(trial);
    return { ...(await audit(trial, part.onUnknown)), unknown };
  } finally {
    for (const life of trial.lives) if (life.end() === null) life.kill("random");
    await trial.close();
    disk?.unmount();
  }
}
