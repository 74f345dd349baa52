// Runs in a thread of its own: what is not trusted is parsed here, where it can be stopped.
import { parentPort } from "node:worker_threads";
import { AppError, messageOf } from "../base/errors.ts";
import type { Extract, Extraction } from "../domain/page.ts";
import type { ThreadAnswer } from "../engine/threads.ts";
import { extract } from "../extract/registry.ts";

parentPort?.on("message", async (given: Parameters<Extract>) => {
  parentPort?.postMessage(await answerTo(given));
});

async function answerTo(given: Parameters<Extract>): Promise<ThreadAnswer<Extraction>> {
  try {
    return { kind: "done", result: await extract(...given) };
  } catch (error) {
    return { kind: "thrown", error: portable(error) };
  }
}

/** An error keeps only its message on its way between threads: what matters goes as data. */
function portable(error: unknown): unknown {
  if (error instanceof AppError) return { code: error.code, message: error.message, hint: error.hint };
  return { stack: error instanceof Error ? error.stack : messageOf(error) };
}
