import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { messageOf } from "../../src/base/errors.ts";
import { moods } from "./behaviours.ts";
import { begun, prepare, quiet, stopped } from "./rounds.ts";
import type { Trial } from "./trial.ts";

/** A disk of its own for a data folder; or why there is none. */
export function mountDisk(folder: string): { readonly unmount: () => void } | { readonly why: string } {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], { stdio: "pipe" });
  } catch (error) {
    return { why: messageOf(error).split("\n").at(-1) ?? "" };
  }
  return { unmount: () => void execFileSync("umount", ["--lazy", folder], { stdio: "pipe" }) };
}

/** Fills the disk to the last byte; the returned function makes room again. */
function fill(folder: string): () => void {
  const file = join(folder, "filler");
  const to = openSync(file, "w");
  for (const size of [65_536, 512]) {
    try {
      for (const block = Buffer.alloc(size); ; ) writeSync(to, block);
    } catch (error) {
      if (!messageOf(error).includes("ENOSPC")) throw error;
    }
  }
  closeSync(to);
  return () => rmSync(file);
}

const fullForMs = 1_500;

/** The disk is full in the middle of delivering, and has room again later; `isKilled`: the daemon does not live to see it. */
export async function fullDisk(trial: Trial, isKilled: boolean): Promise<boolean> {
  await prepare(trial, 80);
  trial.witness.setMood(moods.weather);
  const life = begun(trial, { kind: "left alone" });
  await Promise.race([new Promise<void>((resolve) => trial.witness.onMet(life.name, resolve)), life.over]);
  const makeRoom = fill(trial.data);
  await Promise.race([pause(fullForMs), life.over]);
  if (isKilled) {
    life.kill("random");
    await life.over;
  }
  makeRoom();
  await quiet(trial, [life]);
  await stopped(trial, life);
  return /is full/.test(life.said());
}
