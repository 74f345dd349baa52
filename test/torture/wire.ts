import type { Socket } from "node:net";

/** A connection as a conversation needs it: one thing after the other. */
export interface Wire {
  /** The next line, without its end; null when there will be none. */
  line(): Promise<string | null>;
  /** Everything up to the final dot, as it came over the wire; null when there will be none. */
  body(): Promise<Buffer | null>;
  /** Resolves when something has come that nobody took yet, or nothing will. */
  something(): Promise<void>;
  /** True once the operating system has the words. */
  say(words: string): Promise<boolean>;
  /** Ends our side after everything that was said. */
  close(): void;
  drop(): void;
  reset(): void;
  stopReading(): void;
  /** Resolves when the connection is gone. */
  gone(): Promise<void>;
}

const endOfBody = "\r\n.\r\n";

export function wireOver(socket: Socket): Wire {
  let held: Buffer = Buffer.alloc(0);
  let isGone = false;
  let wake = () => {};
  socket.setNoDelay(true);
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    wake();
  });
  const gone = new Promise<void>((resolve) => {
    socket.on("close", () => {
      isGone = true;
      wake();
      resolve();
    });
  });
  const news = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const upTo = async (mark: string): Promise<Buffer | null> => {
    for (;;) {
      const at = held.indexOf(mark);
      if (at !== -1) {
        const found = held.subarray(0, at);
        held = held.subarray(at + mark.length);
        return found;
      }
      if (isGone) return null;
      await news();
    }
  };
  return {
    line: async () => (await upTo("\r\n"))?.toString("latin1") ?? null,
    body: () => upTo(endOfBody),
    something: async () => {
      while (held.length === 0 && !isGone) await news();
    },
    say: (words) => new Promise((resolve) => socket.write(words, "latin1", (error) => resolve(!error))),
    close: () => socket.end(),
    drop: () => socket.destroy(),
    reset: () => socket.resetAndDestroy(),
    stopReading: () => socket.pause(),
    gone: () => gone,
  };
}
