import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Log } from "../../src/base/log.ts";
import type { Mailer, Message } from "../../src/domain/mailer.ts";
import type { SmtpTimeouts } from "../../src/mail/line.ts";
import { smtpMailer } from "../../src/mail/smtp.ts";
import { type Act, aSink, type Sink, type SinkOptions, type Stage } from "../support/sink.ts";

const patient: SmtpTimeouts = { connectMs: 10_000, replyMs: 10_000, afterDotMs: 10_000 };
const impatient: SmtpTimeouts = { connectMs: 150, replyMs: 150, afterDotMs: 150 };
const open: (() => Promise<void>)[] = [];
const logged: string[] = [];
const keep = (event: string, fields?: object) => void logged.push(JSON.stringify({ event, ...fields }));
const log: Log = { debug: keep, info: keep, warn: keep, error: keep };

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function sink(options: SinkOptions = {}): Promise<Sink> {
  const made = await aSink(options);
  open.push(made.close);
  return made;
}

function mailer(url: string, timeouts: SmtpTimeouts = patient, connections = 1): Mailer {
  const made = smtpMailer({ url, connections, log, timeouts });
  open.push(made.close);
  return made;
}

function aMessage(id = 1, bytes = 200): Message {
  const raw = `Subject: ${id}\r\n\r\n${"x".repeat(70)}\r\n`.padEnd(bytes, "....\r\n");
  return {
    id,
    from: "digest@example.org",
    to: `reader${id}@example.org`,
    pieces: [Buffer.from(`${raw}\r\n`)],
  };
}

describe("a mail that is taken", () => {
  test("is sent with the server's words, byte for byte", async () => {
    const server = await sink();

    const receipt = await mailer(server.url).send(aMessage(7));

    expect(receipt.kind).toBe("sent");
    expect(receipt.code).toMatch(/^250 /);
    expect(server.taken).toHaveLength(1);
    expect(server.taken[0]).toMatchObject({ from: "digest@example.org", to: ["reader7@example.org"] });
    expect(server.taken[0]?.raw.equals(Buffer.concat(aMessage(7).pieces))).toBe(true);
  });

  test("goes over the same connection as the one before, also after a refusal in between", async () => {
    const server = await sink();
    const post = mailer(server.url);
    server.refuse("reader2@example.org", "550 5.1.1 no such user");

    const kinds = [];
    for (const id of [1, 2, 3]) kinds.push((await post.send(aMessage(id))).kind);

    expect(kinds).toEqual(["sent", "refused", "sent"]);
    expect(server.connections()).toBe(1);
  });

  test("goes with hundreds of others over one connection per worker", async () => {
    const server = await sink();
    const post = mailer(server.url, patient, 2);

    const receipts = await Promise.all(Array.from({ length: 300 }, (_, id) => post.send(aMessage(id))));

    expect(receipts.every(({ kind }) => kind === "sent")).toBe(true);
    expect(server.taken).toHaveLength(300);
    expect(server.connections()).toBe(2);
  });

  test("waits its turn where there are more mails than connections", async () => {
    const server = await sink();
    const post = mailer(server.url, patient, 2);

    const receipts = await Promise.all([1, 2, 3, 4, 5, 6].map((id) => post.send(aMessage(id))));

    expect(receipts.map(({ kind }) => kind)).toEqual(Array(6).fill("sent"));
    expect(server.connections()).toBe(2);
  });

  test("goes over a new connection when the server dropped the idle one", async () => {
    const server = await sink();
    const post = mailer(server.url);
    await post.send(aMessage(1));
    server.drop();

    const receipt = await post.send(aMessage(2));

    expect(receipt.kind).toBe("sent");
    expect(server.connections()).toBe(2);
    expect(server.taken.map(({ to }) => to[0])).toEqual(["reader1@example.org", "reader2@example.org"]);
  });

  test("goes through STARTTLS where it is offered, with a login", async () => {
    const server = await sink({ startTls: true, login: { user: "anna", pass: "p@ss:wort" } });

    const receipt = await mailer(`smtp://anna:p%40ss%3Awort@localhost:${server.port}`).send(aMessage());

    expect(receipt.kind).toBe("sent");
    expect(server.taken[0]?.isSecure).toBe(true);
  });
});

describe("what the server says, and what it means", () => {
  const meanings: readonly [Stage, Act, string][] = [
    ["greeting", "421 4.3.2 try later", "unavailable"],
    ["greeting", "554 5.3.2 not today", "unavailable"],
    ["greeting", "hang up", "unavailable"],
    ["mail", "451 4.3.0 later", "unavailable"],
    ["mail", "550 5.7.1 sender refused", "ours"],
    ["recipient", "550 5.1.1 no such user", "refused"],
    ["recipient", "550 no such user", "refused"],
    ["recipient", "550 5.7.1 blocked by policy", "ours"],
    ["recipient", "450 4.2.0 greylisted", "deferred"],
    ["recipient", "421 4.7.0 too fast", "deferred"],
    ["recipient", "hang up", "deferred"],
    ["end", "451 4.3.0 local error", "deferred"],
    ["end", "421 4.3.0 closing", "deferred"],
    ["end", "550 5.1.1 no such user", "ours"],
    ["end", "554 5.7.1 spam", "ours"],
    ["end", "hang up", "unknown"],
  ];
  test.each(meanings)("at %s, %s: %s", async (stage, act, kind) => {
    const server = await sink();
    server.on(stage, act);

    const receipt = await mailer(server.url).send(aMessage());

    expect(receipt.kind).toBe(kind);
    if (act !== "hang up") expect(receipt.code).toBe(act);
    expect(server.taken).toEqual([]);
  });

  test("a connection lost in the middle of a body, before the final dot, has sent nothing", async () => {
    const server = await sink();
    server.on("body", "hang up");

    const receipt = await mailer(server.url).send(aMessage(1, 20_000_000));

    expect(receipt.kind).toBe("deferred");
    expect(server.bodies()).toBe(0);
  });

  test("a mail larger than the server takes is our fault and is not sent", async () => {
    const server = await sink({ maxBytes: 1_000 });

    const receipt = await mailer(server.url).send(aMessage(1, 5_000));

    expect(receipt.kind).toBe("ours");
    expect(server.bodies()).toBe(0);
  });

  test("a wrong password is ours, and is never said aloud", async () => {
    const server = await sink({ login: { user: "anna", pass: "right" } });
    logged.length = 0;

    const receipt = await mailer(`smtp://anna:wr0ng-s3cret@127.0.0.1:${server.port}`).send(aMessage());

    expect(receipt).toEqual({ kind: "ours", code: "535 5.7.8 wrong user or password" });
    expect(logged.join()).not.toContain("wr0ng-s3cret");
    expect(logged.join()).not.toContain(Buffer.from("\0anna\0wr0ng-s3cret").toString("base64"));
    expect(logged.join()).toContain("535");
  });

  test("a login that is turned away for now means that there is no server", async () => {
    const server = await sink({ login: { user: "anna", pass: "right" } });
    server.on("login", "454 4.7.0 later");

    expect((await mailer(`smtp://anna:right@127.0.0.1:${server.port}`).send(aMessage())).kind).toBe(
      "unavailable",
    );
  });

  test("a port where nobody listens means that there is no server", async () => {
    const server = await aSink();
    await server.close();

    const receipt = await mailer(server.url).send(aMessage());

    expect(receipt.kind).toBe("unavailable");
    expect(receipt.code).toContain("ECONNREFUSED");
  });

  test("a server that comes back takes the next mail", async () => {
    const server = await sink();
    const post = mailer(server.url);
    server.on("greeting", "421 4.3.2 try later", 1);

    expect((await post.send(aMessage(1))).kind).toBe("unavailable");
    expect((await post.send(aMessage(1))).kind).toBe("sent");
  });
});

describe("a server that says nothing", () => {
  const silences: readonly [Stage, string][] = [
    ["mail", "deferred"],
    ["recipient", "deferred"],
    ["end", "unknown"],
  ];
  test.each(silences)("at %s: %s", async (stage, kind) => {
    const server = await sink();
    server.on(stage, "hang");

    const receipt = await mailer(server.url, impatient).send(aMessage());

    expect(receipt.kind).toBe(kind);
    expect(server.taken).toEqual([]);
  });

  test("and not even a greeting is no server", async () => {
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => {
      mute.listen(0, "127.0.0.1", resolve);
    });
    open.push(async () => void mute.close());
    const address = mute.address();
    const port = typeof address === "object" ? address?.port : 0;

    expect((await mailer(`smtp://127.0.0.1:${port}`, impatient).send(aMessage())).kind).toBe("unavailable");
  });

  test("after the final dot is waited for longer than before it", async () => {
    const server = await sink();
    server.on("end", "hang");
    const began = performance.now();

    const receipt = await mailer(server.url, { ...impatient, afterDotMs: 600 }).send(aMessage());

    expect(receipt.kind).toBe("unknown");
    expect(performance.now() - began).toBeGreaterThan(550);
  });
});

describe("an envelope that is an attack", () => {
  test.each(["a@example.org>\r\nRCPT TO:<b@example.org", "a@example.org\nDATA", "<a@example.org>"])(
    "%j is not sent to anybody",
    async (to) => {
      const server = await sink();

      const receipt = await mailer(server.url).send({ ...aMessage(), to });

      expect(receipt.kind).toBe("ours");
      expect(server.taken).toEqual([]);
    },
  );

  test("a body that ends early, in dots, arrives whole and brings no second mail", async () => {
    const server = await sink();
    const raw = Buffer.from("Subject: x\r\n\r\nfirst\r\n.\r\nMAIL FROM:<evil@example.org>\r\n.\r\nlast\r\n");

    await mailer(server.url).send({ ...aMessage(), pieces: [raw] });

    expect(server.taken).toHaveLength(1);
    expect(server.taken[0]?.raw.toString()).toBe(raw.toString());
  });

  const smuggled =
    "MAIL FROM:<evil@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nSubject: y\r\n\r\nz\r\n";
  test.each(["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\n.\r", "\r\n.\r\n"])(
    "a body with %j in it, where some servers see its end, brings no second mail, wherever it is cut",
    async (end) => {
      const server = await sink();
      const post = mailer(server.url);
      const cuts = Array.from({ length: end.length + 1 }, (_, at) => [end.slice(0, at), "", end.slice(at)]);

      for (const [before, between, after] of cuts) {
        const pieces = [`Subject: x\r\n\r\nfirst${before}`, between, `${after}${smuggled}`];
        const sent = { ...aMessage(), pieces: pieces.map((piece) => Buffer.from(piece ?? "")) };
        expect((await post.send(sent)).kind).toBe("sent");
      }

      expect(server.taken).toHaveLength(cuts.length);
      for (const { raw } of server.taken) {
        const taken = raw.toString("latin1");
        expect(taken).toContain("Subject: y");
        expect(taken.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
      }
    },
  );

  test.each(["", "\r\n", "\n", "\r", " .", "\r\n."])("a body that ends in %j ends there", async (end) => {
    const server = await sink();
    const post = mailer(server.url);

    await post.send({ ...aMessage(), pieces: [Buffer.from(`.Subject: x\r\n\r\nlast${end}`)] });
    await post.send(aMessage(2));

    expect(server.taken.map(({ to }) => to[0])).toEqual(["reader1@example.org", "reader2@example.org"]);
    expect(server.taken[0]?.raw.toString().trimEnd()).toBe(`.Subject: x\r\n\r\nlast${end}`.trimEnd());
  });
});
