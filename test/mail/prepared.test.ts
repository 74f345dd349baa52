import MailComposer from "nodemailer/lib/mail-composer";
import PostalMime from "postal-mime";
import { describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { personalise, personalSlots } from "../../src/digest/personal.ts";
import { composeMessage, prepareMessage, type SharedMail } from "../../src/mail/message.ts";
import { tokenKeys } from "../../src/mail/tokens.ts";

const tokens = tokenKeys("a secret");
const site = "https://digest.example.org";

function shared(said: Partial<SharedMail> = {}): SharedMail {
  const { preferences, unsubscribe } = personalSlots;
  return {
    from: { name: "Notes on Models", address: "digest@example.org" },
    subject: "Notes: a small model",
    date: Date.UTC(2026, 0, 5, 8),
    language: "en",
    html: `<!doctype html><p>Hello &amp; welcome</p>\n<a href="${preferences}">choose</a> <a href="${unsubscribe}">leave</a>`,
    text: `Hello & welcome\n\nChoose\n${preferences}\n\nLeave\n${unsubscribe}\n`,
    list: { id: "postwire.digest.example.org", feedbackId: "issue-12" },
    places: personalSlots,
    ...said,
  };
}

/** A text as it was written: a mail has other line ends, and some at the end. */
const lines = (text: string | undefined) => text?.replaceAll("\r\n", "\n").trimEnd();

function reader(id: number) {
  return {
    to: `reader${id}@example.net`,
    messageId: `<i12.s${id}@digest.example.org>`,
    unsubscribe: `${site}/unsubscribe/${tokens.leave(id)}`,
    preferences: `${site}/preferences/${tokens.preferences(id)}`,
  };
}

const chinese = shared({
  subject: "周报：长文档🙂",
  html: `<p>${"长文档阅读小模型。".repeat(300)}</p><a href="${personalSlots.unsubscribe}">退订</a>${"尾".repeat(7)}`,
  text: `${"长文档\n".repeat(100)}${personalSlots.unsubscribe}\n${personalSlots.preferences}`,
});
const mails: readonly (readonly [string, SharedMail])[] = [
  ["English", shared()],
  ["Chinese", chinese],
  ["a mail without places", shared({ html: "<p>é</p>", text: "." })],
];

const whole = (pieces: readonly Buffer[]) => Buffer.concat(pieces);

describe.each(mails)("a prepared mail, %s", (_, mail) => {
  test("says to each reader what one composed from scratch says", async () => {
    const prepared = await prepareMessage(mail);

    for (const id of [1, 35, 36, 12_345, 1_000_000]) {
      const own = reader(id);
      const letter = personalise(mail, own);
      const { unsubscribe } = own;
      const scratch = await composeMessage({
        ...mail,
        ...own,
        ...letter,
        list: { ...mail.list, unsubscribe },
      });
      const [ours, theirs] = [
        await PostalMime.parse(whole(prepared.fill(own))),
        await PostalMime.parse(scratch),
      ];

      expect(lines(ours.html)).toBe(lines(theirs.html));
      expect(lines(ours.text)).toBe(lines(theirs.text));
      expect(ours.headers.filter(({ key }) => key !== "content-type")).toEqual(
        theirs.headers.filter(({ key }) => key !== "content-type"),
      );
    }
  });

  test("reads as the one that nodemailer composes", async () => {
    const own = reader(77);
    const letter = personalise(mail, own);
    const bare = new MailComposer({ from: mail.from, to: own.to, messageId: own.messageId, ...letter });

    const ours = await PostalMime.parse(whole((await prepareMessage(mail)).fill(own)));
    const theirs = await PostalMime.parse(await bare.compile().build());

    expect(lines(ours.html)).toBe(lines(theirs.html));
    expect(lines(ours.text)).toBe(lines(theirs.text));
    expect([ours.subject, ours.from, ours.to, ours.messageId]).toEqual([
      theirs.subject,
      theirs.from,
      theirs.to,
      theirs.messageId,
    ]);
  });
});

test("a prepared mail is the same bytes for the same reader, also prepared anew", async () => {
  const [once, again] = [await prepareMessage(chinese), await prepareMessage(chinese)];
  const first = whole(once.fill(reader(7)));
  once.fill(reader(123_456));

  expect(whole(once.fill(reader(7))).equals(first)).toBe(true);
  expect(whole(again.fill(reader(7))).equals(first)).toBe(true);
});

test("nobody gets an address of another reader", async () => {
  const prepared = await prepareMessage(chinese);
  const all = [1, 2, 3].map((id) => prepared.fill(reader(id)));

  for (const [n, raw] of all.entries()) {
    const { text, html } = await PostalMime.parse(whole(raw));
    const ids = [...`${text}${html}`.matchAll(/\/(unsubscribe|preferences)\/([\w-]+)/g)].map(
      ([, kind, token]) =>
        kind === "unsubscribe" ? tokens.readLeave(token ?? "") : tokens.readPreferences(token ?? ""),
    );
    expect(ids).toEqual([n + 1, n + 1, n + 1]);
  }
});

test("a word in a mail that looks like its boundary or its places changes nothing", async () => {
  const [boundary] =
    /=_[0-9a-f]{24}/.exec(whole((await prepareMessage(shared())).fill(reader(1))).toString()) ?? [];
  const text = `--${boundary}\nunsubscribe preferences {unsubscribe}\n--${boundary}--`;

  const { text: read } = await PostalMime.parse(
    whole((await prepareMessage(shared({ text }))).fill(reader(1))),
  );

  expect(read?.trimEnd()).toBe(text);
});

describe("attacks through what is each reader's own", () => {
  const attacks = [
    { to: "a@example.org\r\nBcc: evil@example.org" },
    { to: "a@example.org, evil@example.org" },
    { messageId: "<a@example.org>\r\nBcc: evil@example.org" },
    { messageId: "" },
    { unsubscribe: `${site}/x>\r\nBcc: evil@example.org` },
    { unsubscribe: "javascript:alert(1)" },
    { unsubscribe: `${site}/"onclick="x` },
    { preferences: `${site}/ x` },
    { preferences: `${site}/<script>` },
    { preferences: "https://a.example/\u202e" },
  ];
  test.each(attacks)("%j is refused", async (attack) => {
    const prepared = await prepareMessage(shared());

    expect(() => prepared.fill({ ...reader(1), ...attack })).toThrow(AppError);
  });

  test("an address with signs of HTML in it is escaped there, and nowhere else", async () => {
    const preferences = `${site}/p?a=1&b='2'`;
    const { html, text } = await PostalMime.parse(
      whole((await prepareMessage(shared())).fill({ ...reader(1), preferences })),
    );

    expect(html).toContain(`href="${site}/p?a=1&#38;b=&#39;2&#39;"`);
    expect(lines(text)).toContain(`\n${preferences}\n`);
  });
});

test("a fact of the list that could end its header is refused when the mail is prepared", async () => {
  const list = { id: "a.example", feedbackId: "issue-1" };

  await expect(prepareMessage(shared({ list: { ...list, id: "a>\r\nBcc: x" } }))).rejects.toThrow(AppError);
  const mail = await prepareMessage(shared({ list: { ...list, feedbackId: "1\r\nBcc: x" } }));
  expect(() => mail.fill(reader(1))).toThrow(AppError);
});
