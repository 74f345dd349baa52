import type { Socket } from "node:net";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import type { Limits } from "../../src/fetch/limits.ts";
import { type Answer, serve, serveRaw, type TestServer } from "../support/server.ts";
import { kindOf, lookAt } from "./looking.ts";

const servers: TestServer[] = [];
const start = async (answer: Answer) => {
  const server = await serve({ "*": answer });
  servers.push(server);
  return `${server.url}/`;
};
const startRaw = async (talk: (socket: Socket) => unknown) => {
  const server = await serveRaw(talk);
  servers.push(server);
  return `${server.url}/`;
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const megabyte = 1_024 * 1_024;
const look = (url: string, limits: Partial<Limits> = {}) => lookAt(url, {}, { limits });
const head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n";

describe("a body that is too much", () => {
  const zeros = Buffer.alloc(20 * megabyte);
  const fast = { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } };

  test.each([
    ["gzip", gzipSync(zeros)],
    ["br", brotliCompressSync(zeros, fast)],
    [undefined, gzipSync(zeros)],
  ])("a bomb packed with %s is left unread", async (encoding, body) => {
    const url = await start({
      headers: encoding === undefined ? {} : { "content-encoding": encoding },
      body,
    });

    const outcome = await look(url);

    expect(body.length).toBeLessThan(0.1 * megabyte);
    expect(outcome).toMatchObject({ trouble: "too-large", message: expect.stringMatching(/200 times/) });
  });

  test("a small page may be packed well", async () => {
    const url = await start({
      headers: { "content-encoding": "gzip" },
      body: gzipSync(zeros.subarray(megabyte * 19)),
    });

    expect(kindOf(await look(url))).toBe("page");
  });

  test("what unpacks to more than the limit is left unread, however well it is packed", async () => {
    const noise = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 7919) % 251));
    const url = await start({ headers: { "content-encoding": "gzip" }, body: gzipSync(noise) });

    expect(await look(url, { maxBytes: 50_000 })).toMatchObject({
      trouble: "too-large",
      message: "The answer is larger than 49 KB; it was left unread.",
    });
  });

  test("a packed body that unpacks to nothing at all is cut all the same", async () => {
    const nothing = Buffer.from("000000ffff".repeat(40_000), "hex");
    const body = Buffer.concat([gzipSync("").subarray(0, 10), nothing]);
    const url = await start({
      headers: { "content-encoding": "gzip", "transfer-encoding": "chunked" },
      body,
    });

    expect(kindOf(await look(url, { maxBytes: 100_000 }))).toBe("trouble too-large");
  });

  test("a length beyond the limit is believed at once", async () => {
    const url = await startRaw((socket) => socket.write(`${head}content-length: 99999999999\r\n\r\n`));

    expect(kindOf(await look(url))).toBe("trouble too-large");
  });

  test("an endless body is cut, and no more of it is taken than the limit and what lies in buffers", async () => {
    let written = 0;
    let hungUp: (value: unknown) => void = () => {};
    const end = new Promise((resolve) => {
      hungUp = resolve;
    });
    const chunk = Buffer.alloc(65_536, "x");
    const url = await startRaw((socket) => {
      socket.on("close", hungUp).write(`${head}\r\n`);
      const pour = () => {
        if (socket.destroyed) return;
        written += chunk.length;
        if (socket.write(chunk)) setImmediate(pour);
      };
      socket.on("drain", pour);
      pour();
    });

    const outcome = await look(url, { maxBytes: megabyte });
    await end;

    expect(kindOf(outcome)).toBe("trouble too-large");
    expect(written).toBeLessThan(24 * megabyte);
  });

  test("headers without end are cut", async () => {
    const url = await start({ headers: { "x-long": "y".repeat(100_000) }, body: "x" });

    expect(await look(url)).toMatchObject({
      trouble: "too-large",
      message: expect.stringMatching(/headers/),
    });
  });
});

describe("a body that is not packed as it should be", () => {
  const page = Buffer.from("page ".repeat(5_000));

  test.each([
    ["gzip, gzip", gzipSync(gzipSync(page))],
    ["gzip", gzipSync(gzipSync(page))],
    ["br, gzip", gzipSync(brotliCompressSync(page))],
    ["deflate", page],
    ["zstd", page],
    ["gzip", page],
    ["br", page],
    ["gzip", gzipSync(page).subarray(0, 40)],
    ["br", brotliCompressSync(page).subarray(0, 20)],
  ])("%s is trouble with the encoding", async (encoding, body) => {
    const url = await start({ headers: { "content-encoding": encoding }, body });

    expect(kindOf(await look(url))).toBe("trouble encoding");
  });
});

describe("a server that takes its time", () => {
  test("one that never answers", async () => {
    const url = await startRaw(() => {});

    expect(await look(url, { firstByteMs: 60 })).toMatchObject({
      trouble: "timeout",
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ did not begin to answer in time\.$/),
    });
  });

  test("one whose name is never looked up", async () => {
    const outcome = await lookAt(
      "http://slow.example/",
      {},
      { limits: { connectMs: 60 }, resolve: () => new Promise(() => {}) },
    );

    expect(kindOf(outcome)).toBe("trouble timeout");
  });

  test("one that drips", async () => {
    let drops: NodeJS.Timeout | undefined;
    const url = await startRaw((socket) => {
      socket.write(`${head}\r\n`);
      drops = setInterval(() => socket.write("x"), 10);
    });

    const outcome = await look(url, { slowAfterMs: 100, slowestBytesPerSecond: 1_024 });
    clearInterval(drops);

    expect(outcome).toMatchObject({
      trouble: "timeout",
      message: expect.stringMatching(/less than 1024 bytes/),
    });
  });

  test("one that takes too long in all, redirects counted together", async () => {
    let waiting: NodeJS.Timeout | undefined;
    const url = await start((request, response) => {
      waiting = setTimeout(() => {
        response.writeHead(302, { location: `${request.url}x` }).end();
      }, 60);
    });

    const outcome = await look(url, { wholeMs: 150 });
    clearTimeout(waiting);

    expect(outcome).toMatchObject({
      trouble: "timeout",
      message: expect.stringMatching(/longer than 0.15 s/),
    });
  });
});

describe("a server that breaks off", () => {
  test.each([
    ["a length that was never reached", `${head}content-length: 100\r\n\r\nshort`],
    ["chunks without an end", `${head}transfer-encoding: chunked\r\n\r\n5\r\nshort\r\n`],
    ["a chunk cut short", `${head}transfer-encoding: chunked\r\n\r\nff\r\nshort`],
  ])("%s", async (_, answer) => {
    const url = await startRaw((socket) => socket.end(answer));

    expect(await look(url)).toMatchObject({
      trouble: "protocol",
      message: "The server closed the connection in the middle of the answer.",
    });
  });

  test("a reset in the middle", async () => {
    const url = await startRaw((socket) => {
      socket.write(`${head}content-length: 100\r\n\r\nshort`, () => socket.resetAndDestroy());
    });

    expect(kindOf(await look(url))).toBe("trouble protocol");
  });

  test.each([
    ["nothing at all", "", "trouble connect"],
    ["half a header", "HTTP/1.1 200 OK\r\ncontent-", "trouble connect"],
    ["something else", "220 mail.example.org ESMTP\r\n", "trouble protocol"],
    [
      "a chunk of no size",
      `${head}transfer-encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n`,
      "trouble protocol",
    ],
    ["another protocol", "HTTP/1.1 101 Yes\r\nupgrade: x\r\n\r\n", "trouble protocol"],
    ["two lengths", `${head}content-length: 1\r\ncontent-length: 2\r\n\r\nxx`, "trouble protocol"],
  ])("%s", async (_, answer, kind) => {
    const url = await startRaw((socket) => socket.end(answer));

    expect(kindOf(await look(url))).toBe(kind);
  });

  test("more than the length that was said is not read", async () => {
    const url = await startRaw((socket) => socket.end(`${head}content-length: 5\r\n\r\nshort and more`));

    const outcome = await look(url);

    expect(outcome.kind === "page" ? outcome.text : kindOf(outcome)).toMatch(/^(?:short|trouble protocol)$/);
  });
});
