import { Worker } from "node:worker_threads";

/** Why a thread brought no answer: it took too long, or too much memory, or it broke. */
export type ThreadTrouble = "time" | "memory" | "crash";

/** What a thread says: its answer, or what it threw. */
export type ThreadAnswer<Out> =
  | { readonly kind: "done"; readonly result: Out }
  | { readonly kind: "thrown"; readonly error: unknown }
  | { readonly kind: "trouble"; readonly trouble: ThreadTrouble };

export interface Threads<In, Out> {
  /** Runs `input` in a thread that is free, or waits for one. */
  run(input: In): Promise<ThreadAnswer<Out>>;
  /** Starts a thread before there is work for it, if there is none yet. */
  warm(): void;
  /** Ends every thread, whatever it is doing; what was under way comes back as `crash`. */
  close(): Promise<void>;
}

export interface ThreadOptions {
  /** The module that runs in each thread: answers each message with a `ThreadAnswer`, in order. */
  readonly entry: URL;
  readonly size: number;
  /** For one input. A thread that takes longer is ended. */
  readonly timeMs: number;
  /** Of a thread's own heap. One that takes more is ended. */
  readonly memoryMb: number;
  /** A thread that had nothing to do for so long is ended, and its memory with it. */
  readonly idleMs: number;
  /** Starting a thread costs more than most inputs: a further one is, when for so long the others hardly rested. */
  readonly patienceMs: number;
}

interface Task<In, Out> {
  readonly input: In;
  readonly resolve: (answer: ThreadAnswer<Out>) => void;
}

/** The part of its time in which a thread that is busy does not rest. */
const busyPart = 0.75;

/** What was made last is collected often: left to itself, each thread keeps 32 MB for it, and is no faster. */
const youngMb = 6;

/**
 * Threads for work that may never end, or take all memory: it costs its own thread and nobody else anything. They are
 * started when they are needed. An idle one keeps the process from nothing.
 */
export function threads<In, Out>(options: ThreadOptions): Threads<In, Out> {
  const waiting: Task<In, Out>[] = [];
  const idle: Thread<In, Out>[] = [];
  const all = new Set<Thread<In, Out>>();
  let impatient: NodeJS.Timeout | null = null;
  let isClosed = false;

  const next = (): void => {
    for (let task = waiting[0]; task !== undefined; task = waiting[0]) {
      const thread = idle.pop() ?? (all.size === 0 ? started() : null);
      if (thread === null) break;
      waiting.shift();
      give(thread, task);
    }
    if (waiting.length === 0 || all.size === options.size) calm();
    else impatient ??= setTimeout(helped, options.patienceMs);
  };
  // A queue alone says little: where this thread is the slower one, the others wait for it.
  const helped = () => {
    calm();
    const task = [...all].every((thread) => thread.isBusy()) ? waiting.shift() : undefined;
    if (task !== undefined) give(started(), task);
    next();
  };
  const calm = () => {
    clearTimeout(impatient ?? undefined);
    impatient = null;
  };
  const give = (thread: Thread<In, Out>, { input, resolve }: Task<In, Out>) => {
    void thread.work(input).then((answer) => {
      if (answer.kind === "trouble" || isClosed) void end(thread);
      else rest(thread);
      resolve(answer);
      next();
    });
  };
  const started = () => {
    const thread = startThread<In, Out>(options, () => forget(thread));
    all.add(thread);
    return thread;
  };
  const forget = (thread: Thread<In, Out>) => {
    all.delete(thread);
    const place = idle.indexOf(thread);
    if (place >= 0) idle.splice(place, 1);
  };
  const end = async (thread: Thread<In, Out>) => {
    forget(thread);
    await thread.end();
  };
  const rest = (thread: Thread<In, Out>) => {
    idle.push(thread);
    thread.rest(() => void end(thread));
  };
  return {
    run: (input) =>
      new Promise((resolve) => {
        if (isClosed) return resolve({ kind: "trouble", trouble: "crash" });
        waiting.push({ input, resolve });
        next();
      }),
    warm: () => {
      if (all.size === 0 && !isClosed) rest(started());
    },
    close: async () => {
      isClosed = true;
      calm();
      for (const { resolve } of waiting.splice(0)) resolve({ kind: "trouble", trouble: "crash" });
      await Promise.all([...all].map(end));
    },
  };
}

interface Thread<In, Out> {
  work(input: In): Promise<ThreadAnswer<Out>>;
  /** Calls `tooLong` when it was idle for so long that it is no longer worth its memory. */
  rest(tooLong: () => void): void;
  /** Whether it hardly rested since it was asked last; not said of less than half of the patience. */
  isBusy(): boolean;
  end(): Promise<void>;
}

/** `gone` is called when it ended by itself, also while it had nothing to do. */
function startThread<In, Out>(
  { entry, timeMs, memoryMb, idleMs, patienceMs }: ThreadOptions,
  gone: () => void,
): Thread<In, Out> {
  const limits = { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: youngMb };
  const worker = new Worker(entry, { resourceLimits: limits });
  let settle: (answer: ThreadAnswer<Out>) => void = () => {};
  let timer: NodeJS.Timeout | undefined;
  worker.unref();
  let load = worker.performance.eventLoopUtilization();
  const trouble = (kind: ThreadTrouble) => settle({ kind: "trouble", trouble: kind });
  // Until it has answered once it was starting, which says nothing of how busy it is.
  worker.once("message", () => {
    load = worker.performance.eventLoopUtilization();
  });
  worker.on("message", (answer: ThreadAnswer<Out>) => settle(answer));
  worker.on("error", (error: Error & { code?: string }) =>
    trouble(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "memory" : "crash"),
  );
  worker.on("exit", () => {
    gone();
    trouble("crash");
  });
  return {
    work: (input) =>
      new Promise((resolve) => {
        clearTimeout(timer);
        worker.ref();
        timer = setTimeout(() => trouble("time"), timeMs);
        settle = (answer) => {
          settle = () => {};
          clearTimeout(timer);
          worker.unref();
          resolve(answer);
        };
        worker.postMessage(input);
      }),
    rest: (tooLong) => {
      timer = setTimeout(tooLong, idleMs);
      timer.unref();
    },
    isBusy: () => {
      const before = load;
      load = worker.performance.eventLoopUtilization();
      const { idle, active, utilization } = worker.performance.eventLoopUtilization(load, before);
      return idle + active > patienceMs / 2 && utilization > busyPart;
    },
    end: async () => {
      clearTimeout(timer);
      await worker.terminate();
    },
  };
}
