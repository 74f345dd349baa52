import SMTPConnection from "nodemailer/lib/smtp-connection";
import { joiner } from "../base/bytes.ts";
import { messageOf } from "../base/errors.ts";
import type { Receipt } from "../domain/delivery.ts";
import type { Message } from "../domain/mailer.ts";
import { outgoing } from "./outgoing.ts";
import { classify, type Phase } from "./receipt.ts";
import type { MailServer } from "./server.ts";

/** How long to wait for a server, ms (RFC 5321 §4.5.3.2). */
export interface SmtpTimeouts {
  /** From the look-up of its name to the greeting. */
  readonly connectMs: number;
  /** For each answer before the final dot. */
  readonly replyMs: number;
  /** For the answer to the final dot: giving up early makes duplicates. */
  readonly afterDotMs: number;
}

/** One connection to the mail server, good for one mail after the other. */
export interface Line {
  /** False once it was closed, or idle for so long that something in between may have dropped it. */
  isUsable(): boolean;
  /**
   * Submits one mail. `stale`: the connection had been used before and was gone before the server said a word to
   * this mail; nothing was sent.
   */
  submit(message: Message): Promise<Receipt | "stale">;
  close(): void;
}

/** What is seen of the mail under way. */
interface Progress {
  /** The whole body and its final dot were handed to the network. */
  isBodyOut: boolean;
  hasReply: boolean;
  /** Called at each sign of life. */
  onStep: () => void;
}

const idleMs = 60_000;

/** Connects and logs in: a line, or the receipt that says why there is none. */
export async function openLine(server: MailServer, timeouts: SmtpTimeouts): Promise<Line | Receipt> {
  const progress: Progress = { isBodyOut: false, hasReply: false, onStep: () => {} };
  const connection = connectionTo(server, timeouts, progress);
  const { connectMs, replyMs } = timeouts;
  const refused = await outcome(
    connection,
    progress,
    () => connectMs,
    (done) => connection.connect(done),
  );
  if (refused !== null) return ended(connection, "connect", refused, progress);
  const { login } = server;
  if (login !== null) {
    const denied = await outcome(
      connection,
      progress,
      () => replyMs,
      (done) => connection.login({ ...login }, done),
    );
    if (denied !== null) return ended(connection, "login", denied, progress);
  }
  return lineOver(connection, timeouts, progress);
}

function lineOver(connection: SMTPConnection, timeouts: SmtpTimeouts, progress: Progress): Line {
  let [uses, usedAt, needsReset] = [0, performance.now(), false];
  const memory = joiner();
  const { replyMs, afterDotMs } = timeouts;
  const reset = () =>
    outcome(
      connection,
      progress,
      () => replyMs,
      (done) => connection.reset(done),
    );
  return {
    isUsable: () => !connection.destroyed && performance.now() - usedAt < idleMs,
    submit: async ({ from, to, pieces }) => {
      if (needsReset && (await reset()) !== null) {
        connection.close();
        return "stale";
      }
      Object.assign(progress, { isBodyOut: false, hasReply: false });
      let response = "";
      const limit = () => (progress.isBodyOut ? afterDotMs : replyMs);
      const failure = await outcome(connection, progress, limit, (done) =>
        connection.send({ from, to, size: sizeOf(pieces) }, outgoing(pieces, memory), (error, info) => {
          response = info?.response ?? "";
          done(error);
        }),
      );
      uses += 1;
      usedAt = performance.now();
      needsReset = failure !== null;
      // What did not go well may still be on its way out: the next mail must not lie in the same place.
      if (failure !== null) memory.forget();
      if (failure === null) return classify("end", { reply: response, why: response });
      if (uses > 1 && connection.destroyed && !progress.hasReply) return "stale";
      return receiptOf("mail", failure, progress);
    },
    close: () => connection.close(),
  };
}

function sizeOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function connectionTo(server: MailServer, timeouts: SmtpTimeouts, progress: Progress): SMTPConnection {
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.isSecure,
    requireTLS: server.needsTls,
    tls: { rejectUnauthorized: !server.isLoopback, minVersion: "TLSv1.2" },
    name: server.name ?? undefined,
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.connectMs,
    dnsTimeout: timeouts.connectMs,
    socketTimeout: timeouts.afterDotMs + timeouts.replyMs,
    socketCloseTimeout: 1_000,
    transactionLog: true,
    logger: watch(progress),
  });
  // Whoever waits hears of it too; a line that breaks while idle is simply not used again.
  connection.on("error", () => {});
  return connection;
}

/**
 * The library's only witness of what went out: its log. The same error comes before and after the final dot; the
 * entry `message` is written once body and dot have left. Nothing of the log is kept: it knows addresses.
 */
function watch(progress: Progress) {
  const see = (entry: unknown) => {
    const tnx = typeof entry === "object" && entry !== null && "tnx" in entry ? entry.tnx : null;
    if (tnx === "message") progress.isBodyOut = true;
    if (tnx === "server") progress.hasReply = true;
    if (tnx === "message" || tnx === "server") progress.onStep();
  };
  return { level: () => {}, trace: see, debug: see, info: see, warn: see, error: see, fatal: see };
}

/** Runs one step of the conversation: null when it went well, else the error, whoever reports it first. */
function outcome(
  connection: SMTPConnection,
  progress: Progress,
  limitMs: () => number,
  step: (done: (error?: unknown) => void) => void,
): Promise<Error | null> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = (error?: unknown) => {
      clearTimeout(timer);
      progress.onStep = () => {};
      connection.off("error", finish).off("end", onEnd);
      if (error == null) resolve(null);
      else resolve(error instanceof Error ? error : new Error(messageOf(error)));
    };
    // In the next turn: where the server said why, that is reported right after the end.
    const onEnd = () => queueMicrotask(() => finish(new Error("the connection was closed")));
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        finish(new Error("no answer in time"));
        connection.close();
      }, limitMs());
    };
    connection.once("error", finish).once("end", onEnd);
    progress.onStep = wait;
    wait();
    step(finish);
  });
}

function ended(connection: SMTPConnection, phase: Phase, error: Error, progress: Progress): Receipt {
  connection.close();
  return receiptOf(phase, error, progress);
}

/** The receipt for an error of the library; `phase` is how far we had come without it. */
function receiptOf(phase: Phase, error: Error, progress: Progress): Receipt {
  const field = (name: string) => Object.getOwnPropertyDescriptor(error, name)?.value as unknown;
  const [reply, command, code] = [field("response"), String(field("command")), field("code")];
  const answer = {
    reply: typeof reply === "string" && /^[45]/.test(reply) ? reply : null,
    why: error.message,
  };
  // Never sent to the server: an address or a size that it cannot take.
  if (typeof reply !== "string" && (code === "EENVELOPE" || code === "EMESSAGE")) {
    return { kind: "ours", code: error.message };
  }
  if (phase === "connect" || phase === "login") return classify(phase, answer);
  if (command === "MAIL FROM") return classify("mail", answer);
  if (command === "RCPT TO") return classify("recipient", answer);
  return classify(progress.isBodyOut ? "end" : "data", answer);
}
