import type { Instant } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Speech } from "../base/words.ts";
import { personalise } from "../digest/personal.ts";
import type { DigestRenderer } from "../digest/render.ts";
import { addressOf } from "../domain/address.ts";
import type { Delivery, Errand } from "../domain/delivery.ts";
import type { Issue, Variant } from "../domain/issue.ts";
import type { Site } from "../domain/site.ts";
import type { Store } from "../domain/store.ts";
import { confirmationTtlMs } from "../domain/subscriber.ts";
import { composeMessage } from "../mail/message.ts";
import type { Tokens } from "../mail/tokens.ts";
import type { Composed } from "./deliver.ts";
import { personalLinks } from "./subscribe.ts";

export interface MailingNeeds {
  readonly store: Pick<Store, "getIssue" | "getVariant">;
  readonly site: Site;
  readonly speech: Speech;
  readonly renderer: DigestRenderer;
  readonly tokens: Tokens;
  readonly from: { readonly name: string; readonly address: string };
}

/** How many frozen variants stay in memory. */
const variantsKept = 32;

/** Makes mails. */
export interface Mailing {
  /** The mail of a delivery, from what was frozen with it: the same bytes each time. */
  compose(delivery: Delivery): Promise<Composed>;
  /** The mail of an issue that nobody gets, to look at. */
  preview(issue: Issue, variant: Variant): Promise<Buffer>;
}

/** Wires the making of mails to what it needs. */
export function mailing(needs: MailingNeeds): Mailing {
  const issues = new Map<number, Issue>();
  const variants = new Map<string, Variant>();
  const issueOf = (number: number) => remembered(issues, number, 4, () => needs.store.getIssue(number));
  const variantOf = (issue: number, key: string) =>
    remembered(variants, `${issue} ${key}`, variantsKept, () => needs.store.getVariant(issue, key));
  const compose = async (delivery: Delivery) => {
    const { errand } = delivery;
    switch (errand.kind) {
      case "issue": {
        const issue = await issueOf(errand.issue);
        const variant = await variantOf(errand.issue, errand.variant);
        if (issue === null || variant === null || delivery.subscriber === null) throw incomplete(delivery);
        const raw = await issueMail(needs, delivery, delivery.subscriber, issue, variant);
        return messageFor(needs, delivery, raw, issue.expiresAt);
      }
      case "confirm":
        return composeConfirmation(needs, delivery, errand);
      default:
        return errand satisfies never;
    }
  };
  const preview = (issue: Issue, variant: Variant) => {
    const nobody = {
      email: `preview@${new URL(needs.site.url).hostname}`,
      messageId: `<preview@${new URL(needs.site.url).hostname}>`,
    };
    return issueMail(needs, nobody, 0, issue, variant);
  };
  return { compose, preview };
}

function issueMail(
  needs: MailingNeeds,
  to: Pick<Delivery, "email" | "messageId">,
  subscriber: number,
  issue: Issue,
  variant: Variant,
): Promise<Buffer> {
  const links = personalLinks(needs.site, needs.tokens, subscriber);
  const { html, text } = personalise(variant, links);
  return composeMessage({
    from: needs.from,
    to: to.email,
    subject: variant.subject,
    date: issue.openedAt,
    messageId: to.messageId,
    language: variant.language,
    html,
    text,
    list: { id: listIdOf(needs.site), unsubscribe: links.unsubscribe, feedbackId: `issue-${issue.number}` },
  });
}

async function composeConfirmation(
  needs: MailingNeeds,
  delivery: Delivery,
  errand: Errand & { kind: "confirm" },
): Promise<Composed> {
  const words = needs.speech.in(errand.language ?? needs.site.language);
  const link = addressOf(needs.site.url, `confirm/${needs.tokens.confirm(errand.nonce)}`);
  const { subject, html, text } = needs.renderer.renderConfirm({ site: needs.site, link }, words);
  const raw = await composeMessage({
    from: needs.from,
    to: delivery.email,
    subject,
    date: delivery.createdAt,
    messageId: delivery.messageId,
    language: words.language,
    html,
    text,
    list: null,
  });
  return messageFor(needs, delivery, raw, delivery.createdAt + confirmationTtlMs);
}

function messageFor(
  { from }: MailingNeeds,
  { id, email }: Delivery,
  raw: Buffer,
  expiresAt: Instant,
): Composed {
  return { message: { id, from: from.address, to: email, raw }, expiresAt };
}

/** `postwire.digest.example.org` (RFC 2919): a name below a domain of ours that stays the same over the years. */
function listIdOf(site: Site): string {
  return `postwire.${new URL(site.url).hostname}`;
}

function incomplete(delivery: Delivery): AppError {
  return new AppError("data", `Delivery ${delivery.id} has no issue or no rendered mail in the database.`, {
    hint: "The database was changed from outside; restore it from a backup.",
  });
}

async function remembered<K, V>(
  kept: Map<K, V>,
  key: K,
  most: number,
  read: () => Promise<V | null>,
): Promise<V | null> {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const value = await read();
  if (value !== null) {
    const oldest = kept.keys().next();
    if (kept.size >= most && !oldest.done) kept.delete(oldest.value);
    kept.set(key, value);
  }
  return value;
}
