import type { Engine } from "../domain/engine.ts";

/** The jobs of the house, ready to run. */
export interface Jobs {
  readonly refresh: (signal: AbortSignal) => Promise<{ readonly new: number; readonly changed: number }>;
  readonly publish: () => Promise<unknown>;
  /** Null without a hub. */
  readonly ping: ((signal: AbortSignal) => Promise<unknown>) | null;
  readonly prune: (signal: AbortSignal) => Promise<{ readonly pruned: number }>;
  /** Null without mail. */
  readonly digest: (() => Promise<{ readonly opened: number }>) | null;
  readonly deliver: ((signal: AbortSignal) => Promise<unknown>) | null;
}

/**
 * When the daemon looks whether something is due. Each line is only a wake-up (UTC): what is due is in the database,
 * so a tick more or less changes nothing.
 */
export function timetable(engine: Engine, jobs: Jobs): void {
  const { ping, digest, deliver } = jobs;
  engine.every("refresh", "*/5 * * * * *", async (signal) => {
    const { new: fresh, changed } = await jobs.refresh(signal);
    if (fresh + changed > 0) engine.wake("publish");
  });
  engine.every("publish", "*/30 * * * * *", async () => {
    await jobs.publish();
    if (ping !== null) engine.wake("ping");
  });
  if (ping !== null) {
    engine.every("ping", "*/10 * * * * *", async (signal) => {
      await ping(signal);
    });
  }
  engine.every("prune", "17 3 * * *", async (signal) => {
    const { pruned } = await jobs.prune(signal);
    if (pruned > 0) engine.wake("publish");
  });
  if (digest !== null && deliver !== null) {
    engine.every("digest", "*/20 * * * * *", async () => {
      const { opened } = await digest();
      if (opened > 0) engine.wake("deliver");
    });
    engine.every("deliver", "*/5 * * * * *", async (signal) => {
      await deliver(signal);
    });
  }
}
