import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { politeFetch } from "../../src/fetch/fetch.ts";
import type { Limits } from "../../src/fetch/limits.ts";

const clock = { now: () => Date.parse("2026-01-05T07:00:00Z") };

/** A server on loopback that counts its connections. */
async function aServer(answer: RequestListener) {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ keepAliveTimeout: 0 }, answer);
  server.on("connection", (socket) => {
    connections += 1;
    sockets.add(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    hangUp: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function aLooker(
  limits: Partial<Limits> = {},
  proxy: string | null = null,
  allow: boolean | string[] = true,
) {
  const { fetch, close } = politeFetch({
    userAgent: "test",
    allowPrivateAddresses: allow,
    clock,
    limits,
    proxy,
  });
  onTestFinished(close);
  return (url: string) => fetch({ url, validators: null, headers: {} });
}

describe("a connection", () => {
  test("is used again by the next looks at the same host, and after a redirect within it", async () => {
    const server = await aServer(({ url }, response) => {
      if (url === "/old") response.writeHead(302, { location: "/a", "content-length": "0" }).end();
      else response.end("page");
    });
    const look = aLooker();

    for (const path of ["/a", "/b", "/c"])
      expect(await look(server.url + path)).toMatchObject({ kind: "page" });

    expect(server.connections()).toBe(1);
  });

  test("that the server closed meanwhile is replaced, and nobody notices", async () => {
    const server = await aServer((_, response) => response.end("page"));
    const look = aLooker();
    await look(server.url);

    server.hangUp();

    expect(await look(server.url)).toMatchObject({ kind: "page", text: "page" });
    expect(server.connections()).toBe(2);
  });

  test("that is closed again and again is one failure, asked at most twice", async () => {
    let asked = 0;
    const server = await aServer(({ socket, url }, response) => {
      if (url === "/good") return void response.end("page");
      asked += 1;
      socket.destroy();
    });
    const look = aLooker();
    await look(`${server.url}/good`);

    expect(await look(`${server.url}/bad`)).toMatchObject({ kind: "trouble", trouble: "connect" });
    expect(asked).toBe(2);
  });

  test("that is new, for the server had closed the last one, is asked once", async () => {
    let asked = 0;
    const server = await aServer(({ socket, url }, response) => {
      if (url === "/good") return void response.writeHead(200, { connection: "close" }).end("page");
      asked += 1;
      socket.destroy();
    });
    const look = aLooker();
    await look(`${server.url}/good`);

    expect(await look(`${server.url}/bad`)).toMatchObject({ kind: "trouble", trouble: "connect" });
    expect(asked).toBe(1);
  });

  test("on which a limit was broken is not used again", async () => {
    const server = await aServer(({ url }, response) => {
      if (url === "/big") response.end("x".repeat(100_000));
      else response.end("page");
    });
    const look = aLooker({ maxBytes: 1_000 });

    expect(await look(`${server.url}/big`)).toMatchObject({ kind: "trouble", trouble: "too-large" });
    expect(await look(`${server.url}/good`)).toMatchObject({ kind: "page" });

    expect(server.connections()).toBe(2);
  });

  test("is free after an answer without a body", async () => {
    const server = await aServer(({ headers }, response) => {
      response.writeHead(headers["if-none-match"] ? 304 : 200, { etag: '"1"' });
      response.end();
    });
    const { fetch, close } = politeFetch({ userAgent: "test", allowPrivateAddresses: true, clock });
    onTestFinished(close);
    const validators = { url: `${server.url}/`, etag: '"1"', lastModified: null };

    for (let n = 0; n < 3; n++) {
      expect(await fetch({ url: `${server.url}/`, validators, headers: {} })).toMatchObject({
        kind: "not-modified",
      });
    }

    expect(server.connections()).toBe(1);
  });
});

describe("with a proxy", () => {
  test("everything goes through it, and a literal address that is not public does not even get there", async () => {
    const seen: (string | undefined)[] = [];
    const proxy = await aServer((request: IncomingMessage, response) => {
      seen.push(request.url);
      response.setHeader("content-type", "text/html");
      response.end("through the proxy");
    });
    const look = aLooker({}, proxy.url, false);

    expect(await look("http://blog.example/posts?page=2")).toMatchObject({
      kind: "page",
      text: "through the proxy",
    });
    expect(await look("http://10.0.0.1/")).toMatchObject({ trouble: "refused-address" });
    expect(await look("http://localhost/")).toMatchObject({ trouble: "refused-address" });
    expect(seen).toEqual(["http://blog.example/posts?page=2"]);
  });

  test("that is not there, looks fail and say so", async () => {
    const look = aLooker({}, "http://127.0.0.1:9", false);

    expect(await look("http://blog.example/")).toMatchObject({ kind: "trouble", trouble: "connect" });
  });
});
