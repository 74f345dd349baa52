import { appendFileSync } from "node:fs";
import { type RunOptions, startCli } from "../support/cli.ts";

/** How a process was killed; `step` is POSTWIRE_FAULT. */
export type Kill = "random" | "step" | "phase";

/** How a process came to its end. */
export interface End {
  readonly kill: Kill | null;
  readonly status: number | null;
  readonly at: number;
}

/** One process of the program, from its start to its end. */
export interface Life {
  /** What it calls itself at the sink. */
  readonly name: string;
  readonly pid: number;
  readonly startedAt: number;
  /** The step at which it kills itself, or null. */
  readonly fault: string | null;
  /** When it was stopped with SIGSTOP, and until when. */
  readonly naps: readonly { readonly from: number; readonly to: number }[];
  readonly over: Promise<End>;
  /** Null while it runs. */
  end(): End | null;
  /** Resolves when it has said that it started, or is over. */
  readonly started: Promise<void>;
  said(): string;
  kill(kind: Kill): void;
  /** SIGTERM, once: a second one would end it at once. */
  stop(): void;
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
}

export interface LifeOptions extends RunOptions {
  readonly name: string;
  readonly fault: string | null;
  /** Where what it says is kept. */
  readonly log: string;
}

/** Starts the program and watches over it. */
export function begin(args: readonly string[], options: LifeOptions): Life {
  const { name, fault, log, cwd } = options;
  const env = { ...options.env, ...(fault !== null && { POSTWIRE_FAULT: fault }) };
  const child = startCli(args, { cwd, env });
  const naps: { from: number; to: number }[] = [];
  const startedAt = Date.now();
  let [said, sent, end, isStopping] = ["", null as Kill | null, null as End | null, false];
  let hasStarted = () => {};
  const started = new Promise<void>((resolve) => {
    hasStarted = resolve;
  });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
      const lines = (rest + chunk.toString("utf8")).split("\n");
      rest = lines.pop() ?? "";
      appendFileSync(log, lines.map((line) => `${name} ${line}\n`).join(""));
      if (said.includes('"event":"started"')) hasStarted();
    });
  }
  const over = new Promise<End>((resolve) => {
    child.once("close", (status, signal) => {
      const kill = signal === "SIGKILL" ? (sent ?? "step") : null;
      end = { kill, status, at: Date.now() };
      hasStarted();
      resolve(end);
    });
  });
  return {
    ...{ name, fault, naps, startedAt, started, over },
    pid: child.pid ?? 0,
    end: () => end,
    said: () => said,
    kill: (kind) => {
      sent ??= kind;
      child.kill("SIGKILL");
    },
    stop: () => {
      if (!isStopping) child.kill("SIGTERM");
      isStopping = true;
    },
    signal: (signal) => {
      child.kill(signal);
      if (signal === "SIGSTOP") naps.push({ from: Date.now(), to: Number.POSITIVE_INFINITY });
      const nap = naps.at(-1);
      if (signal === "SIGCONT" && nap !== undefined) nap.to = Date.now();
    },
  };
}
