import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { joiner } from "../base/bytes.ts";
import { AppError, messageOf } from "../base/errors.ts";

/** Who vouches for the mails: a domain, and the key that is published at `<selector>._domainkey.<domain>`. */
export interface DkimOptions {
  readonly domain: string;
  readonly selector: string;
  /** A private key in PEM: RSA of 1024 bits or more (2048 are usual), or Ed25519. */
  readonly keyFile: string;
}

/** Puts a signature above a complete mail, in pieces; the same mail gives the same bytes. */
export type Signer = (mail: readonly Buffer[]) => Promise<readonly Buffer[]>;

/**
 * Reads the key, once, and gives what signs (RFC 6376, relaxed/relaxed; `rsa-sha256`, or `ed25519-sha256` of RFC 8463).
 * Throws `AppError("config")` when domain or selector are none, or the key cannot be read or used.
 */
export function dkimSigner(options: DkimOptions): Signer {
  const domain = name("domain", options.domain.toLowerCase());
  const selector = name("selector", options.selector);
  const key = readKey(options.keyFile);
  const whole = joiner();
  return async (mail) => {
    // Until the first `await`, nobody else joins anything.
    const raw = whole.join(mail);
    const end = raw.indexOf("\r\n\r\n");
    const fields = end < 0 ? [] : raw.toString("latin1", 0, end).split(/\r\n(?![ \t])/);
    if (fields.length === 0) throw new AppError("mail", "What is to be signed has no header.");
    const body = relaxedBody(raw.subarray(end + 4));
    const { names, lines } = signedFields(fields);
    const unsigned = [
      `DKIM-Signature: v=1; a=${algorithmOf(key)}-sha256; c=relaxed/relaxed;`,
      ` d=${domain}; s=${selector};`,
      ` bh=${createHash("sha256").update(body).digest("base64")};`,
      ` h=${folded(names.join(":"), ":")};`,
      " b=",
    ].join("\r\n");
    const signature = await signed([...lines, relaxedField(unsigned)].join("\r\n"), key);
    return [Buffer.from(`${unsigned}${folded(signature, "")}\r\n`, "latin1"), ...mail];
  };
}

/** The TXT record that publishes the key's public half (RFC 6376 §3.6.1), in one string of any length. */
export function dkimRecord(keyFile: string): string {
  const key = readKey(keyFile);
  const published = createPublicKey(key).export({ type: "spki", format: "der" });
  // RFC 8463 §4.2: of an Ed25519 key the 32 bytes alone, without what tells its kind.
  const bytes = key.asymmetricKeyType === "ed25519" ? published.subarray(-32) : published;
  return `v=DKIM1; k=${algorithmOf(key)}; p=${bytes.toString("base64")}`;
}

/** What is signed where it is there. */
const signedNames = [
  ...["from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-language"],
  ...["list-id", "list-unsubscribe", "list-unsubscribe-post", "feedback-id", "auto-submitted", "precedence"],
];
/** What nobody may add a second one of, nor a first: named once more than it is there (RFC 6376 §5.4.2, §8.15). */
const sealedNames = new Set([
  ...["from", "to", "cc", "reply-to", "subject", "date", "message-id", "mime-version", "content-type"],
  ...["list-id", "list-unsubscribe", "list-unsubscribe-post"],
]);

function signedFields(fields: readonly string[]): { names: readonly string[]; lines: readonly string[] } {
  // Of several fields with one name, the lowest is signed first (RFC 6376 §5.4.2).
  const known = [...fields]
    .reverse()
    .map((field) => ({ called: nameOf(field), line: relaxedField(field) }))
    .filter(({ called }) => signedNames.includes(called) || sealedNames.has(called));
  return {
    names: [...known.map(({ called }) => called), ...sealedNames],
    lines: known.map(({ line }) => line),
  };
}

function nameOf(field: string): string {
  return field.slice(0, field.indexOf(":")).trimEnd().toLowerCase();
}

/** RFC 6376 §3.4.2, without the line end. */
function relaxedField(field: string): string {
  const value = field.slice(field.indexOf(":") + 1).replace(/\r\n/g, "");
  return `${nameOf(field)}:${value.replace(/[ \t]+/g, " ").replace(/^ | $/g, "")}`;
}

/** RFC 6376 §3.4.4. What we encode ourselves has nothing to relax but the empty lines at its end. */
function relaxedBody(body: Buffer): Buffer {
  const isPlain = !["\t", "  ", " \r\n"].some((space) => body.includes(space));
  const relaxed = isPlain
    ? body
    : Buffer.from(
        body
          .toString("latin1")
          .replace(/[ \t]+/g, " ")
          .replace(/ (?=\r\n|$)/g, ""),
        "latin1",
      );
  let end = relaxed.length;
  while (end >= 2 && relaxed[end - 2] === 13 && relaxed[end - 1] === 10) end -= 2;
  if (end === 0) return relaxed.subarray(0, 0);
  return end === relaxed.length
    ? Buffer.concat([relaxed, Buffer.from("\r\n")])
    : relaxed.subarray(0, end + 2);
}

function signed(text: string, key: KeyObject): Promise<string> {
  const data = Buffer.from(text, "latin1");
  if (key.asymmetricKeyType === "ed25519") {
    const hash = createHash("sha256").update(data).digest();
    return Promise.resolve(sign(null, hash, key).toString("base64"));
  }
  return new Promise((resolve, reject) => {
    // On a thread of its own: meanwhile the next mail is made.
    sign("sha256", data, key, (error, signature) => {
      if (error === null) resolve(signature.toString("base64"));
      else reject(error);
    });
  });
}

/** In lines of at most 76 characters, each but the first indented: after a `mark`, or anywhere. */
function folded(text: string, mark: "" | ":"): string {
  const rows = mark === "" ? text.match(/.{1,72}/g) : text.match(/.{1,70}(?::|$)/g);
  return (rows ?? []).join("\r\n  ");
}

function algorithmOf(key: KeyObject): "rsa" | "ed25519" {
  return key.asymmetricKeyType === "ed25519" ? "ed25519" : "rsa";
}

function readKey(file: string): KeyObject {
  const key = parsed(file);
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = key;
  // RFC 8301 §3.2: shorter keys are worth nothing.
  if (kind === "ed25519" || (kind === "rsa" && (details?.modulusLength ?? 0) >= 1024)) return key;
  throw new AppError("config", `mail.dkim.keyFile: ${file} is no key to sign mail with.`, { hint: makeOne });
}

const makeOne = "Make one with: openssl genrsa -out dkim.pem 2048";

function parsed(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (cause) {
    throw new AppError("config", `mail.dkim.keyFile: ${file} cannot be read as a key: ${messageOf(cause)}`, {
      hint: `It must be a private key in PEM, without a passphrase, readable by this user. ${makeOne}`,
      cause,
    });
  }
}

/** A name in DNS: it stands in a header that nobody may add to. */
function name(field: "domain" | "selector", value: string): string {
  if (/^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?)*$/i.test(value))
    return value;
  throw new AppError("config", `mail.dkim.${field}: ${JSON.stringify(value)} is no name in DNS.`, {
    hint: "Write it in its ASCII form, as in example.org.",
  });
}
