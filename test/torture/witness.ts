import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Mood } from "./behaviours.ts";
import type { Order, Phase, Word } from "./words.ts";

/** The sink's process, seen from the driver. */
export interface Witness {
  readonly port: number;
  setMood(mood: Mood): void;
  /** Calls `act` once when `sender` comes to `phase` for the `count`-th time; the sink waits for `isDead`. */
  trap(sender: string, phase: Phase, count: number, act: () => void): void;
  isDead(sender: string): void;
  /** Calls `act` at the first word of `sender`. */
  onMet(sender: string, act: () => void): void;
  close(): void;
}

const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** Starts the sink; it writes what it sees to `record`. */
export async function startWitness(record: string, seed: number): Promise<Witness> {
  const child = fork(fileURLToPath(new URL("sink.ts", import.meta.url)), [record, String(seed)], {
    execArgv: ["--import", loader],
  });
  const [met, trapped] = [new Map<string, () => void>(), new Map<string, () => void>()];
  const tell = (order: Order) => void child.send(order);
  const port = await listening(child);
  child.on("message", (word: Word) => {
    if (word.kind === "met") met.get(word.sender)?.();
    if (word.kind === "trapped") trapped.get(word.sender)?.();
  });
  return {
    port,
    setMood: (mood) => tell({ kind: "mood", mood }),
    trap: (sender, phase, count, act) => {
      trapped.set(sender, act);
      tell({ kind: "trap", sender, phase, count });
    },
    isDead: (sender) => tell({ kind: "dead", sender }),
    onMet: (sender, act) => void met.set(sender, act),
    close: () => child.disconnect(),
  };
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("exit", (status) => reject(new Error(`the sink ended with ${status}`)));
    child.once("message", (word: Word) => {
      if (word.kind === "listening") resolve(word.port);
    });
  });
}
