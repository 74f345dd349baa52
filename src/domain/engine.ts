/** What the house does by itself, one name per job. */
export type Task = "refresh" | "publish" | "ping" | "digest" | "deliver" | "prune";

/**
 * Hands for the jobs: calls them when it is time or when somebody wakes them. What is due is in the database;
 * a task called once too often finds nothing to do.
 */
export interface Engine {
  /** Calls `work` at every tick of `cron` (five or six fields, UTC) and at every `wake`; never twice at once. */
  every(task: Task, cron: string, work: (signal: AbortSignal) => Promise<void>): void;
  /** Asks for one more round of `task` as soon as it is free. */
  wake(task: Task): void;
  start(): void;
  /** No new rounds; those under way get the abort signal and are waited for. */
  stop(): Promise<void>;
}
