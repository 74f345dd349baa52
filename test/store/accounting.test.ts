import fc from "fast-check";
import { expect, test } from "vitest";
import { minute } from "../../src/base/clock.ts";
import type { Claim } from "../../src/domain/delivery.ts";
import type { Store } from "../../src/domain/store.ts";
import { anOpenIssue, monday } from "../support/builders.ts";
import { aStore } from "../support/store.ts";
import { aSettlement } from "./outbox.ts";

const subscribers = 5;
const leaseMs = minute;

interface Hand {
  readonly store: Store;
  readonly claims: Claim[];
  now: number;
}

const pick = (hand: Hand, n: number): Claim =>
  hand.claims[n % Math.max(1, hand.claims.length)] ?? { id: 1, owner: "nobody", attempt: 1 };

const outcomes = ["sent", "deferred", "failed", "unknown", "cancelled"] as const;

/** What anybody may do to an outbox, in any order, on time or late. */
const verbs: readonly ((hand: Hand, n: number) => Promise<unknown>)[] = [
  async (hand, n) => {
    const taken = await hand.store.claimDeliveries(`worker ${n % 2}`, leaseMs, 1 + (n % 3), hand.now);
    hand.claims.unshift(...taken.map(({ claim }) => claim));
  },
  (hand, n) => hand.store.armDelivery(pick(hand, n), leaseMs, hand.now),
  (hand, n) => {
    const state = outcomes[n % outcomes.length] ?? "sent";
    const settlement = aSettlement(state, { dueAt: hand.now + n * 1000, uncharged: n % 2 === 0 });
    const next = n % 3 === 0 ? { claim: pick(hand, n + 1), leaseMs } : null;
    return hand.store.settleDelivery(pick(hand, n), settlement, next, hand.now);
  },
  (hand, n) => hand.store.releaseDeliveries([pick(hand, n)], hand.now),
  (hand, n) => hand.store.renewDeliveries([pick(hand, n)], hand.now + leaseMs),
  (hand, n) => {
    hand.now += n * 10_000;
    return hand.store.sweepDeliveries(
      { onUnknown: n % 4 === 0 ? "hold" : "resend", resendAfterMs: minute },
      hand.now,
    );
  },
  (hand, n) => hand.store.steerIssue(1, n % 20 === 0 ? "cancel" : n % 2 === 0 ? "pause" : "halt", hand.now),
  (hand) => hand.store.steerIssue(1, "resume", hand.now),
  (hand, n) => (n % 4 === 0 ? hand.store.leave(1 + (n % subscribers), hand.now) : Promise.resolve()),
  (hand, n) =>
    n % 9 === 0 ? hand.store.eraseSubscriber(`s${n % subscribers}@example.org`, hand.now) : Promise.resolve(),
  (hand, n) => hand.store.resolveDelivery(1 + (n % subscribers), n % 2 === 0 ? "sent" : "resend", hand.now),
];

test("whatever happens, every candidate is sent, failed, cancelled, unknown or still to come; none lost, none twice", async () => {
  const acts = fc.array(fc.tuple(fc.nat(verbs.length - 1), fc.nat(40)), { minLength: 10, maxLength: 60 });

  await fc.assert(
    fc.asyncProperty(acts, async (steps) => {
      const store = await aStore();
      await anOpenIssue(
        store,
        Array.from({ length: subscribers }, (_, n) => `s${n}@example.org`),
      );
      const hand: Hand = { store, claims: [], now: monday };
      for (const [verb, n] of steps) {
        await verbs[verb]?.(hand, n);
        await expectSound(store);
      }
      await store.close();
    }),
    { numRuns: 20, seed: 5 },
  );
});

async function expectSound(store: Store): Promise<void> {
  const [row] = await store.listIssues();
  const { candidates, sent, failed, cancelled, unknown, pending } = Object(row).accounting;
  expect(candidates).toBe(subscribers);
  expect(sent + failed + cancelled + unknown + pending).toBe(subscribers);
  const rows = await store.listDeliveries({ issue: 1, state: null, after: 0, limit: 99 });
  for (const { state, attempts, submissions } of rows) {
    expect(attempts).toBeGreaterThanOrEqual(0);
    expect(submissions).toBeGreaterThanOrEqual(["submitting", "sent", "unknown"].includes(state) ? 1 : 0);
  }
}
