import { createTask, type ScheduledTask } from "node-cron";
import { messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Engine, Task } from "../domain/engine.ts";

interface Job {
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly cron: ScheduledTask;
  running: Promise<void> | null;
  /** Asked for once more while it was running. */
  again: boolean;
}

/**
 * The engine of one process: node-cron wakes it, in UTC, and each task runs once at a time. Cron decides nothing:
 * a tick that comes late, twice or not at all costs at most one interval. A round that fails is logged, and the
 * next one comes as usual.
 */
export function localEngine(log: Log): Engine {
  const jobs = new Map<Task, Job>();
  const stopping = new AbortController();

  const round = async (task: Task, job: Job) => {
    do {
      job.again = false;
      try {
        await job.work(stopping.signal);
      } catch (error) {
        if (!stopping.signal.aborted) {
          log.error(`${task} failed`, {
            why: messageOf(error),
            stack: error instanceof Error ? error.stack : null,
          });
        }
      }
    } while (job.again && !stopping.signal.aborted);
    job.running = null;
  };
  const wake = (task: Task) => {
    const job = jobs.get(task);
    if (job === undefined || stopping.signal.aborted) return;
    if (job.running === null) job.running = round(task, job);
    else job.again = true;
  };

  return {
    every: (task, expression, work) => {
      const cron = createTask(expression, () => wake(task), { timezone: "UTC", suppressMissedWarning: true });
      jobs.set(task, { work, cron, running: null, again: false });
    },
    wake,
    start: () => {
      for (const [task, { cron }] of jobs) {
        void cron.start();
        wake(task);
      }
    },
    stop: async () => {
      stopping.abort();
      for (const { cron } of jobs.values()) await cron.destroy();
      await Promise.all([...jobs.values()].map(({ running }) => running));
    },
  };
}
