import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Dkim from "nodemailer/lib/dkim";
import { afterAll, describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { dkimRecord, dkimSigner } from "../../src/mail/dkim.ts";
import { prepareMessage } from "../../src/mail/message.ts";

const folder = mkdtempSync(join(tmpdir(), "postwire-dkim-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pairs = {
  rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ed25519: generateKeyPairSync("ed25519"),
};
const kinds = ["rsa", "ed25519"] as const;

function keyFile(name: string, key: KeyObject | string): string {
  const file = join(folder, `${name}.pem`);
  writeFileSync(file, typeof key === "string" ? key : key.export({ type: "pkcs8", format: "pem" }));
  return file;
}

function signer(kind: "rsa" | "ed25519"): (raw: Buffer) => Promise<Buffer> {
  const keyed = keyFile(kind, pairs[kind].privateKey);
  const sign = dkimSigner({ domain: "Example.org", selector: "s1", keyFile: keyed });
  // In two pieces: where one ends means nothing.
  return async (raw) => Buffer.concat(await sign([raw.subarray(0, 40), raw.subarray(40)]));
}

/** Says whether a mail is as it was signed, with the key as DNS would give it: RFC 6376 §6.1, relaxed/relaxed. */
function isIntact(mail: Buffer, record: string): boolean {
  const [head = "", ...after] = mail.toString("latin1").split("\r\n\r\n");
  const fields = head.split(/\r\n(?![ \t])/);
  const [signature = ""] = fields.splice(0, 1);
  const tags = tagsOf(signature.slice(signature.indexOf(":") + 1));
  const body = after
    .join("\r\n\r\n")
    .split("\r\n")
    .map((line) => line.replace(/[ \t]+/g, " ").trimEnd())
    .join("\r\n")
    .replace(/(?:\r\n)*$/, "");
  const hashed = createHash("sha256")
    .update(body === "" ? "" : `${body}\r\n`, "latin1")
    .digest("base64");
  const data: string[] = [];
  for (const name of (tags.get("h") ?? "").split(":")) {
    const at = fields.findLastIndex((field) => field.toLowerCase().startsWith(`${name}:`));
    if (at >= 0) data.push(`${relaxed(fields.splice(at, 1)[0] ?? "")}\r\n`);
  }
  data.push(relaxed(signature.replace(/(\sb=)[^;]*$/, "$1")));
  const [signed, value] = [Buffer.from(data.join(""), "latin1"), Buffer.from(tags.get("b") ?? "", "base64")];
  const key = publishedKey(record);
  const isSigned =
    tags.get("a") === "ed25519-sha256"
      ? verify(null, createHash("sha256").update(signed).digest(), key, value)
      : tags.get("a") === "rsa-sha256" && verify("sha256", signed, key, value);
  return hashed === tags.get("bh") && isSigned;
}

function tagsOf(list: string): ReadonlyMap<string, string> {
  return new Map(
    list.split(";").map((tag) => {
      const [name = "", ...value] = tag.split("=");
      return [name.trim(), value.join("=").replace(/\s+/g, "")];
    }),
  );
}

function relaxed(field: string): string {
  const [name = "", ...value] = field.split(":");
  return `${name.trim().toLowerCase()}:${value.join(":").replace(/\s+/g, " ").trim()}`;
}

function publishedKey(record: string): KeyObject {
  const tags = tagsOf(record);
  const bytes = Buffer.from(tags.get("p") ?? "", "base64");
  if (tags.get("k") === "rsa") return createPublicKey({ key: bytes, format: "der", type: "spki" });
  return createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") },
    format: "jwk",
  });
}

async function aMail(text = "Hello.\n\nGoodbye."): Promise<Buffer> {
  const prepared = await prepareMessage({
    from: { name: "模型笔记 of a name that is long enough to be folded", address: "digest@example.org" },
    subject: "A subject of many words, so many that it goes on for more than a line of a mail's header",
    date: Date.UTC(2026, 0, 5, 8),
    language: "en",
    html: "<p>Hello</p>",
    text,
    list: { id: "postwire.example.org", feedbackId: "issue-1" },
    places: { unsubscribe: "\ufdd0u\ufdd1", preferences: "\ufdd0p\ufdd1" },
  });
  const unsubscribe = "https://digest.example.org/unsubscribe/token";
  return Buffer.concat(
    prepared.fill({
      to: "anna@example.net",
      messageId: "<1@example.org>",
      unsubscribe,
      preferences: unsubscribe,
    }),
  );
}

describe.each(kinds)("a mail signed with %s", (kind) => {
  const record = dkimRecord(keyFile(`${kind}-published`, pairs[kind].privateKey));

  test("is intact to whoever has the published key, and to nobody with another", async () => {
    const mail = await signer(kind)(await aMail());

    expect(isIntact(mail, record)).toBe(true);
    expect(
      mail
        .toString("latin1")
        .split("\r\n")
        .every((line) => line.length <= 100),
    ).toBe(true);
    const other = generateKeyPairSync(kind === "rsa" ? "rsa" : ("ed25519" as never), { modulusLength: 2048 });
    expect(
      isIntact(mail, dkimRecord(keyFile("other", (other as { privateKey: KeyObject }).privateKey))),
    ).toBe(false);
  });

  test.each(["From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post"])(
    "is no longer intact when somebody changes or adds %s",
    async (name) => {
      const mail = (await signer(kind)(await aMail())).toString("latin1");

      const changed = mail.replace(new RegExp(`^${name}: .`, "m"), `${name}: ?`);
      const added = mail.replace("\r\nMIME-Version", `\r\n${name}: evil@example.org\r\nMIME-Version`);
      const above = mail.replace("\r\nTo:", `\r\n${name}: evil@example.org\r\nTo:`);

      expect(changed).not.toBe(mail);
      for (const forged of [changed, added, above])
        expect(isIntact(Buffer.from(forged, "latin1"), record)).toBe(false);
    },
  );

  test.each(["Reply-To", "Cc"])("that has no %s is no longer intact with one", async (name) => {
    const mail = (await signer(kind)(await aMail())).toString("latin1");

    expect(
      isIntact(
        Buffer.from(mail.replace("\r\nTo:", `\r\n${name}: evil@example.org\r\nTo:`), "latin1"),
        record,
      ),
    ).toBe(false);
  });

  test("is intact after white space was changed on its way, and not after a word was", async () => {
    const mail = (await signer(kind)(await aMail("one two\n\n\nthree"))).toString("latin1");

    const mended = mail
      .replace("Subject: A subject", "Subject:  A\t subject")
      .replace("one two", "one  \ttwo  ");

    expect(mended).not.toBe(mail);
    expect(isIntact(Buffer.from(`${mended}\r\n\r\n`, "latin1"), record)).toBe(true);
    expect(isIntact(Buffer.from(mail.replace("one two", "one twp"), "latin1"), record)).toBe(false);
  });

  test("has the same bytes each time", async () => {
    const mail = await aMail();

    expect((await signer(kind)(mail)).equals(await signer(kind)(mail))).toBe(true);
  });
});

test.each([
  ["lines with much white space", "a  b \t c\t\r\n   \r\nlast  \r\n"],
  ["no body at all", ""],
  ["only empty lines", "\r\n\r\n \r\n"],
  ["no line end after the last line", "a\r\nb"],
  ["white space without a line end at the end", "a\r\nb  "],
  ["a line that is white space only at the end", "a\r\n \t\r\n"],
])("a mail of %s has the hash that another signer gives it", async (_, body) => {
  const mail = Buffer.from(`From: a@example.org\r\nSubject: x\r\n\r\n${body}`);
  const keys = { domainName: "example.org", keySelector: "s1", privateKey: pairs.rsa.privateKey };
  const theirs: Buffer[] = [];
  for await (const chunk of new Dkim({
    ...keys,
    privateKey: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  }).sign(mail)) {
    theirs.push(Buffer.from(chunk));
  }

  const [ours, other] = [await signer("rsa")(mail), Buffer.concat(theirs)];

  const hashOf = (signed: Buffer) =>
    tagsOf(signed.toString("latin1").split(/\r\n(?![ \t])/)[0] ?? "").get("bh");
  expect(hashOf(ours)).toBe(hashOf(other));
  const record = dkimRecord(keyFile("rsa-record", pairs.rsa.privateKey));
  expect([isIntact(ours, record), isIntact(other, record)]).toEqual([true, true]);
});

test("the record to publish names the kind of key and never the private one", () => {
  const record = dkimRecord(keyFile("record", pairs.ed25519.privateKey));

  expect(record).toMatch(/^v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=$/);
  expect(dkimRecord(keyFile("record-rsa", pairs.rsa.privateKey))).toMatch(
    /^v=DKIM1; k=rsa; p=MII[A-Za-z0-9+/]{380,}=*$/,
  );
});

describe("a configuration that cannot sign is an error with a hint, at start", () => {
  const good = keyFile("good", pairs.rsa.privateKey);
  const publicOnly = pairs.rsa.publicKey.export({ type: "spki", format: "pem" }).toString();
  const [short, curve] = [
    generateKeyPairSync("rsa", { modulusLength: 512 }).privateKey,
    generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
  ];
  const bad: readonly (readonly [string, Parameters<typeof dkimSigner>[0]])[] = [
    ["no such file", { domain: "example.org", selector: "s", keyFile: join(folder, "nowhere.pem") }],
    ["a folder", { domain: "example.org", selector: "s", keyFile: folder }],
    ["no key in it", { domain: "example.org", selector: "s", keyFile: keyFile("empty", "hello") }],
    ["a public key", { domain: "example.org", selector: "s", keyFile: keyFile("public", publicOnly) }],
    ["a key too short", { domain: "example.org", selector: "s", keyFile: keyFile("short", short) }],
    ["a key of another kind", { domain: "example.org", selector: "s", keyFile: keyFile("curve", curve) }],
    ["a domain that adds a tag", { domain: "example.org; l=0", selector: "s", keyFile: good }],
    ["a selector that adds a line", { domain: "example.org", selector: "s\r\nBcc: x", keyFile: good }],
  ];
  test.each(bad)("%s", (_, options) => {
    try {
      dkimSigner(options);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: "config", hint: expect.stringMatching(/./) });
      expect(String(error)).not.toContain("PRIVATE KEY");
    }
  });
});
