import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hour, minute } from "../../src/base/clock.ts";
import {
  afterAttempt,
  type Errand,
  type Receipt,
  resendAt,
  serverRestMs,
  type UnknownPolicy,
} from "../../src/domain/delivery.ts";
import { monday } from "../support/builders.ts";

const resend: UnknownPolicy = { onUnknown: "resend", resendAfterMs: 15 * minute };
const hold: UnknownPolicy = { onUnknown: "hold", resendAfterMs: 15 * minute };
const expiresAt = monday + 72 * hour;
const code = "451 4.7.1 later";
const anIssue: Errand = { kind: "issue", issue: 1, variant: "en|*" };
const aConfirmation: Errand = { kind: "confirm", nonce: "n", language: null };
const plain = { code, dueAt: null, uncharged: false, serverIsAway: false };

/** What becomes of a delivery after its first attempt, or the one said, with three days left. */
const settled = (
  kind: Receipt["kind"],
  { attempts = 1, submissions = 1, ends = expiresAt, policy = resend, errand = anIssue as Errand } = {},
) => afterAttempt({ kind, code }, { attempts, submissions, expiresAt: ends, errand }, policy, monday);

describe("what becomes of a delivery after an attempt", () => {
  test("what the server has is sent, and nothing is due", () => {
    expect(settled("sent")).toEqual({ ...plain, state: "sent" });
  });

  test("an address that is refused is done for at once, however much time is left", () => {
    expect(settled("refused")).toEqual({ ...plain, state: "failed" });
  });

  test.each([
    [1, 5],
    [2, 15],
    [3, 60],
    [4, 240],
    [5, 240],
    [50, 240],
  ])("deferred the time number %d it is due again in %d minutes", (attempts, minutes) => {
    const dueAt = monday + minutes * minute;
    expect(settled("deferred", { attempts })).toEqual({ ...plain, state: "deferred", dueAt });
  });

  test("refused because of us it waits just as long, and nobody is charged", () => {
    const dueAt = monday + 5 * minute;
    expect(settled("ours")).toEqual({ ...plain, state: "deferred", dueAt, uncharged: true });
    expect(settled("ours", { attempts: 3 }).dueAt).toBe(monday + hour);
  });

  test("a confirmation refused because of us is charged: no halted issue keeps it from being tried for ever", () => {
    expect(settled("ours", { errand: aConfirmation })).toMatchObject({ state: "deferred", uncharged: false });
  });

  test("without a server it is due again in a minute, whatever was tried before, and is charged nothing", () => {
    for (const attempts of [1, 4, 50]) {
      const dueAt = monday + minute;
      const away = { ...plain, uncharged: true, serverIsAway: true };
      expect(settled("unavailable", { attempts })).toEqual({ ...away, state: "deferred", dueAt });
    }
  });

  test.each([
    ["deferred", 5],
    ["ours", 5],
    ["unavailable", 1],
  ] as const)("%s ends where the next attempt would come too late", (kind, minutes) => {
    expect(settled(kind, { ends: monday + minutes * minute }).state).toBe("deferred");

    const late = settled(kind, { ends: monday + minutes * minute - 1 });

    expect(late).toMatchObject({ state: "failed", dueAt: null });
    expect(late.code).toBe(`${code} (given up: too old)`);
  });

  test("nothing is ever due again after it has expired", () => {
    const kinds = fc.constantFrom(...(["deferred", "ours", "unavailable"] as const));
    fc.assert(
      fc.property(
        kinds,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: -hour, max: 5 * hour }),
        (...given) => {
          const [kind, attempts, left] = given;
          const { state, dueAt } = settled(kind, { attempts, ends: monday + left });

          expect(state).toBe(dueAt === null ? "failed" : "deferred");
          if (dueAt !== null) expect(dueAt).toBeLessThanOrEqual(monday + left);
        },
      ),
    );
  });
});

test("a server that stays away is left alone longer each time, half an hour at most", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 99].map((times) => serverRestMs(times) / minute)).toEqual([
    1, 2, 4, 8, 16, 30, 30, 30,
  ]);
});

describe("a delivery of unknown fate", () => {
  test("is sent once more, after the time the operator chose", () => {
    expect(settled("unknown")).toEqual({ ...plain, state: "unknown", dueAt: monday + 15 * minute });
    expect(resendAt({ submissions: 1 }, { ...resend, resendAfterMs: 0 }, monday)).toBe(monday);
  });

  test("the second time it is held: nobody gets it three times", () => {
    expect(settled("unknown", { submissions: 2 })).toMatchObject({ state: "unknown", dueAt: null });
    expect(settled("unknown", { submissions: 9 }).dueAt).toBeNull();
  });

  test("attempts that never got as far as the server's answer do not count", () => {
    expect(settled("unknown", { attempts: 7, submissions: 1 }).dueAt).toBe(monday + 15 * minute);
  });

  test("is held at once where the operator says so", () => {
    expect(settled("unknown", { policy: hold })).toMatchObject({ state: "unknown", dueAt: null });
    expect(resendAt({ submissions: 1 }, hold, monday)).toBeNull();
  });
});
