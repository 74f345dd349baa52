import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Instant } from "../../src/base/clock.ts";
import type { Log, LogFields } from "../../src/base/log.ts";
import { tally } from "../../src/base/tally.ts";
import { type Sentences, speech } from "../../src/base/words.ts";
import { type Config, understand } from "../../src/config/load.ts";
import type { Reading } from "../../src/domain/page.ts";
import { folderShelf } from "../../src/feeds/write.ts";
import { subscribing } from "../../src/jobs/subscribe.ts";
import { type Tokens, tokenKeys } from "../../src/mail/tokens.ts";
import type { WebNeeds } from "../../src/web/visit.ts";
import { monday } from "./builders.ts";
import { aFolder, aStore } from "./store.ts";

/** What a test of the web may set; everything else is the default. */
export interface AppOptions {
  /** YAML below `site:` and the rest; the title and address are given. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: Instant;
}

/** The web's part of the house, real but for the clock, which stands still until it is set. */
export interface TestApp extends WebNeeds {
  readonly tokens: Tokens;
  /** What was logged. */
  readonly logged: readonly { readonly event: string; readonly fields: LogFields }[];
  /** The folder with database and shelf. */
  readonly folder: string;
  setClock(now: Instant): void;
}

const secret = "a secret that only tests know";
const anyReading = z.custom<Reading>((value) => typeof value === "object" && value !== null);

/** An app with a fresh database, an empty shelf and the real locales; gone when the test is over. */
export async function anApp(options: AppOptions = {}): Promise<TestApp> {
  const folder = aFolder();
  const config = configOf(folder, options);
  let now = options.now ?? monday;
  const logged: { event: string; fields: LogFields }[] = [];
  const note = (event: string, fields: LogFields = {}) => void logged.push({ event, fields });
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const spoken = speech({ en: sentences("en"), zh: sentences("zh") }, config.site.language);
  const store = await aStore(join(folder, "postwire.db"));
  await store.syncSources(config.sources, config.categories, now);
  const tokens = tokenKeys(secret);
  return {
    config,
    version: "0.0.0",
    clock: { now: () => now },
    log,
    logged,
    folder,
    tokens,
    speech: spoken,
    store,
    shelf: await folderShelf(join(folder, "public")),
    tally: tally(),
    subscribing: subscribing({
      store,
      site: config.site,
      speech: spoken,
      tokens,
      limits: config.subscribe,
      rename: config.categories.rename,
      now: () => now,
      wake: () => {},
    }),
    setClock: (at) => {
      now = at;
    },
  };
}

function configOf(folder: string, { config = "", env = {} }: AppOptions): Config {
  const text = config.includes("site:")
    ? config
    : `site: { title: Weekly Notes, url: "https://notes.example.org", imprint: "Example Press" }\n${config}`;
  return understand(text, join(folder, "postwire.yaml"), env, anyReading);
}

function sentences(language: string): Sentences {
  const file = new URL(`../../locales/${language}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Sentences;
}
