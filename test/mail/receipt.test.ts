import { describe, expect, test } from "vitest";
import { classify, type Phase } from "../../src/mail/receipt.ts";

const kindOf = (phase: Phase, reply: string | null) => classify(phase, { reply, why: "lost" }).kind;

describe("ours or theirs, at RCPT", () => {
  test.each([
    "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown",
    "550 5.1.10 null MX",
    "553 5.1.2 no such domain",
    "550 5.2.1 mailbox disabled",
    "550 No such user here",
    "551 user not local",
    "553 5.6.7 Must declare SMTPUTF8 to send unicode address",
    "553 mailbox name not allowed",
    "550-5.1.1 The account does not exist\n550 5.1.1 see the help",
    "550 Mailbox not found. https://service.mail.example/why",
  ])("%s counts against the address", (reply) => {
    expect(kindOf("recipient", reply)).toBe("refused");
  });

  test.each([
    "550 5.7.1 blocked",
    "554 5.7.1 Service unavailable; Client host blocked",
    "550 5.7.26 unauthenticated mail",
    "550 5.1.8 <us@example.org>: Sender address rejected: Domain not found",
    "550 relay not permitted",
    "550 Sender rejected",
    "550 your IP is listed at dnsbl.example",
    "553 sorry, that domain isn't allowed to be relayed through this MTA",
    "554 transaction failed",
    "503 bad sequence",
  ])("%s is about us", (reply) => {
    expect(kindOf("recipient", reply)).toBe("ours");
  });

  test.each([
    "450 4.2.0 greylisted",
    "452 4.2.2 over quota",
    "552 5.2.2 mailbox full",
    "552 quota exceeded",
    "421 4.7.0 slow down",
  ])("%s waits", (reply) => {
    expect(kindOf("recipient", reply)).toBe("deferred");
  });
});

describe("by phase", () => {
  test("the same 5xx is ours at AUTH, MAIL, DATA and after the dot, and no server at the greeting", () => {
    const phases: readonly Phase[] = ["login", "mail", "data", "end"];

    expect(phases.map((phase) => kindOf(phase, "550 5.1.1 no such user"))).toEqual(Array(4).fill("ours"));
    expect(kindOf("connect", "554 go away")).toBe("unavailable");
  });

  test("4xx charges nobody before RCPT, and waits from there on", () => {
    expect((["connect", "login", "mail"] as const).map((phase) => kindOf(phase, "421 x"))).toEqual(
      Array(3).fill("unavailable"),
    );
    expect((["recipient", "data", "end"] as const).map((phase) => kindOf(phase, "451 x"))).toEqual(
      Array(3).fill("deferred"),
    );
  });

  test("without an answer: no server, nothing accepted, or nobody knows", () => {
    const phases: readonly Phase[] = ["connect", "login", "mail", "recipient", "data", "end"];

    expect(phases.map((phase) => kindOf(phase, null))).toEqual([
      "unavailable",
      "unavailable",
      "deferred",
      "deferred",
      "deferred",
      "unknown",
    ]);
  });

  test("an answer that is none of SMTP's after the dot leaves the mail unknown", () => {
    expect(kindOf("end", "HTTP/1.1 400 Bad Request")).toBe("unknown");
    expect(kindOf("end", "354 go on")).toBe("unknown");
    expect(kindOf("end", "250 2.0.0 queued")).toBe("sent");
  });

  test("the code is one visible line of the server's words", () => {
    const { code } = classify("recipient", {
      reply: `550-5.1.1 no\r\n550 \u001b[31m${"x".repeat(999)}`,
      why: "",
    });

    expect(code.startsWith("550-5.1.1 no 550 [31mxxx")).toBe(true);
    expect(code).toHaveLength(300);
  });
});
