import { describe, expect, test } from "vitest";
import { aFolder } from "../support/store.ts";
import { play, shortPlay } from "./plays.ts";

describe("daemons that are killed in the middle of delivering, by a mail server that misbehaves", () => {
  test("lose no mail, send none three times, and every second copy has its cause and the same bytes", {
    timeout: 300_000,
  }, async () => {
    const verdict = await play(shortPlay, aFolder(), 7);

    if ("why" in verdict) throw new Error(verdict.why);
    const { random, step, phase } = verdict.kills;
    expect(verdict.wrongs).toEqual([]);
    expect(verdict).toMatchObject({ lost: 0, falseSent: 0, integrity: "ok" });
    expect(verdict.states).toEqual({ sent: shortPlay.readers - 15, failed: 15 });
    expect(verdict.most).toBeLessThanOrEqual(2);
    expect(verdict.extra).toBeLessThanOrEqual(verdict.bound);
    expect(random + step + phase).toBeGreaterThanOrEqual(15);
    expect(verdict.faults).toBeGreaterThanOrEqual(100);
  });
});
