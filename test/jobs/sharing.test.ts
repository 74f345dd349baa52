import { expect, test } from "vitest";
import { minute } from "../../src/base/clock.ts";
import type { FetchOutcome, FetchRequest } from "../../src/domain/page.ts";
import { sharedFetch } from "../../src/jobs/sharing.ts";
import { aSource, monday } from "../support/builders.ts";

const freshness = { maxAgeMs: null, retryAfterMs: null };
const down: FetchOutcome = { kind: "error-status", status: 500, freshness };
const url = "https://blog.example/posts";

function aWorld(sources: Parameters<typeof sharedFetch>[1], answer: FetchOutcome = down) {
  const requests: FetchRequest[] = [];
  let now = monday;
  const fetch = sharedFetch(
    async (request) => {
      requests.push(request);
      return answer;
    },
    sources,
    () => now,
  );
  const look = (given: Partial<FetchRequest> = {}) => fetch({ url, headers: {}, validators: null, ...given });
  return { look, requests, wait: (ms: number) => (now += ms) };
}

const twins = [aSource({ id: "a", url }), aSource({ id: "b", url })];

test("two sources with one address are one request, for ten minutes", async () => {
  const { look, requests, wait } = aWorld(twins);

  const [first, second] = [await look(), await look()];
  wait(10 * minute);
  await look();

  expect(first).toBe(second);
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
  await look({ headers: { a: "1" } });

  expect(requests).toHaveLength(2);
});

test("an answer of 'not modified' is one for those who asked with the same validators", async () => {
  const validators = { url, etag: '"1"', lastModified: null };
  const { look, requests } = aWorld(twins, { kind: "not-modified", movedTo: null, validators, freshness });

  await look({ validators });
  await look({ validators });
  await look();

  expect(requests.map((request) => request.validators)).toEqual([validators, null]);
});
