// A thread that does what it is told: echoes, or misbehaves.
import { parentPort } from "node:worker_threads";

let answered = 0;

parentPort?.on("message", (input) => {
  if (input === "forever") for (;;);
  if (input === "greedy") {
    const all = [];
    for (;;) all.push(new Array(10_000).fill(all.length));
  }
  if (input === "exit") process.exit(3);
  if (input === "throw") throw new Error("unforeseen");
  if (input === "exit later") setTimeout(() => process.exit(3), 100);
  answered += 1;
  parentPort?.postMessage({ kind: "done", result: `${input} ${answered}` });
});
