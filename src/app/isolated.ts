import { AppError, type ErrorCode } from "../base/errors.ts";
import type { Extract, Extraction } from "../domain/page.ts";
import { type ThreadTrouble, threads } from "../engine/threads.ts";

/** An `Extract` that runs in threads of its own, and its end. */
export interface IsolatedExtract {
  readonly extract: Extract;
  /** Starts a thread now: while it starts, whoever is about to read something can do something else. */
  warm(): void;
  close(): Promise<void>;
}

/** Two, also where there is one processor: a page that takes all its time must not be in the way of the next one. */
const size = 2;
const timeMs = 15_000;
const memoryMb = 256;
const idleMs = 60_000;
const patienceMs = 500;

/** Run from its sources (tests, `npm run dev`), the program takes the thread's module from the last build. */
const entry = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/app/reading.js" : "./reading.js",
  import.meta.url,
);

/**
 * Reads pages in threads: one that takes too long, or too much memory, costs its own source one failure
 * (`AppError("unreadable")`), and meanwhile everything else goes on.
 */
export function isolatedExtract(
  limits: { readonly timeMs: number; readonly memoryMb: number } = { timeMs, memoryMb },
): IsolatedExtract {
  const pool = threads<Parameters<Extract>, Extraction>({ entry, size, idleMs, patienceMs, ...limits });
  return {
    extract: async (...given) => {
      const answer = await pool.run(given);
      switch (answer.kind) {
        case "done":
          return answer.result;
        case "thrown":
          throw revived(answer.error);
        case "trouble":
          throw new AppError("unreadable", said(answer.trouble, limits));
        default:
          return answer satisfies never;
      }
    },
    warm: () => pool.warm(),
    close: () => pool.close(),
  };
}

function said(
  trouble: ThreadTrouble,
  { timeMs: most, memoryMb: room }: { readonly timeMs: number; readonly memoryMb: number },
): string {
  switch (trouble) {
    case "time":
      return `The page took longer than ${most / 1_000} s to read and was given up.`;
    case "memory":
      return `The page took more than ${room} MB to read and was given up.`;
    case "crash":
      return "Reading the page broke off.";
    default:
      return trouble satisfies never;
  }
}

/** What was thrown in the thread, as it would have been here. */
function revived(thrown: unknown): unknown {
  const { code, message, hint, stack } = thrown as Readonly<Record<string, string | undefined>>;
  if (code === undefined) return Object.assign(new Error("reading a page broke"), { stack });
  return new AppError(code as ErrorCode, message ?? "", hint === undefined ? {} : { hint });
}
