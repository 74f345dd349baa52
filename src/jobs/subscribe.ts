import type { Instant } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Speech } from "../base/words.ts";
import { addressOf } from "../domain/address.ts";
import type { Confirmed } from "../domain/records.ts";
import type { Site } from "../domain/site.ts";
import type { Store } from "../domain/store.ts";
import {
  type Consent,
  confirmationTtlMs,
  parseEmail,
  type Subscriber,
  wishedCategories,
} from "../domain/subscriber.ts";
import type { Tokens } from "../mail/tokens.ts";

export interface SubscribeNeeds {
  readonly store: Store;
  readonly site: Site;
  readonly speech: Speech;
  /** Null without `POSTWIRE_SECRET`, or without mail: then nobody can sign up. */
  readonly tokens: Tokens | null;
  readonly limits: { readonly open: boolean; readonly perNetworkPerHour: number; readonly perHour: number };
  /** `categories.rename` of the configuration: a category may be wished for by its old name. */
  readonly rename: Readonly<Record<string, string>>;
  readonly now: () => Instant;
  /** Called when a mail was put in the outbox. */
  readonly wake: () => void;
}

/** Who is to be asked, and what they want. */
export interface Wish {
  readonly email: string;
  /** Slugs or names; null or empty for everything. */
  readonly categories: readonly string[] | null;
  readonly language: string | null;
}

/** What a visitor typed. */
export interface SignUpRequest extends Wish {
  /** The language of the page the sentence of consent was read on. */
  readonly shownIn: string;
  /** Whose requests are counted together: the visitor's address, or its /64 for IPv6. */
  readonly network: string;
}

/**
 * `asked` is the answer for every well-formed address, whether or not a mail goes out: nobody learns from it who
 * subscribes. `busy`: too many sign-ups from there, or altogether, in this hour.
 */
export type SignUpAnswer = "asked" | "not-an-address" | "busy" | "closed";

/** The links that act for one subscriber. */
export interface PersonalLinks {
  readonly preferences: string;
  readonly unsubscribe: string;
}

/** Everything a reader can do about their subscription. A token that is not ours, or no longer good, gives null. */
export interface Subscribing {
  readonly isOpen: boolean;
  signUp(request: SignUpRequest): Promise<SignUpAnswer>;
  /** The operator's way to ask somebody; `email` as `parseEmail` gave it. Throws `AppError("config")` without a secret. */
  ask(wish: Wish): Promise<"asked" | "quiet">;
  /** Whether this confirmation could be used; changes nothing. */
  findConfirmation(token: string): Promise<Confirmed["kind"]>;
  confirm(token: string): Promise<Confirmed>;
  /** The slugs of categories by slug or name; null for everything. */
  wished(categories: readonly string[] | null): Promise<readonly string[] | null>;
  whoLeaves(token: string): Promise<Subscriber | null>;
  /** Idempotent: who has left already stays so. */
  leave(token: string): Promise<Subscriber | null>;
  whoPrefers(token: string): Promise<Subscriber | null>;
  /** `categories` null is everything. */
  prefer(
    token: string,
    categories: readonly string[] | null,
    language: string | null,
  ): Promise<Subscriber | null>;
  /** Null without a secret. */
  linksFor(subscriber: number): PersonalLinks | null;
}

/** What signs links (a secret, or tokens made of it), or the word on what is missing. */
export function requireSecret<T>(given: T | null): T {
  if (given !== null) return given;
  throw new AppError("config", "POSTWIRE_SECRET is not set: links in mails cannot be signed.", {
    hint: "Put POSTWIRE_SECRET=… into .env (openssl rand -hex 32 makes one) and keep it: old links need it.",
  });
}

const askedByOperator: Consent = { text: "Entered by the operator; asked to confirm by mail.", by: "cli" };

/** Where the personal links of a subscriber lead; they never expire. */
export function personalLinks(
  site: Pick<Site, "url">,
  tokens: Tokens,
  subscriber: number,
  keyId?: string,
): PersonalLinks {
  return {
    preferences: addressOf(site.url, `preferences/${tokens.preferences(subscriber, keyId)}`),
    unsubscribe: addressOf(site.url, `unsubscribe/${tokens.leave(subscriber, keyId)}`),
  };
}

/** Wires the subscriptions to what they need. */
export function subscribing(needs: SubscribeNeeds): Subscribing {
  const { store, site, tokens, now } = needs;
  const byToken = async (id: number | null | undefined) =>
    id == null ? null : await store.getSubscriber(id);
  const holder = (token: string, purpose: "leave" | "preferences") =>
    byToken(purpose === "leave" ? tokens?.readLeave(token) : tokens?.readPreferences(token));
  const hashed = (token: string) => tokens?.hashOf(token) ?? "";
  return {
    isOpen: needs.limits.open && tokens !== null,
    signUp: (request) => signUp(needs, request),
    ask: (wish) => askToConfirm(needs, requireSecret(tokens), wish, askedByOperator, now()),
    wished: (categories) => wishedBy(needs, categories),
    findConfirmation: (token) => store.findConfirmation(hashed(token), now()),
    confirm: (token) => store.confirm(hashed(token), now()),
    whoLeaves: (token) => holder(token, "leave"),
    leave: async (token) => {
      const subscriber = await holder(token, "leave");
      if (subscriber === null) return null;
      await store.leave(subscriber.id, now());
      return subscriber;
    },
    whoPrefers: (token) => holder(token, "preferences"),
    prefer: async (token, categories, language) => {
      const subscriber = await holder(token, "preferences");
      if (subscriber === null) return null;
      await store.setPreferences(subscriber.id, await wishedBy(needs, categories), language, now());
      return await store.getSubscriber(subscriber.id);
    },
    linksFor: (subscriber) => (tokens === null ? null : personalLinks(site, tokens, subscriber)),
  };
}

async function wishedBy({ store, rename }: SubscribeNeeds, categories: readonly string[] | null) {
  return categories === null ? null : wishedCategories(categories, await store.listCategories(), rename);
}

async function signUp(needs: SubscribeNeeds, request: SignUpRequest): Promise<SignUpAnswer> {
  const { store, tokens, limits } = needs;
  if (!limits.open || tokens === null) return "closed";
  const email = parseEmail(request.email);
  if (email === null) return "not-an-address";
  const now = needs.now();
  const isAllowed =
    (await store.allow(`sign-up from ${request.network}`, limits.perNetworkPerHour, now)) &&
    (await store.allow("sign-up", limits.perHour, now));
  if (!isAllowed) return "busy";
  const text = needs.speech.in(request.shownIn).say("subscribe.consent", { site: needs.site.title });
  await askToConfirm(needs, tokens, { ...request, email }, { text, by: "web" }, now);
  return "asked";
}

/** Remembers a sign-up and puts its confirmation mail in the outbox. */
async function askToConfirm(
  needs: SubscribeNeeds,
  tokens: Tokens,
  wish: Wish,
  consent: Consent,
  now: Instant,
): Promise<"asked" | "quiet"> {
  const nonce = tokens.newNonce();
  const answer = await needs.store.signUp(
    {
      email: wish.email,
      categories: await wishedBy(needs, wish.categories),
      language: wish.language,
      zone: null,
    },
    consent,
    { nonce, tokenHash: tokens.hashOf(tokens.confirm(nonce)), expiresAt: now + confirmationTtlMs },
    now,
  );
  if (answer === "asked") needs.wake();
  return answer;
}
