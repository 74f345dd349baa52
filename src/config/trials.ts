import { clockStartingAt } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Fault } from "./faults.ts";

/** A point at which this process kills itself, so that what happens then can be tried out. */
export interface FaultPoint {
  /** A verb of the store, or `send`. */
  readonly verb: string;
  readonly when: "before" | "after";
  /** At which of its calls, from 1. */
  readonly call: number;
}

/** What the environment sets for trials only. */
export interface Trials {
  /** `POSTWIRE_CLOCK`, or null for the machine's clock. */
  readonly clockStartsAt: string | null;
  /** `POSTWIRE_FAULT`, or null: nowhere. */
  readonly faultPoint: FaultPoint | null;
}

/** Reads what `trialFaults` has nothing against. */
export function trialsOf(env: Readonly<Record<string, string | undefined>>): Trials {
  return {
    clockStartsAt: env.POSTWIRE_CLOCK || null,
    faultPoint: faultPointOf(env.POSTWIRE_FAULT ?? ""),
  };
}

/** What is wrong with them; `isHarmless` where no real mail can go out. */
export function trialFaults(
  env: Readonly<Record<string, string | undefined>>,
  isHarmless: boolean,
): readonly Fault[] {
  const { POSTWIRE_CLOCK: clock = "", POSTWIRE_FAULT: fault = "" } = env;
  const faults: Fault[] = [];
  if (clock !== "" && !isInstant(clock)) {
    faults.push({ key: "POSTWIRE_CLOCK", message: `"${clock}" is no instant; write 2026-01-05T07:00:00Z.` });
  }
  if (fault !== "" && faultPointOf(fault) === null) {
    faults.push({ key: "POSTWIRE_FAULT", message: `"${fault}" is no point; write armDelivery:after:3.` });
  }
  const mend = "only with mail.transport folder or an SMTP server on loopback. Unset it.";
  const set = Object.entries({ POSTWIRE_CLOCK: clock, POSTWIRE_FAULT: fault }).filter(([, is]) => is !== "");
  const kept = isHarmless ? [] : set;
  return [...faults, ...kept.map(([key]) => ({ key, message: `is for trying things out: ${mend}` }))];
}

function isInstant(written: string): boolean {
  try {
    clockStartingAt(written);
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return false;
  }
}

function faultPointOf(written: string): FaultPoint | null {
  const match = /^(\w+):(before|after):([1-9]\d{0,8})$/.exec(written);
  return match === null
    ? null
    : { verb: match[1] ?? "", when: match[2] === "before" ? "before" : "after", call: Number(match[3]) };
}
