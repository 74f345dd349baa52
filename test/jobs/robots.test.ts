import { describe, expect, test } from "vitest";
import { day } from "../../src/base/clock.ts";
import type { FetchOutcome } from "../../src/domain/page.ts";
import type { RobotsFile } from "../../src/domain/records.ts";
import { judgeRobots } from "../../src/fetch/robots.ts";
import { refusedByRobots } from "../../src/jobs/robots.ts";
import { monday } from "../support/builders.ts";

const url = "https://site.example/blog";
const freshness = { maxAgeMs: null, retryAfterMs: null };
const page = (text: string): FetchOutcome => ({
  ...{ kind: "page", url, movedTo: null, contentType: "text/plain", text, bodyHash: "" },
  ...{ validators: null, freshness, notes: [] },
});
const forbids = "User-agent: *\nDisallow: /blog\nCrawl-delay: 7";

/** Asks once, at a host that answers this, with what is known of its robots.txt. */
async function asked(outcome: FetchOutcome, known: RobotsFile | null = null, isPatient = true) {
  const requests: string[] = [];
  const kept: { file: RobotsFile; gapMs: number }[] = [];
  let rests = 0;
  const refusal = await refusedByRobots(
    {
      fetch: async (request) => {
        requests.push(request.url);
        return outcome;
      },
      store: {
        getRobots: async () => known,
        putRobots: async (_, file, gapMs) => void kept.push({ file, gapMs }),
      },
      judge: judgeRobots,
      rest: async () => {
        rests++;
        return isPatient;
      },
      now: () => monday,
    },
    url,
  );
  return { refusal, requests, kept, rests };
}

describe("robots.txt", () => {
  test("is asked for once, and kept with the gap it asks for", async () => {
    const { refusal, requests, kept } = await asked(page(forbids));

    expect(refusal).toEqual({ kind: "disallowed", rule: "Disallow: /blog" });
    expect(requests).toEqual(["https://site.example/robots.txt"]);
    expect(kept).toEqual([{ file: { text: forbids, readAt: monday }, gapMs: 7_000 }]);
  });

  test("lets the host rest before the page; where that takes too long, the page is for later", async () => {
    const allows = page("User-agent: *\nCrawl-delay: 600");

    expect(await asked(allows)).toMatchObject({ refusal: null, rests: 1 });
    expect(await asked(allows, null, false)).toMatchObject({ refusal: "later", rests: 1 });
  });

  test.each<readonly [string, FetchOutcome]>([
    ["404", { kind: "missing", status: 404, freshness }],
    ["410", { kind: "gone", status: 410, freshness }],
    ["403", { kind: "held", url, status: 403, freshness, botCheck: null }],
    ["401", { kind: "error-status", status: 401, freshness }],
  ])("that is answered with %s forbids nothing (RFC 9309 §2.3.1.3)", async (_, outcome) => {
    const { refusal, kept } = await asked(outcome);

    expect(refusal).toBeNull();
    expect(kept).toHaveLength(1);
  });

  test.each<readonly [string, FetchOutcome]>([
    ["500", { kind: "error-status", status: 500, freshness }],
    ["429", { kind: "held", url, status: 429, freshness, botCheck: null }],
    ["nothing", { kind: "trouble", trouble: "timeout", message: "late" }],
  ])(
    "that is answered with %s lets nothing be read (§2.3.1.4), and that is what the look came to",
    async (_, outcome) => {
      const { refusal, kept } = await asked(outcome);

      expect(refusal).toBe(outcome);
      expect(kept).toEqual([]);
    },
  );

  test("is kept for a day", async () => {
    const known = { text: "", readAt: monday - day + 1 };

    expect((await asked(page(forbids), known)).requests).toEqual([]);
    expect((await asked(page(forbids), { ...known, readAt: monday - day })).refusal).not.toBeNull();
  });

  test("of earlier stands while the host cannot tell, for a month", async () => {
    const down: FetchOutcome = { kind: "error-status", status: 502, freshness };
    const known = (text: string, days: number) => ({ text, readAt: monday - days * day });

    expect((await asked(down, known(forbids, 29))).refusal).toMatchObject({ kind: "disallowed" });
    expect((await asked(down, known(forbids, 31))).refusal).toBe(down);
  });

  test("of earlier says nothing against a host that asks to be left alone", async () => {
    const held: FetchOutcome = { kind: "held", url, status: 429, freshness, botCheck: null };

    const { refusal } = await asked(held, { text: forbids, readAt: monday - 2 * day });

    expect(refusal).toBe(held);
  });
});
