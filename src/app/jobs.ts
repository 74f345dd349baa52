import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { hour, stepWatch } from "../base/clock.ts";
import { AppError, messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { once } from "../base/once.ts";
import type { Tally } from "../base/tally.ts";
import type { Speech } from "../base/words.ts";
import type { Config, MailConfig } from "../config/load.ts";
import type { Letter } from "../digest/personal.ts";
import { type DigestRenderer, digestRenderer } from "../digest/render.ts";
import type { Issue } from "../domain/issue.ts";
import type { Mailer } from "../domain/mailer.ts";
import { categoryOrder } from "../domain/order.ts";
import type { Shelf } from "../domain/shelf.ts";
import type { Store } from "../domain/store.ts";
import { pacer, pause, repeater } from "../engine/timers.ts";
import { judgeRobots } from "../fetch/robots.ts";
import { type Delivered, type DeliverNeeds, type DeliverOptions, deliver } from "../jobs/deliver.ts";
import { type Digested, type DigestNeeds, digest, finishOpening, previewDigest } from "../jobs/digest.ts";
import { type Mailing, mailing } from "../jobs/mailing.ts";
import { heardBy, outageWatch } from "../jobs/outage.ts";
import { type Pinged, tellHub } from "../jobs/ping.ts";
import { type Pruned, prune } from "../jobs/prune.ts";
import { type Published, publisher } from "../jobs/publish.ts";
import { type Refreshed, type RefreshOptions, refresh } from "../jobs/refresh.ts";
import { sharedFetch } from "../jobs/sharing.ts";
import { requireSecret } from "../jobs/subscribe.ts";
import type { Signer } from "../mail/dkim.ts";
import type { Tokens } from "../mail/tokens.ts";
import { feedLooks, templates } from "./bundled.ts";
import type { Reader } from "./reader.ts";

export type { Delivered, Digested, Pinged, Published, Refreshed };
export { requireSecret };

/** What the house does, each job wired to what it needs. */
export interface AppJobs {
  refresh(options?: RefreshOptions & { readonly onLooked?: (source: string) => void }): Promise<Refreshed>;
  publish(): Promise<Published>;
  /** Tells the hub what has changed, where there is one. */
  ping(signal?: AbortSignal): Promise<Pinged>;
  prune(signal?: AbortSignal): Promise<Pruned>;
  /** Throws `AppError("config")` without mail or without a secret. */
  digest(options: { readonly anyway: boolean }): Promise<Digested>;
  /** The next digest as it would be now: its issue, the mail for everybody, and the bytes of that mail. */
  previewDigest(): Promise<Preview | null>;
  deliver(options?: DeliverOptions): Promise<Delivered>;
}

/** A digest that was not opened. */
export interface Preview {
  readonly issue: Issue;
  readonly letter: Letter;
  readonly raw: Buffer;
}

/** What the jobs are wired to. */
export interface Wires {
  readonly config: Config;
  readonly log: Log;
  readonly store: Store;
  readonly shelf: Shelf;
  readonly reader: Reader;
  readonly speech: Speech;
  readonly mailer: Mailer | null;
  readonly tokens: Tokens | null;
  readonly sign: Signer | undefined;
  readonly tally: Tally;
  readonly wake: () => void;
  readonly now: () => number;
}

/** Gives every job what it needs; what only mail needs is made at first use. */
export function wireJobs(wires: Wires): AppJobs {
  const { config, log, store, shelf, reader, now } = wires;
  const { site, polling, feeds, retention } = config;
  const owner = `${hostname()}-${process.pid}-${randomBytes(3).toString("hex")}`;
  const hosts = new Set(config.sources.map(({ url }) => new URL(url).host));
  const outage = outageWatch(hosts.size);
  const looking = {
    asking: sharedFetch(heardBy(outage, reader.fetch), config.sources, now),
    outage,
    judge: polling.robots === "obey" ? judgeRobots : null,
  };
  const digestNeeds = once(() => digestNeedsOf(wires));
  const mailNeeds = once(() => mailNeedsOf(wires));
  const deliverNeeds = once(async () => deliverNeedsOf(wires, await mailNeeds(), owner));
  const isBack = stepWatch(now, hour);
  return {
    refresh: async ({ onLooked, ...options } = {}) => {
      if (isBack()) await store.forgetTheFuture(now());
      return refresh(
        {
          ...{
            ...looking,
            extract: reader.extract,
            store,
            tally: wires.tally,
            sources: config.sources,
            log,
            owner,
            pause,
            now,
          },
          concurrency: polling.concurrency,
          hostGapMs: polling.hostGap,
          ...(onLooked && { onLooked }),
        },
        options,
      );
    },
    publish: publisher({
      ...{ store, shelf, site, log, feeds, now },
      words: wires.speech.in(site.language),
      looks: feedLooks(),
    }),
    ping: (signal) =>
      tellHub(
        { ...{ store, site, log, now, ping: reader.ping, tally: wires.tally }, hub: feeds.hub },
        signal,
      ),
    prune: (signal) => prune({ store, log, keepMs: retention.posts, now }, signal),
    digest: async (options) => digest(await digestNeeds(), options),
    previewDigest: async () => {
      const preview = await previewDigest(await digestNeeds());
      if (preview === null) return null;
      const { mail } = await mailNeeds();
      return { issue: preview.issue, ...(await mail.preview(preview.issue, preview.variant)) };
    },
    deliver: async (options) => {
      await finishOpening(await digestNeeds());
      return deliver(await deliverNeeds(), options);
    },
  };
}

const renderer = once((): Promise<DigestRenderer> => digestRenderer(templates));

async function digestNeedsOf({
  config,
  log,
  store,
  speech: spoken,
  tokens,
  mailer,
  wake,
  now,
}: Wires): Promise<DigestNeeds> {
  const { keyId } = requireMail(mailer, tokens).tokens;
  const { site, digest: rules, categories, mail } = config;
  if (mail === null) throw new Error("there is a mailer without mail in the configuration");
  return {
    ...{ store, site, speech: spoken, renderer: await renderer(), log, now, wake },
    digest: { ...rules, title: rules.title ?? site.title },
    letterhead: { keyId, from: mail.from },
    order: categoryOrder(categories),
  };
}

interface MailNeeds {
  readonly mailer: Mailer;
  readonly mail: Mailing;
  readonly rules: MailConfig;
}

async function mailNeedsOf({
  config,
  store,
  speech: spoken,
  mailer,
  tokens,
  sign,
}: Wires): Promise<MailNeeds> {
  const wired = requireMail(mailer, tokens);
  const rules = config.mail;
  if (rules === null) throw new Error("there is a mailer without mail in the configuration");
  const { site } = config;
  const needs = {
    store,
    site,
    speech: spoken,
    renderer: await renderer(),
    tokens: wired.tokens,
    from: rules.from,
    sign,
  };
  return { mailer: wired.mailer, mail: mailing(needs), rules };
}

function deliverNeedsOf(
  { config, log, store, tally, now }: Wires,
  { mailer, mail, rules }: MailNeeds,
  owner: string,
): DeliverNeeds {
  return {
    ...{ store, mailer, log, tally, compose: mail.compose, owner, pause, now },
    unknown: { onUnknown: config.digest.onUnknown, resendAfterMs: rules.resendUnknownAfter },
    leaseMs: rules.lease,
    pace: pacer(rules.rate),
    perDomain: rules.perDomain,
    alert: async (alert) => {
      const { email } = config.alerts;
      if (email !== null) await store.raiseAlert(alert, email, now());
    },
    repeat: repeater((error) => log.error("lease not renewed", { why: messageOf(error) })),
  };
}

/** What sends mail and signs its links, or the word on what is missing. */
export function requireMail(
  mailer: Mailer | null,
  tokens: Tokens | null,
): { readonly mailer: Mailer; readonly tokens: Tokens } {
  if (mailer === null) {
    throw new AppError("config", "mail.transport: no way to send mail is chosen.", {
      hint: "Set mail.transport to smtp, or to folder to write mails into files.",
    });
  }
  return { mailer, tokens: requireSecret(tokens) };
}
