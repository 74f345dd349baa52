import { day, type Instant } from "../base/clock.ts";
import { slugOf, visible } from "../base/text.ts";
import { parsedUrl } from "../base/url.ts";
import type { Category } from "./post.ts";

/** `pending` asked, not confirmed · `active` gets the digest · `left` unsubscribed · `bounced` unreachable. */
export type SubscriberStatus = "pending" | "active" | "left" | "bounced";

/** Someone who gets the digest. */
export interface Subscriber {
  readonly id: number;
  readonly email: string;
  readonly status: SubscriberStatus;
  /** Slugs of the categories wanted; null is everything, also what comes later. */
  readonly categories: readonly string[] | null;
  /** BCP 47, or null for the site's. */
  readonly language: string | null;
  readonly zone: string | null;
  readonly createdAt: Instant;
  readonly confirmedAt: Instant | null;
}

/** What a sign-up or an import brings. */
export interface NewSubscriber {
  readonly email: string;
  readonly categories: readonly string[] | null;
  readonly language: string | null;
  readonly zone: string | null;
}

/** What was consented to, kept with the subscriber: the very sentence shown, and where it was given. */
export interface Consent {
  readonly text: string;
  /** `web`, `cli`, `import`. */
  readonly by: string;
}

/**
 * A confirmation to be mailed. Only `nonce` and the hash of the token are kept; the token itself is derived from
 * the nonce and the secret whenever the mail is composed.
 */
export interface Confirmation {
  readonly nonce: string;
  readonly tokenHash: string;
  readonly expiresAt: Instant;
}

/** How often one address may be asked to confirm: one mail a day, three in 30 days. */
export const confirmationLimits = { perDayMs: day, perMonth: 3, monthMs: 30 * day } as const;

/** How long a confirmation link works. */
export const confirmationTtlMs = 3 * day;

/**
 * An e-mail address as it is kept and mailed, or null: the practical part of RFC 5321 §4.1.2 (no quoted local
 * parts, no address literals), at most 254 characters, the domain in lower case and in its ASCII form (IDNA).
 * This is the one border: what passes has no space, control, comma, angle bracket, quote or line break in it.
 */
export function parseEmail(written: string): string | null {
  const trimmed = visible(written).trim();
  const match =
    /^([A-Za-z0-9.!#$%&'*+/=?^_`{|}~\p{L}\p{M}\p{N}-]{1,64})@([^\s@<>(),;:\\"[\]/?#%]{1,253})$/u.exec(
      trimmed,
    );
  if (match === null || trimmed !== written.trim()) return null;
  const [, local = "", host = ""] = match;
  if (local.startsWith(".") || local.endsWith(".") || local.includes("..")) return null;
  const domain = asciiDomain(host);
  const email = `${local}@${domain}`;
  return domain === null || Buffer.byteLength(email) > 254 ? null : email;
}

function asciiDomain(host: string): string | null {
  const domain = parsedUrl(`http://${host}/`)?.hostname ?? "";
  const labels = domain.split(".");
  const isName =
    labels.length > 1 && labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  return isName && !/^\d+$/.test(labels.at(-1) ?? "") ? domain : null;
}

/** The status words of the outside (CSV, `--as`): confirmed, pending, unsubscribed, bounced. */
export const outsideStatus = {
  active: "confirmed",
  pending: "pending",
  left: "unsubscribed",
  bounced: "bounced",
} as const satisfies Record<SubscriberStatus, string>;

/**
 * Categories as wished for, as slugs: each by the slug or the name of a category there is (or by a name that is
 * renamed to one), else by the slug its name would have. Nothing wished for is everything.
 */
export function wishedCategories(
  wished: readonly string[] | null,
  known: readonly Category[],
  rename: Readonly<Record<string, string>>,
): readonly string[] | null {
  const folded = (name: string) => name.normalize("NFKC").toLowerCase().trim();
  const slugFor = (wish: string) => {
    const bySlug = known.find(({ slug }) => slug === wish);
    const name = folded(rename[wish] ?? wish);
    return (bySlug ?? known.find((category) => folded(category.name) === name))?.slug ?? slugOf(name);
  };
  const slugs = [...new Set((wished ?? []).slice(0, 100).map((name) => slugFor(name.trim().slice(0, 200))))];
  const named = slugs.filter((slug) => slug !== "");
  return named.length > 0 ? named : null;
}
