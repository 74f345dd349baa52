import { expect, test } from "vitest";
import { day, hour, minute } from "../../src/base/clock.ts";
import type { Source } from "../../src/domain/source.ts";
import type { Store } from "../../src/domain/store.ts";
import { aCandidate, aClaim, aPost, aRecord, aSource, looked, monday } from "../support/builders.ts";
import type { MakeStore } from "./contract.ts";

const noRules = { rename: {} };

/** What is configured, what is due, and who may look at it. */
export function sourceFacts(make: MakeStore): void {
  const storeWith = async (...sources: readonly Source[]): Promise<Store> => {
    const store = await make();
    await store.syncSources(sources, noRules, monday);
    return store;
  };

  test("a new source is due at once, and is looked at for the first time", async () => {
    const store = await storeWith(aSource());

    const claimed = await store.claimSource(aClaim(), monday);

    expect(claimed).toMatchObject({ id: "blog", owner: "me", isFirstLook: true });
    expect(claimed?.state).toMatchObject({ address: "https://blog.example/posts", failures: 0, last: null });
  });

  test("a source in somebody's hands is nobody else's until the lease is over", async () => {
    const store = await storeWith(aSource());
    await store.claimSource(aClaim({ owner: "first" }), monday);

    expect(await store.claimSource(aClaim({ owner: "second", force: true }), monday + 29_999)).toBeNull();
    expect(await store.claimSource(aClaim({ owner: "second" }), monday + 30_000)).not.toBeNull();
    expect(await store.renewSource("blog", "first", monday + hour)).toBe(false);
  });

  test("a renewed lease lasts", async () => {
    const store = await storeWith(aSource());
    await store.claimSource(aClaim(), monday);

    expect(await store.renewSource("blog", "me", monday + hour)).toBe(true);
    expect(await store.claimSource(aClaim({ owner: "other" }), monday + hour - 1)).toBeNull();
  });

  test("a hand that comes late writes nothing", async () => {
    const store = await storeWith(aSource());
    const late = await store.claimSource(aClaim({ owner: "late" }), monday);
    await store.claimSource(aClaim({ owner: "next" }), monday + hour);
    if (late === null) throw new Error("nothing claimed");

    const recorded = await store.recordFetch(late, aRecord([aCandidate()]), monday + hour);

    expect(recorded).toEqual({ kind: "lost" });
    expect(await store.latestPosts({ kind: "all" }, 10)).toEqual([]);
  });

  test("a source is left alone until its next look, unless forced", async () => {
    const store = await storeWith(aSource());
    await looked(store, "blog", [], monday, { nextLookAt: monday + hour });

    expect(await store.claimSource(aClaim(), monday + hour - 1)).toBeNull();
    expect(await store.nextLookAt(aClaim(), monday + hour)).toBe(monday + hour);
    expect(await store.nextLookAt(aClaim(), monday + hour - 1)).toBeNull();
    expect(await store.nextLookAt(aClaim({ force: true }), monday)).toBe(monday);
    expect(await store.claimSource(aClaim({ force: true }), monday)).not.toBeNull();
  });

  test("a feed that wants an hour to be skipped waits it out, though it was due before, unless forced", async () => {
    const store = await storeWith(aSource());
    const hints = { restMs: null, skipHours: [9, 10], skipDays: [] };
    await looked(store, "blog", [], monday, { hints, nextLookAt: monday + hour });
    const late = monday + 2.5 * hour;

    expect(await store.claimSource(aClaim(), late)).toBeNull();
    const next = (await store.nextLookAt(aClaim(), late + day)) ?? 0;
    expect(next).toBeGreaterThanOrEqual(monday + 4 * hour);
    expect(next).toBeLessThan(monday + 5 * hour);
    expect(await store.claimSource(aClaim({ force: true }), late)).not.toBeNull();
  });

  test("one host gets one request at a time, a gap apart; another host does not wait for it", async () => {
    const one = aSource({ id: "one", url: "https://same.example/one" });
    const two = aSource({ id: "two", url: "https://same.example/two" });
    const store = await storeWith(one, two, aSource({ id: "zed" }));
    const claim = aClaim({ hostGapMs: 2_000 });

    const first = await store.claimSource(claim, monday);
    const second = await store.claimSource(claim, monday);
    expect([first?.id, second?.id]).toEqual(["one", "zed"]);
    expect(await store.claimSource(claim, monday + 3_000)).toBeNull();

    if (first === null) throw new Error("nothing claimed");
    await store.recordFetch(
      first,
      aRecord([], { address: one.url, nextLookAt: monday + day }),
      monday + 3_000,
    );
    const again = aClaim({ hostGapMs: 2_000, notAgain: ["zed"] });
    expect(await store.nextLookAt(again, monday + 3_000)).toBe(monday + 5_000);
    expect(await store.claimSource(claim, monday + 4_999)).toBeNull();
    expect((await store.claimSource(claim, monday + 5_000))?.id).toBe("two");
  });

  test("a host that asks to be left alone is left alone, all of it, force or not", async () => {
    const one = aSource({ id: "one", url: "https://same.example/one" });
    const store = await storeWith(one, aSource({ id: "two", url: "https://same.example/two" }));

    await looked(store, "one", [], monday, {
      holds: [{ host: "same.example", until: monday + day }],
      nextLookAt: monday + day,
    });

    expect(await store.claimSource(aClaim({ force: true }), monday + day - 1)).toBeNull();
    expect(await store.nextLookAt(aClaim({ force: true }), monday)).toBe(monday + day);
    expect(await store.claimSource(aClaim({ force: true }), monday + day)).not.toBeNull();
  });

  test("a host that a look is led to is taken for it: until that is recorded, or for a minute", async () => {
    const store = await storeWith(
      aSource({ id: "one", url: "https://one.example/" }),
      aSource({ id: "two", url: "https://two.example/" }),
    );
    const visit = (source: string, at: number) => store.visitHost("two.example", source, 2_000, at);
    const claimed = await store.claimSource(aClaim({ only: "one" }), monday);
    if (claimed === null) throw new Error("nothing claimed");

    expect(await visit("one", monday)).toEqual({ kind: "welcome" });
    expect(await store.claimSource(aClaim(), monday + 29_000)).toBeNull();
    expect(await visit("zed", monday + minute - 1)).toEqual({ kind: "wait", ms: 1 });
    await store.recordFetch(
      claimed,
      aRecord([], { visited: ["two.example"], nextLookAt: monday + day }),
      monday + 10,
    );

    expect(await store.claimSource(aClaim(), monday + 9)).toBeNull();
    expect((await store.claimSource(aClaim({ hostGapMs: 2_000 }), monday + 2_010))?.id).toBe("two");
    expect(await visit("one", monday + 9_000)).toEqual({ kind: "wait", ms: 2_000 });
    expect(await visit("two", monday + 9_000)).toEqual({ kind: "welcome" });
  });

  test("hosts that nobody asks any more are forgotten, what they asked for is not while it counts", async () => {
    const store = await storeWith(aSource({ id: "one", url: "https://one.example/" }));
    const robots = { text: "User-agent: *", readAt: monday };
    await store.visitHost("two.example", "one", 2_000, monday);
    await looked(store, "one", [], monday, {
      holds: ["one.example", "three.example"].map((host) => ({ host, until: monday + 40 * day })),
    });
    await store.putRobots("https://two.example", robots, 0);
    await store.putRobots("https://one.example", { ...robots, readAt: monday + 10 * day }, 0);

    await store.forgetHosts(monday + day);

    expect(await store.getRobots("https://two.example")).toBeNull();
    expect(await store.getRobots("https://one.example")).not.toBeNull();
    for (const host of ["one.example", "three.example"])
      expect(await store.visitHost(host, "zed", 0, monday + 2 * day)).toMatchObject({ kind: "held" });
    await store.forgetHosts(monday + 80 * day);
    expect(await store.getRobots("https://one.example")).toBeNull();
  });

  test("what a clock wrote that was years ahead can be forgotten while the program goes on", async () => {
    const store = await storeWith(aSource({ id: "one", url: "https://one.example/" }));
    const later = monday + 400 * day;
    await looked(store, "one", [], later, {
      holds: [{ host: "one.example", until: later + day }],
      nextLookAt: later + day,
    });

    expect(await store.claimSource(aClaim(), monday)).toBeNull();
    await store.forgetTheFuture(monday);

    expect((await store.claimSource(aClaim(), monday + 1))?.id).toBe("one");
  });

  test("what was looked at in this round can be passed over, and one source picked out", async () => {
    const store = await storeWith(aSource({ id: "one" }), aSource({ id: "two" }));

    expect((await store.claimSource(aClaim({ notAgain: ["one"] }), monday))?.id).toBe("two");
    expect((await store.claimSource(aClaim({ only: "one" }), monday))?.id).toBe("one");
    expect(await store.nextLookAt(aClaim({ notAgain: ["one", "two"] }), monday)).toBeNull();
  });

  test("a changed address starts anew: nothing of the old page is sent to it, and it is due", async () => {
    const store = await storeWith(aSource());
    const validators = { url: "https://blog.example/posts", etag: '"1"', lastModified: null };
    const learned = { kind: "feed" } as const;
    const page = { validators, bodyHash: "abc" };
    await looked(store, "blog", [], monday, { page, learned, failures: 3, nextLookAt: monday + day });

    await store.syncSources([aSource({ url: "https://new.example/" })], noRules, monday);

    const claimed = await store.claimSource(aClaim(), monday);
    expect(claimed?.state).toMatchObject({ address: "https://new.example/", failures: 0 });
    expect(claimed?.state).toMatchObject({ validators: null, bodyHash: null, learned: null });
  });

  test("a page that is to be read in another way is read again, not answered with 'not modified'", async () => {
    const store = await storeWith(aSource());
    await looked(store, "blog", [], monday, {
      page: { validators: null, bodyHash: "abc" },
      nextLookAt: monday + day,
    });

    await store.syncSources([aSource({ drop: ["advert"] })], noRules, monday);

    expect((await store.claimSource(aClaim(), monday))?.state.bodyHash).toBeNull();
  });

  test("an unchanged configuration changes nothing", async () => {
    const store = await storeWith(aSource());
    await looked(store, "blog", [], monday, { nextLookAt: monday + day });
    const before = await store.listSources();

    await store.syncSources([aSource()], noRules, monday + hour);

    expect(await store.listSources()).toEqual(before);
  });

  test("a source that left the configuration keeps its posts and is never looked at", async () => {
    const store = await storeWith(aSource());
    await aPost(store, "blog");

    await store.syncSources([], noRules, monday);

    expect(await store.claimSource(aClaim({ force: true }), monday + day)).toBeNull();
    expect(await store.nextLookAt(aClaim(), monday)).toBeNull();
    expect(await store.listSources()).toMatchObject([{ id: "blog", configured: false, posts: 1 }]);
    expect(await store.latestPosts({ kind: "all" }, 10)).toHaveLength(1);
  });

  test("a source that is switched off is never looked at", async () => {
    const store = await storeWith(aSource({ enabled: false }));

    expect(await store.claimSource(aClaim({ force: true }), monday)).toBeNull();
  });

  test("failures and empty looks are counted, and what was learned lasts through them", async () => {
    const store = await storeWith(aSource());
    const page = { validators: null, bodyHash: "abc" };
    await looked(store, "blog", [aCandidate()], monday, { page });
    await looked(store, "blog", [], monday + hour);
    const failed = { outcome: "failed", detail: "No answer." } as const;
    await looked(store, "blog", [], monday + 2 * hour, { last: failed, failures: 1, page: null });

    const [row] = await store.listSources();

    expect(row?.state).toMatchObject({ emptyLooks: 1, failures: 1, bodyHash: "abc", last: failed });
    expect(row?.state).toMatchObject({
      lastLookAt: monday + 2 * hour,
      lastOkAt: monday + hour,
      lastNewAt: monday,
    });
  });
}
