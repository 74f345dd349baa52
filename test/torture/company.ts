import { setTimeout as pause } from "node:timers/promises";
import { outOfBalance } from "./audit.ts";
import { moods } from "./behaviours.ts";
import type { Life } from "./life.ts";
import { begun, prepare, quiet, stopped } from "./rounds.ts";
import type { Trial } from "./trial.ts";

/** What happens while several processes deliver. */
const happenings = {
  /** One sleeps for longer than its lease, and wakes. */
  nap: async (trial: Trial, [one]: readonly Life[]) => {
    if (one === undefined) return;
    one.signal("SIGSTOP");
    await pause(trial.luck.between(1_300, 2_200));
    one.signal("SIGCONT");
  },
  pause: async (trial: Trial) => {
    const issue = String(trial.frozen.size);
    await trial.run("issues", "pause", issue);
    const { lines } = await trial.run("issues");
    trial.wrongs.push(...outOfBalance(lines, trial.frozen, { isOver: false }));
    await trial.run("issues", "resume", issue);
  },
  remove: async (trial: Trial) => {
    const there = trial.readers.filter((reader) => !trial.removed.has(reader));
    const gone = trial.luck.one(there);
    await trial.run("subscribers", "remove", gone);
    trial.removed.set(gone, Date.now());
  },
  stop: async (trial: Trial, [one]: readonly Life[]) => {
    if (one !== undefined) await stopped(trial, one);
  },
  kill: async (trial: Trial, [one]: readonly Life[]) => {
    await pause(trial.luck.between(0, 300));
    one?.kill("random");
  },
};

/** Two daemons and `run deliver --wait` at work on one outbox, and something happens to it or to one of them. */
export async function company(trial: Trial, happening: keyof typeof happenings): Promise<void> {
  await prepare(trial, 80);
  trial.witness.setMood(trial.luck.one([moods.weather, moods.weather, moods.slow, moods.mute]));
  const daemons = [begun(trial, { kind: "left alone" }), begun(trial, { kind: "left alone" })];
  const visitor = trial.start(["run", "deliver", "--wait"]);
  const lives = [...daemons, visitor];
  await Promise.race(lives.map((life) => met(trial, life)));
  await happenings[happening](trial, daemons);
  await quiet(trial, lives);
  await Promise.all(lives.map((life) => dismissed(trial, life, life === visitor)));
}

/** All there is to happen, so often that it makes `rounds`. */
export function companyPlan(rounds: number): readonly (keyof typeof happenings)[] {
  const all = Object.keys(happenings) as (keyof typeof happenings)[];
  return Array.from({ length: rounds }, (_, n) => all[n % all.length] ?? "kill");
}

/** Resolves when it has said its first word to the sink, or is over. */
function met({ witness }: Trial, life: Life): Promise<unknown> {
  return Promise.race([new Promise<void>((resolve) => witness.onMet(life.name, resolve)), life.over]);
}

/** Ends it one way or the other: half of them as an operator would. The visitor knows no signal; it ends by itself. */
async function dismissed(trial: Trial, life: Life, isVisitor: boolean): Promise<void> {
  if (!isVisitor && trial.luck.happens(0.5)) await stopped(trial, life);
  else if (life.end() === null) life.kill("random");
  const { kill, status } = await life.over;
  if (kill === null && status !== 0) {
    trial.wrongs.push(
      `${life.name} (${isVisitor ? "run deliver" : "daemon"}) ended with ${status}: ${life.said()}`,
    );
  }
}
