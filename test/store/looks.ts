import { expect, test } from "vitest";
import { day, hour } from "../../src/base/clock.ts";
import type { Store } from "../../src/domain/store.ts";
import { aCandidate, aPost, aSource, looked, monday } from "../support/builders.ts";
import type { MakeStore } from "./contract.ts";

const titles = (posts: readonly { readonly title: string }[]) => posts.map(({ title }) => title);

/** What a look brings: its order, what of it is news, what is held. */
export function lookFacts(make: MakeStore): void {
  const aBlog = async (): Promise<Store> => {
    const store = await make();
    await store.syncSources([aSource()], { rename: {} }, monday);
    return store;
  };
  const many = (count: number, given: Parameters<typeof aCandidate>[0] = {}) =>
    Array.from({ length: count }, (_, n) => aCandidate({ title: `Post ${n}`, ...given }));

  test("the first on the page is the newest, a millisecond apart", async () => {
    const store = await aBlog();

    const { new: posts } = await looked(store, "blog", many(3));

    expect(titles(posts)).toEqual(["Post 0", "Post 1", "Post 2"]);
    expect(posts.map(({ firstSeenAt }) => firstSeenAt - monday)).toEqual([2, 1, 0]);
    expect(titles(await store.latestPosts({ kind: "all" }, 10))).toEqual(["Post 0", "Post 1", "Post 2"]);
  });

  test("no two posts share an instant, even where the clock stands", async () => {
    const store = await aBlog();
    await looked(store, "blog", many(3), monday);
    await looked(store, "blog", [aCandidate({ title: "Later" })], monday);

    const posts = await store.listPosts({ source: null, after: 0, limit: 10 });

    expect(new Set(posts.map(({ updatedAt }) => updatedAt)).size).toBe(4);
    expect(posts.at(-1)).toMatchObject({ title: "Later", firstSeenAt: monday + 3 });
  });

  test("a post stands in time by its date, and one without a date by when it was first seen", async () => {
    const store = await aBlog();
    const dated = { publishedAt: monday - day };

    const { new: posts } = await looked(store, "blog", [aCandidate(dated), aCandidate({ title: "Undated" })]);

    expect(posts.map(({ orderAt }) => orderAt)).toEqual([monday - day, monday]);
    expect(posts.map(({ tag }) => tag)).toEqual([
      "tag:digest.example.org,2026-01-05:2",
      "tag:digest.example.org,2026-01-05:1",
    ]);
  });

  test("a date learned later is shown, but never reorders", async () => {
    const store = await aBlog();
    const { id, orderAt, updatedAt } = await aPost(store, "blog");

    await looked(store, "blog", [aCandidate({ publishedAt: monday - 3 * day })], monday + hour);

    expect(await store.getPost(id)).toMatchObject({ publishedAt: monday - 3 * day, orderAt, updatedAt });
  });

  test("updatedAt moves only when the title or the text really changed", async () => {
    const store = await aBlog();
    const { id, updatedAt } = await aPost(store, "blog", { title: "Budget" });

    const blank = aCandidate({
      title: "  BUDGET! ",
      text: "All about Budget.",
      url: "https://blog.example/posts/budget",
    });
    await looked(store, "blog", [blank], monday + hour);
    expect((await store.getPost(id))?.updatedAt).toBe(updatedAt);

    const edited = aCandidate({ title: "Budget, corrected", url: "https://blog.example/posts/budget" });
    const look = await looked(store, "blog", [edited], monday + 2 * hour);
    expect(look).toMatchObject({ changed: 1, known: 0, new: [] });
    expect(await store.getPost(id)).toMatchObject({
      title: "Budget, corrected",
      updatedAt: monday + 2 * hour,
    });
  });

  test("the backlog of a first look is not news: what is recent is, and three without a date", async () => {
    const store = await aBlog();
    const dated = [
      aCandidate({ title: "Old", publishedAt: monday - 30 * day }),
      aCandidate({ title: "Recent", publishedAt: monday - day }),
    ];

    await looked(store, "blog", [...many(5), ...dated], monday, { backfill: "recent" });

    expect(titles(await store.releasedPosts(0, 100))).toEqual(["Recent", "Post 2", "Post 1", "Post 0"]);
    expect((await store.digestCursor("weekly")).releasedTo).toBe(4);
    expect(await store.latestPosts({ kind: "all" }, 10)).toHaveLength(7);
  });

  test("everything later on is news, numbered without gaps, the oldest first", async () => {
    const store = await aBlog();
    await looked(store, "blog", many(5), monday, { backfill: "none" });

    const later = [aCandidate({ title: "B" }), aCandidate({ title: "A", publishedAt: monday - 90 * day })];
    await looked(store, "blog", later, monday + hour, { backfill: "none" });

    expect((await store.releasedPosts(0, 9)).map(({ title, releasedAs }) => [title, releasedAs])).toEqual([
      ["A", 1],
      ["B", 2],
    ]);
    expect(await store.releasedPosts(2, 9)).toEqual([]);
  });

  test("ten posts dated before the last look are churn: held, not shown, not news", async () => {
    const store = await aBlog();
    await aPost(store, "blog");

    const look = await looked(store, "blog", many(10, { publishedAt: monday - 90 * day }), monday + hour);

    expect(look.held).toBe(10);
    expect(titles(await store.latestPosts({ kind: "all" }, 20))).toEqual(["Budget"]);
    expect(await store.health(monday)).toMatchObject({ posts: 11, held: 10 });
  });

  test("nine of them are not, nor are posts of today where only the day is given", async () => {
    const store = await aBlog();
    await aPost(store, "blog");

    const old = await looked(store, "blog", many(9, { publishedAt: monday - 90 * day }), monday + hour);
    const today = Array.from({ length: 12 }, (_, n) =>
      aCandidate({ title: `Today ${n}`, publishedAt: Date.UTC(2026, 0, 5), dateOnly: true }),
    );
    const ofToday = await looked(store, "blog", today, monday + 2 * hour);

    expect([old.held, ofToday.held]).toEqual([0, 0]);
  });

  test("a held post that is released is news and shown; one that is hidden never is", async () => {
    const store = await aBlog();
    await aPost(store, "blog");
    const { new: held } = await looked(
      store,
      "blog",
      many(10, { publishedAt: monday - 90 * day }),
      monday + hour,
    );
    const [first, second] = held;
    if (first === undefined || second === undefined) throw new Error("nothing held");

    expect(await store.judgePost(first.id, "release", monday)).toBe(true);
    expect(await store.judgePost(second.id, "hide", monday)).toBe(true);

    expect(await store.getPost(first.id)).toMatchObject({ held: false, releasedAs: 2 });
    expect(await store.getPost(second.id)).toMatchObject({ held: true, releasedAs: null });
    expect(await store.judgePost(second.id, "release", monday)).toBe(false);
    expect(await store.judgePost(999, "release", monday)).toBe(false);
    expect(titles(await store.latestPosts({ kind: "all" }, 20))).toEqual(["Budget", "Post 0"]);
  });

  test("a post marks everything that shows it, and a mark made anew is not taken away", async () => {
    const store = await aBlog();
    await aPost(store, "blog", { categories: ["Tech"] });
    const [all, ...others] = await store.dirtyScopes();
    expect([all, ...others].map((dirty) => dirty?.scope)).toEqual([
      { kind: "all" },
      { kind: "category", slug: "tech" },
      { kind: "source", id: "blog" },
    ]);

    await aPost(store, "blog", { title: "Another" });
    await store.clearDirty(others);
    if (all !== undefined) await store.clearDirty([all]);

    const left = await store.dirtyScopes();
    expect(left.map(({ scope }) => scope.kind)).toEqual(["all", "source"]);
  });
}
