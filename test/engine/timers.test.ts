import { describe, expect, test } from "vitest";
import { pacer, pause, repeater } from "../../src/engine/timers.ts";
import { aGate } from "./gate.ts";

/** Timers count in whole milliseconds and may be one early. */
const slackMs = 2;

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

describe("pause", () => {
  test("lasts as long as said", async () => {
    expect(await msOf(() => pause(30))).toBeGreaterThanOrEqual(30 - slackMs);
  });

  test("ends at once, and well, when the signal comes, before or meanwhile", async () => {
    const stop = new AbortController();
    const meanwhile = pause(3_600_000, stop.signal);

    stop.abort();

    await expect(meanwhile).resolves.toBeUndefined();
    await expect(pause(3_600_000, stop.signal)).resolves.toBeUndefined();
  });
});

describe("pacer", () => {
  test("gives places evenly, in the order they are booked", () => {
    const book = pacer(100);

    const from = performance.now();
    const places = Array.from({ length: 5 }, () => book() + performance.now() - from);

    places.forEach((place, n) => {
      expect(place).toBeGreaterThanOrEqual(10 * n - 0.1);
    });
  });

  test("saves nothing up: after a break no two places are the same", async () => {
    const book = pacer(50);
    book();
    await pause(60);

    expect(book()).toBe(0);
    expect(book()).toBeGreaterThan(20 - slackMs);
  });

  test("the first does not wait, and without a limit nobody does", () => {
    const slow = pacer(1 / 3_600);
    const free = pacer(null);

    expect(slow()).toBe(0);
    expect(slow()).toBeGreaterThan(3_599_000);
    expect(Array.from({ length: 1_000 }, free)).toEqual(Array(1_000).fill(0));
  });
});

/** Resolves when a timer of the same length has gone off `times` times. */
async function ticks(times: number, ms: number): Promise<void> {
  const gate = aGate();
  let left = times;
  const stop = repeater(() => {})(ms, async () => {
    if (--left === 0) gate.open();
  });
  await gate.opened;
  stop();
}

describe("repeater", () => {
  test("calls again and again, but never while the last call is under way", async () => {
    const errors: unknown[] = [];
    const busy = aGate();
    const second = aGate();
    let calls = 0;
    let atOnce = 0;
    let most = 0;
    const stop = repeater((error) => errors.push(error))(2, async () => {
      calls++;
      most = Math.max(most, ++atOnce);
      if (calls === 1) await busy.opened;
      else second.open();
      atOnce--;
    });

    await ticks(10, 2);
    const whileBusy = calls;
    busy.open();
    await second.opened;
    stop();

    expect(whileBusy).toBe(1);
    expect(most).toBe(1);
    expect(errors).toEqual([]);
  });

  test("what it throws is told, and the next call comes as usual", async () => {
    const errors: unknown[] = [];
    const third = aGate();
    let calls = 0;
    const stop = repeater((error) => errors.push(error))(2, async () => {
      calls++;
      if (calls < 3) throw new Error(`lost ${calls}`);
      third.open();
    });

    await third.opened;
    stop();

    expect(errors).toEqual([new Error("lost 1"), new Error("lost 2")]);
  });

  test("after it is stopped nothing is called any more", async () => {
    const first = aGate();
    let calls = 0;
    const stop = repeater(() => {})(2, async () => {
      calls++;
      first.open();
    });
    await first.opened;

    stop();
    const before = calls;
    await ticks(10, 2);

    expect(calls).toBe(before);
  });
});
