import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { hour, type Instant } from "../../src/base/clock.ts";
import { tally } from "../../src/base/tally.ts";
import type { Source } from "../../src/domain/source.ts";
import { extract } from "../../src/extract/registry.ts";
import { politeFetch } from "../../src/fetch/fetch.ts";
import { outageWatch } from "../../src/jobs/outage.ts";
import { refresh } from "../../src/jobs/refresh.ts";
import { aSource, monday } from "../support/builders.ts";
import { aStoreWith } from "../support/store.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const feed = `<rss version="2.0"><channel><title>F</title><link>http://c.example/</link><description>d</description>
<item><title>One</title><link>http://c.example/1</link><guid>1</guid></item></channel></rss>`;

type Answer = (host: string, path: string, to: (host: string) => string, response: ServerResponse) => void;

/** Real hosts, all on one server that knows them by their name; looks at them with a clock that moves while waiting. */
async function aNet(answer: Answer, sourcesAt: (to: (host: string) => string) => readonly Source[]) {
  const asked: { host: string; path: string; at: Instant }[] = [];
  let now = monday;
  const server = createServer((request, response) => {
    const host = (request.headers.host ?? "").replace(/:\d+$/, "");
    const path = request.url ?? "";
    asked.push({ host, path, at: now });
    answer(host, path, to, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const to = (host: string) => `http://${host}:${port}/feed`;
  const { fetch, close } = politeFetch({
    userAgent: "Test/1",
    allowPrivateAddresses: true,
    clock: { now: () => now },
    resolve: async () => [{ address: "127.0.0.1", family: 4 }],
  });
  onTestFinished(async () => {
    await close();
    server.close();
  });
  const sources = sourcesAt(to);
  const store = await aStoreWith(sources);
  const needs = {
    ...{
      store,
      sources,
      extract,
      tally: tally(),
      log: silent,
      owner: "me",
      concurrency: 1,
      hostGapMs: 2_000,
    },
    ...{ judge: null, outage: outageWatch(9), now: () => now, asking: () => ({ fetch, wasRead: () => {} }) },
    pause: async (ms: number) => {
      now += ms;
    },
  };
  return {
    asked: (host: string) => asked.filter((one) => one.host === host).map(({ at }) => at - monday),
    lookAt: async (at: Instant) => {
      now = Math.max(now, at);
      await refresh(needs);
    },
    stateOf: async (id: string) => (await store.listSources()).find((row) => row.id === id)?.state,
  };
}

const blog = (id: string, url: string, given: Partial<Source> = {}) =>
  aSource({ id, url, reading: { kind: "feed" }, ...given });
const leads = (response: ServerResponse, location: string) => response.writeHead(302, { location }).end();

describe("a host that redirects lead to", () => {
  const twoThatLead = (to: (host: string) => string) => [
    blog("a", to("a.example")),
    blog("b", to("b.example")),
    blog("c2", `${to("b.example")}2`),
  ];

  test("and that asks to be left alone is, however it is come by; who led there is not", async () => {
    const { asked, lookAt, stateOf } = await aNet((host, path, to, response) => {
      if (host === "c.example") response.writeHead(429, { "retry-after": "36000" }).end();
      else if (path === "/feed") leads(response, to("c.example"));
      else response.end(feed);
    }, twoThatLead);

    await lookAt(monday);

    expect(asked("c.example")).toHaveLength(1);
    expect(asked("b.example")).toHaveLength(2);
    expect((await stateOf("a"))?.failures).toBe(1);
    const b = await stateOf("b");
    expect(b).toMatchObject({ failures: 0, last: { outcome: "held" } });
    expect(b?.last?.detail).toMatch(/^It leads to c\.example:\d+, which asks to be left alone\.$/);
    expect((b?.nextLookAt ?? 0) - monday).toBeGreaterThanOrEqual(10 * hour);
    await lookAt(monday + 9 * hour);
    expect(asked("c.example")).toHaveLength(1);
    await lookAt(monday + 11 * hour);
    expect(asked("c.example")).toHaveLength(2);
  });

  test("has its gap between two of them, and from a source of its own", async () => {
    const { asked, lookAt, stateOf } = await aNet(
      (host, _, to, response) => {
        if (host === "c.example") response.end(feed);
        else leads(response, to("c.example"));
      },
      (to) => [...twoThatLead(to).slice(0, 2), blog("own", to("c.example"))],
    );

    await lookAt(monday);

    const times = asked("c.example");
    expect(times).toHaveLength(3);
    expect(times.slice(1).map((at, n) => at - (times[n] ?? 0) >= 2_000)).toEqual([true, true]);
    expect((await stateOf("b"))?.last?.outcome).toBe("new");
  });
});

test("the feed that a page names may ask to be left alone as well", async () => {
  let views = 0;
  const { asked, lookAt } = await aNet(
    (host, _, to, response) => {
      if (host === "c.example") response.writeHead(429, { "retry-after": "36000" }).end();
      else {
        response.setHeader("content-type", "text/html");
        response.end(
          `<link rel="alternate" type="application/rss+xml" href="${to("c.example")}"><p>View ${views++}</p>`,
        );
      }
    },
    (to) => [
      aSource({
        id: "page",
        url: to("a.example"),
        reading: { kind: "auto" },
        everyMs: hour,
        everyIsExact: true,
      }),
    ],
  );

  for (let hours = 0; hours < 10; hours++) await lookAt(monday + hours * hour);
  expect(asked("a.example").length).toBeGreaterThan(1);
  expect(asked("c.example")).toHaveLength(1);

  for (let hours = 10; hours < 60; hours++) await lookAt(monday + hours * hour);
  expect(asked("c.example").length).toBeGreaterThan(1);
});
