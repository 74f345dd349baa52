import { Writable } from "node:stream";
import { afterEach } from "vitest";
import { jsonLog } from "../../src/base/log.ts";
import type { Engine } from "../../src/domain/engine.ts";
import { localEngine } from "../../src/engine/local.ts";
import { aGate } from "./gate.ts";

/** Once a year: a test that goes by this is not woken by the clock. */
export const yearly = "0 0 1 1 *";

const running: Engine[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((engine) => engine.stop()));
});

/** An engine that is stopped after the test, and what it logged. */
export function anEngine() {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString("utf8")));
      done();
    },
  });
  const engine = localEngine(jsonLog("info", sink));
  running.push(engine);
  return { engine, lines };
}

/** Work whose rounds begin and end when the test says so. */
export function steered() {
  const rounds = Array.from({ length: 5 }, () => ({ begun: aGate(), end: aGate() }));
  const state = { count: 0, atOnce: 0, most: 0 };
  const work = async () => {
    const round = rounds[state.count++];
    state.most = Math.max(state.most, ++state.atOnce);
    round?.begun.open();
    await round?.end.opened;
    state.atOnce--;
  };
  const round = (number: number) => {
    const found = rounds[number - 1];
    if (found === undefined) throw new Error(`no round ${number}`);
    return found;
  };
  return { work, state, round };
}

/** Lets everything happen that is ready to happen. */
export async function settled(): Promise<void> {
  for (let n = 0; n < 5; n++) await new Promise(setImmediate);
}
