import type { Worker } from "node:worker_threads";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ThreadOptions, threads } from "../../src/engine/threads.ts";

function aPool(options: Partial<ThreadOptions> = {}) {
  const pool = threads<string, string>({
    entry: new URL("./thread.mjs", import.meta.url),
    size: 2,
    timeMs: 30_000,
    memoryMb: 32,
    idleMs: 30_000,
    patienceMs: 50,
    ...options,
  });
  onTestFinished(() => pool.close());
  return pool;
}

describe("threads", () => {
  test("each input gets its own answer, also when there are more than threads", async () => {
    const { run } = aPool();

    const answers = await Promise.all(["a", "b", "c", "d", "e"].map(run));

    const said = answers.map((answer) => (answer.kind === "done" ? answer.result.split(" ")[0] : "?"));
    expect(said).toEqual(["a", "b", "c", "d", "e"]);
  });

  test.each([
    ["forever", "time", { timeMs: 2_000 }],
    ["greedy", "memory", {}],
    ["exit", "crash", {}],
    ["throw", "crash", {}],
  ] as const)(
    "one that does %j costs itself %s, and the next ones nothing",
    async (deed, trouble, options) => {
      const { run } = aPool({ size: 1, ...options });
      expect(await run("warm")).toEqual({ kind: "done", result: "warm 1" });

      const [broken, after] = await Promise.all([run(deed), run("after")]);

      expect(broken).toEqual({ kind: "trouble", trouble });
      expect(after).toEqual({ kind: "done", result: "after 1" });
    },
  );

  test("one that breaks while it has nothing to do costs the next ones nothing", {
    timeout: 20_000,
  }, async () => {
    const { run } = aPool({ size: 1 });
    expect(await run("exit later")).toEqual({ kind: "done", result: "exit later 1" });

    let answer: Awaited<ReturnType<typeof run>>;
    do {
      await new Promise((resolve) => setTimeout(resolve, 250));
      answer = await run("after");
    } while (answer.kind === "done" && answer.result !== "after 1");

    expect(answer).toEqual({ kind: "done", result: "after 1" });
  });

  test("one that hangs holds up no other thread, nor this one", async () => {
    const { run, close } = aPool();
    const hanging = run("forever");

    for (let n = 1; n <= 3; n++) expect(await run("x")).toEqual({ kind: "done", result: `x ${n}` });
    await close();

    expect(await hanging).toEqual({ kind: "trouble", trouble: "crash" });
    expect(await run("late")).toEqual({ kind: "trouble", trouble: "crash" });
  });

  test("what one thread does in time is not given to a second; what makes others wait for long is", async () => {
    const patient = aPool({ patienceMs: 20_000 });
    const numbered = await Promise.all(["a", "b", "c"].map(patient.run));
    expect(numbered).toEqual([1, 2, 3].map((n) => ({ kind: "done", result: `${"abc"[n - 1]} ${n}` })));

    const hasty = aPool({ patienceMs: 10 });
    void hasty.run("forever");

    expect(await hasty.run("next")).toEqual({ kind: "done", result: "next 1" });
  });

  test("one that was started before there was work is the one that does it", async () => {
    const started: Worker[] = [];
    const count = (worker: Worker) => started.push(worker);
    process.on("worker", count);
    onTestFinished(() => void process.off("worker", count));
    const { run, warm } = aPool();

    warm();
    warm();
    await new Promise(setImmediate);
    expect(started).toHaveLength(1);

    expect(await run("a")).toEqual({ kind: "done", result: "a 1" });
    expect(started).toHaveLength(1);
  });

  test("a thread that has nothing to do for long is ended, and started again when there is something", async () => {
    const { run } = aPool({ size: 1, idleMs: 10 });
    await run("a");

    const answers: string[] = [];
    while (answers.at(-1) !== "b 1") {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const answer = await run("b");
      if (answer.kind === "done") answers.push(answer.result);
    }

    expect(answers.at(-1)).toBe("b 1");
  });
});
