import { type Clock, clockStartingAt, systemClock } from "../base/clock.ts";
import { type Config, loadConfig } from "../config/load.ts";
import type { Extract, Fetch } from "../domain/page.ts";
import type { Ping } from "../domain/ping.ts";
import { readingShape } from "../extract/shape.ts";
import { type Decoded, decodeBytes } from "../fetch/decode.ts";
import { politeFetch } from "../fetch/fetch.ts";
import { hubPinger } from "../fetch/ping.ts";
import { asRead } from "../jobs/drift.ts";
import { type Look, type LookRequest, look } from "../jobs/look.ts";
import { version } from "./bundled.ts";
import { type IsolatedExtract, isolatedExtract } from "./isolated.ts";

/** What asks other people's servers, and reads what they answer. */
export interface Reader {
  readonly fetch: Fetch;
  readonly ping: Ping;
  readonly extract: Extract;
  readonly decode: (bytes: Uint8Array, contentType: string | null) => Decoded;
  readonly clock: Clock;
  /** Gets ready to read what is not fetched yet. */
  warm(): void;
  /** One look at an address, with nothing known of it. */
  lookAt(url: string, source: LookRequest["source"]): Promise<Look>;
  close(): Promise<void>;
}

/** Reads the configuration; throws one `AppError("config")` that names everything wrong in it. */
export function readConfig(file: string, environment: NodeJS.ProcessEnv): Config {
  return loadConfig(file, environment, readingShape);
}

/** The clock the configuration asks for: the machine's, but for `POSTWIRE_CLOCK`. */
export function clockOf(config: Config | null): Clock {
  return config?.trials.clockStartsAt ? clockStartingAt(config.trials.clockStartsAt) : systemClock;
}

/** Wires what reads pages. Without a configuration the defaults hold: no private addresses. */
export function openReader(
  config: Config | null,
  clock: Clock = clockOf(config),
  reading: IsolatedExtract = isolatedExtract(),
): Reader {
  const manners = {
    userAgent: config?.polling.userAgent ?? `Postwire/${version}${config ? ` (+${config.site.url})` : ""}`,
    allowPrivateAddresses: config?.polling.allowPrivateAddresses ?? false,
    proxy: config?.polling.proxy ?? null,
    clock,
  };
  const { fetch, close } = politeFetch(manners);
  const { ping, close: closeHub } = hubPinger(manners);
  const { extract } = reading;
  const unknown = {
    ...{ learned: null, validators: null, bodyHash: null },
    ...{ settle: asRead, wantsMore: async () => false },
  };
  return {
    ...{ fetch, ping, extract, decode: decodeBytes, clock, warm: reading.warm },
    close: async () => {
      await Promise.all([close(), closeHub(), reading.close()]);
    },
    lookAt: (address, source) =>
      look(
        { fetch, extract, now: () => clock.now(), rest: async () => true, refusal: async () => null },
        { ...unknown, source, address },
      ),
  };
}
