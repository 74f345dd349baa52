import { describe, expect, test } from "vitest";
import { anEngine, settled, steered, yearly } from "./engine.ts";
import { aGate } from "./gate.ts";

describe("the engine", () => {
  test("at its start every task has a round, without waiting for the clock", async () => {
    const { engine } = anEngine();
    const refreshed = aGate();
    const delivered = aGate();
    engine.every("refresh", yearly, async () => refreshed.open());
    engine.every("deliver", yearly, async () => delivered.open());

    engine.start();

    await Promise.all([refreshed.opened, delivered.opened]);
  });

  test("does nothing before it is started or woken", async () => {
    const { engine } = anEngine();
    const { work, state } = steered();

    engine.every("refresh", "* * * * * *", work);
    await settled();

    expect(state.count).toBe(0);
  });

  test("the clock wakes it, again and again", async () => {
    const { engine } = anEngine();
    const third = aGate();
    let count = 0;
    engine.every("refresh", "* * * * * *", async () => {
      if (++count === 3) third.open();
    });

    engine.start();

    await third.opened;
  });

  test("a wake during a round gives one more round after it, however many wakes there were", async () => {
    const { engine } = anEngine();
    const { work, state, round } = steered();
    engine.every("refresh", yearly, work);
    engine.wake("refresh");
    await round(1).begun.opened;

    for (let n = 0; n < 10; n++) engine.wake("refresh");
    await settled();
    expect(state.count).toBe(1);
    round(1).end.open();
    await round(2).begun.opened;
    round(2).end.open();
    await settled();

    expect(state).toEqual({ count: 2, atOnce: 0, most: 1 });
  });

  test("a wake after a round gives a new one", async () => {
    const { engine } = anEngine();
    const { work, state, round } = steered();
    engine.every("refresh", yearly, work);
    engine.wake("refresh");
    round(1).end.open();
    await settled();

    engine.wake("refresh");
    await round(2).begun.opened;
    round(2).end.open();

    expect(state).toMatchObject({ count: 2, most: 1 });
  });

  test("tasks do not wait for each other", async () => {
    const { engine } = anEngine();
    const slow = steered();
    const published = aGate();
    engine.every("refresh", yearly, slow.work);
    engine.every("publish", yearly, async () => published.open());
    engine.start();
    await slow.round(1).begun.opened;

    await published.opened;

    expect(slow.state.atOnce).toBe(1);
    slow.round(1).end.open();
  });

  test("a round that fails is logged, and the next one comes as usual", async () => {
    const { engine, lines } = anEngine();
    const second = aGate();
    let count = 0;
    engine.every("digest", yearly, async () => {
      if (++count === 1) throw new Error("the disk is full");
      second.open();
    });

    engine.wake("digest");
    await settled();
    engine.wake("digest");
    await second.opened;

    expect(lines).toEqual([
      expect.objectContaining({
        level: "error",
        event: "digest failed",
        why: "the disk is full",
        stack: expect.stringContaining("local.test.ts"),
      }),
    ]);
  });

  test("a wake during a round that fails is not lost", async () => {
    const { engine, lines } = anEngine();
    const first = aGate();
    const second = aGate();
    let count = 0;
    engine.every("digest", yearly, async () => {
      if (++count === 2) return second.open();
      await first.opened;
      throw "not even an error";
    });
    engine.wake("digest");

    engine.wake("digest");
    first.open();
    await second.opened;

    expect(lines).toEqual([expect.objectContaining({ why: "not even an error", stack: null })]);
  });

  test("a wake of a task it does not have does nothing", () => {
    const { engine } = anEngine();

    expect(() => engine.wake("prune")).not.toThrow();
  });
});
