import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { listen } from "../support/server.ts";

/**
 * A line to a mail server on `port` that is bad: the first `times` that the server says it has taken a mail, the
 * connection ends and nobody hears of it. Gives its address.
 */
export async function aBadLine(port: number, times: number): Promise<string> {
  const sockets = new Set<Socket>();
  let left = times;
  const server = createServer((ours) => {
    const theirs = connect(port, "127.0.0.1");
    ours.pipe(theirs);
    theirs.on("data", (said: Buffer) => {
      if (said.includes("queued as") && left-- > 0) ours.destroy();
      else ours.write(said);
    });
    for (const [socket, other] of [
      [ours, theirs],
      [theirs, ours],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  const own = await listen(server);
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `smtp://127.0.0.1:${own}`;
}
