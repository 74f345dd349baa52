import { createHash } from "node:crypto";
import MailComposer from "nodemailer/lib/mail-composer";
import type { Instant } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { squash, visible } from "../base/text.ts";

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

/**
 * The bytes of a mail (RFC 5322, multipart/alternative with a text part): the same mail gives the same bytes.
 *
 * Names and subjects are reduced to one visible line. Rejects with `AppError("mail")` when an address, a message id
 * or a list fact holds anything that could end a header or add to it.
 */
export async function composeMessage(mail: Mail): Promise<Buffer> {
  const messageId = mail.messageId.replace(/^<(.*)>$/, "$1");
  const from = { name: line(mail.from.name), address: token("From", mail.from.address, addressForm) };
  const composer = new MailComposer({
    from,
    to: { name: "", address: token("To", mail.to, addressForm) },
    subject: line(mail.subject),
    date: new Date(mail.date),
    messageId: `<${token("Message-ID", messageId, addressForm)}>`,
    text: part(mail.text.replace(/\r\n?/g, "\n").trimEnd()),
    html: part(mail.html),
    headers: {
      ...(mail.list === null ? {} : listHeaders(mail.list, messageId)),
      "Auto-Submitted": "auto-generated",
      "Content-Language": token("Content-Language", mail.language, /^[a-z0-9-]+$/i),
    },
    baseBoundary: createHash("sha256").update(messageId).digest("hex").slice(0, 24),
    boundaryPrefix: "=_",
    newline: "win",
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return await composer.compile().build();
}

const addressForm = /^[^\s\p{C}<>()[\]\\,;:"@]+@[^\s\p{C}<>()[\]\\,;:"@]+$/u;
const nameForm = /^[\w.-]+$/;

/** Written as they are: an address folded over two lines breaks one-click unsubscribing at some relays. */
function listHeaders(list: ListFacts, messageId: string): Record<string, { prepared: true; value: string }> {
  const host = messageId.slice(messageId.lastIndexOf("@") + 1);
  const unsubscribe = token("List-Unsubscribe", list.unsubscribe, /^https?:\/\/[!#-;=?-~]+$/i);
  const asIs = (value: string) => ({ prepared: true, value }) as const;
  return {
    "List-Id": asIs(`<${token("List-Id", list.id, nameForm)}>`),
    "List-Unsubscribe": asIs(`<${unsubscribe}>`),
    "List-Unsubscribe-Post": asIs("List-Unsubscribe=One-Click"),
    "Feedback-ID": asIs(`${token("Feedback-ID", list.feedbackId, nameForm)}:digest:postwire:${host}`),
    Precedence: asIs("bulk"),
  };
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

/** Quoted-printable where that is shorter, base64 else (RFC 2045 §6.7, §6.8). */
function part(content: string): { content: string; contentTransferEncoding: string } {
  const bytes = Buffer.from(content);
  const marked = bytes.reduce((sum, byte) => sum + (byte > 126 || byte === 61 ? 1 : 0), 0);
  const isMostlyAscii = 2 * marked < bytes.length / 3;
  return { content, contentTransferEncoding: isMostlyAscii ? "quoted-printable" : "base64" };
}
