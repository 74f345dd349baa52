import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { AppError } from "../base/errors.ts";

/**
 * The tokens in the links of our mails.
 *
 * Leave and preferences: `<id><key><mac>`, without separators. `id` is the subscriber's number in base 36, `key`
 * one base64url digit that tells which secret signed, `mac` the first 96 bits (16 base64url digits) of
 * HMAC-SHA256 over purpose, key and id. They never expire, and a token of one purpose is none of the other.
 *
 * Confirm: 144 bits (24 base64url digits) of HMAC-SHA256 over the nonce, so that the database, which keeps only
 * nonce and hash, does not give the link away. The nonce names its key: a mail that goes out after a rotation
 * still bears the token that was promised.
 */
export interface Tokens {
  /** A nonce for a confirmation: the key that will sign it, in one digit, and 128 random bits, in base64url. */
  newNonce(): string;
  confirm(nonce: string): string;
  /** What is kept of a confirm token: its SHA-256, in base64url. */
  hashOf(token: string): string;
  /** The key that signs, in one digit. */
  readonly keyId: string;
  /** Signed with the key `keyId`, as long as it is one of ours; else with the first. */
  leave(subscriber: number, keyId?: string): string;
  /** The subscriber's id, or null when the token is not one of ours. */
  readLeave(token: string): number | null;
  preferences(subscriber: number, keyId?: string): string;
  /** The subscriber's id, or null when the token is not one of ours. */
  readPreferences(token: string): number | null;
}

interface Key {
  readonly id: string;
  readonly secret: string;
}

const macLength = 16;
const confirmLength = 24;

/**
 * Makes the tokens of a secret. `secret` may be a list, `new,old`: the first signs, all are accepted, so that old
 * mails keep working after a rotation. Throws `AppError("config")` when there is none.
 */
export function tokenKeys(secret: string): Tokens {
  const keys = secret
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map((one): Key => ({ id: hmac(one, "key", 1), secret: one }));
  const [first] = keys;
  if (first === undefined) {
    throw new AppError("config", "POSTWIRE_SECRET is empty.", {
      hint: "Set it to a long random text, as from: openssl rand -base64 32",
    });
  }
  const keyFor = (id: string | undefined) => keys.find((key) => key.id === id) ?? first;
  return {
    newNonce: () => first.id + randomBytes(16).toString("base64url"),
    confirm: (nonce) => {
      return hmac(keyFor(nonce[0]).secret, `confirm\0${nonce}`, confirmLength);
    },
    hashOf: (token) => createHash("sha256").update(token).digest("base64url"),
    keyId: first.id,
    leave: (subscriber, keyId) => sign(keyFor(keyId), "leave", subscriber),
    readLeave: (token) => read(keys, "leave", token),
    preferences: (subscriber, keyId) => sign(keyFor(keyId), "preferences", subscriber),
    readPreferences: (token) => read(keys, "preferences", token),
  };
}

function sign(key: Key, purpose: string, subscriber: number): string {
  return `${subscriber.toString(36)}${key.id}${macOf(key, purpose, subscriber)}`;
}

function read(keys: readonly Key[], purpose: string, token: string): number | null {
  const match = /^([1-9a-z][0-9a-z]{0,10})([\w-])([\w-]{16})$/.exec(token);
  const [, written = "", keyId, mac = ""] = match ?? [];
  const subscriber = Number.parseInt(written, 36);
  if (!Number.isSafeInteger(subscriber)) return null;
  const isOurs = keys.some((key) => key.id === keyId && isSame(macOf(key, purpose, subscriber), mac));
  return isOurs ? subscriber : null;
}

function macOf(key: Key, purpose: string, subscriber: number): string {
  return hmac(key.secret, `${purpose}\0${key.id}\0${subscriber}`, macLength);
}

function hmac(secret: string, message: string, length: number): string {
  return createHmac("sha256", secret).update(message).digest("base64url").slice(0, length);
}

function isSame(ours: string, theirs: string): boolean {
  const [a, b] = [Buffer.from(ours), Buffer.from(theirs)];
  return a.length === b.length && timingSafeEqual(a, b);
}
