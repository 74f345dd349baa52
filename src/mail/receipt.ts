import { squash, visible } from "../base/text.ts";
import type { Receipt } from "../domain/delivery.ts";

/**
 * How far a submission had come (RFC 5321 §3): `connect` up to the greeting, EHLO and TLS · `login` AUTH · `mail`
 * MAIL FROM · `recipient` RCPT TO · `data` the DATA command and the body up to its final dot · `end` after that dot.
 */
export type Phase = "connect" | "login" | "mail" | "recipient" | "data" | "end";

/** The server's words, `550 5.1.1 no such user`, or null when the connection ended without any; then `why` says how. */
export interface Answer {
  readonly reply: string | null;
  readonly why: string;
}

/**
 * What an answer means for the delivery, by phase, code and enhanced code (RFC 3463).
 *
 * Without a reply: after the final dot nobody knows; between MAIL and the dot nothing was accepted; before, there was
 * no server. 4xx waits. 5xx counts against the person only at RCPT, and only where it says that there is no such
 * mailbox or no way to write to it; a full one waits; everything else is about us.
 */
export function classify(phase: Phase, { reply, why }: Answer): Receipt {
  const code = squash(visible(reply ?? why)).slice(0, 300);
  const status = reply === null ? null : Number(/^\d{3}/.exec(reply)?.[0] ?? Number.NaN);
  if (status === null || !(status >= 200 && status < 600)) return { kind: lost(phase), code };
  if (status < 400) return { kind: phase === "end" && status < 300 ? "sent" : lost(phase), code };
  const isEarly = phase === "connect" || phase === "login" || phase === "mail";
  if (status < 500) return { kind: isEarly ? "unavailable" : "deferred", code };
  if (phase === "connect") return { kind: "unavailable", code };
  return { kind: phase === "recipient" ? aboutRecipient(status, code) : "ours", code };
}

function lost(phase: Phase): "unknown" | "deferred" | "unavailable" {
  if (phase === "end") return "unknown";
  return phase === "connect" || phase === "login" ? "unavailable" : "deferred";
}

/**
 * Bad addresses (5.1.x), but not those that find fault with the sender's: 5.1.7, 5.1.8, 5.1.9. And addresses that the
 * server cannot write to: 5.6.x at RCPT, where there is no content yet to find fault with (5.6.7, RFC 6531 §3.4).
 */
const noMailbox = /^5\.(?:1\.(?![789]$)\d+|2\.1|6\.\d+)$/;
/** Words that make a bare 550 one about us. */
const policyWords =
  /relay|spam|block|polic|prohibit|access denied|blacklist|denylist|listed|dnsbl|\brbl\b|authenti|\bspf\b|dkim|dmarc|reputation|rate|too many|sender|your (?:ip|host|server|domain)|^5\d\d (?:MI|DT):/i;

function aboutRecipient(status: number, code: string): "refused" | "deferred" | "ours" {
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(code)?.[1];
  if (enhanced !== undefined) {
    if (noMailbox.test(enhanced)) return "refused";
    return enhanced.startsWith("5.2.") || enhanced.startsWith("4.") ? "deferred" : "ours";
  }
  const isBare = status === 550 || status === 551 || status === 553;
  if (isBare) return policyWords.test(code) ? "ours" : "refused";
  return status === 552 ? "deferred" : "ours";
}
