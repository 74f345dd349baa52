import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { isIP } from "node:net";
import { expect, onTestFinished } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import type { FetchOutcome } from "../../src/domain/page.ts";
import { type FetchOptions, politeFetch } from "../../src/fetch/fetch.ts";
import { addressGuard, bareHost, type Resolve } from "../../src/fetch/guard.ts";
import { type Canaries, canaries } from "./canaries.ts";

/** Where somebody public would be, and the only address that is opened. */
const address = "127.0.0.3";
const opened = [`${address}/32`];

/** Somebody public who wants to send us to where nobody may be asked. */
export interface Outside {
  /** `http://public.example:<port>`. */
  readonly url: string;
  readonly port: number;
  readonly canary: Canaries;
  /** What is answered from now on. */
  answer(listener: RequestListener): void;
  /** Connections that were made to the place itself. */
  connections(): number;
  /** How many addresses were asked for. */
  tried(): number;
  /** Hangs up on everybody. */
  hangUp(): void;
  /** Asks, for the length of a test, as a source would be asked; only the place itself is opened unless `options` say more. */
  aFetch(options?: Partial<FetchOptions>): (url: string) => Promise<FetchOutcome>;
  /** The outcome is that an address was refused, in a sentence with these words, and no canary was connected to. */
  expectRefused(outcome: FetchOutcome, words?: RegExp): void;
  close(): void;
}

/** `public.example` is where somebody public would be; every other name stands for the canary. */
export const resolve: Resolve = async (hostname) => [
  { address: hostname === "public.example" ? address : "127.0.0.1", family: 4 },
];

/** Opens it, and the canaries. */
export async function anOutside(): Promise<Outside> {
  const canary = await canaries();
  let answering: RequestListener = (_, response) => response.end();
  let [connections, tried] = [0, 0];
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => answering(request, response));
  server.on("connection", () => {
    connections += 1;
  });
  server.listen(0, address);
  await once(server, "listening");
  const taken = server.address();
  const port = typeof taken === "object" && taken !== null ? taken.port : 0;
  return {
    ...{ url: `http://public.example:${port}`, port, canary },
    answer: (listener) => {
      answering = listener;
    },
    connections: () => connections,
    tried: () => tried,
    hangUp: () => server.closeAllConnections(),
    aFetch: (options = {}) => {
      const common = { userAgent: "Test/1", allowPrivateAddresses: opened, clock: systemClock, resolve };
      const fetcher = politeFetch({ ...common, ...options });
      onTestFinished(() => fetcher.close());
      return (url) => {
        tried += 1;
        return fetcher.fetch({ url, validators: null, headers: {} });
      };
    },
    expectRefused: (outcome, words = /\w/) => {
      expect(outcome).toMatchObject({ kind: "trouble", trouble: "refused-address" });
      expect(outcome).toHaveProperty("message", expect.stringMatching(/^\S.{10,400}\.$/s));
      expect(outcome).toHaveProperty("message", expect.stringMatching(words));
      expect(canary.hits()).toBe(0);
    },
    close: () => {
      canary.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Were it let through by mistake, it must end at a canary: nobody else is ever asked. */
export function mustNotLeave(url: string): void {
  const target = URL.canParse(url) ? new URL(url) : null;
  const host = target === null ? "" : bareHost(target);
  if (target === null || isIP(host) === 0 || /^(?:127\.|::1$)/.test(host)) return;
  expect(addressGuard(opened).checkUrl(target)).not.toBeNull();
}

/** A header as it goes over the wire: what is beyond ASCII as the bytes of its UTF-8, controls but tabs left out. */
export function wired(location: string): string {
  return Buffer.from(location.replace(/[^\P{Cc}\t]/gu, "")).toString("latin1");
}
