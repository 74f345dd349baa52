import type { Receipt } from "./delivery.ts";

/** A mail as bytes with its envelope (RFC 5321 §2.3.1). */
export interface Message {
  /** The delivery's id: what the file of folder mail is called. */
  readonly id: number;
  readonly from: string;
  readonly to: string;
  /** A complete RFC 5322 message, CRLF line ends; its pieces may be those of other messages too. */
  readonly pieces: readonly Buffer[];
}

/** The way mail leaves the house. A send gives a receipt; it rejects only on a bug. */
export interface Mailer {
  /** For people: `smtp mail.example.org:587`, `folder data/mail`. */
  readonly name: string;
  /** How many sends it takes at once. */
  readonly connections: number;
  send(message: Message): Promise<Receipt>;
  close(): Promise<void>;
}
