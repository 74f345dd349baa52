import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Listening, listen } from "../../src/web/server.ts";
import { anApp } from "../support/app.ts";

const config = 'web: { listen: "127.0.0.1:0" }';

/** A server on a free port of loopback, closed when the test is over. */
async function aServer(): Promise<Listening & { readonly port: number }> {
  const server = await listen(await anApp({ config }));
  onTestFinished(() => server.close());
  return { ...server, port: Number(new URL(server.address).port) };
}

/** Sends bytes as they are and gives everything that comes back until the other side closes. */
function spoken(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => {
      heard += chunk.toString();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(heard));
  });
}

describe("a listening server", () => {
  test("answers over a socket, HEAD with the length of the body", async () => {
    const { address } = await aServer();
    expect(await (await fetch(`${address}/healthz`)).text()).toBe("ok\n");
    const head = await fetch(`${address}/`, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
  });

  test("a port that is taken is told with the mend", async () => {
    const { port } = await aServer();
    const second = anApp({ config: `web: { listen: "127.0.0.1:${port}" }` }).then(listen);
    await expect(second).rejects.toMatchObject({ code: "busy", hint: expect.stringContaining("web.listen") });
  });

  test("an address of another machine is told as wrong configuration", async () => {
    const app = await anApp({ config: 'web: { listen: "192.0.2.1:8080" }' });
    await expect(listen(app)).rejects.toMatchObject({ code: "config" });
  });

  test("crooked requests get an answer of the 4xx kind, and the next one is served", async () => {
    const { address, port } = await aServer();
    const crooked = [
      "GET /feeds/../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "GET /feeds/..%2f..%2fpostwire.db HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\nConnection: close\r\n\r\n",
      "TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "GET //evil.example/%2e%2e HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "GET /c/%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "NONSENSE\r\n\r\n",
    ];
    for (const bytes of crooked) {
      expect(await spoken(port, bytes), bytes).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
  });

  test("a body that never ends is cut at the limit", async () => {
    const { port } = await aServer();
    const chunk = `4000\r\n${"a".repeat(0x4000)}\r\n`;
    const head =
      "POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
      "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    expect(await spoken(port, head + chunk + chunk)).toMatch(/^HTTP\/1\.1 413 /);
  });

  test("closing does not wait for a connection that never asked for anything", async () => {
    const { port, close } = await aServer();
    const silent = connect(port, "127.0.0.1");
    await new Promise((resolve) => silent.on("connect", resolve));
    await fetch(`http://127.0.0.1:${port}/healthz`);
    const before = performance.now();
    await close();
    expect(performance.now() - before).toBeLessThan(9_000);
  });

  test("closing lets a request under way finish and hangs up on idle connections", async () => {
    const { port, close } = await aServer();
    const idle = connect(port, "127.0.0.1");
    const hungUp = new Promise((resolve) => idle.on("close", resolve));
    await new Promise((resolve) => idle.on("connect", resolve));
    idle.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    await new Promise((resolve) => idle.once("data", resolve));

    const form = "email=nobody";
    const busy = connect(port, "127.0.0.1");
    let heard = "";
    busy.on("data", (chunk) => {
      heard += chunk.toString();
    });
    const answered = new Promise((resolve) => busy.on("close", resolve));
    await new Promise((resolve) => busy.on("connect", resolve));
    const head = `POST /subscribe HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n`;
    busy.write(head);
    await new Promise((resolve) => busy.once("data", resolve));

    const closed = close();
    await hungUp;
    busy.write(form);
    await answered;
    await closed;
    expect(heard).toContain("HTTP/1.1 422 ");
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  });
});
