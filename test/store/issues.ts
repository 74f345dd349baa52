import { expect, test } from "vitest";
import { hour, minute } from "../../src/base/clock.ts";
import type { Store } from "../../src/domain/store.ts";
import {
  aNewIssue,
  anImport,
  anOpenIssue,
  aPost,
  aSource,
  aSubscriber,
  aVariant,
  monday,
} from "../support/builders.ts";
import type { MakeStore } from "./contract.ts";

/** How an issue is opened, written and steered. */
export function issueFacts(make: MakeStore): void {
  const statesOf = async (store: Store) =>
    (await store.listDeliveries({ issue: null, state: null, after: 0, limit: 100 })).map(
      ({ state }) => state,
    );
  const stateOf = async (store: Store, issue: number) => (await store.getIssue(issue))?.state;

  test("the digest stands at the beginning until an issue is opened or skipped", async () => {
    const store = await make();
    await store.syncSources([aSource()], { rename: {} }, monday);
    await aPost(store, "blog");

    expect(await store.digestCursor("weekly")).toEqual({
      coveredTo: 0,
      handledAt: null,
      bornAt: monday,
      releasedTo: 1,
    });

    await store.skipIssue("weekly", monday + hour);
    expect(await store.digestCursor("weekly")).toMatchObject({ coveredTo: 0, handledAt: monday + hour });
    await store.openIssue(aNewIssue({ openedAt: monday + 2 * hour }));
    expect(await store.digestCursor("weekly")).toMatchObject({ coveredTo: 1, handledAt: monday + 2 * hour });
  });

  test("the instant the database was made stays, however often it is opened", async () => {
    const store = await make();
    await store.syncSources([], { rename: {} }, monday);
    await store.syncSources([], { rename: {} }, monday + hour);

    expect((await store.digestCursor("weekly")).bornAt).toBe(monday);
  });

  test("there is one issue per period, and news is in one issue only; opening it twice does nothing", async () => {
    const store = await make();

    const opened = await Promise.all([
      store.openIssue(aNewIssue()),
      store.openIssue(aNewIssue({ title: "Again" })),
    ]);

    expect(opened).toEqual([{ kind: "opened", number: 1 }, { kind: "exists" }]);
    expect(await store.listIssues()).toMatchObject([
      { number: 1, title: "The week", accounting: { posts: 1 } },
    ]);
    const period = { ...aNewIssue().period, key: "2026-01-12" };
    const overlapping = await store.openIssue(aNewIssue({ period }));
    expect(overlapping).toEqual({ kind: "exists" });
    const next = aNewIssue({ period: { ...period, from: 1, to: 2 } });
    expect(await store.openIssue(next)).toEqual({ kind: "opened", number: 2 });
  });

  test("an issue keeps its posts as they were frozen", async () => {
    const store = await make();
    const issue = aNewIssue();

    await store.openIssue(issue);

    expect(await store.getIssue(1)).toMatchObject({
      period: issue.period,
      posts: issue.posts,
      openedAt: monday,
    });
    expect(await store.getIssue(2)).toBeNull();
  });

  test("who was confirmed when the issue was opened is a candidate, and nobody else, whatever the clocks say", async () => {
    const store = await make();
    await aSubscriber(store, "early@example.org", monday - hour);
    await store.importSubscriber(anImport("waits@example.org", { status: "pending" }), monday - hour);
    await aSubscriber(store, "ahead@example.org", monday + hour);
    await store.openIssue(aNewIssue());
    await aSubscriber(store, "late@example.org", monday - hour);
    const late = anImport("waits@example.org", { confirmedAt: monday - 24 * hour });
    await store.importSubscriber(late, monday + hour);

    const candidates = await store.candidatesFor(1, 0, 10);

    expect(candidates.map(({ email }) => email)).toEqual(["early@example.org", "ahead@example.org"]);
    expect(await store.candidatesFor(1, candidates[1]?.id ?? 0, 10)).toEqual([]);
  });

  test("who leaves while the deliveries are being written is accounted for, and not mailed", async () => {
    const store = await make();
    const before = await aSubscriber(store, "before@example.org", monday);
    const gone = await aSubscriber(store, "gone@example.org", monday);
    await store.leave(before.id, monday);
    await store.openIssue(aNewIssue({ openedAt: monday }));
    await store.leave(gone.id, monday);

    const candidates = await store.candidatesFor(1, 0, 10);
    const deliveries = candidates.map(({ id, email }) => ({ subscriber: id, email, variant: "en|*" }));
    const chunk = { issue: 1, deliveries, variants: [aVariant()], skipped: 0, after: 0, cursor: null };
    await store.addDeliveries(chunk, monday);
    const [claimed] = await store.claimDeliveries("me", 30_000, 9, monday);
    if (claimed === undefined) throw new Error("nothing is due");

    expect(candidates.map(({ email }) => email)).toEqual(["gone@example.org"]);
    expect(await store.armDelivery(claimed.claim, 30_000, monday)).toEqual({
      kind: "withdrawn",
      became: "cancelled",
    });
    expect((await store.listIssues())[0]?.accounting).toMatchObject({ candidates: 1, cancelled: 1 });
  });

  test("deliveries are written in chunks; a chunk written twice is written once", async () => {
    const store = await make();
    const { id: one } = await aSubscriber(store, "one@example.org");
    const { id: two } = await aSubscriber(store, "two@example.org");
    await store.openIssue(aNewIssue());
    const of = (subscriber: number, email: string) => ({ subscriber, email, variant: "en|*" });
    const first = {
      issue: 1,
      deliveries: [of(one, "one@example.org")],
      variants: [aVariant()],
      skipped: 3,
      after: 0,
      cursor: one,
    };

    expect(await store.addDeliveries(first, monday)).toBe("written");
    expect(await store.addDeliveries(first, monday)).toBe("passed");
    expect(await store.unfinishedIssue()).toMatchObject({
      issue: { number: 1, state: "opening" },
      cursor: one,
    });
    expect(await store.claimDeliveries("me", 1000, 10, monday)).toEqual([]);

    const last = {
      issue: 1,
      deliveries: [of(two, "two@example.org")],
      variants: [],
      skipped: 1,
      after: one,
      cursor: null,
    };
    await store.addDeliveries(last, monday);
    await store.addDeliveries(last, monday);
    expect(await store.unfinishedIssue()).toBeNull();
    expect(await store.listIssues()).toMatchObject([
      { state: "open", accounting: { candidates: 2, skipped: 4, pending: 2 } },
    ]);
  });

  test("a variant is frozen with its issue", async () => {
    const store = await make();
    await aSubscriber(store);
    await store.openIssue(aNewIssue());
    await store.addDeliveries(
      { issue: 1, deliveries: [], variants: [aVariant()], skipped: 0, after: 0, cursor: 1 },
      monday,
    );
    const other = aVariant({ html: "<p>Other</p>" });
    await store.addDeliveries(
      { issue: 1, deliveries: [], variants: [other], skipped: 0, after: 1, cursor: 2 },
      monday,
    );

    expect(await store.getVariant(1, "en|*")).toEqual(aVariant());
    expect(await store.getVariant(1, "zh|*")).toBeNull();
  });

  test("a chunk whose mail was never rendered is refused, and nothing of it is kept", async () => {
    const store = await make();
    const { id, email } = await aSubscriber(store);
    await store.openIssue(aNewIssue());
    const deliveries = [{ subscriber: id, email, variant: "en|nlp" }];

    const chunk = { issue: 1, deliveries, variants: [aVariant()], skipped: 0, after: 0, cursor: null };
    await expect(store.addDeliveries(chunk, monday)).rejects.toThrow('no variant "en|nlp"');

    expect(await statesOf(store)).toEqual([]);
    expect(await stateOf(store, 1)).toBe("opening");
  });

  test("a message is called the same whenever it is sent", async () => {
    const store = await make();
    await anOpenIssue(store);

    const [delivery] = await store.listDeliveries({ issue: 1, state: null, after: 0, limit: 1 });

    expect(delivery?.messageId).toBe("<i1.s1@digest.example.org>");
    expect(delivery).toMatchObject({
      errand: { kind: "issue", issue: 1, variant: "en|*" },
      email: "anna@example.org",
    });
  });

  test("an issue that waits for approval goes out when it is approved", async () => {
    const store = await make();
    await anOpenIssue(store, ["anna@example.org"], { thenState: "approval" });

    expect(await store.claimDeliveries("me", 1000, 10, monday)).toEqual([]);
    expect(await store.steerIssue(1, "resume", monday)).toBe("approval");
    expect(await store.steerIssue(1, "approve", monday)).toBe("open");
    expect(await store.claimDeliveries("me", 1000, 10, monday)).toHaveLength(1);
  });

  test("a paused or halted issue stands still until it is resumed", async () => {
    const store = await make();
    await anOpenIssue(store);

    for (const stop of ["pause", "halt"] as const) {
      expect(await store.steerIssue(1, stop, monday)).toBe(stop === "pause" ? "paused" : "halted");
      expect(await store.claimDeliveries("me", 1000, 10, monday)).toEqual([]);
      expect(await store.outboxLoad(monday)).toEqual({ due: 0, inFlight: 0, nextDueAt: null });
      expect(await store.steerIssue(1, "resume", monday)).toBe("open");
    }
    expect(await store.outboxLoad(monday)).toEqual({ due: 1, inFlight: 0, nextDueAt: monday });
    expect(await store.steerIssue(9, "pause", monday)).toBeNull();
  });

  test("an issue that is paused while it is written stays paused when it is", async () => {
    const store = await make();
    await store.openIssue(aNewIssue());
    expect(await store.steerIssue(1, "pause", monday)).toBe("opening");

    await store.addDeliveries(
      { issue: 1, deliveries: [], variants: [], skipped: 1, after: 0, cursor: null },
      monday,
    );

    expect(await stateOf(store, 1)).toBe("paused");
  });

  test("cancelling ends what waits, and what is on its way may arrive", async () => {
    const store = await make();
    await anOpenIssue(store, ["one@example.org", "two@example.org", "three@example.org"]);
    const [sending, leased] = await store.claimDeliveries("me", minute, 2, monday);
    if (sending === undefined || leased === undefined) throw new Error("nothing due");
    await store.armDelivery(sending.claim, minute, monday);

    expect(await store.steerIssue(1, "cancel", monday)).toBe("cancelled");

    expect(await statesOf(store)).toEqual(["submitting", "leased", "cancelled"]);
    const sent = { state: "sent", code: "250", dueAt: null, uncharged: false, serverIsAway: false } as const;
    const settled = await store.settleDelivery(
      sending.claim,
      sent,
      { claim: leased.claim, leaseMs: minute },
      monday,
    );
    expect(settled).toEqual({ settled: true, next: { kind: "withdrawn", became: "cancelled" } });
    expect(await statesOf(store)).toEqual(["sent", "cancelled", "cancelled"]);
    expect(await store.steerIssue(1, "resume", monday)).toBe("cancelled");
  });
}
