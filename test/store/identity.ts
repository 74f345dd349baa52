import { expect, test } from "vitest";
import { day, hour } from "../../src/base/clock.ts";
import type { Store } from "../../src/domain/store.ts";
import { aCandidate, aPost, aSource, looked, monday } from "../support/builders.ts";
import type { MakeStore } from "./contract.ts";

const long = "A text that is long enough to tell, by itself, that two sources have the very same post.";

/** Which items are one post. */
export function identityFacts(make: MakeStore): void {
  const aBlog = async (): Promise<Store> => {
    const store = await make();
    await store.syncSources([aSource(), aSource({ id: "other" })], { rename: {} }, monday);
    return store;
  };
  const ids = async (store: Store) =>
    (await store.listPosts({ source: null, after: 0, limit: 1000 })).map(({ id, key }) => ({ id, key }));

  test("reading an unchanged page a hundred times adds nothing and changes no id", async () => {
    const store = await aBlog();
    const page = Array.from({ length: 12 }, (_, n) =>
      aCandidate({ title: `Post ${n}`, categories: ["Tech"] }),
    );
    await looked(store, "blog", page);
    const before = await store.listPosts({ source: null, after: 0, limit: 100 });
    await store.clearDirty(await store.dirtyScopes());

    for (let times = 0; times < 100; times++) {
      const shuffled = page.toSorted(
        (a, b) => ((a.title.length + times) % 3) - ((b.title.length * times) % 3),
      );
      const look = await looked(store, "blog", shuffled, monday + times * hour);
      expect(look).toEqual({ kind: "recorded", new: [], changed: 0, known: 12, held: 0 });
    }

    expect(await store.listPosts({ source: null, after: 0, limit: 100 })).toEqual(before);
    expect(await store.dirtyScopes()).toEqual([]);
  });

  test("appearances merge: a later look adds a category and a date, and never empties a field", async () => {
    const store = await aBlog();
    const bare = { url: null, title: "Budget", text: "All about Budget." };
    const { id } = await aPost(store, "blog", { ...bare, categories: ["Tech"], author: "Ann" });

    const again = aCandidate({ ...bare, categories: ["Money"], publishedAt: monday - day });
    expect(await looked(store, "blog", [again], monday + hour)).toMatchObject({ changed: 1, new: [] });
    await looked(store, "blog", [aCandidate(bare)], monday + 2 * hour);

    const post = await store.getPost(id);
    expect(post).toMatchObject({ author: "Ann", publishedAt: monday - day, categories: ["Tech", "Money"] });
    expect(post?.shownIn.map(({ slug }) => slug)).toEqual(["tech", "money"]);
  });

  test("a new guid, or https for http, is the same post with the same id", async () => {
    const store = await aBlog();
    const { id } = await aPost(store, "blog", {
      keys: { guid: "guid:1", url: "url:http://a.example/1", text: null },
    });

    const secure = aCandidate({ keys: { guid: "guid:https-1", url: "url:http://a.example/1", text: null } });
    const look = await looked(store, "blog", [secure], monday + hour);

    expect(look.new).toEqual([]);
    expect(await ids(store)).toEqual([{ id, key: "guid:https-1" }]);
  });

  test("a second key names nothing while the first one is still on the page", async () => {
    const store = await aBlog();
    const first = aCandidate({
      title: "One",
      keys: { guid: "guid:1", url: "url:http://a.example/", text: null },
    });
    const second = aCandidate({
      title: "Two",
      keys: { guid: "guid:2", url: "url:http://a.example/", text: null },
    });
    await looked(store, "blog", [first]);

    const look = await looked(store, "blog", [second, first], monday + hour);

    expect(look.new.map(({ key }) => key)).toEqual(["guid:2"]);
  });

  test("a site that moves to another host keeps its posts", async () => {
    const store = await aBlog();
    const at = (host: string) =>
      Array.from({ length: 12 }, (_, n) =>
        aCandidate({ title: `Post ${n}`, url: `https://${host}/posts/${n}` }),
      );
    await looked(store, "blog", at("old.example"));
    const before = (await ids(store)).map(({ id }) => id);

    const look = await looked(store, "blog", at("new.example"), monday + hour);

    expect(look.new).toEqual([]);
    expect((await ids(store)).map(({ id }) => id)).toEqual(before);
    expect((await store.getPost(1))?.url).toMatch(/^https:\/\/new\.example\//);
  });

  test("a post that moves, is decorated and gets another title on the same day is the same post", async () => {
    const store = await aBlog();
    const at = (title: string, url: string) =>
      aCandidate({
        title,
        text: "About the bridge.",
        publishedAt: monday,
        url,
        keys: { guid: `guid:${url}`, url: `url:${url.split("?")[0]}`, text: "text:bridge" },
      });
    await looked(store, "blog", [at("Bridge", "http://a.example/1?utm_source=a")]);

    const look = await looked(
      store,
      "blog",
      [at("Bridge, corrected", "https://b.example/1?utm_source=b")],
      monday + hour,
    );

    expect(look.new).toEqual([]);
  });

  test("a weekly post with always the same words is a new post every week", async () => {
    const store = await aBlog();
    const thread = (week: number) =>
      aCandidate({ title: "Open thread", text: "Talk here.", url: `https://blog.example/thread-${week}` });
    await looked(store, "blog", [thread(1)]);

    const undated = await looked(store, "blog", [thread(2)], monday + 7 * day);
    const episode = (n: number) =>
      aCandidate({
        title: n > 2 ? "Links of the week" : `Episode ${n}`,
        text: long,
        url: `https://blog.example/e/${n}`,
        publishedAt: monday + n * 7 * day,
      });
    await looked(store, "blog", [episode(1)], monday + 8 * day);
    const dated = await looked(store, "blog", [episode(2)], monday + 15 * day);
    await looked(store, "blog", [episode(3)], monday + 22 * day);
    const alike = await looked(store, "blog", [episode(4)], monday + 29 * day);

    expect([undated, dated, alike].map((look) => look.new.length)).toEqual([1, 1, 1]);
  });

  test("a pruned post never comes back, by none of its keys", async () => {
    const store = await aBlog();
    const keys = { guid: "guid:1", url: "url:https://a.example/1", text: "text:1" };
    await aPost(store, "blog", { keys, publishedAt: monday - 900 * day });

    expect(await store.prunePosts(monday - 800 * day, 10)).toBe(0);
    expect(await store.prunePosts(monday + day, 10)).toBe(1);

    for (const key of Object.values(keys)) {
      const look = await looked(store, "blog", [aCandidate({ key, keys })], monday + hour);
      expect(look).toMatchObject({ new: [], known: 1 });
    }
    const known = await store.knownKeys("blog", [...Object.values(keys), "guid:2"]);
    expect([...known].toSorted()).toEqual(Object.values(keys).toSorted());
  });

  test("an id is never given twice, not even after its post was pruned", async () => {
    const store = await aBlog();
    const { id } = await aPost(store, "blog", { publishedAt: monday - 900 * day });
    await store.prunePosts(monday + day, 10);

    expect((await aPost(store, "blog", { title: "Next" })).id).toBe(id + 1);
  });

  test("pruning goes in chunks, and leaves what is young enough", async () => {
    const store = await aBlog();
    const page = [1, 2, 3, 4].map((n) =>
      aCandidate({ title: `Post ${n}`, publishedAt: monday + (4 - n) * day }),
    );
    await looked(store, "blog", page, monday + 4 * day);

    expect(await store.prunePosts(monday + 2 * day, 10)).toBe(0);
    await looked(
      store,
      "blog",
      [aCandidate({ title: "Post 5", publishedAt: monday + 9 * day })],
      monday + 9 * day,
    );
    expect(await store.prunePosts(monday + 5 * day, 1)).toBe(1);
    expect(await store.prunePosts(monday + 5 * day, 1)).toBe(1);
    expect((await store.latestPosts({ kind: "all" }, 10)).map(({ title }) => title)).toEqual([
      "Post 5",
      "Post 1",
      "Post 2",
    ]);
  });

  test("which keys are known is said per source", async () => {
    const store = await aBlog();
    const { key } = await aPost(store, "blog");

    expect(await store.knownKeys("blog", [key, "url:nowhere"])).toEqual(new Set([key]));
    expect(await store.knownKeys("other", [key])).toEqual(new Set());
  });

  test("one post told at two sources is shown once, with the other place named, and is news once", async () => {
    const store = await aBlog();
    const first = await aPost(store, "blog", { url: "https://a.example/1" });
    const second = await aPost(
      store,
      "other",
      { url: "https://a.example/1", title: "Budget (via A)" },
      monday + hour,
    );

    const [shown, ...rest] = await store.latestPosts({ kind: "all" }, 10);
    expect(rest).toEqual([]);
    expect(shown).toMatchObject({
      id: first.id,
      alsoAt: [{ source: "other", sourceName: "The other", url: "https://a.example/1" }],
    });
    expect(await store.latestPosts({ kind: "source", id: "other" }, 10)).toMatchObject([{ id: second.id }]);
    expect((await store.releasedPosts(0, 9)).map(({ id }) => id)).toEqual([first.id]);
    expect(await store.releasedPosts(1, 9)).toEqual([]);
    expect(await store.listPosts({ source: null, after: 0, limit: 9 })).toHaveLength(2);
  });

  test("a long text tells the same post at another source, a short one does not", async () => {
    const store = await aBlog();
    await looked(store, "blog", [
      aCandidate({ title: "Long", text: long }),
      aCandidate({ title: "Hi", text: "Hello." }),
    ]);
    const there = [
      aCandidate({ title: "Long", text: long, url: "https://other.example/l" }),
      aCandidate({ title: "Hi", text: "Hello.", url: "https://other.example/h" }),
    ];
    await looked(store, "other", there, monday + hour);

    const shown = await store.latestPosts({ kind: "all" }, 10);

    expect(shown.map(({ title, alsoAt }) => [title, alsoAt.length])).toEqual([
      ["Hi", 0],
      ["Long", 1],
      ["Hi", 0],
    ]);
  });

  test("when the first place is gone, the next one stands in", async () => {
    const store = await aBlog();
    await aPost(store, "blog", { url: "https://a.example/1", publishedAt: monday - 900 * day });
    const second = await aPost(store, "other", { url: "https://a.example/1" }, monday + 3 * day);

    await store.prunePosts(monday + 2 * day, 10);

    expect(await store.latestPosts({ kind: "all" }, 10)).toMatchObject([{ id: second.id, alsoAt: [] }]);
  });
}
