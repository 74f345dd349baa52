import { expect, test } from "vitest";
import { day, hour, minute } from "../../src/base/clock.ts";
import type { UnknownPolicy } from "../../src/domain/delivery.ts";
import type { Store } from "../../src/domain/store.ts";
import { anOpenIssue, monday } from "../support/builders.ts";
import type { MakeStore } from "./contract.ts";
import { aSettlement, claimOne, firstDelivery } from "./outbox.ts";

const leaseMs = 30_000;
const resend: UnknownPolicy = { onUnknown: "resend", resendAfterMs: 15 * minute };
const hold: UnknownPolicy = { onUnknown: "hold", resendAfterMs: 15 * minute };

/** Bringing home what nobody works on any more. */
export function sweepFacts(make: MakeStore): void {
  const anUnknown = async (policy = resend): Promise<Store> => {
    const store = await make();
    await anOpenIssue(store);
    await store.armDelivery(await claimOne(store), leaseMs, monday);
    expect(await store.sweepDeliveries(policy, monday + leaseMs)).toEqual({ unknown: 1, expired: 0 });
    return store;
  };
  const again = monday + leaseMs + 15 * minute;

  test("a lease that ran out before anything was sent is pending again", async () => {
    const store = await make();
    await anOpenIssue(store);
    await claimOne(store);

    expect(await store.sweepDeliveries(resend, monday + leaseMs - 1)).toEqual({ unknown: 0, expired: 0 });
    expect(await firstDelivery(store)).toMatchObject({ state: "leased" });
    expect(await store.sweepDeliveries(resend, monday + leaseMs)).toEqual({ unknown: 0, expired: 0 });
    expect(await firstDelivery(store)).toMatchObject({ state: "pending", attempts: 0 });
  });

  test("a renewed lease is left alone", async () => {
    const store = await make();
    await anOpenIssue(store);
    const claim = await claimOne(store);

    await store.renewDeliveries([claim], monday + hour);
    await store.sweepDeliveries(resend, monday + hour - 1);

    expect(await firstDelivery(store)).toMatchObject({ state: "leased" });
  });

  test("one that was on its way is unknown, sent once more, and the second time held", async () => {
    const store = await anUnknown();
    expect(await firstDelivery(store)).toMatchObject({ state: "unknown", submissions: 1, dueAt: again });
    expect(await store.outboxLoad(monday + hour)).toMatchObject({ due: 0, nextDueAt: again });

    await store.sweepDeliveries(resend, again - 1);
    expect(await firstDelivery(store)).toMatchObject({ state: "unknown" });
    await store.sweepDeliveries(resend, again);
    expect(await firstDelivery(store)).toMatchObject({ state: "deferred", dueAt: again });

    await store.armDelivery(await claimOne(store, again), leaseMs, again);
    await store.sweepDeliveries(resend, again + leaseMs);
    await store.sweepDeliveries(resend, again + 24 * hour);
    expect(await firstDelivery(store)).toMatchObject({ state: "unknown", submissions: 2 });
    expect(await store.listIssues()).toMatchObject([
      { state: "done", accounting: { unknown: 1, pending: 0 } },
    ]);
  });

  test("an answer that was lost is settled unknown, and due again the same way", async () => {
    const store = await make();
    await anOpenIssue(store);
    const claim = await claimOne(store);
    await store.armDelivery(claim, leaseMs, monday);

    await store.settleDelivery(claim, aSettlement("unknown", { dueAt: monday + 15 * minute }), null, monday);

    expect(await firstDelivery(store)).toMatchObject({ state: "unknown", submissions: 1 });
    await store.sweepDeliveries(resend, monday + 15 * minute);
    expect(await firstDelivery(store)).toMatchObject({ state: "deferred" });
  });

  test("with hold, nobody gets a second one", async () => {
    const store = await anUnknown(hold);

    await store.sweepDeliveries(hold, monday + 48 * hour);

    expect(await firstDelivery(store)).toMatchObject({ state: "unknown", submissions: 1 });
  });

  test("who left is not sent a second one, and the first stays listed", async () => {
    const store = await anUnknown();
    await store.leave(1, monday + minute);

    await store.sweepDeliveries(resend, again);

    expect(await firstDelivery(store)).toMatchObject({ state: "unknown" });
    expect(await store.listIssues()).toMatchObject([{ state: "done" }]);
  });

  test("what is past its issue's end is failed; an unknown one waits for the operator", async () => {
    const store = await make();
    await anOpenIssue(store, ["one@example.org", "two@example.org"]);
    const claim = await claimOne(store);
    await store.armDelivery(claim, leaseMs, monday);
    await store.settleDelivery(claim, aSettlement("unknown"), null, monday);

    expect(await store.sweepDeliveries(resend, monday + 72 * hour)).toEqual({ unknown: 0, expired: 1 });

    const [unknown, failed] = await store.listDeliveries({ issue: 1, state: null, after: 0, limit: 9 });
    expect(unknown).toMatchObject({ state: "unknown" });
    expect(failed).toMatchObject({ state: "failed", code: "given up: too old" });
  });

  test("an issue with nothing left is done; one with something on its way is not", async () => {
    const store = await make();
    await anOpenIssue(store);
    const claim = await claimOne(store);
    await store.armDelivery(claim, leaseMs, monday);
    await store.sweepDeliveries(resend, monday);
    expect((await store.getIssue(1))?.state).toBe("open");

    await store.settleDelivery(claim, aSettlement("sent"), null, monday);
    await store.sweepDeliveries(resend, monday);

    expect((await store.getIssue(1))?.state).toBe("done");
  });

  test("a worker's lease that ran out in a cancelled issue is cancelled, not lost", async () => {
    const store = await make();
    await anOpenIssue(store);
    await claimOne(store);
    await store.steerIssue(1, "cancel", monday);

    await store.sweepDeliveries(resend, monday + leaseMs);

    expect(await store.listIssues()).toMatchObject([
      { accounting: { candidates: 1, cancelled: 1, pending: 0 } },
    ]);
  });

  test("the operator says that an unknown one arrived, or sends it again, also when its issue is over", async () => {
    const store = await anUnknown(hold);
    const end = monday + 100 * hour;
    await store.sweepDeliveries(hold, end);
    expect((await store.getIssue(1))?.state).toBe("done");

    expect(await store.resolveDelivery(1, "resend", end)).toBe(true);
    expect(await store.resolveDelivery(1, "resend", end)).toBe(false);
    await store.sweepDeliveries(hold, end);
    const claim = await claimOne(store, end);
    expect(await store.armDelivery(claim, leaseMs, end)).toMatchObject({ kind: "armed" });
    await store.settleDelivery(claim, aSettlement("unknown"), null, end);
    expect(await store.resolveDelivery(1, "sent", end)).toBe(true);

    expect(await firstDelivery(store)).toMatchObject({ state: "sent", submissions: 2 });
    expect(await store.resolveDelivery(99, "sent", end)).toBe(false);
  });

  test("where the operator turned to hold, no resend stays planned, and the issue gets done", async () => {
    const store = await anUnknown(resend);

    await store.sweepDeliveries(hold, monday + minute);

    expect((await store.getIssue(1))?.state).toBe("done");
    await store.sweepDeliveries(resend, again + hour);
    expect(await firstDelivery(store)).toMatchObject({ state: "unknown", submissions: 1 });
  });

  test("a clock that was ahead keeps nobody waiting: neither the first mail, nor a retry, nor a lease", async () => {
    const store = await make();
    const ahead = monday + 1_000 * day;
    const openedAt = ahead;
    await anOpenIssue(store, ["one@example.org", "two@example.org", "three@example.org"], {
      openedAt,
      expiresAt: ahead + 72 * hour,
    });
    const retried = await claimOne(store, ahead);
    await store.armDelivery(retried, leaseMs, ahead);
    await store.settleDelivery(retried, aSettlement("deferred", { dueAt: ahead + hour }), null, ahead);
    await claimOne(store, ahead);
    expect(await store.claimDeliveries("me", leaseMs, 9, monday)).toEqual([]);

    await store.sweepDeliveries(resend, monday);

    expect(await store.claimDeliveries("me", leaseMs, 9, monday)).toHaveLength(2);
    expect(await store.claimDeliveries("me", leaseMs, 9, monday + 4 * hour)).toHaveLength(1);
  });
}
