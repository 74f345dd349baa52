import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Message } from "../../src/domain/mailer.ts";
import { folderMailer } from "../../src/mail/folder.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "postwire-mail-"));
});
afterEach(() => rm(folder, { recursive: true }));

const message: Message = {
  id: 12,
  from: "digest@example.org",
  to: "anna@example.org",
  pieces: [Buffer.from("Subject: x\r\n\r\nhello\r\n")],
};

test("a mail becomes one file with the envelope on top", async () => {
  const mailer = folderMailer(join(folder, "data", "mail"));

  const receipt = await mailer.send(message);

  expect(receipt).toEqual({ kind: "sent", code: "250 2.0.0 kept in a folder" });
  expect(await readdir(join(folder, "data", "mail"))).toEqual(["12.eml"]);
  expect(await readFile(join(folder, "data", "mail", "12.eml"), "latin1")).toBe(
    "X-Envelope-From: <digest@example.org>\r\nX-Envelope-To: <anna@example.org>\r\nSubject: x\r\n\r\nhello\r\n",
  );
});

test("the same mail again is the same file", async () => {
  const mailer = folderMailer(folder);
  await mailer.send(message);
  const before = await readFile(join(folder, "12.eml"));

  expect((await mailer.send(message)).kind).toBe("sent");

  expect(await readdir(folder)).toEqual(["12.eml"]);
  expect((await readFile(join(folder, "12.eml"))).equals(before)).toBe(true);
});

test("an envelope cannot add a header", async () => {
  await folderMailer(folder).send({ ...message, to: "anna@example.org>\r\nBcc: <evil@example.org" });

  const lines = (await readFile(join(folder, "12.eml"), "latin1")).split("\r\n");

  expect(lines.filter((line) => /^Bcc:/i.test(line))).toEqual([]);
  expect(lines[2]).toBe("Subject: x");
});

test("a place where nothing can be written loses nothing: the mail waits", async () => {
  await writeFile(join(folder, "taken"), "a file, no folder");

  const receipt = await folderMailer(join(folder, "taken")).send(message);

  expect(receipt.kind).toBe("unavailable");
});

test("a failed write leaves no mail that looks whole", async () => {
  await mkdir(join(folder, "12.eml"));

  expect((await folderMailer(folder).send(message)).kind).toBe("unavailable");
});
