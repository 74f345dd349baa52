import PostalMime, { type Email } from "postal-mime";
import { describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { composeMessage, type Mail } from "../../src/mail/message.ts";
import { tokenKeys } from "../../src/mail/tokens.ts";

const leave = `https://digest.example.org/unsubscribe/${tokenKeys("a secret").leave(123)}`;

function aMail(said: Partial<Mail> = {}): Mail {
  return {
    from: { name: "Notes on Models", address: "digest@example.org" },
    to: "anna@example.net",
    subject: "Notes: a small model",
    date: Date.UTC(2026, 0, 5, 8),
    messageId: "<12.345@digest.example.org>",
    language: "en",
    html: "<!doctype html><p>Hello &amp; welcome</p>",
    text: "Hello & welcome",
    list: { id: "postwire.digest.example.org", unsubscribe: leave, feedbackId: "issue-12" },
    ...said,
  };
}

const parsed = async (mail: Mail): Promise<Email> => PostalMime.parse(await composeMessage(mail));
const headersOf = (email: Email, name: string) =>
  email.headers.filter(({ key }) => key === name).map(({ value }) => value);

describe("a mail of the digest", () => {
  test("has its header set, each once", async () => {
    const email = await parsed(aMail());

    expect(Object.fromEntries(email.headers.map(({ key, value }) => [key, value]))).toMatchObject({
      from: "Notes on Models <digest@example.org>",
      to: "anna@example.net",
      subject: "Notes: a small model",
      date: "Mon, 05 Jan 2026 08:00:00 +0000",
      "message-id": "<12.345@digest.example.org>",
      "mime-version": "1.0",
      "list-id": "<postwire.digest.example.org>",
      "list-unsubscribe": `<${leave}>`,
      "list-unsubscribe-post": "List-Unsubscribe=One-Click",
      "feedback-id": "issue-12:digest:postwire:digest.example.org",
      precedence: "bulk",
      "auto-submitted": "auto-generated",
      "content-language": "en",
    });
    expect(new Set(email.headers.map(({ key }) => key)).size).toBe(email.headers.length);
  });

  test("has the one-click address on one line, even a long one", async () => {
    const unsubscribe = `https://a-rather-long-name.of-a-site.example.org/with/a/path/${"x".repeat(80)}`;
    const raw = (
      await composeMessage(aMail({ list: { id: "a.example", unsubscribe, feedbackId: "x" } }))
    ).toString();

    expect(raw).toContain(`\r\nList-Unsubscribe: <${unsubscribe}>\r\n`);
    expect(`List-Unsubscribe: <${leave}>`.length).toBeLessThan(80);
  });

  test("is text and HTML of the same thing, in that order", async () => {
    const raw = (await composeMessage(aMail())).toString();
    const email = await parsed(aMail());

    expect(email.text?.trimEnd()).toBe("Hello & welcome");
    expect(email.html).toContain("<p>Hello &amp; welcome</p>");
    expect(raw).toMatch(/Content-Type: multipart\/alternative;\s+boundary=/);
    expect(raw.indexOf("text/plain; charset=utf-8")).toBeLessThan(raw.indexOf("text/html; charset=utf-8"));
    expect(raw.indexOf("text/plain")).toBeGreaterThan(0);
  });

  test("keeps Chinese in every place", async () => {
    const html = `<p>${"长文档阅读小模型。".repeat(500)}</p>`;
    const email = await parsed(
      aMail({
        from: { name: "模型笔记", address: "digest@example.org" },
        subject: "周报：长文档🙂",
        text: "你好",
        html,
      }),
    );

    expect([email.from?.name, email.subject, email.text?.trimEnd()]).toEqual([
      "模型笔记",
      "周报：长文档🙂",
      "你好",
    ]);
    expect(email.html).toBe(html);
  });

  test("is the same bytes for the same mail", async () => {
    expect((await composeMessage(aMail())).equals(await composeMessage(aMail()))).toBe(true);
    expect(
      (await composeMessage(aMail())).equals(await composeMessage(aMail({ messageId: "<1@a.example>" }))),
    ).toBe(false);
  });

  test("has only lines that every server takes", async () => {
    const html = `<p>${"x".repeat(5_000)}${"字".repeat(5_000)}</p>\n.\n.\n`;
    for (const body of [html, html.replaceAll("字", "y")]) {
      const raw = (
        await composeMessage(aMail({ html: body, text: body, subject: "字".repeat(78) }))
      ).toString("latin1");

      expect(raw.split("\r\n").every((line) => line.length <= 100)).toBe(true);
      expect(raw.replaceAll("\r\n", "")).not.toMatch(/[\r\n]|[^\t\x20-\x7e]/);
    }
  });
});

test("a confirmation has nothing of a list, and is still marked as automatic", async () => {
  const email = await parsed(aMail({ list: null }));

  expect(email.headers.filter(({ key }) => /^list-|^precedence$|^feedback/.test(key))).toEqual([]);
  expect(headersOf(email, "auto-submitted")).toEqual(["auto-generated"]);
});

describe("attacks on the header", () => {
  const attacks = [
    "Hi\r\nBcc: evil@example.org",
    "Hi\nBcc: evil@example.org\n\n<script>",
    "Hi\u0000\u2028Bcc: evil@example.org",
    "=?utf-8?Q?Hi=0D=0ABcc:_evil@example.org?=",
    "evil@example.org, other@example.org",
    'x" <evil@example.org>, "y',
    `long ${"\r\n ".repeat(50)}Bcc: evil@example.org`,
    "Notes; group: evil@example.org;",
  ];

  test.each(attacks)("%j as a name or a subject stays a name and a subject", async (attack) => {
    const email = await parsed(
      aMail({ subject: attack, from: { name: attack, address: "digest@example.org" } }),
    );

    expect(headersOf(email, "bcc")).toEqual([]);
    expect(email.from?.address).toBe("digest@example.org");
    expect(headersOf(email, "from")).toHaveLength(1);
    expect(email.to).toEqual([{ name: "", address: "anna@example.net" }]);
    expect(email.subject).not.toMatch(/\p{Cc}/u);
    expect(email.from?.name).not.toMatch(/\p{Cc}/u);
    expect(email.html).toContain("Hello");
  });

  const addresses = [
    "a@example.org\r\nBcc: evil@example.org",
    "a@example.org, evil@example.org",
    "a@example.org;evil@example.org",
    "Anna <a@example.org>",
    "<a@example.org>",
    '"a b"@example.org',
    "a@example.org\u0000",
    "a@b@example.org",
    "a\u202e@example.org",
    "group:a@example.org;",
    "",
  ];

  test.each(addresses)("%j is refused as an address and as a message id", async (attack) => {
    await expect(composeMessage(aMail({ to: attack }))).rejects.toThrow(AppError);
    await expect(composeMessage(aMail({ from: { name: "x", address: attack } }))).rejects.toThrow(AppError);
    if (attack !== "<a@example.org>") {
      await expect(composeMessage(aMail({ messageId: attack }))).rejects.toThrow(AppError);
    }
  });

  test("facts of the list that could end their header are refused", async () => {
    const list = { id: "a.example", unsubscribe: leave, feedbackId: "issue-1" };
    const bad = [
      { ...list, id: "a.example>\r\nBcc: evil@example.org" },
      { ...list, unsubscribe: "https://a.example/>, <mailto:evil@example.org" },
      { ...list, unsubscribe: "javascript:alert(1)" },
      { ...list, unsubscribe: "https://a.example/\r\nBcc: x" },
      { ...list, feedbackId: "a:b\nBcc: x" },
    ];

    for (const facts of bad) await expect(composeMessage(aMail({ list: facts }))).rejects.toThrow(AppError);
    await expect(composeMessage(aMail({ language: "en\r\nBcc: x" }))).rejects.toThrow(AppError);
  });

  test("a body that looks like MIME stays a body, and one that names a file reads none", async () => {
    const text = "--=_x\r\nContent-Type: text/html\r\n\r\n<script>";
    const email = await parsed(aMail({ text, html: "file:///etc/passwd" }));

    expect(email.text?.trimEnd()).toBe("--=_x\nContent-Type: text/html\n\n<script>");
    expect(email.html?.trimEnd()).toBe("file:///etc/passwd");
    expect(email.attachments).toEqual([]);
  });
});
