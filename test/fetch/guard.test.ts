import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressGuard, type Resolved } from "../../src/fetch/guard.ts";
import { serve, type TestServer } from "../support/server.ts";
import { kindOf, lookAt } from "./looking.ts";

/** Ways to write 127.0.0.2 and other addresses that lead here or into networks nobody outside may see. */
const hosts = [
  "127.0.0.2 127.0.0.2. 127.2 127.0.2 0x7f000002 0x7f.0.0.2 0x7F.2 2130706434 0177.0.0.2 017700000002 0177.0.0x2",
  "127.255.255.254 %31%32%37.0.0.2 ①②⑦.0.0.2 １２７.0.0.2 127。0。0。2 [::1] [0:0:0:0:0:0:0:1] [::]",
  "[::ffff:127.0.0.2] [::ffff:7f00:2] [0:0:0:0:0:FFFF:7F00:0002] [::127.0.0.2] [::7f00:2] [::ffff:0:127.0.0.2]",
  "[64:ff9b::127.0.0.2] [64:ff9b::7f00:2] [64:ff9b:1::7f00:2] [2002:7f00:2::] [2002:7f00:2::1]",
  "[2001:0:7f00:2::] [2001:0:4136:e378:8000:63bf:80ff:fffd] 0 0.0.0.0 0.1 0.0.0.1 0x0 00.00.00.00",
  "10.0.0.1 10.255.255.255 167772161 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 0xc0a80001",
  "169.254.169.254 2852039166 0xa9fea9fe [::ffff:169.254.169.254] [fe80::1] [febf::1] [fec0::1]",
  "100.64.0.1 100.127.255.254 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255",
  "198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 4294967295",
  "[fc00::1] [fd00::1] [fdff:ffff::1] [ff02::1] [ff0e::1] [100::1] [2001:db8::1] [2001:2::1] [2001:10::1]",
  "[2001:20::1] [3fff::1] [5f00::1] [4000::1] [1::1] localhost LOCALHOST localhost. a.localhost a.localhost.",
  "[::ffff:8.8.8.8] [64:ff9b::808:808] [2002:808:808::1] [::8.8.8.8]",
]
  .join(" ")
  .split(" ");

/** The same for 127.0.0.1 itself. */
const here =
  "127.0.0.1 127.1 2130706433 0x7f000001 0177.1 017700000001 [::ffff:127.0.0.1] [::127.0.0.1]".split(" ");

/** Answers on every address of this machine, and counts who came. */
let canary: Server;
let canaryPort = 0;
let hits = 0;
let start: TestServer;

beforeAll(async () => {
  canary = createServer((socket) => {
    hits++;
    socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  });
  await new Promise<void>((listening) => canary.listen(0, listening));
  const address = canary.address();
  canaryPort = typeof address === "object" && address !== null ? address.port : 0;
  start = await serve();
});
afterAll(async () => {
  canary.close();
  await start.close();
});

describe("addresses that are not public", () => {
  test("there are more than sixty forms of them here", () => {
    expect(new Set([...hosts, ...here]).size).toBeGreaterThan(80);
  });

  test.each([...hosts, ...here])("%s is refused when asked for", async (host) => {
    const withPort = await lookAt(`http://${host}:${canaryPort}/`, {}, { allowPrivateAddresses: false });
    const without = addressGuard(false).checkUrl(new URL(`http://${host}/`));

    expect(kindOf(withPort)).toBe("trouble refused-address");
    expect(without).toMatch(/no public address|this machine/);
    expect(hits).toBe(0);
  });

  test.each(hosts)("%s is refused when redirected to", async (host) => {
    const location = `http://${host}:${canaryPort}/`;
    start.on("/", {
      status: 302,
      headers: { location: encodeURI(location).replace(/%25|%5B|%5D/g, unescaped) },
    });

    const resolve = async () => [{ address: "127.0.0.2", family: 4 }];

    const outcome = await lookAt(`${start.url}/`, {}, { allowPrivateAddresses: ["127.0.0.1/32"], resolve });

    expect(kindOf(outcome)).toBe("trouble refused-address");
    expect(hits).toBe(0);
  });

  test("public addresses pass", () => {
    const guard = addressGuard(false);

    for (const host of ["example.org", "example.org.", "8.8.8.8", "[2606:4700::1111]", "[2a00:1450::1]"]) {
      expect(guard.checkUrl(new URL(`https://${host}/`))).toBeNull();
    }
    expect(guard.checkPeer("1.1.1.1", 443)).toBeNull();
  });
});

describe("other things an address may not have", () => {
  test.each(["ftp://example.org/", "file:///etc/passwd", "javascript:1", "data:,x", "ws://example.org/"])(
    "%s has a scheme that is not read",
    (url) => {
      expect(addressGuard(true).checkUrl(new URL(url))).toMatch(/Only http and https/);
    },
  );

  test.each(["http://a@example.org/", "http://a:b@example.org/", "http://:b@example.org/"])(
    "%s has a user name or a password",
    (url) => {
      expect(addressGuard(true).checkUrl(new URL(url))).toMatch(/user name/);
    },
  );

  test.each(["http://example.org:22/", "http://example.org:8080/", "https://8.8.8.8:6379/"])(
    "%s has a port that is not the web's",
    (url) => {
      expect(addressGuard(false).checkUrl(new URL(url))).toMatch(/Port \d+ is not/);
    },
  );

  test("80 and 443 pass under both schemes", () => {
    for (const url of ["http://example.org:443/", "https://example.org:80/"]) {
      expect(addressGuard(false).checkUrl(new URL(url))).toBeNull();
    }
  });

  test("an address that is none is refused, and so is a redirect to a user name", async () => {
    start.on("/", { status: 302, headers: { location: `http://a:b@127.0.0.1:${canaryPort}/` } });

    expect(kindOf(await lookAt("not an address"))).toBe("trouble refused-address");
    expect(kindOf(await lookAt(`${start.url}/`))).toBe("trouble refused-address");
    expect(hits).toBe(0);
  });
});

describe("what a name stands for", () => {
  const names = (answers: readonly (readonly Resolved[])[]) => {
    let asked = 0;
    return async () => answers[Math.min(asked++, answers.length - 1)] ?? [];
  };
  const v4 = (address: string) => ({ address, family: 4 });

  test.each(["127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.2", "fd00::1"])(
    "a name that leads to %s is refused",
    async (address) => {
      const resolve = names([[{ address, family: address.includes(":") ? 6 : 4 }]]);

      const outcome = await lookAt("http://rebind.example/", {}, { allowPrivateAddresses: false, resolve });

      expect(outcome).toMatchObject({
        trouble: "refused-address",
        message: expect.stringContaining("rebind.example"),
      });
    },
  );

  test("a name that turns to another address between two hops is refused there", async () => {
    start.on("/", { status: 302, headers: { location: `http://rebind.example:${canaryPort}/` } });
    const resolve = names([[v4("127.0.0.1")], [v4("127.0.0.2")]]);

    const outcome = await lookAt(
      `http://rebind.example:${start.port}/`,
      {},
      { allowPrivateAddresses: ["127.0.0.1/32"], resolve },
    );

    expect(kindOf(outcome)).toBe("trouble refused-address");
    expect(hits).toBe(0);
  });

  test("of several addresses only those that are allowed are connected to", async () => {
    start.on("/", { body: "here" });
    const resolve = names([[v4("127.0.0.2"), v4("10.0.0.1"), v4("127.0.0.1")]]);
    const before = start.requests.length;

    const outcome = await lookAt(
      `http://mixed.example:${start.port}/`,
      {},
      { allowPrivateAddresses: ["127.0.0.1"], resolve },
    );

    expect(outcome).toMatchObject({ kind: "page", text: "here" });
    expect(start.requests).toHaveLength(before + 1);
  });

  test("a name on another port than the web's is refused where it is public, without a connection", async () => {
    const resolve = names([[v4("8.8.8.8")]]);

    const outcome = await lookAt(
      "http://public.example:8080/",
      {},
      { allowPrivateAddresses: ["10.0.0.0/8"], resolve },
    );

    expect(outcome).toMatchObject({
      trouble: "refused-address",
      message: expect.stringMatching(/Port 8080/),
    });
  });

  test("a name without an address is no such host", async () => {
    expect(kindOf(await lookAt("http://none.example/", {}, { resolve: names([[]]) }))).toBe("trouble dns");
  });
});

describe("allowPrivateAddresses", () => {
  test("true opens all, any port and localhost", async () => {
    start.on("/", { body: "here" });

    expect(kindOf(await lookAt(`http://localhost:${start.port}/`))).toBe("page");
    expect(addressGuard(true).checkUrl(new URL("http://10.0.0.1:8080/"))).toBeNull();
  });

  test("a list opens exactly its blocks, ports included", () => {
    const guard = addressGuard(["192.168.1.0/24", "fd00::/8", "203.0.113.5"]);
    const check = (url: string) => guard.checkUrl(new URL(url)) === null;

    expect(check("http://192.168.1.77:8080/")).toBe(true);
    expect(check("http://[fd12::1]:3000/")).toBe(true);
    expect(check("http://203.0.113.5:81/")).toBe(true);
    expect(check("http://192.168.2.1/")).toBe(false);
    expect(check("http://203.0.113.6/")).toBe(false);
    expect(check("http://127.0.0.1/")).toBe(false);
    expect(check("http://[fe80::1]/")).toBe(false);
    expect(check("http://8.8.8.8:8080/")).toBe(false);
    expect(check("http://8.8.8.8/")).toBe(true);
    expect(check("http://[::ffff:192.168.1.77]:8080/")).toBe(true);
  });

  test.each(["10.0.0.0/33", "10/8", "home", "", "fd00::/129", "0x7f.1/8"])("%j is no block", (cidr) => {
    expect(() => addressGuard([cidr])).toThrow(/is no block of addresses/);
  });
});

function unescaped(mark: string): string {
  return decodeURIComponent(mark);
}
