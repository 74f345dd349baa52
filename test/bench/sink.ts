// An SMTP server in a process of its own that takes every mail and only counts: as fast as one can be, so that what is
// measured is the other side. Says its port to its parent, then whenever it is asked how many mails came
// since, and in how many seconds.
import { createServer, type Socket } from "node:net";

const endOfMail = Buffer.from("\r\n.\r\n");
let [taken, firstAt, lastAt] = [0, 0, 0];

createServer((socket) => {
  socket.setNoDelay(true);
  socket.on("error", () => {});
  socket.write("220 sink ESMTP\r\n");
  let isBody = false;
  let left: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    let open = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
    for (;;) {
      const mark = isBody ? open.indexOf(endOfMail) : open.indexOf("\r\n");
      if (mark < 0) break;
      if (isBody) {
        taken += 1;
        lastAt = performance.now();
        if (taken === 1) firstAt = lastAt;
        isBody = false;
        socket.write("250 2.0.0 taken\r\n");
        open = open.subarray(mark + endOfMail.length);
      } else {
        isBody = answer(socket, open.toString("latin1", 0, mark));
        open = open.subarray(mark + 2);
      }
    }
    // Of a body only what may be the beginning of its end.
    left = isBody ? open.subarray(-(endOfMail.length - 1)) : open;
  });
}).listen(0, "127.0.0.1", function (this: { address(): unknown }) {
  process.send?.(this.address());
});

process.on("message", () => {
  process.send?.({ taken, seconds: (lastAt - firstAt) / 1_000 });
  taken = 0;
});
process.on("disconnect", () => process.exit());

/** Answers a command: true where the body comes next. */
function answer(socket: Socket, command: string): boolean {
  const verb = command.slice(0, 4).toUpperCase();
  if (verb === "EHLO") socket.write("250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n");
  else if (verb === "DATA") socket.write("354 go on\r\n");
  else if (verb === "QUIT") socket.end("221 bye\r\n");
  else socket.write("250 2.1.0 ok\r\n");
  return verb === "DATA";
}
