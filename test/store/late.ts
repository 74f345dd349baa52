import { expect, test } from "vitest";
import { hour, minute } from "../../src/base/clock.ts";
import type { Claim, UnknownPolicy } from "../../src/domain/delivery.ts";
import type { Store } from "../../src/domain/store.ts";
import { anOpenIssue, monday } from "../support/builders.ts";
import type { MakeStore } from "./contract.ts";
import { aSettlement, claimOne, firstDelivery } from "./outbox.ts";

const leaseMs = 30_000;
const resend: UnknownPolicy = { onUnknown: "resend", resendAfterMs: 15 * minute };
const hold: UnknownPolicy = { onUnknown: "hold", resendAfterMs: 15 * minute };
const sweptAt = monday + leaseMs;
const dueAgainAt = sweptAt + resend.resendAfterMs;

/** Answers that come when the lease is over: the sender was stopped for a while, and not dead. */
export function lateFacts(make: MakeStore): void {
  const swept = async (policy = resend): Promise<{ store: Store; claim: Claim }> => {
    const store = await make();
    await anOpenIssue(store);
    const claim = await claimOne(store);
    await store.armDelivery(claim, leaseMs, monday);
    await store.sweepDeliveries(policy, sweptAt);
    expect(await firstDelivery(store)).toMatchObject({ state: "unknown", submissions: 1 });
    return { store, claim };
  };

  test("an answer that comes after the sweep counts: who has the mail gets no second one", async () => {
    const { store, claim } = await swept();

    const { settled } = await store.settleDelivery(claim, aSettlement("sent"), null, sweptAt);

    expect(settled).toBe(true);
    expect(await firstDelivery(store)).toMatchObject({ state: "sent", submissions: 1, code: "250 2.0.0 OK" });
    await store.sweepDeliveries(resend, dueAgainAt);
    expect(await store.outboxLoad(dueAgainAt)).toEqual({ due: 0, inFlight: 0, nextDueAt: null });
    expect(await store.listIssues()).toMatchObject([{ state: "done", accounting: { sent: 1, unknown: 0 } }]);
  });

  test("also when it was to be sent once more already, but nobody had taken it", async () => {
    const { store, claim } = await swept();
    await store.sweepDeliveries(resend, dueAgainAt);
    expect(await firstDelivery(store)).toMatchObject({ state: "deferred" });

    await store.settleDelivery(claim, aSettlement("sent"), null, dueAgainAt);

    expect(await firstDelivery(store)).toMatchObject({ state: "sent" });
    expect(await store.claimDeliveries("other", leaseMs, 9, dueAgainAt)).toEqual([]);
  });

  test("once somebody claimed it since, it changes nothing", async () => {
    const { store, claim } = await swept();
    await store.sweepDeliveries(resend, dueAgainAt);
    const other = await claimOne(store, dueAgainAt, "me");
    await store.armDelivery(other, leaseMs, dueAgainAt);

    expect((await store.settleDelivery(claim, aSettlement("sent"), null, dueAgainAt)).settled).toBe(false);
    expect(await firstDelivery(store)).toMatchObject({ state: "submitting", submissions: 2 });
  });

  test("an answer counts once", async () => {
    const { store, claim } = await swept();
    const later = aSettlement("deferred", { dueAt: sweptAt + hour, uncharged: true });

    expect((await store.settleDelivery(claim, later, null, sweptAt)).settled).toBe(true);
    expect((await store.settleDelivery(claim, later, null, sweptAt)).settled).toBe(false);
    expect(await firstDelivery(store)).toMatchObject({ state: "deferred", attempts: 0, submissions: 0 });
  });

  test("the operator's word comes before it", async () => {
    const { store, claim } = await swept();
    await store.resolveDelivery(1, "sent", sweptAt);

    expect((await store.settleDelivery(claim, aSettlement("failed"), null, sweptAt)).settled).toBe(false);
    expect(await firstDelivery(store)).toMatchObject({ state: "sent" });
  });

  test("nothing was accepted after all: it is tried again, though its issue was done", async () => {
    const { store, claim } = await swept(hold);
    expect((await store.getIssue(1))?.state).toBe("done");

    await store.settleDelivery(claim, aSettlement("deferred", { dueAt: sweptAt + minute }), null, sweptAt);

    expect(await store.claimDeliveries("other", leaseMs, 9, sweptAt + minute)).toHaveLength(1);
  });
}
