import { expect, test } from "vitest";
import { day, hour, type Instant, minute } from "../../src/base/clock.ts";
import type { Store } from "../../src/domain/store.ts";
import { anOpenIssue, monday } from "../support/builders.ts";
import type { MakeStore } from "./contract.ts";
import { aSettlement, claimOne } from "./outbox.ts";

const leaseMs = 30_000;

/** A mail server that is away is left alone, by everybody. */
export function serverFacts(make: MakeStore): void {
  const opened = async (): Promise<Store> => {
    const store = await make();
    await anOpenIssue(store, ["one@example.org", "two@example.org", "three@example.org"]);
    return store;
  };
  const tried = async (store: Store, now: Instant, isAway: boolean) => {
    const claim = await claimOne(store, now);
    await store.armDelivery(claim, leaseMs, now);
    const away = aSettlement("deferred", { dueAt: now, uncharged: true, serverIsAway: true });
    await store.settleDelivery(claim, isAway ? away : aSettlement("sent"), null, now);
  };
  const claimable = async (store: Store, now: Instant) => {
    const claimed = await store.claimDeliveries("other", leaseMs, 9, now);
    await store.releaseDeliveries(
      claimed.map(({ claim }) => claim),
      now,
    );
    return claimed.length;
  };

  test("nothing is claimed while it rests, and nothing counts as due", async () => {
    const store = await opened();

    await tried(store, monday, true);

    expect(await claimable(store, monday + minute - 1)).toBe(0);
    expect(await store.outboxLoad(monday)).toEqual({ due: 0, inFlight: 0, nextDueAt: monday + minute });
    expect(await claimable(store, monday + minute)).toBe(3);
    const rows = await store.listDeliveries({ issue: 1, state: null, after: 0, limit: 9 });
    expect(rows.map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
  });

  test("it rests longer each time, half an hour at most, until something is sent", async () => {
    const store = await opened();
    let now = monday;
    for (const minutes of [1, 2, 4, 8, 16, 30, 30]) {
      await tried(store, now, true);
      expect(await claimable(store, now + minutes * minute - 1)).toBe(0);
      now += minutes * minute;
      expect(await claimable(store, now)).toBe(3);
    }

    await tried(store, now, false);
    expect(await claimable(store, now)).toBe(2);
    await tried(store, now, true);
    expect(await claimable(store, now + minute)).toBe(2);
  });

  test("many who find it away at the same time count as one", async () => {
    const store = await opened();
    const claimed = await store.claimDeliveries("me", leaseMs, 3, monday);
    for (const { claim } of claimed) await store.armDelivery(claim, leaseMs, monday);

    const away = aSettlement("deferred", { dueAt: monday, uncharged: true, serverIsAway: true });
    for (const { claim } of claimed) await store.settleDelivery(claim, away, null, monday);

    expect(await claimable(store, monday + minute)).toBe(3);
  });

  test("a clock that was ahead does not keep it resting", async () => {
    const store = await make();
    const ahead = monday + 900 * day;
    await anOpenIssue(store, ["one@example.org", "two@example.org"], { expiresAt: ahead + hour });
    await tried(store, ahead, true);

    await store.sweepDeliveries({ onUnknown: "hold", resendAfterMs: 0 }, monday);

    expect(await claimable(store, monday + 4 * hour)).toBe(2);
  });
}
