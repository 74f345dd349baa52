import { type Command, Option } from "commander";
import { requireSecret } from "../app/jobs.ts";
import { clockOf } from "../app/reader.ts";
import { type App, openApp } from "../app.ts";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/load.ts";
import { notices } from "../config/notices.ts";
import { timetable } from "../jobs/timetable.ts";
import { listen } from "../web/server.ts";
import { type CommonOptions, common, configOf, contextOf } from "./context.ts";

interface ServeFlags extends CommonOptions {
  readonly only?: "web" | "work";
}

/** A running house: what `serve` stops, or takes down to put up another. */
interface Running {
  readonly config: Config;
  readonly where: string | null;
  stop(): Promise<void>;
}

/** What stays the same over all configurations of one process; the clock runs on. */
interface Starter {
  readonly flags: ServeFlags;
  readonly log: Log;
  readonly clock: Clock;
}

export function serveCommand(program: Command): void {
  common(
    program
      .command("serve")
      .description("the daemon and the web; SIGTERM drains, SIGHUP re-reads the configuration"),
    "postwire serve --config /etc/postwire/postwire.yaml",
  )
    .addOption(new Option("--only <part>", "only this part").choices(["web", "work"]))
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const { log, out } = contextOf(flags, "info");
  const signals = signalQueue();
  const config = configOf(flags);
  const starter: Starter = { flags, log, clock: clockOf(config) };
  let running = await start(starter, config);
  if (running.where !== null) out.note(`Postwire is at ${running.where}. Stop it with Ctrl-C.`);
  for (;;) {
    const signal = await signals.next();
    if (signal !== "SIGHUP") break;
    running = await restarted(starter, running);
  }
  log.info("stopping");
  signals.hurry();
  await running.stop();
  log.info("stopped");
}

/** Takes the old house down and puts up one with the configuration as it is now; a wrong one changes nothing. */
async function restarted(starter: Starter, running: Running): Promise<Running> {
  const { flags, log } = starter;
  const config = tried(log, () => complete(configOf(flags)));
  if (config === null) return running;
  await running.stop();
  try {
    const next = await start(starter, config);
    log.info("configuration taken over");
    return next;
  } catch (error) {
    log.error("configuration not taken over", { why: messageOf(error) });
    return await start(starter, running.config);
  }
}

function tried<T>(log: Log, work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    log.error("configuration not taken over", { why: messageOf(error) });
    return null;
  }
}

/** A configuration that can be served: who mails can also sign links. */
function complete(config: Config): Config {
  if (config.mail !== null) requireSecret(config.secrets.secret);
  return config;
}

async function start({ flags, log, clock }: Starter, config: Config): Promise<Running> {
  const app = await openApp(complete(config), log, clock);
  try {
    for (const notice of notices(config)) log.warn("configuration", { notice });
    const web = flags.only === "work" ? null : await listen(app);
    if (flags.only !== "web") work(app);
    log.info("started", {
      version: app.version,
      web: web?.address ?? null,
      sources: config.sources.length,
      mail: app.mailer?.name ?? null,
    });
    return {
      config,
      where: web?.address ?? null,
      stop: async () => {
        await web?.close();
        await app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Puts the jobs on the timetable and starts the engine. */
export function work(app: App): void {
  const { config, jobs, engine, mailer } = app;
  timetable(engine, {
    refresh: (signal) => jobs.refresh({ signal }),
    publish: () => jobs.publish(),
    ping: config.feeds.hub === null ? null : (signal) => jobs.ping(signal),
    prune: (signal) => jobs.prune(signal),
    digest: mailer === null ? null : () => jobs.digest({ anyway: false }),
    deliver: mailer === null ? null : (signal) => jobs.deliver({ signal }),
  });
  engine.start();
}

/** Signals one at a time, in order; after `hurry` the next one ends the process at once. */
function signalQueue() {
  const waiting: NodeJS.Signals[] = [];
  let wake: (() => void) | null = null;
  let isHurried = false;
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (isHurried && signal !== "SIGHUP") process.exit(1);
      waiting.push(signal);
      wake?.();
    });
  }
  return {
    next: async (): Promise<NodeJS.Signals> => {
      for (;;) {
        const signal = waiting.shift();
        if (signal !== undefined) return signal;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    hurry: () => {
      isHurried = true;
    },
  };
}
