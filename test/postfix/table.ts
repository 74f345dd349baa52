import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { listen } from "../support/server.ts";

/** What Postfix asks about recipients: a lookup table (tcp_table(5)) that can be changed while Postfix runs. */
export interface Table {
  /** How main.cf names it. */
  readonly name: string;
  /** The addresses asked about, in order. */
  readonly asked: readonly string[];
  /** What is done about an address from now on (access(5)): `450 4.7.1 later`; null takes its mail. */
  on(address: string, action: string | null): void;
  /**
   * Answers `count` more questions and none after that, until `goOn`. Resolves when `waiting` are left without an
   * answer.
   */
  pauseAfter(count: number, waiting: number): Promise<void>;
  goOn(): void;
}

/** A table of recipients on loopback; it knows nobody until it is told. */
export async function aTable(): Promise<Table> {
  const [asked, actions, sockets] = [[] as string[], new Map<string, string>(), new Set<Socket>()];
  let [left, wanted, isEnough] = [Number.POSITIVE_INFINITY, 0, () => {}];
  let held: (() => void)[] = [];
  const answer = (socket: Socket, address: string) => {
    asked.push(address);
    const say = () => socket.write(`200 ${(actions.get(address) ?? "DUNNO").replaceAll(" ", "%20")}\n`);
    if (left-- > 0) say();
    else if (held.push(say) === wanted) isEnough();
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      const lines = (text + chunk.toString("latin1")).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) answer(socket, decodeURIComponent(line.replace(/^get /, "")));
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  const port = await listen(server);
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    name: `tcp:127.0.0.1:${port}`,
    asked,
    on: (address, action) => void (action === null ? actions.delete(address) : actions.set(address, action)),
    pauseAfter: (count, waiting) => {
      [left, wanted] = [count, waiting];
      return new Promise((resolve) => {
        isEnough = resolve;
      });
    },
    goOn: () => {
      left = Number.POSITIVE_INFINITY;
      const answers = held;
      held = [];
      for (const say of answers) say();
    },
  };
}
