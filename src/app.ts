import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { bundled, readLocales, version } from "./app/bundled.ts";
import { dyingAt } from "./app/fault.ts";
import { isolatedExtract } from "./app/isolated.ts";
import { type AppJobs, wireJobs } from "./app/jobs.ts";
import { clockOf, openReader } from "./app/reader.ts";
import type { Clock } from "./base/clock.ts";
import { AppError, messageOf } from "./base/errors.ts";
import type { Log } from "./base/log.ts";
import { type Tally, tally } from "./base/tally.ts";
import { type Speech, speech } from "./base/words.ts";
import type { Config } from "./config/load.ts";
import type { Engine } from "./domain/engine.ts";
import type { Mailer } from "./domain/mailer.ts";
import type { Shelf } from "./domain/shelf.ts";
import type { Store } from "./domain/store.ts";
import { localEngine } from "./engine/local.ts";
import { folderShelf } from "./feeds/write.ts";
import { type Subscribing, subscribing } from "./jobs/subscribe.ts";
import { dkimSigner, type Signer } from "./mail/dkim.ts";
import { folderMailer } from "./mail/folder.ts";
import { smtpMailer } from "./mail/smtp.ts";
import { type Tokens, tokenKeys } from "./mail/tokens.ts";
import { sqliteStore } from "./store/sqlite/store.ts";

/** The house, wired: it knows every room and decides nothing. */
export interface App {
  readonly config: Config;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly speech: Speech;
  readonly store: Store;
  readonly shelf: Shelf;
  /** Null when the configuration has no `mail`. */
  readonly mailer: Mailer | null;
  /** Null without `POSTWIRE_SECRET`. */
  readonly tokens: Tokens | null;
  readonly engine: Engine;
  /** What happened since the start, for `/metrics`. */
  readonly tally: Tally;
  readonly jobs: AppJobs;
  readonly subscribing: Subscribing;
  close(): Promise<void>;
}

/**
 * Opens the database, reads templates and locales and wires everything. Close it, or the database stays open.
 * `clock` is for tests; else it is the configuration's. `reading` is given where it was needed to be ready early.
 */
export async function openApp(
  config: Config,
  log: Log,
  clock = clockOf(config),
  reading = isolatedExtract(),
): Promise<App> {
  const spoken = speech(readLocales(), config.site.language);
  const sign = signerOf(config);
  makeFolder(config.data);
  const database = await sqliteStore({
    file: join(config.data, "postwire.db"),
    migrations: bundled("drizzle"),
    tagHost: new URL(config.site.url).hostname,
  });
  const { faultPoint } = config.trials;
  const ports = [database, mailerOf(config, log)] as const;
  const [store, mailer] = faultPoint === null ? ports : dyingAt(faultPoint, ports);
  const reader = openReader(config, clock, reading);
  const now = () => clock.now();
  const shelf = await folderShelf(join(config.data, "public"));
  await store.syncSources(config.sources, config.categories, now());
  const tokens = config.secrets.secret === null ? null : tokenKeys(config.secrets.secret);
  const engine = localEngine(log);
  const counts = tally();
  const wake = () => engine.wake("deliver");
  const { site } = config;
  const limits = { ...config.subscribe, open: config.subscribe.open && mailer !== null };
  const jobs = wireJobs({
    config,
    log,
    store,
    shelf,
    reader,
    speech: spoken,
    mailer,
    tokens,
    wake,
    now,
    sign,
    tally: counts,
  });
  return {
    config,
    version,
    clock,
    log,
    speech: spoken,
    store,
    shelf,
    mailer,
    tokens,
    engine,
    tally: counts,
    jobs,
    subscribing: subscribing({
      store,
      site,
      speech: spoken,
      tokens,
      limits,
      now,
      wake,
      rename: config.categories.rename,
    }),
    close: async () => {
      await engine.stop();
      await mailer?.close();
      await reader.close();
      await store.close();
    },
  };
}

function mailerOf({ mail, data, secrets }: Config, log: Log): Mailer | null {
  if (mail === null) return null;
  if (mail.transport === "folder") return folderMailer(join(data, "mail"));
  if (secrets.smtpUrl === null) throw new Error("smtp without SMTP_URL passed the configuration");
  const { connect: connectMs, reply: replyMs, afterDot: afterDotMs } = mail.timeouts;
  const timeouts = { connectMs, replyMs, afterDotMs };
  return smtpMailer({ url: secrets.smtpUrl, connections: mail.connections, log, timeouts });
}

/** Undefined where mails go out unsigned. A relative `keyFile` is beside the configuration. */
function signerOf({ file, mail }: Config): Signer | undefined {
  const dkim = mail?.dkim;
  return dkim === undefined
    ? undefined
    : dkimSigner({ ...dkim, keyFile: resolve(dirname(file), dkim.keyFile) });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new AppError("data", `The data folder ${folder} cannot be made: ${messageOf(error)}.`, {
      hint: "Make it writable for this user, or set `data` to another folder.",
    });
  }
}
