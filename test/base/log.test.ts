import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { jsonLog, type LogLevel, maskEmail } from "../../src/base/log.ts";

/** A log and what was written to it so far. */
function aLog(level: LogLevel = "info") {
  const written: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString("utf8"));
      done();
    },
  });
  const text = () => written.join("");
  const lines = () =>
    text()
      .split("\n")
      .filter((line) => line !== "")
      .map((line): Record<string, unknown> => JSON.parse(line));
  return { log: jsonLog(level, sink), text, lines };
}

describe("jsonLog", () => {
  test("one event is one line: level, time, event and its fields, and nothing of the machine", () => {
    const { log, text, lines } = aLog();

    log.info("fetched", { source: "blog", new: 3 });

    expect(text()).toMatch(/^[^\n]+\n$/);
    expect(lines()).toEqual([
      {
        level: "info",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        event: "fetched",
        source: "blog",
        new: 3,
      },
    ]);
  });

  test("line ends and controls in a value cannot make a second line", () => {
    const { log, text, lines } = aLog();
    const why = 'x\r\n{"level":"error","event":"forged"}\u2028\u0000\u001b[2J';

    log.warn("failed\nforged", { why });

    expect(text().match(/\n/g)).toHaveLength(1);
    expect(text()).not.toContain("\u001b");
    expect(lines()).toEqual([expect.objectContaining({ level: "warn", event: "failed\nforged", why })]);
  });

  test.each([
    ["a secret", { secret: "s3cr3t" }],
    ["a password", { password: "s3cr3t" }],
    ["a password one level down", { smtp: { user: "anna", password: "s3cr3t" } }],
    ["the password of an address", { url: { host: "mail.example", password: "s3cr3t" } }],
    ["all headers of a source", { headers: { Authorization: "Bearer s3cr3t", Cookie: "s3cr3t" } }],
  ])("%s is written as ***", (_, fields) => {
    const { log, text } = aLog();

    log.error("failed", fields);

    expect(text()).toContain('"***"');
    expect(text()).not.toContain("s3cr3t");
  });

  test("hiding a secret leaves the record of the caller as it was", () => {
    const { log } = aLog();
    const fields = { smtp: { password: "s3cr3t" } };

    log.info("connected", fields);

    expect(fields).toEqual({ smtp: { password: "s3cr3t" } });
  });

  test.each([
    ["debug", ["debug", "info", "warn", "error"]],
    ["info", ["info", "warn", "error"]],
    ["warn", ["warn", "error"]],
    ["error", ["error"]],
    ["silent", []],
  ] as const)("at level %s it writes %j", (level, kept) => {
    const { log, lines } = aLog(level);

    log.debug("happened");
    log.info("happened");
    log.warn("happened");
    log.error("happened");

    expect(lines().map((line) => line.level)).toEqual(kept);
  });

  test("a value that points back at itself is written, not thrown", () => {
    const { log, lines } = aLog();
    const loop: Record<string, unknown> = { name: "loop" };
    loop.self = loop;

    log.info("happened", { loop });

    expect(lines()).toHaveLength(1);
  });
});

describe("maskEmail", () => {
  test.each([
    ["anna@example.org", "a***@example.org"],
    ["a@example.org", "a***@example.org"],
    ["张三@example.cn", "张***@example.cn"],
    ["😀x@example.org", "😀***@example.org"],
    ['"a@b"@example.org', '"***@example.org'],
    ["@example.org", "***"],
    ["no address", "***"],
    ["", "***"],
  ])("%j appears as %s", (email, masked) => {
    expect(maskEmail(email)).toBe(masked);
  });
});
