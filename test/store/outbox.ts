import { expect, test } from "vitest";
import { hour, minute } from "../../src/base/clock.ts";
import type { Claim, Settlement } from "../../src/domain/delivery.ts";
import type { Store } from "../../src/domain/store.ts";
import { aNewIssue, anOpenIssue, monday } from "../support/builders.ts";
import type { MakeStore } from "./contract.ts";

const leaseMs = 30_000;

/** What an attempt came to. */
export function aSettlement(state: Settlement["state"], given: Partial<Settlement> = {}): Settlement {
  return { state, code: "250 2.0.0 OK", dueAt: null, uncharged: false, serverIsAway: false, ...given };
}

/** Claims the one delivery that is due. */
export async function claimOne(store: Store, now = monday, owner = "me"): Promise<Claim> {
  const [claimed] = await store.claimDeliveries(owner, leaseMs, 1, now);
  if (claimed === undefined) throw new Error("nothing is due");
  return claimed.claim;
}

/** The first delivery of the outbox. */
export async function firstDelivery(store: Store) {
  const [delivery] = await store.listDeliveries({ issue: null, state: null, after: 0, limit: 1 });
  if (delivery === undefined) throw new Error("the outbox is empty");
  return delivery;
}

/** Claim, arm, settle: the way of one mail. */
export function outboxFacts(make: MakeStore): void {
  test("a delivery is claimed, armed and sent", async () => {
    const store = await make();
    await anOpenIssue(store);

    const claim = await claimOne(store);
    expect(await firstDelivery(store)).toMatchObject({ state: "leased", attempts: 0, submissions: 0 });
    const armed = await store.armDelivery(claim, leaseMs, monday);
    expect(armed).toMatchObject({
      kind: "armed",
      delivery: { state: "submitting", attempts: 1, submissions: 1 },
    });
    expect(await store.outboxLoad(monday)).toEqual({ due: 0, inFlight: 1, nextDueAt: null });
    const settled = await store.settleDelivery(claim, aSettlement("sent"), null, monday);

    expect(settled).toEqual({ settled: true, next: null });
    expect(await firstDelivery(store)).toMatchObject({ state: "sent", attempts: 1, code: "250 2.0.0 OK" });
  });

  test("every due delivery is claimed by exactly one of many workers", async () => {
    const store = await make();
    await anOpenIssue(
      store,
      Array.from({ length: 25 }, (_, n) => `s${n}@example.org`),
    );

    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, n) => store.claimDeliveries(`worker ${n}`, leaseMs, 4, monday)),
    );

    const ids = taken.flat().map(({ claim }) => claim.id);
    expect(ids).toHaveLength(25);
    expect(new Set(ids).size).toBe(25);
  });

  test("the longest due goes first, and nothing before it is due", async () => {
    const store = await make();
    await anOpenIssue(store, ["late@example.org"], { openedAt: monday + hour });
    const second = { ...aNewIssue().period, key: "2026-01-12", from: 1, to: 2 };
    await anOpenIssue(store, ["early@example.org"], { period: second });

    expect(await store.claimDeliveries("me", leaseMs, 9, monday - 1)).toEqual([]);
    const claimed = await store.claimDeliveries("me", leaseMs, 9, monday + hour);

    expect(claimed.map(({ delivery }) => delivery.email)).toEqual(["early@example.org", "late@example.org"]);
  });

  test("settling one and arming the next are one step", async () => {
    const store = await make();
    await anOpenIssue(store, ["one@example.org", "two@example.org"]);
    const [one, two] = await store.claimDeliveries("me", leaseMs, 2, monday);
    if (one === undefined || two === undefined) throw new Error("nothing due");
    await store.armDelivery(one.claim, leaseMs, monday);

    const next = { claim: two.claim, leaseMs };
    const settled = await store.settleDelivery(one.claim, aSettlement("sent"), next, monday);

    expect(settled).toMatchObject({
      settled: true,
      next: { kind: "armed", delivery: { email: "two@example.org" } },
    });
  });

  test("a hand that comes late changes nothing: neither arming nor settling nor giving back", async () => {
    const store = await make();
    await anOpenIssue(store);
    const late = await claimOne(store, monday, "late");
    await store.sweepDeliveries({ onUnknown: "hold", resendAfterMs: 0 }, monday + leaseMs);
    const current = await claimOne(store, monday + leaseMs, "late");
    expect(current.attempt).toBe(late.attempt + 1);

    expect(await store.armDelivery(late, leaseMs, monday + leaseMs)).toEqual({ kind: "lost" });
    await store.releaseDeliveries([late], monday + leaseMs);
    await store.armDelivery(current, leaseMs, monday + leaseMs);
    const settled = await store.settleDelivery(late, aSettlement("sent"), null, monday + leaseMs);

    expect(settled.settled).toBe(false);
    expect(await firstDelivery(store)).toMatchObject({ state: "submitting" });
  });

  test("nothing is settled that was not armed, and nothing twice", async () => {
    const store = await make();
    await anOpenIssue(store);
    const claim = await claimOne(store);

    expect((await store.settleDelivery(claim, aSettlement("sent"), null, monday)).settled).toBe(false);
    await store.armDelivery(claim, leaseMs, monday);
    expect(await store.armDelivery(claim, leaseMs, monday)).toEqual({ kind: "lost" });
    expect((await store.settleDelivery(claim, aSettlement("sent"), null, monday)).settled).toBe(true);
    expect((await store.settleDelivery(claim, aSettlement("failed"), null, monday)).settled).toBe(false);
    expect(await firstDelivery(store)).toMatchObject({ state: "sent" });
  });

  test("a deferred delivery is due again at its time; nothing of it was accepted", async () => {
    const store = await make();
    await anOpenIssue(store);
    const claim = await claimOne(store);
    await store.armDelivery(claim, leaseMs, monday);

    const later = aSettlement("deferred", { code: "451 4.7.1 greylisted", dueAt: monday + 5 * minute });
    await store.settleDelivery(claim, later, null, monday);

    expect(await firstDelivery(store)).toMatchObject({ state: "deferred", attempts: 1, submissions: 0 });
    expect(await store.outboxLoad(monday)).toEqual({ due: 0, inFlight: 0, nextDueAt: monday + 5 * minute });
    expect(await store.claimDeliveries("me", leaseMs, 9, monday + 5 * minute - 1)).toEqual([]);
    expect(await store.claimDeliveries("me", leaseMs, 9, monday + 5 * minute)).toHaveLength(1);
  });

  test("where there was no server, the attempt does not count", async () => {
    const store = await make();
    await anOpenIssue(store);
    const claim = await claimOne(store);
    await store.armDelivery(claim, leaseMs, monday);

    const waits = aSettlement("deferred", { dueAt: monday + minute, uncharged: true });
    await store.settleDelivery(claim, waits, null, monday);

    expect(await firstDelivery(store)).toMatchObject({ attempts: 0, submissions: 0 });
  });

  test("what is given back is due as before", async () => {
    const store = await make();
    await anOpenIssue(store);
    const claim = await claimOne(store);

    await store.releaseDeliveries([claim], monday);

    expect(await firstDelivery(store)).toMatchObject({ state: "pending", attempts: 0, dueAt: monday });
    expect(await store.armDelivery(claim, leaseMs, monday)).toEqual({ kind: "lost" });
  });

  test("who left meanwhile gets nothing: withdrawn before the first byte", async () => {
    const store = await make();
    await anOpenIssue(store);
    const claim = await claimOne(store);
    await store.leave(1, monday);

    expect(await store.armDelivery(claim, leaseMs, monday)).toEqual({
      kind: "withdrawn",
      became: "cancelled",
    });
    expect(await firstDelivery(store)).toMatchObject({
      state: "cancelled",
      submissions: 0,
      code: "subscriber left",
    });
  });

  test("an issue that is paused meanwhile gets its deliveries back, none lost", async () => {
    const store = await make();
    await anOpenIssue(store);
    const claim = await claimOne(store);
    await store.steerIssue(1, "pause", monday);

    expect(await store.armDelivery(claim, leaseMs, monday)).toEqual({ kind: "withdrawn", became: "pending" });
    expect(await firstDelivery(store)).toMatchObject({ state: "pending" });
    await store.steerIssue(1, "resume", monday);
    expect(await store.claimDeliveries("me", leaseMs, 9, monday)).toHaveLength(1);
  });

  test("what is deferred in a cancelled issue is cancelled", async () => {
    const store = await make();
    await anOpenIssue(store);
    const claim = await claimOne(store);
    await store.armDelivery(claim, leaseMs, monday);
    await store.steerIssue(1, "cancel", monday);

    await store.settleDelivery(claim, aSettlement("deferred", { dueAt: monday + minute }), null, monday);

    expect(await firstDelivery(store)).toMatchObject({ state: "cancelled" });
  });

  test("deliveries are listed by id, by issue and by state", async () => {
    const store = await make();
    await anOpenIssue(store, ["one@example.org", "two@example.org"]);
    await claimOne(store);

    const list = (state: "leased" | null, after: number, issue: number | null = 1) =>
      store.listDeliveries({ issue, state, after, limit: 9 });
    expect((await list(null, 0)).map(({ email }) => email)).toEqual(["one@example.org", "two@example.org"]);
    expect((await list("leased", 0)).map(({ email }) => email)).toEqual(["one@example.org"]);
    expect((await list(null, 1)).map(({ email }) => email)).toEqual(["two@example.org"]);
    expect(await list(null, 0, 7)).toEqual([]);
  });
}
