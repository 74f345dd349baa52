import { expect, test } from "vitest";
import { day, minute } from "../../src/base/clock.ts";
import type { FetchOutcome, FetchRequest } from "../../src/domain/page.ts";
import { sharedFetch } from "../../src/jobs/sharing.ts";
import { aSource, monday } from "../support/builders.ts";

const freshness = { maxAgeMs: null, retryAfterMs: null };
const down: FetchOutcome = { kind: "error-status", status: 500, freshness };
const url = "https://blog.example/posts";

function aWorld(
  sources: Parameters<typeof sharedFetch>[1],
  answer: FetchOutcome | ((n: number) => FetchOutcome) = down,
) {
  const requests: FetchRequest[] = [];
  let now = monday;
  const asking = sharedFetch(
    async (request) => {
      requests.push(request);
      return typeof answer === "function" ? answer(requests.length) : answer;
    },
    sources,
    () => now,
  );
  const look = (given: Partial<FetchRequest> = {}, by = sources[0] ?? aSource()) =>
    asking(by).fetch({ url, headers: by.headers, validators: null, ...given });
  const wasRead = (restMs: number | null = null) => asking(sources[0] ?? aSource()).wasRead(url, restMs);
  return { look, wasRead, requests, wait: (ms: number) => (now += ms) };
}

const twins = [aSource({ id: "a", url }), aSource({ id: "b", url })];

test("two sources with one address are one request, for ten minutes", async () => {
  const { look, requests, wait } = aWorld(twins);

  const [first, second] = [await look(), await look()];
  wait(10 * minute);
  await look();

  expect(second).toEqual(first);
  expect(requests).toHaveLength(2);
});

test("that nobody answered is told to nobody else", async () => {
  const { look, requests } = aWorld(twins, { kind: "trouble", trouble: "connect", message: "no way" });

  await look();
  await look();

  expect(requests).toHaveLength(2);
});

test("a source alone with its address is never answered from memory", async () => {
  const { look, requests } = aWorld([aSource({ id: "a", url }), aSource({ id: "b", url, enabled: false })]);

  await look();
  await look();

  expect(requests).toHaveLength(2);
});

test("what was asked with other headers is another answer", async () => {
  const { look, requests } = aWorld([...twins, aSource({ id: "c", url, headers: { a: "1" } })]);

  await look();
  await look({}, aSource({ id: "c", url, headers: { a: "1" } }));

  expect(requests).toHaveLength(2);
});

const stale: FetchOutcome & { kind: "page" } = {
  ...{ kind: "page", url, movedTo: null, contentType: "text/html", text: "posts", bodyHash: "1", notes: [] },
  validators: { url, etag: '"1"', lastModified: null },
  freshness,
};

test("an answer stands for all while it is fresh, as long as it is still fresh then", async () => {
  const { look, requests, wait } = aWorld(twins, {
    ...stale,
    freshness: { maxAgeMs: 60 * minute, retryAfterMs: null },
  });

  await look();
  wait(40 * minute);
  const second = await look();
  wait(20 * minute);
  await look();

  expect(second).toMatchObject({ text: "posts", freshness: { maxAgeMs: 20 * minute } });
  expect(requests).toHaveLength(2);
});

test("who knows something older is told what came last; all are asked for with its validators", async () => {
  const unchanged: FetchOutcome = {
    ...{ kind: "not-modified", url, movedTo: null, freshness },
    validators: { url, etag: '"1"', lastModified: "now" },
  };
  const older = { url, etag: '"0"', lastModified: null };
  const { look, wasRead, requests, wait } = aWorld(twins, (n) => (n === 1 ? stale : unchanged));

  await look({ validators: older });
  wasRead();
  wait(10 * minute);
  const [first, second] = [
    await look({ validators: stale.validators, seen: "1" }),
    await look({ validators: older, seen: "0" }),
  ];
  wait(10 * minute);
  const third = await look({ validators: older });

  expect(requests.map(({ validators }) => validators?.etag)).toEqual(['"0"', '"1"', '"1"']);
  expect(first).toMatchObject({ kind: "not-modified" });
  for (const told of [second, third]) {
    expect(told).toMatchObject({ kind: "page", text: "posts", validators: unchanged.validators });
  }
});

test("an answer stands for all as long as the feed in it wants to be left alone, a day at most", async () => {
  const { look, wasRead, requests, wait } = aWorld(twins, stale);

  await look();
  wasRead(60 * minute);
  wait(59 * minute);
  await look();
  expect(requests).toHaveLength(1);
  wait(minute);
  await look();
  wasRead(9 * day);
  wait(day - 1);
  await look();
  expect(requests).toHaveLength(2);
  wait(1);
  await look();
  expect(requests).toHaveLength(3);
});

test("what could not be read is no page to ask for by its validators, nor to tell anybody of", async () => {
  const sale = { ...stale, text: "for sale", validators: { url, etag: '"sale"', lastModified: null } };
  const { look, wasRead, requests, wait } = aWorld(twins, (n) => (n === 1 ? stale : sale));

  await look();
  wasRead();
  wait(10 * minute);
  await look({ validators: stale.validators });
  wait(10 * minute);
  await look({ validators: stale.validators });

  expect(requests.map(({ validators }) => validators?.etag)).toEqual([undefined, '"1"', '"1"']);
});

test("what a host says in robots.txt, or that it cannot, is for all of its sources, alone or not", async () => {
  const { look, requests } = aWorld([
    aSource({ id: "a" }),
    aSource({ id: "b", url: "https://blog.example/b" }),
  ]);

  await look({ url: "https://blog.example/robots.txt" });
  await look({ url: "https://blog.example/robots.txt" });
  await look({ url: "https://blog.example/other" });
  await look({ url: "https://blog.example/other" });

  expect(requests).toHaveLength(3);
});

test("who asks where the others were led is told the same, and led nowhere", async () => {
  const end = "https://new.example/posts";
  const { look, wasRead, requests, wait } = aWorld(twins, { ...stale, url: end, movedTo: end });

  const first = await look();
  wasRead(60 * minute);
  wait(59 * minute);
  const second = await look({ url: end });

  expect(requests).toHaveLength(1);
  expect([first, second]).toMatchObject([{ movedTo: end }, { movedTo: null, text: "posts" }]);
});

test("wherever their address leads them, a further page or a new place, is one request too", async () => {
  const { look, requests } = aWorld(twins);

  for (const at of [url, `${url}?page=2`, "https://new.example/posts"]) {
    await look({ url: at });
    await look({ url: at });
  }

  expect(requests).toHaveLength(3);
});

test("an answer of 'not modified' is one for those who saw the same page last, and brings its newer validators", async () => {
  const validators = { url, etag: '"1"', lastModified: null };
  const newer = { url, etag: '"2"', lastModified: null };
  const { look, requests, wait } = aWorld(twins, {
    ...{ kind: "not-modified", url, movedTo: null, validators: newer, freshness },
  });

  await look({ validators, seen: "1" });
  await look({ validators: { ...validators, etag: '"0"' }, seen: "1" });
  await look({ validators, seen: "other" });
  await look();
  expect(requests).toHaveLength(3);
  wait(10 * minute);
  await look({ validators, seen: "1" });
  wait(10 * minute);
  await look({ validators, seen: "1" });

  expect(requests.map((request) => request.validators)).toEqual([
    validators,
    validators,
    null,
    validators,
    newer,
  ]);
});
