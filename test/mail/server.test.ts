import { expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { parseSmtpUrl } from "../../src/mail/server.ts";

test("an address without a port is submission with STARTTLS, smtps is TLS at 465", () => {
  expect(parseSmtpUrl("smtp://mail.example.org")).toMatchObject({ port: 587, isSecure: false, login: null });
  expect(parseSmtpUrl("smtps://mail.example.org")).toMatchObject({ port: 465, isSecure: true });
  expect(parseSmtpUrl("smtp://mail.example.org:465")).toMatchObject({ isSecure: true });
});

test("credentials need TLS everywhere but on this machine", () => {
  expect(parseSmtpUrl("smtp://a:b@mail.example.org:587").needsTls).toBe(true);
  expect(parseSmtpUrl("smtp://a:b@127.0.0.1.example.org:587").needsTls).toBe(true);
  expect(parseSmtpUrl("smtp://a:b@10.0.0.5:25").needsTls).toBe(true);
  for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"]) {
    expect(parseSmtpUrl(`smtp://a:b@${host}:2525`)).toMatchObject({ needsTls: false, isLoopback: true });
  }
});

test("user and password are percent-decoded", () => {
  expect(parseSmtpUrl("smtp://anna%40example.org:p%2Fss@mail.example.org").login).toEqual({
    user: "anna@example.org",
    pass: "p/ss",
  });
});

test.each([
  "mail.example.org:587",
  "http://mail.example.org",
  "smtp://",
  "smtp://anna:hunter2#x@mail.example.org",
  "smtp://anna:hunter%zz@mail.example.org",
  "smtp://anna@mail.example.org",
  "smtp://anna:hunter2@mail.example.org:587?tls=no",
])("%s is a configuration error that repeats nothing of it", (written) => {
  const read = () => parseSmtpUrl(written);

  expect(read).toThrow(AppError);
  expect(read).toThrow(/^SMTP_URL: /);
  expect(read).not.toThrow(/hunter/);
});
