import { expect, test } from "vitest";
import { hour, minute } from "../../src/base/clock.ts";
import type { Topic } from "../../src/domain/ping.ts";
import type { Store } from "../../src/domain/store.ts";
import { monday } from "../support/builders.ts";
import type { MakeStore } from "./contract.ts";

const all: Topic = { path: "feeds/all.atom", scope: { kind: "all" } };
const blog: Topic = { path: "feeds/s/blog.rss", scope: { kind: "source", id: "blog" } };

/** What the hub is to be told of. */
export function pingFacts(make: MakeStore): void {
  const claimed = async (store: Store, now = monday) => {
    const claim = await store.claimPing(now);
    if (claim === null) throw new Error("nothing is due");
    return claim;
  };

  test("a topic is due once, however often it changed, and to one process at a time", async () => {
    const store = await make();
    for (let n = 0; n < 10; n++) await store.announce([all], monday + n);

    const claim = await claimed(store, monday + minute);
    expect(claim).toMatchObject({ path: all.path, attempts: 0 });
    expect(await store.claimPing(monday + minute)).toBeNull();
    expect((await store.health(monday)).pings).toEqual({ waiting: 1, trouble: null, dueAt: null });

    await store.settlePing(claim, { kind: "done" }, monday + minute);
    expect(await store.claimPing(monday + hour)).toBeNull();
  });

  test("one whose hand was lost is due again in a minute", async () => {
    const store = await make();
    await store.announce([all], monday);
    await claimed(store);

    expect(await store.claimPing(monday + minute - 1)).toBeNull();
    expect(await store.claimPing(monday + minute)).toMatchObject({ path: all.path });
  });

  test("one that changes while the hub is told stays due", async () => {
    const store = await make();
    await store.announce([all], monday);
    const claim = await claimed(store);
    await store.announce([all], monday + 1);

    await store.settlePing(claim, { kind: "done" }, monday + 2);

    const again = await claimed(store, monday + 2);
    expect(again.version).toBeGreaterThan(claim.version);
    await store.settlePing(again, { kind: "done" }, monday + 3);
    expect((await store.health(monday)).pings.waiting).toBe(0);
  });

  test("one that is out of date, and so not on the shelf yet, waits until it is published", async () => {
    const store = await make();
    await store.markDirty([all.scope]);
    await store.announce([all, blog], monday);

    expect(await claimed(store)).toMatchObject({ path: blog.path });
    expect(await store.claimPing(monday)).toBeNull();

    await store.clearDirty(await store.dirtyScopes());
    expect(await claimed(store)).toMatchObject({ path: all.path });
  });

  test("a hub that fails rests for all topics, and a change meanwhile does not wake it", async () => {
    const store = await make();
    await store.announce([all, blog], monday);
    const claim = await claimed(store);
    await store.settlePing(
      claim,
      { kind: "again", at: monday + hour, trouble: "The hub answers 503." },
      monday,
    );
    await store.announce([all], monday + 1);

    expect(await store.claimPing(monday + hour - 1)).toBeNull();
    expect((await store.health(monday)).pings).toEqual({
      waiting: 2,
      trouble: "The hub answers 503.",
      dueAt: monday + hour,
    });
    expect([await claimed(store, monday + hour), await claimed(store, monday + hour)]).toMatchObject([
      { path: all.path, attempts: 1 },
      { path: blog.path, attempts: 0 },
    ]);
  });

  test("what a clock wrote that was days ahead holds nobody up", async () => {
    const store = await make();
    await store.announce([all], monday + 30 * 24 * hour);

    expect(await claimed(store)).toMatchObject({ path: all.path });
  });
}
