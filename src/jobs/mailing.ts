import { AppError } from "../base/errors.ts";
import type { Speech } from "../base/words.ts";
import { type Letter, personalise, personalSlots } from "../digest/personal.ts";
import type { DigestRenderer } from "../digest/render.ts";
import { addressOf } from "../domain/address.ts";
import type { Alert } from "../domain/alert.ts";
import type { Delivery, Errand } from "../domain/delivery.ts";
import type { Issue, Letterhead, Variant } from "../domain/issue.ts";
import type { Message } from "../domain/mailer.ts";
import type { Site } from "../domain/site.ts";
import type { Store } from "../domain/store.ts";
import { composeMessage, type Prepared, prepareMessage } from "../mail/message.ts";
import type { Tokens } from "../mail/tokens.ts";
import { personalLinks } from "./subscribe.ts";

export interface MailingNeeds {
  readonly store: Pick<Store, "getIssue" | "getVariant">;
  readonly site: Site;
  readonly speech: Speech;
  readonly renderer: DigestRenderer;
  readonly tokens: Tokens;
  readonly from: { readonly name: string; readonly address: string };
  /** Puts a signature on each mail; without it they go out unsigned. */
  readonly sign?: ((mail: readonly Buffer[]) => Promise<readonly Buffer[]>) | undefined;
}

/** A variant of an issue, ready to be filled for each reader. */
interface Edition {
  readonly mail: Prepared;
  readonly letterhead: Letterhead;
}

/** How many prepared mails stay in memory; one with Chinese in it takes four times the bytes of its HTML. */
const preparedKept = 32;

/** Makes mails. */
export interface Mailing {
  /** The mail of a delivery, from what was frozen with it: the same bytes each time. */
  compose(delivery: Delivery): Promise<Message>;
  /** The mail of an issue that nobody gets, to look at: what it says, and its bytes. */
  preview(issue: Issue, variant: Variant): Promise<{ readonly letter: Letter; readonly raw: Buffer }>;
}

/** Wires the making of mails to what it needs. */
export function mailing(needs: MailingNeeds): Mailing {
  const editions = new Map<string, Edition>();
  const editionOf = (issue: number, key: string) =>
    remembered(editions, `${issue} ${key}`, preparedKept, () => readEdition(needs, issue, key));
  const compose = async (delivery: Delivery) => {
    const { errand, subscriber } = delivery;
    switch (errand.kind) {
      case "issue": {
        const edition = await editionOf(errand.issue, errand.variant);
        if (edition === null || subscriber === null) throw incomplete(delivery);
        const mail = edition.mail.fill(readerOf(needs, edition.letterhead, delivery, subscriber));
        const from = edition.letterhead.from.address;
        return { id: delivery.id, from, to: delivery.email, pieces: await signed(needs, mail) };
      }
      case "confirm":
        return composeConfirmation(needs, delivery, errand);
      case "alert":
        return composeAlert(needs, delivery, errand.alert);
      default:
        return errand satisfies never;
    }
  };
  const preview = async (issue: Issue, variant: Variant) => {
    const host = new URL(needs.site.url).hostname;
    const nobody = { email: `preview@${host}`, messageId: `<preview@${host}>` };
    const mail = await prepare(issue, variant);
    const reader = readerOf(needs, issue.letterhead, nobody, 0);
    const raw = Buffer.concat(await signed(needs, mail.fill(reader)));
    return { letter: personalise(variant, reader), raw };
  };
  return { compose, preview };
}

async function readEdition(needs: MailingNeeds, number: number, key: string): Promise<Edition | null> {
  const issue = await needs.store.getIssue(number);
  const variant = await needs.store.getVariant(number, key);
  if (issue === null || variant === null) return null;
  return { mail: await prepare(issue, variant), letterhead: issue.letterhead };
}

function prepare(issue: Issue, variant: Variant): Promise<Prepared> {
  const { from, siteUrl } = issue.letterhead;
  const { subject, language, html, text } = variant;
  return prepareMessage({
    ...{ from, subject, date: issue.openedAt, language, html, text },
    list: { id: listIdOf(siteUrl), feedbackId: `issue-${issue.number}` },
    places: personalSlots,
  });
}

function readerOf(
  { tokens }: MailingNeeds,
  { siteUrl, keyId }: Letterhead,
  { email, messageId }: Pick<Delivery, "email" | "messageId">,
  subscriber: number,
) {
  return { to: email, messageId, ...personalLinks({ url: siteUrl }, tokens, subscriber, keyId) };
}

function composeConfirmation(
  needs: MailingNeeds,
  delivery: Delivery,
  errand: Errand & { kind: "confirm" },
): Promise<Message> {
  const words = needs.speech.in(errand.language ?? needs.site.language);
  const link = addressOf(needs.site.url, `confirm/${needs.tokens.confirm(errand.nonce)}`);
  const letter = needs.renderer.renderConfirm({ site: needs.site, link }, words);
  return composeSingle(needs, delivery, words.language, letter);
}

function composeAlert(needs: MailingNeeds, delivery: Delivery, alert: Alert): Promise<Message> {
  const words = needs.speech.in(needs.site.language);
  return composeSingle(needs, delivery, words.language, needs.renderer.renderAlert(alert, needs.site, words));
}

/** A mail to one person alone. */
async function composeSingle(
  needs: MailingNeeds,
  { id, email, createdAt, messageId }: Delivery,
  language: string,
  letter: Letter,
): Promise<Message> {
  const { from } = needs;
  const raw = await composeMessage({
    ...{ ...letter, from, to: email, date: createdAt, messageId, language },
    list: null,
  });
  return { id, from: from.address, to: email, pieces: await signed(needs, [raw]) };
}

async function signed({ sign }: MailingNeeds, mail: readonly Buffer[]): Promise<readonly Buffer[]> {
  return sign === undefined ? mail : await sign(mail);
}

/** `postwire.digest.example.org` (RFC 2919): a name below a domain of ours that stays the same over the years. */
function listIdOf(siteUrl: string): string {
  return `postwire.${new URL(siteUrl).hostname}`;
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
