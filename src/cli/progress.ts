/** Shows how far long work is, on a terminal; says nothing elsewhere. */
export interface Progress {
  readonly step: () => void;
  readonly end: () => void;
}

const patience = 500;

/** A line on standard error that counts up to `total` and takes itself away at the end; nothing for short work. */
export function progress(total: number, what: string): Progress {
  if (process.stderr.isTTY !== true) return { step: () => {}, end: () => {} };
  const startedAt = performance.now();
  let done = 0;
  let isShown = false;
  return {
    step: () => {
      done++;
      if (performance.now() - startedAt < patience) return;
      isShown = true;
      process.stderr.write(`\r\u001b[K${done} of ${total} ${what}`);
    },
    end: () => {
      if (isShown) process.stderr.write("\r\u001b[K");
    },
  };
}
