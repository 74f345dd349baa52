import type { Log } from "../base/log.ts";
import type { Receipt } from "../domain/delivery.ts";
import type { Mailer, Message } from "../domain/mailer.ts";
import { type Line, openLine, type SmtpTimeouts } from "./line.ts";
import { parseSmtpUrl } from "./server.ts";

export interface SmtpOptions {
  /** `SMTP_URL`, see `parseSmtpUrl`. */
  readonly url: string;
  /** How many mails are under way at once, each over a connection of its own. */
  readonly connections: number;
  readonly log: Log;
  readonly timeouts: SmtpTimeouts;
}

interface Slot {
  line: Line | null;
  waiting: number;
  tail: Promise<unknown>;
}

/**
 * Mail over SMTP. Connections are opened when there is something to send and used again; more sends at once than
 * there are connections wait their turn. Nothing is tried twice, but for one case: a connection that had gone
 * while idle is replaced. Throws `AppError("config")` when the address is none.
 */
export function smtpMailer({ url, connections, log, timeouts }: SmtpOptions): Mailer {
  const server = parseSmtpUrl(url);
  const slots = Array.from({ length: Math.max(1, connections) }, (): Slot => {
    return { line: null, waiting: 0, tail: Promise.resolve() };
  });
  const name = `smtp ${server.host}:${server.port}`;
  const connect = async (slot: Slot): Promise<Line | Receipt> => {
    slot.line?.close();
    slot.line = null;
    const opened = await openLine(server, timeouts);
    if ("kind" in opened) {
      log.warn("mail server unavailable", { server: name, code: opened.code });
      return opened;
    }
    slot.line = opened;
    return opened;
  };
  return {
    name,
    connections: slots.length,
    send: (message) => {
      const slot = slots.reduce((free, other) => (other.waiting < free.waiting ? other : free));
      slot.waiting += 1;
      const receipt = slot.tail.then(() => deliver(slot, connect, message));
      slot.tail = receipt
        .catch(() => {})
        .then(() => {
          slot.waiting -= 1;
        });
      return receipt;
    },
    close: async () => {
      await Promise.all(slots.map(({ tail }) => tail));
      for (const slot of slots) slot.line?.close();
    },
  };
}

async function deliver(
  slot: Slot,
  connect: (slot: Slot) => Promise<Line | Receipt>,
  message: Message,
): Promise<Receipt> {
  if (slot.line?.isUsable()) {
    const receipt = await slot.line.submit(message);
    if (receipt !== "stale") return receipt;
  }
  const line = await connect(slot);
  if ("kind" in line) return line;
  const receipt = await line.submit(message);
  return receipt === "stale" ? { kind: "deferred", code: "the connection was closed" } : receipt;
}
