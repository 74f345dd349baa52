import { createHash } from "node:crypto";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { type Answer, serve, type TestServer } from "../support/server.ts";
import { kindOf, lookAt } from "./looking.ts";

const servers: TestServer[] = [];
const start = async (answers: Record<string, Answer>) => {
  const server = await serve(answers);
  servers.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const html = { "content-type": "text/html" };

describe("what we send", () => {
  test("a look says who we are, what we read and nothing about anybody", async () => {
    const server = await start({ "/": { headers: html, body: "hello" } });

    await lookAt(`${server.url}/?a=1`, { headers: { Authorization: "Bearer x" } });

    const [seen] = server.requests;
    expect(seen?.method).toBe("GET");
    expect(seen?.path).toBe("/?a=1");
    expect(seen?.headers["user-agent"]).toBe("Test/1");
    expect(seen?.headers["accept-encoding"]).toBe("gzip, br");
    expect(seen?.headers.accept).toContain("application/atom+xml");
    expect(seen?.headers.authorization).toBe("Bearer x");
    expect(Object.keys(seen?.headers ?? {}).sort()).toEqual(
      ["accept", "accept-encoding", "authorization", "connection", "host", "user-agent"].sort(),
    );
  });

  test("a cookie that was set is never sent back", async () => {
    const server = await start({
      "/": { status: 302, headers: { location: "/b", "set-cookie": "id=1" } },
      "/b": { headers: { ...html, "set-cookie": "id=2" }, body: "b" },
    });

    await lookAt(`${server.url}/`);
    await lookAt(`${server.url}/`);

    expect(server.requests).toHaveLength(4);
    expect(server.requests.every(({ headers }) => headers.cookie === undefined)).toBe(true);
  });

  test("the source's headers win over ours and never leave its origin, not even on the way back", async () => {
    const other = await start({});
    const server = await start({
      "/": { status: 302, headers: { location: `${other.url}/away` } },
      "/back": { status: 302, headers: { location: "/home" } },
      "/home": { headers: html, body: "home" },
    });
    other.on("/away", { status: 302, headers: { location: `${server.url}/back` } });

    const outcome = await lookAt(`${server.url}/`, { headers: { "User-Agent": "Mine", "X-Key": "secret" } });

    expect(kindOf(outcome)).toBe("page");
    expect(server.requests[0]?.headers).toMatchObject({ "user-agent": "Mine", "x-key": "secret" });
    expect(other.requests[0]?.headers).toMatchObject({ "user-agent": "Test/1" });
    expect(other.requests[0]?.headers["x-key"]).toBeUndefined();
    expect(server.requests.slice(1).map(({ path }) => path)).toEqual(["/back", "/home"]);
    expect(server.requests.slice(1).every(({ headers }) => headers["x-key"] === undefined)).toBe(true);
  });
});

describe("validators", () => {
  test.each(['"caf\xe9 \xff"', 'W/"weak, with \\ and \t"', "unquoted", '"a", "b"'])(
    "an odd ETag is echoed byte for byte: %j",
    async (etag) => {
      const lastModified = "some day, in no format";
      const server = await start({
        "/": { headers: { ...html, etag, "last-modified": lastModified }, body: "x" },
      });
      const first = await lookAt(`${server.url}/#top`);
      const validators = first.kind === "page" ? first.validators : null;

      await lookAt(`${server.url}/`, { validators });

      expect(validators).toEqual({ url: `${server.url}/`, etag, lastModified });
      expect(server.requests[1]?.headers["if-none-match"]).toBe(etag);
      expect(server.requests[1]?.headers["if-modified-since"]).toBe(lastModified);
    },
  );

  test("validators go only to the address that gave them, after redirects too", async () => {
    const server = await start({
      "/": { status: 302, headers: { location: "/page" } },
      "/page": { status: 304, headers: { etag: '"2"', "cache-control": "max-age=60" } },
    });
    const given = { url: `${server.url}/page`, etag: '"1"', lastModified: "then" };

    const outcome = await lookAt(`${server.url}/`, { validators: given });

    expect(server.requests[0]?.headers["if-none-match"]).toBeUndefined();
    expect(server.requests[1]?.headers["if-none-match"]).toBe('"1"');
    expect(outcome).toEqual({
      kind: "not-modified",
      url: `${server.url}/page`,
      movedTo: null,
      validators: { ...given, etag: '"2"' },
      freshness: { maxAgeMs: 60_000, retryAfterMs: null },
    });
  });

  test("validators of another address are not sent, and those that are no header neither", async () => {
    const server = await start({ "/": { headers: html, body: "x" } });

    await lookAt(`${server.url}/`, {
      validators: { url: `${server.url}/other`, etag: '"1"', lastModified: null },
    });
    await lookAt(`${server.url}/`, {
      validators: { url: `${server.url}/`, etag: '"1"\r\nX-Evil: 1', lastModified: "汉" },
    });

    for (const { headers } of server.requests) {
      expect(headers["if-none-match"]).toBeUndefined();
      expect(headers["if-modified-since"]).toBeUndefined();
      expect(headers["x-evil"]).toBeUndefined();
    }
    expect(server.requests).toHaveLength(2);
  });

  test("a 304 to a question without a condition is trouble", async () => {
    const server = await start({ "/": { status: 304 } });

    expect(kindOf(await lookAt(`${server.url}/`))).toBe("trouble protocol");
  });

  test("a page without validators has none", async () => {
    const server = await start({ "/": { headers: html, body: "x" } });

    expect(await lookAt(`${server.url}/`)).toMatchObject({ kind: "page", validators: null });
  });
});

describe("redirects", () => {
  const chain = (statuses: readonly number[]) =>
    start(
      Object.fromEntries([
        ...statuses.map((status, at) => [`/${at}`, { status, headers: { location: `${at + 1}?q#there` } }]),
        [`/${statuses.length}`, { headers: html, body: "end" }],
      ]),
    );

  test("to another host ask first whether it may be visited, those within it do not", async () => {
    const far = await start({ "/": { headers: html, body: "end" } });
    const near = await start({
      "/": { status: 302, headers: { location: "/b" } },
      "/b": { status: 302, headers: { location: `${far.url}/` } },
    });
    const asked: string[] = [];
    const until = Date.UTC(2026, 0, 6);
    const mayVisit = (isFree: boolean) => async (url: string) => {
      asked.push(url);
      return isFree || url.startsWith(near.url) ? null : until;
    };

    const outcome = await lookAt(`${near.url}/`, { mayVisit: mayVisit(false) });
    expect(outcome).toEqual({ kind: "resting", url: `${far.url}/`, until });
    expect(far.requests).toHaveLength(0);
    expect(asked).toEqual([`${near.url}/`, `${far.url}/`]);

    expect(kindOf(await lookAt(`${near.url}/`, { mayVisit: mayVisit(true) }))).toBe("page");
    expect(far.requests).toHaveLength(1);
  });

  test("to an address that is refused ask nobody", async () => {
    const asked: string[] = [];
    const mayVisit = async (url: string) => {
      asked.push(url);
      return null;
    };

    const outcome = await lookAt("http://127.0.0.1:9/", { mayVisit }, { allowPrivateAddresses: false });

    expect(kindOf(outcome)).toBe("trouble refused-address");
    expect(asked).toEqual([]);
  });

  test.each([
    [[301], true],
    [[308, 301, 308], true],
    [[302], false],
    [[303], false],
    [[307], false],
    [[301, 302], false],
    [[302, 301], false],
  ])("%j moves the source: %s", async (statuses, moved) => {
    const server = await chain(statuses);
    const end = `${server.url}/${statuses.length}?q#there`;

    const outcome = await lookAt(`${server.url}/0`);

    expect(outcome).toMatchObject({ kind: "page", url: end, movedTo: moved ? end : null, text: "end" });
  });

  test("five are followed, six are trouble", async () => {
    const five = await chain([302, 302, 302, 302, 302]);
    const six = await chain([302, 302, 302, 302, 302, 302]);

    expect(kindOf(await lookAt(`${five.url}/0`))).toBe("page");
    expect(kindOf(await lookAt(`${six.url}/0`))).toBe("trouble redirects");
    expect(six.requests).toHaveLength(6);
  });

  test("a loop ends as soon as it closes", async () => {
    const server = await start({
      "/": { status: 302, headers: { location: "/b" } },
      "/b": { status: 302, headers: { location: "/" } },
    });

    expect(await lookAt(`${server.url}/`)).toMatchObject({
      trouble: "redirects",
      message: expect.stringMatching(/circles/),
    });
    expect(server.requests).toHaveLength(2);
  });

  test.each([undefined, "", "http://", "http://[::1"])(
    "one that leads to %j is trouble",
    async (location) => {
      const server = await start({
        "/": { status: 302, headers: location === undefined ? {} : { location } },
      });

      expect(kindOf(await lookAt(`${server.url}/`))).toBe("trouble redirects");
    },
  );

  test.each(["file:///etc/passwd", "gopher://127.0.0.1:25/x", "javascript:alert(1)", "data:text/html,x"])(
    "one that leads to %s is refused",
    async (location) => {
      const server = await start({ "/": { status: 302, headers: { location } } });

      const outcome = await lookAt(`${server.url}/`);

      expect(outcome).toMatchObject({
        trouble: "refused-address",
        message: expect.stringMatching(/Only http and https/),
      });
    },
  );

  test("the bytes of a Location are kept, in whatever charset they are", async () => {
    const server = await start({
      "/": { status: 301, headers: { location: "/\xe4\xbd\xa0/\xc4\xe3" } },
      "/%E4%BD%A0/%C4%E3": { headers: html, body: "there" },
    });

    expect(await lookAt(`${server.url}/`)).toMatchObject({ kind: "page", text: "there" });
  });
});

describe("what an answer means", () => {
  test.each([
    [203, "page"],
    [204, "error-status"],
    [206, "error-status"],
    [300, "error-status"],
    [401, "error-status"],
    [403, "held"],
    [404, "missing"],
    [410, "gone"],
    [429, "held"],
    [451, "error-status"],
    [500, "error-status"],
    [503, "held"],
  ])("%i is %s", async (status, kind) => {
    const server = await start({ "/": { status, headers: { ...html, "retry-after": "120" } } });

    const outcome = await lookAt(`${server.url}/`);

    expect(outcome).toMatchObject({ kind, freshness: { retryAfterMs: 120_000 } });
  });

  test.each([
    ["gzip", gzipSync],
    ["X-GZIP", gzipSync],
    ["br", brotliCompressSync],
    ["identity", (body: Buffer) => body],
    [undefined, gzipSync],
  ])("a body sent as %s is unpacked, and its hash is that of the bytes inside", async (encoding, pack) => {
    const body = Buffer.from("今日は".repeat(500));
    const headers = encoding === undefined ? {} : { "content-encoding": encoding };
    const server = await start({
      "/": { headers: { ...headers, "content-type": "Text/HTML; charset=UTF-8" }, body: pack(body) },
    });

    const outcome = await lookAt(`${server.url}/`);

    expect(outcome).toMatchObject({
      kind: "page",
      contentType: "text/html",
      text: body.toString(),
      bodyHash: createHash("sha256").update(body).digest("hex"),
      notes: [],
    });
  });

  test("a page in another charset than it says comes with a note", async () => {
    const body = Buffer.from("c7e5bbaab4f3d1a7b7a2b2bcd7eed0c2d1d0bebfb3c9b9fb", "hex");
    const server = await start({ "/": { headers: { "content-type": "text/html; charset=utf-8" }, body } });

    expect(await lookAt(`${server.url}/`)).toMatchObject({
      text: "清华大学发布最新研究成果",
      notes: ["The page says utf-8, but it is written in gb18030."],
    });
  });
});
