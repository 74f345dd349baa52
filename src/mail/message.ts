import { createHash } from "node:crypto";
import MailComposer from "nodemailer/lib/mail-composer";
import type { Instant } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { escapeHtml, squash, visible } from "../base/text.ts";
import { encodeBody } from "./body.ts";

/** What makes a mail one of a list (RFC 2369, RFC 2919, RFC 8058). */
export interface ListFacts {
  /** The list's name: `postwire.digest.example.org`. */
  readonly id: string;
  /** The address that unsubscribes at one POST: absolute https (http where the site has no TLS). */
  readonly unsubscribe: string;
  /** What complaints are counted by at mailbox providers: `issue-12`. */
  readonly feedbackId: string;
}

/** A mail to be composed. */
export interface Mail {
  readonly from: { readonly name: string; readonly address: string };
  /** One address. */
  readonly to: string;
  readonly subject: string;
  readonly date: Instant;
  /** With or without its angle brackets. */
  readonly messageId: string;
  /** BCP 47. */
  readonly language: string;
  readonly html: string;
  readonly text: string;
  /** Null for a mail to one person alone: a confirmation. */
  readonly list: ListFacts | null;
}

/** The addresses that are each reader's own, absolute http(s). */
export interface OwnUrls {
  readonly unsubscribe: string;
  readonly preferences: string;
}

/** What the mails to many readers have in common. */
export interface SharedMail extends Omit<Mail, "to" | "messageId" | "list"> {
  readonly list: Omit<ListFacts, "unsubscribe">;
  /** What stands in `html` and `text` wherever a reader's own address belongs. */
  readonly places: OwnUrls;
}

/** A mail to many readers, encoded once. */
export interface Prepared {
  /**
   * The bytes for one reader (RFC 5322), in pieces, the same each time. Throws `AppError("mail")` when an address or the message
   * id holds anything that could end a header or a link.
   */
  fill(reader: OwnUrls & Pick<Mail, "to" | "messageId">): readonly Buffer[];
}

/**
 * Makes ready what the mails to many readers have in common: each of them is then little more than a copy. Names,
 * subjects and refusals as for `composeMessage`.
 */
export async function prepareMessage(mail: SharedMail): Promise<Prepared> {
  const { list, places } = mail;
  const fill = await frame(mail, listLines(list), { ...places });
  return {
    fill: ({ to, messageId, unsubscribe, preferences }) => {
      const urls = {
        unsubscribe: token("Link", unsubscribe, urlForm),
        preferences: token("Link", preferences, urlForm),
      };
      return fill([...ownLines(to, messageId), ...ownListLines({ ...list, unsubscribe }, messageId)], urls);
    },
  };
}

/**
 * The bytes of a mail (RFC 5322, multipart/alternative with a text part): the same mail gives the same bytes.
 *
 * Names and subjects are reduced to one visible line. Rejects with `AppError("mail")` when an address, a message id
 * or a list fact holds anything that could end a header or add to it.
 */
export async function composeMessage(mail: Mail): Promise<Buffer> {
  const { list, to, messageId } = mail;
  const fill = await frame(mail, list === null ? [] : listLines(list), {});
  const own = [...ownLines(to, messageId), ...(list === null ? [] : ownListLines(list, messageId))];
  return Buffer.concat(fill(own, {}));
}

type Words = Readonly<Record<string, string>>;

/** Encodes everything that is the same in every mail: what it gives takes the lines and words that are not. */
async function frame(
  mail: Omit<Mail, "to" | "messageId" | "list">,
  lines: readonly string[],
  places: Words,
): Promise<(own: readonly string[], words: Words) => readonly Buffer[]> {
  const text = encodeBody(mail.text.replace(/\r\n?/g, "\n").trimEnd(), places);
  const html = encodeBody(mail.html, places);
  // No line of either encoding can hold it: a `=` in quoted-printable is followed by two hex digits.
  const boundary = `=_${createHash("sha256").update(mail.text).update(mail.html).digest("hex").slice(0, 24)}`;
  const header = [
    ...(await senderLines(mail)),
    ...lines,
    "Auto-Submitted: auto-generated",
    `Content-Language: ${token("Content-Language", mail.language, /^[a-z0-9-]+$/i)}`,
    "MIME-Version: 1.0",
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
  ].join("\r\n");
  const part = (kind: string, encoding: string) =>
    `--${boundary}\r\nContent-Type: text/${kind}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
  const opening = Buffer.from(`${header}\r\n\r\n${part("plain", text.encoding)}`);
  const middle = Buffer.from(part("html", html.encoding));
  const end = Buffer.from(`--${boundary}--\r\n`);
  return (own, words) => {
    const escaped = Object.fromEntries(Object.entries(words).map(([name, word]) => [name, escapeHtml(word)]));
    const first = Buffer.from(`${own.join("\r\n")}\r\n`);
    return [first, opening, ...text.fill(words), middle, ...html.fill(escaped), end];
  };
}

/** The lines that say who writes what and when, in encoded words (RFC 2047) where they must be. */
async function senderLines({
  from,
  subject,
  date,
}: Pick<Mail, "from" | "subject" | "date">): Promise<readonly string[]> {
  const composer = new MailComposer({
    from: { name: line(from.name), address: token("From", from.address, addressForm) },
    subject: line(subject),
    date: new Date(date),
    newline: "win",
  });
  const [header = ""] = (await composer.compile().build()).toString().split("\r\n\r\n");
  return header.split(/\r\n(?![ \t])/).filter((field) => /^(?:From|Subject|Date):/.test(field));
}

const addressForm = /^[^\s\p{C}<>()[\]\\,;:"@]+@[^\s\p{C}<>()[\]\\,;:"@]+$/u;
const nameForm = /^[\w.-]+$/;
const urlForm = /^https?:\/\/[!#-;=?-~]+$/i;

function bare(messageId: string): string {
  return token("Message-ID", messageId.replace(/^<(.*)>$/, "$1"), addressForm);
}

function ownLines(to: string, messageId: string): readonly string[] {
  return [`To: ${token("To", to, addressForm)}`, `Message-ID: <${bare(messageId)}>`];
}

function listLines(list: Omit<ListFacts, "unsubscribe">): readonly string[] {
  return [
    `List-Id: <${token("List-Id", list.id, nameForm)}>`,
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    "Precedence: bulk",
  ];
}

/** Each on one line: an address folded over two breaks one-click unsubscribing at some relays. */
function ownListLines(list: ListFacts, messageId: string): readonly string[] {
  const id = bare(messageId);
  return [
    `List-Unsubscribe: <${token("List-Unsubscribe", list.unsubscribe, urlForm)}>`,
    `Feedback-ID: ${token("Feedback-ID", list.feedbackId, nameForm)}:digest:postwire:${id.slice(id.lastIndexOf("@") + 1)}`,
  ];
}

/**
 * One visible line. What is written like an encoded word (RFC 2047 §2) would be decoded at the other end, to line
 * breaks if it likes: a thin space takes it apart.
 */
function line(text: string): string {
  return squash(visible(text)).replaceAll(/=(?=\?[^?\s]+\?[bq]\?)/gi, "=\u2009");
}

function token(header: string, value: string, form: RegExp): string {
  if (form.test(value)) return value;
  throw new AppError("mail", `${header}: ${JSON.stringify(value)} cannot stand in a mail.`);
}
