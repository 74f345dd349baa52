import { describe, expect, test } from "vitest";
import { anEngine, settled, steered, yearly } from "./engine.ts";
import { aGate } from "./gate.ts";

describe("stopping the engine", () => {
  test("tells the round under way and waits for its end", async () => {
    const { engine } = anEngine();
    const begun = aGate();
    const end = aGate();
    const told = aGate();
    let isOver = false;
    engine.every("deliver", yearly, async (signal) => {
      signal.addEventListener("abort", () => told.open());
      begun.open();
      await end.opened;
      isOver = true;
    });
    engine.wake("deliver");
    await begun.opened;

    let hasStopped = false;
    const stopped = engine.stop().then(() => {
      hasStopped = true;
    });
    await told.opened;
    await settled();
    expect(hasStopped).toBe(false);
    end.open();
    await stopped;

    expect(isOver).toBe(true);
  });

  test("no round begins any more: not the one asked for, not by a wake, not by the clock", async () => {
    const { engine } = anEngine();
    const { work, state, round } = steered();
    engine.every("deliver", "* * * * * *", work);
    engine.start();
    await round(1).begun.opened;
    engine.wake("deliver");

    const stopped = engine.stop();
    round(1).end.open();
    await stopped;
    engine.wake("deliver");
    await settled();

    expect(state).toEqual({ count: 1, atOnce: 0, most: 1 });
  });

  test("a round that ends by throwing because it was told to stop is nothing to log", async () => {
    const { engine, lines } = anEngine();
    const begun = aGate();
    engine.every("refresh", yearly, async (signal) => {
      const aborted = new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
      begun.open();
      await aborted;
    });
    engine.wake("refresh");
    await begun.opened;

    await engine.stop();

    expect(lines).toEqual([]);
  });

  test("can be asked for twice, and before anything was started", async () => {
    const { engine } = anEngine();
    engine.every("refresh", yearly, async () => {});

    await engine.stop();
    await engine.stop();
  });
});
