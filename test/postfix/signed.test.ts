import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cli } from "../support/cli.ts";
import { read } from "../support/house.ts";
import { aFolder } from "../support/store.ts";
import { addresses, aKey, anOpenIssue, asItLeftUs, type Reader, theDigest } from "./issue.ts";
import { aPostfix, whyNoPostfix } from "./postfix.ts";
import { type Verifier, verdictsOf, whyNoVerifiers } from "./verifiers.ts";

const readers: readonly Reader[] = addresses(24).map((email, n) =>
  n % 2 === 0
    ? { email, language: "en", categories: ["rivers"] }
    : { email, language: "zh", categories: ["河流"] },
);

/** Mail::DKIM of Debian 12 knows RSA alone. */
const kinds: readonly (readonly ["rsa" | "ed25519", readonly Verifier[]])[] = [
  ["rsa", ["dkimpy", "Mail::DKIM"]],
  ["ed25519", ["dkimpy"]],
];

/** An issue that went out, signed, through a Postfix: the mails as they lie in the mailboxes, one list a reader. */
async function carry(kind: "rsa" | "ed25519") {
  const { published, dkim } = aKey(kind);
  const postfix = await aPostfix(readers.map(({ email }) => email));
  const house = await anOpenIssue({ smtpUrl: postfix.url, readers, dkim });
  const outcome = await house.app.jobs.deliver();
  await postfix.idle();
  return { published, outcome, boxes: readers.map(({ email }) => postfix.mailsOf(email)) };
}

const carried = new Map<string, ReturnType<typeof carry>>();

/** The same issue for whoever asks: what is in the mailboxes no longer changes. */
function delivered(kind: "rsa" | "ed25519"): ReturnType<typeof carry> {
  const issue = carried.get(kind) ?? carry(kind);
  carried.set(kind, issue);
  return issue;
}

/** What anybody on the way may try, by name. */
const forgeries: Readonly<Record<string, (mail: string) => string>> = {
  "a body with one letter changed": (mail) =>
    mail.replace(/(?<=\r\n\r\n.*\r\n\r\n)[A-Z]/s, (letter) => (letter === "A" ? "B" : "A")),
  "a line added at the end": (mail) => `${mail}And another thing.\r\n`,
  "another subject": (mail) => mail.replace("\r\nSubject: ", "\r\nSubject: Re: "),
  "a second From above": (mail) => `From: evil@example.com\r\n${mail}`,
  "a second From below": (mail) => mail.replace("\r\n\r\n", "\r\nFrom: evil@example.com\r\n\r\n"),
  "a second Subject above": (mail) => `Subject: Win\r\n${mail}`,
  "a second Subject below": (mail) => mail.replace("\r\n\r\n", "\r\nSubject: Win\r\n\r\n"),
  "a second List-Unsubscribe above": (mail) => `List-Unsubscribe: <https://evil.example.com/>\r\n${mail}`,
  "a second List-Unsubscribe below": (mail) =>
    mail.replace("\r\n\r\n", "\r\nList-Unsubscribe: <https://evil.example.com/>\r\n\r\n"),
  "another List-Unsubscribe": (mail) =>
    mail.replace(/(?<=\r\nList-Unsubscribe: <https:\/\/)[^/]+/, "evil.example.com"),
  "no List-Unsubscribe-Post": (mail) => mail.replace(/\r\nList-Unsubscribe-Post: [^\r]+/, ""),
  "a Reply-To that was not there": (mail) => `Reply-To: evil@example.com\r\n${mail}`,
  "no signature": (mail) => mail.replace(/DKIM-Signature: .*?\r\n(?! )/s, ""),
};

function forged(mail: Buffer): readonly Buffer[] {
  const text = mail.toString("latin1");
  return Object.entries(forgeries).map(([name, forge]) => {
    const changed = forge(text);
    if (changed === text) throw new Error(`${name} changed nothing`);
    return Buffer.from(changed, "latin1");
  });
}

const why = whyNoPostfix() ?? whyNoVerifiers();
if (why !== null) process.stderr.write(`No issue was carried by a real Postfix: ${why}.\n`);

describe.skipIf(why !== null)("an issue that a real Postfix carries to its mailboxes", () => {
  test.each(kinds)(
    "reaches each reader once, with an %s signature that holds to %j",
    async (kind, verifiers) => {
      const { published, outcome, boxes } = await delivered(kind);

      expect(outcome).toMatchObject({ sent: readers.length, deferred: 0, failed: 0, unknown: 0 });
      expect(boxes.map(({ length }) => length)).toEqual(readers.map(() => 1));
      const mails = boxes.flat();
      expect(new Set(mails.map(bodyEncodings))).toEqual(
        new Set(["quoted-printable, quoted-printable", "base64, base64"]),
      );
      for (const verifier of verifiers) {
        expect(await verdictsOf(verifier, published, mails)).toEqual(mails.map(() => "pass"));
        expect(await verdictsOf(verifier, aKey(kind).published, mails)).not.toContain("pass");
      }
    },
  );

  test.each(kinds)(
    "leaves an %s signature that holds no longer to %j once a mail was changed",
    async (kind, verifiers) => {
      const { published, boxes } = await delivered(kind);
      const [english = [], chinese = []] = boxes;

      for (const mail of [...english, ...chinese]) {
        for (const verifier of verifiers) {
          const verdicts = await verdictsOf(verifier, published, [
            asItLeftUs(mail),
            ...forged(asItLeftUs(mail)),
          ]);
          expect(verdicts[0]).toBe("pass");
          const held = Object.keys(forgeries).filter((_, n) => !verdicts[n + 1]?.startsWith("fail: "));
          expect(held).toEqual([]);
        }
      }
    },
  );

  test("says how to unsubscribe in one line, and to whom and from whom it is in words that can be read", async () => {
    const { boxes } = await delivered("rsa");

    for (const [n, [mail = Buffer.alloc(0)]] of boxes.entries()) {
      const { email } = readers[n] ?? { email: "" };
      const lines = mail.toString("latin1").split("\r\n");
      const unsubscribe = lines.filter((line) => /^List-Unsubscribe:/i.test(line));
      expect(unsubscribe).toEqual([expect.stringMatching(/^List-Unsubscribe: <https:\/\/[^<> ]+>$/)]);
      expect(unsubscribe[0]?.length).toBeLessThanOrEqual(78);
      expect(lines[lines.indexOf(unsubscribe[0] ?? "") + 1]).toMatch(/^\S/);
      expect(lines[0]).toBe("Return-Path: <digest@example.org>");
      const letter = await read({ to: [email], raw: mail });
      expect(letter.email.from).toEqual({ name: "River Notes 河边笔记", address: "digest@example.org" });
      expect(letter.email.to).toEqual([{ name: "", address: email }]);
      expect(letter.subject).toMatch(/^River Notes 河边笔记/);
    }
  });
});

describe.skipIf(why !== null)("a preview", () => {
  test("is signed as the mails are", async () => {
    const [cwd, env] = [aFolder(), { POSTWIRE_SECRET: "a secret for one test only" }];
    const config = await theDigest("transport: folder, dkim: DKIM");

    for (const [kind, verifiers] of kinds) {
      const { published, dkim } = aKey(kind);
      writeFileSync(join(cwd, "postwire.yaml"), config.replace("dkim: DKIM", dkim));
      if (kind === "rsa") await cli(["run", "refresh"], { cwd, env });
      await cli(["run", "digest", "--preview", "next.eml"], { cwd, env });
      const mail = readFileSync(join(cwd, "next.eml"));
      for (const verifier of verifiers) {
        expect(await verdictsOf(verifier, published, [mail])).toEqual(["pass"]);
      }
    }
  });
});

function bodyEncodings(mail: Buffer): string {
  return [...mail.toString("latin1").matchAll(/^Content-Transfer-Encoding: (\S+)/gm)]
    .map(([, name]) => name)
    .join(", ");
}
