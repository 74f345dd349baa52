import { once } from "node:events";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { keptConnections } from "../../src/fetch/connections.ts";
import { addressGuard, type Resolve, type Resolved } from "../../src/fetch/guard.ts";
import { hop, type Line } from "../../src/fetch/hop.ts";
import { standardLimits } from "../../src/fetch/limits.ts";
import { canaries, hasV6 } from "./canaries.ts";
import { answers } from "./forms.ts";
import { anOutside, type Outside } from "./outside.ts";

let outside: Outside;

beforeAll(async () => {
  outside = await anOutside();
});
afterAll(() => outside.close());

const there = "127.0.0.3";
const as = (address: string): Resolved => ({ address, family: address.includes(":") ? 6 : 4 });
/** Answers with one list after the other, and with the last one for ever. */
const inTurn = (...lists: readonly (readonly string[])[]): Resolve => {
  let asked = 0;
  return async () => (lists[Math.min(asked++, lists.length - 1)] ?? []).map(as);
};

describe("a public name that stands for an address nobody may see", () => {
  test.each(answers)("%s", async (address) => {
    const resolve = inTurn([address]);

    const known = outside.aFetch({ resolve });
    outside.expectRefused(
      await known(`http://public.example:${outside.canary.port}/`),
      /^public\.example leads astray/,
    );
    const strict = outside.aFetch({ resolve, allowPrivateAddresses: false });
    outside.expectRefused(await strict("http://public.example/"), /^public\.example leads astray/);
  });

  test("for all of them at once", async () => {
    outside.expectRefused(await outside.aFetch({ resolve: inTurn(answers) })(`${outside.url}/`));
  });

  test.each(answers)("%s beside a public one: only that is connected to", async (address) => {
    outside.answer((_, response) => response.end("here"));
    for (const list of [
      [address, there],
      [there, address],
    ]) {
      const outcome = await outside.aFetch({ resolve: inTurn(list) })(`${outside.url}/`);
      expect(outcome).toMatchObject({ kind: "page", text: "here" });
    }
    expect(outside.canary.hits()).toBe(0);
  });
});

describe("a name that turns from public to private", () => {
  test("between two looks is refused at the second", async () => {
    outside.answer((_, response) => response.writeHead(200, { connection: "close" }).end("here"));
    const fetch = outside.aFetch({ resolve: inTurn([there], ["127.0.0.1"]) });

    expect(await fetch(`${outside.url}/`)).toMatchObject({ kind: "page" });
    outside.expectRefused(await fetch(`${outside.url}/`), /leads astray/);
  });

  test("while a connection is kept is asked over that, and refused once it is gone", async () => {
    outside.answer((_, response) => response.end("here"));
    const fetch = outside.aFetch({ resolve: inTurn([there], ["127.0.0.1"]) });
    const before = outside.connections();

    for (const path of ["/a", "/b", "/c"]) {
      expect(await fetch(outside.url + path)).toMatchObject({ kind: "page", text: "here" });
    }
    expect(outside.connections()).toBe(before + 1);
    outside.hangUp();
    outside.expectRefused(await fetch(`${outside.url}/d`), /leads astray/);
  });

  test("between a question and its redirect is refused, over a kept connection too", async () => {
    outside.answer(({ url }, response) => {
      const isLast = url === "/2";
      const headers = isLast ? { connection: "close" } : {};
      response
        .writeHead(302, { ...headers, location: `/${Number(url?.slice(1)) + 1}`, "content-length": 0 })
        .end();
    });

    outside.expectRefused(
      await outside.aFetch({ resolve: inTurn([there], ["::1"]) })(`${outside.url}/0`),
      /leads astray/,
    );
  });

  test("after the look-up: who is connected to is checked once more, and gets not a byte", async () => {
    const strict = addressGuard(false);
    const lax = addressGuard(true, inTurn(["127.0.0.1"]));
    const guard = { ...strict, checkUrl: () => null, lookup: lax.lookup };
    const ending = new AbortController();
    const connections = keptConnections(guard, standardLimits);
    onTestFinished(() => connections.close());
    const line: Line = {
      ...{ guard, connections, limits: standardLimits, signal: ending.signal },
      stop: (reason) => ending.abort(reason),
    };
    const canary = await canaries();
    onTestFinished(() => canary.close());
    const url = new URL(`http://public.example:${canary.port}/`);

    await expect(hop(url, {}, line, async () => "read")).rejects.toMatchObject({
      cause: {
        trouble: "refused-address",
        message: expect.stringMatching(/127\.0\.0\.1 is no public address/),
      },
    });
    expect(canary.bytes()).toBe(0);
  });
});

describe("a list in allowPrivateAddresses opens exactly its blocks", () => {
  const places = ["127.0.0.4", "127.0.0.5", "127.0.0.6", "127.0.0.7", ...(hasV6 ? ["::1"] : [])];

  test.each<readonly [string, readonly string[]]>([
    ["127.0.0.4/32", ["127.0.0.4"]],
    ["127.0.0.5", ["127.0.0.5"]],
    ["127.0.0.4/31", ["127.0.0.4", "127.0.0.5"]],
    ["127.0.0.6/31", ["127.0.0.6", "127.0.0.7"]],
    ["127.0.0.4/30", ["127.0.0.4", "127.0.0.5", "127.0.0.6", "127.0.0.7"]],
    ["10.0.0.0/8", []],
    ["::1/128", ["::1"]],
    ["::ffff:0:0/96", []],
    ["fc00::/7", []],
  ])("%s opens %j", async (block, open) => {
    const hits = new Set<string>();
    for (const place of places) {
      const server = createServer((_, response) => {
        hits.add(place);
        response.end("here");
      });
      server.listen(0, place);
      await once(server, "listening");
      onTestFinished(() => {
        server.close();
        server.closeAllConnections();
      });
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      const fetch = outside.aFetch({ allowPrivateAddresses: [block], resolve: inTurn([place]) });
      const host = place.includes(":") ? `[${place}]` : place;
      for (const url of [`http://${host}:${port}/`, `http://public.example:${port}/`]) {
        const wanted = open.includes(place) ? { kind: "page", text: "here" } : { trouble: "refused-address" };
        expect(await fetch(url)).toMatchObject(wanted);
      }
    }
    expect([...hits]).toEqual(places.filter((place) => open.includes(place)));
  });
});
