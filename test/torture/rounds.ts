import { setTimeout as pause } from "node:timers/promises";
import type { Life } from "./life.ts";
import { instants, isQuiet } from "./look.ts";
import type { Trial } from "./trial.ts";
import type { Phase } from "./words.ts";

/** What is to become of a daemon; instants are counted from its first word to the sink. */
export type Fate =
  | { readonly kind: "killed"; readonly afterMs: number }
  | { readonly kind: "killed at step"; readonly fault: string }
  | { readonly kind: "killed in phase"; readonly phase: Phase; readonly count: number }
  | { readonly kind: "stopped"; readonly afterMs: number }
  /** Runs until there is nothing to do, and is stopped then. */
  | { readonly kind: "left alone" };

const lookEveryMs = 40;
/** The daemon looks for work every five seconds at the latest. */
const patienceMs = 7_000;
const stopsWithinMs = 20_000;

/** Starts a daemon for each fate and sees it through. Those whose fate does not come are killed when all is quiet. */
export async function round(trial: Trial, fates: readonly Fate[]): Promise<void> {
  const lives = fates.map((fate) => begun(trial, fate));
  await Promise.all(lives.map(({ started }) => started));
  await quiet(trial, lives);
  await Promise.all(
    lives.map(async (life, n) => {
      const mayStop = fates[n]?.kind === "left alone" || fates[n]?.kind === "stopped";
      if (mayStop) await stopped(trial, life);
      else life.kill("random");
      await life.over;
      trial.witness.isDead(life.name);
    }),
  );
}

/** Starts a daemon and sets its fate in motion. */
export function begun(trial: Trial, fate: Fate): Life {
  const { witness } = trial;
  const life = trial.start(["serve", "--only", "work"], fate.kind === "killed at step" ? fate.fault : null);
  if (fate.kind === "killed") {
    witness.onMet(life.name, () => setTimeout(() => life.kill("random"), fate.afterMs));
  } else if (fate.kind === "stopped") {
    witness.onMet(life.name, () => setTimeout(() => void stopped(trial, life), fate.afterMs));
  } else if (fate.kind === "killed in phase") {
    witness.trap(life.name, fate.phase, fate.count, () => {
      life.kill("phase");
      void life.over.then(() => witness.isDead(life.name));
    });
  }
  return life;
}

/** Resolves when all of them are over, or there is nothing to do for them. */
export async function quiet(trial: Trial, lives: readonly Life[]): Promise<void> {
  for (const until = Date.now() + patienceMs; Date.now() < until; ) {
    if (lives.every((life) => life.end() !== null)) return;
    if (isQuiet(trial.look(), trial.clock.now())) return;
    await Promise.race([
      pause(lookEveryMs),
      ...lives.filter((life) => life.end() === null).map(({ over }) => over),
    ]);
  }
}

/** Stops a daemon as an operator does: it must end with 0 and leave nothing in its hands. */
export async function stopped(trial: Trial, life: Life): Promise<void> {
  await life.started;
  if (life.end() !== null) return;
  life.stop();
  const late = setTimeout(() => {
    trial.wrongs.push(`${life.name} did not stop`);
    life.kill("random");
  }, stopsWithinMs);
  const { kill, status } = await life.over;
  clearTimeout(late);
  if (kill !== null) return;
  if (status !== 0) trial.wrongs.push(`${life.name} was stopped and ended with ${status}: ${life.said()}`);
  const kept = trial
    .look()
    .rows.filter(({ state, owner }) => /leased|submitting/.test(state) && owner?.includes(`-${life.pid}-`));
  for (const { id, state } of kept) trial.wrongs.push(`${life.name} was stopped and left ${id} ${state}`);
}

/** Lets halted and paused issues go on, as an operator would, and puts the clock forward until `least` mails are due. */
export async function prepare(trial: Trial, least: number): Promise<void> {
  const { clock } = trial;
  const seen = trial.look();
  for (const { number, state } of seen.issues) {
    if (state === "halted" || state === "paused") await trial.run("issues", "resume", String(number));
  }
  const now = clock.now();
  const times = instants(seen, now);
  const due = times[Math.min(least, times.length) - 1] ?? now;
  clock.skip(Math.max(due, seen.restsUntil, now) - now + startMs);
}

/** What a process needs to start, and a lease: its clock starts behind ours. */
const startMs = 4_000;

/** More than any delivery takes that comes to an end at all. */
const mostRounds = 30;

/** Runs daemons that nothing happens to, until nothing is left to do but what waits for the operator. */
export async function workOff(trial: Trial): Promise<void> {
  trial.witness.setMood({});
  for (let n = 0; n < mostRounds; n++) {
    await prepare(trial, Number.POSITIVE_INFINITY);
    await round(trial, [{ kind: "left alone" }]);
    if (instants(trial.look(), trial.clock.now()).length === 0) return;
  }
  trial.wrongs.push(`after ${mostRounds} rounds in calm weather there still is something to do`);
}
