// Runs in a process of its own: what it takes to set a trap is no burden of the program that walks into it.
import { createServer } from "node:net";
import { listen } from "../support/server.ts";
import { traps } from "./attack.ts";
import type { Trap } from "./trap.ts";

const canary = process.argv[2] ?? "";

/** Sets a trap on a port of its own and says which. */
async function set(trap: Trap): Promise<number> {
  let own = "";
  const server = createServer((socket) => {
    let head = "";
    socket.on("error", () => socket.destroy());
    const listenOn = (chunk: Buffer) => {
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      socket.off("data", listenOn);
      socket.resume();
      const path = head.split(" ")[1] ?? "/";
      if (!path.startsWith("/robots.txt")) trap.talk(socket, { path, canary, own });
      else if (trap.robots !== undefined) trap.robots(socket, { path, canary, own });
      else socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
    };
    socket.on("data", listenOn);
  });
  const port = await listen(server);
  own = `http://127.0.0.1:${port}`;
  return port;
}

const ports: [string, number][] = [];
for (const trap of traps) ports.push([trap.name, await set(trap)]);
process.send?.(ports);
process.on("disconnect", () => process.exit());
