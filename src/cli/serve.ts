import { type Command, Option } from "commander";
import { requireMail } from "../app/jobs.ts";
import { type App, openApp } from "../app.ts";
import { messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { notices } from "../config/notices.ts";
import { timetable } from "../jobs/timetable.ts";
import { listen } from "../web/server.ts";
import { type CommonOptions, common, configOf, contextOf } from "./context.ts";

interface ServeFlags extends CommonOptions {
  readonly only?: "web" | "work";
}

/** A running house: what `serve` stops, or takes down to put up another. */
interface Running {
  readonly where: string | null;
  stop(): Promise<void>;
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
  let running = await start(flags, log);
  if (running.where !== null) out.note(`Postwire is at ${running.where}. Stop it with Ctrl-C.`);
  for (;;) {
    const signal = await signals.next();
    if (signal !== "SIGHUP") break;
    running = await restarted(running, flags, log);
  }
  log.info("stopping");
  signals.hurry();
  await running.stop();
  log.info("stopped");
}

/** Takes the old house down and puts up one with the configuration as it is now; a wrong one changes nothing. */
async function restarted(running: Running, flags: ServeFlags, log: Log): Promise<Running> {
  try {
    configOf(flags);
  } catch (error) {
    log.error("configuration not taken over", { why: messageOf(error) });
    return running;
  }
  await running.stop();
  const next = await start(flags, log);
  log.info("configuration taken over");
  return next;
}

async function start(flags: ServeFlags, log: Log): Promise<Running> {
  const app = await openApp(configOf(flags), log);
  try {
    for (const notice of notices(app.config)) log.warn("configuration", { notice });
    if (app.mailer !== null) requireMail(app.mailer, app.tokens);
    const web = flags.only === "work" ? null : await listen(app);
    if (flags.only !== "web") work(app);
    log.info("started", {
      version: app.version,
      web: web?.address ?? null,
      sources: app.config.sources.length,
      mail: app.mailer?.name ?? null,
    });
    return {
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
  const { jobs, engine, mailer } = app;
  timetable(engine, {
    refresh: (signal) => jobs.refresh({ signal }),
    publish: () => jobs.publish(),
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
