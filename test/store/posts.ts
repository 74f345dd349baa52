import { expect, test } from "vitest";
import { hour } from "../../src/base/clock.ts";
import type { CategoryRules } from "../../src/domain/records.ts";
import type { Source } from "../../src/domain/source.ts";
import type { Store } from "../../src/domain/store.ts";
import { aCandidate, aPost, aSource, looked, monday } from "../support/builders.ts";
import type { MakeStore } from "./contract.ts";

/** Categories, and how posts are read. */
export function postFacts(make: MakeStore): void {
  const storeWith = async (
    source: Partial<Source> = {},
    rename: CategoryRules["rename"] = {},
  ): Promise<Store> => {
    const store = await make();
    await store.syncSources([aSource(source)], { rename }, monday);
    return store;
  };
  const slugsOf = async (store: Store, id: number) =>
    (await store.getPost(id))?.shownIn.map(({ slug }) => slug);
  const scopes = async (store: Store) =>
    (await store.dirtyScopes()).map(({ scope }) => JSON.stringify(Object.values(scope)));
  const cleaned = async (store: Store) => store.clearDirty(await store.dirtyScopes());

  test("a post is in its own categories, renamed as configured, and in its source's", async () => {
    const store = await storeWith({ category: "Notes" }, { "Large Model": "大模型" });

    const { id } = await aPost(store, "blog", { categories: ["large model", "NLP"] });

    expect(await store.getPost(id)).toMatchObject({
      categories: ["large model", "NLP"],
      shownIn: [
        { slug: "大模型", name: "大模型" },
        { slug: "nlp", name: "NLP" },
        { slug: "notes", name: "Notes" },
      ],
    });
  });

  test("names that differ in case or width are one category, under the name that came first", async () => {
    const store = await storeWith();
    const { id } = await aPost(store, "blog", { categories: ["NLP", "nlp", "ＮＬＰ", " nlp "] });

    expect((await store.getPost(id))?.shownIn).toEqual([{ slug: "nlp", name: "NLP" }]);
  });

  test("other names with the same slug get a number, and a name of symbols is called category", async () => {
    const store = await storeWith();
    const { id } = await aPost(store, "blog", { categories: ["C", "C++", "C#", "!?", "…"] });

    expect(await slugsOf(store, id)).toEqual(["c", "c-2", "c-3", "category", "category-2"]);
  });

  test("categories are listed with how many posts they show, one told twice counted once", async () => {
    const store = await make();
    await store.syncSources([aSource(), aSource({ id: "other" })], { rename: {} }, monday);
    await aPost(store, "blog", { url: "https://a.example/1", categories: ["NLP"] });
    const { orderAt } = await aPost(store, "other", {
      url: "https://a.example/1",
      categories: ["NLP", "Tech"],
    });

    expect(await store.listCategories()).toEqual([
      { slug: "nlp", name: "NLP", posts: 1, newestAt: orderAt },
      { slug: "tech", name: "Tech", posts: 1, newestAt: orderAt },
    ]);
  });

  test("categories count what they show, whatever becomes of it", async () => {
    const store = await make();
    const sources = [aSource(), aSource({ id: "other" })];
    await store.syncSources(sources, { rename: {} }, monday);
    const told = { url: "https://a.example/1", categories: ["NLP", "Tech"] };
    await aPost(store, "blog", told);
    await aPost(store, "other", { ...told, categories: ["NLP"] });
    const backdated = Array.from({ length: 10 }, (_, n) =>
      aCandidate({ title: `Old ${n}`, categories: ["NLP"], publishedAt: monday - 30 * 24 * hour }),
    );
    const { new: held } = await looked(store, "blog", backdated, monday + hour);
    const counts = async () => {
      const rows = await store.listCategories();
      for (const { slug, posts } of rows) {
        const shown = await store.latestPosts({ kind: "category", slug }, 100);
        expect([slug, posts]).toEqual([slug, shown.length]);
      }
      const has = (await store.listSources()).map(({ id, posts }) => [id, posts]);
      return Object.fromEntries([...has, ...rows.map(({ slug, posts }) => [slug, posts])]);
    };
    expect(await counts()).toEqual({ blog: 11, other: 1, nlp: 1, tech: 1 });

    await store.judgePost(held[0]?.id ?? 0, "release", monday);
    await store.judgePost(held[1]?.id ?? 0, "hide", monday);
    expect(await counts()).toEqual({ blog: 11, other: 1, nlp: 2, tech: 1 });

    await store.syncSources(sources, { rename: { NLP: "Tech" } }, monday + hour);
    expect(await counts()).toEqual({ blog: 11, other: 1, nlp: 0, tech: 2 });

    while ((await store.prunePosts(monday + 2 * hour, 1)) > 0) await counts();
    expect(await counts()).toEqual({ blog: 0, other: 0, nlp: 0, tech: 0 });
  });

  test("a category shows its posts, newest first, and one told twice once", async () => {
    const store = await make();
    await store.syncSources(
      [aSource({ category: "Notes" }), aSource({ id: "other", category: "Tech" })],
      { rename: {} },
      monday,
    );
    const first = await aPost(store, "blog", { url: "https://a.example/1" });
    const told = await aPost(store, "other", { url: "https://a.example/1" }, monday + hour);
    const newer = await aPost(store, "other", { title: "Newer" }, monday + 2 * hour);

    const tech = await store.latestPosts({ kind: "category", slug: "tech" }, 10);

    expect(tech.map(({ id }) => id)).toEqual([newer.id, told.id]);
    expect(tech[1]?.alsoAt).toMatchObject([{ source: "blog" }]);
    const all = await store.latestPosts({ kind: "all" }, 10);
    expect(all.map(({ id }) => id)).toEqual([newer.id, first.id]);
    expect(await store.latestPosts({ kind: "category", slug: "none" }, 10)).toEqual([]);
  });

  test("renaming a category files its posts anew and keeps the old slug for itself", async () => {
    const store = await storeWith();
    const { id } = await aPost(store, "blog", { categories: ["Large Model"] });
    await cleaned(store);

    await store.syncSources([aSource()], { rename: { "Large Model": "LLM" } }, monday + hour);

    expect(await slugsOf(store, id)).toEqual(["llm"]);
    expect(await scopes(store)).toEqual([
      '["all"]',
      '["category","large-model"]',
      '["category","llm"]',
      '["source","blog"]',
    ]);
    expect(await store.listCategories()).toMatchObject([
      { slug: "llm", posts: 1 },
      { slug: "large-model", posts: 0 },
    ]);
  });

  test("a source that gets another category takes its posts along", async () => {
    const store = await storeWith({ category: "Notes" });
    const { id } = await aPost(store, "blog");
    await cleaned(store);

    await store.syncSources([aSource({ category: "Papers" })], { rename: {} }, monday + hour);

    expect(await slugsOf(store, id)).toEqual(["papers"]);
    expect(await scopes(store)).toContain('["category","notes"]');
  });

  test("a source that is called otherwise is out of date wherever it is named", async () => {
    const store = await storeWith({ category: "Notes" });
    await aPost(store, "blog");
    await cleaned(store);

    await store.syncSources(
      [aSource({ category: "Notes", name: "Otherwise" })],
      { rename: {} },
      monday + hour,
    );

    expect(await scopes(store)).toEqual(['["all"]', '["category","notes"]', '["source","blog"]']);
    expect((await store.getPost(1))?.sourceName).toBe("Otherwise");
  });

  test("where a post is told elsewhere, the other place is out of date with it", async () => {
    const store = await make();
    await store.syncSources([aSource(), aSource({ id: "other" })], { rename: {} }, monday);
    await aPost(store, "blog", { url: "https://a.example/1" });
    await cleaned(store);

    await aPost(store, "other", { url: "https://a.example/1" });

    expect(await scopes(store)).toEqual(['["all"]', '["source","blog"]', '["source","other"]']);
  });

  test("what else feeds show marks everything when it changes, and nothing while it does not", async () => {
    const store = await storeWith({ category: "Notes" });
    await aPost(store, "blog");
    await store.publishAs("one");
    await cleaned(store);

    await store.publishAs("one");
    expect(await scopes(store)).toEqual([]);

    await store.publishAs("two");
    expect(await scopes(store)).toEqual(['["all"]', '["category","notes"]', '["source","blog"]']);
  });

  test("a source that comes, is renamed or goes is out of date itself, with or without posts", async () => {
    const store = await storeWith();
    expect(await scopes(store)).toEqual(['["source","blog"]']);
    for (const sources of [[aSource({ name: "Other" })], [], [aSource({ name: "Other" })]]) {
      await cleaned(store);
      await store.syncSources(sources, { rename: {} }, monday);
      expect(await scopes(store)).toEqual(['["source","blog"]']);
    }
    await cleaned(store);
    await store.syncSources([aSource({ name: "Other" })], { rename: {} }, monday);
    expect(await scopes(store)).toEqual([]);
  });

  test("what has a feed is listed with its name, and what had one: categories and sources", async () => {
    const store = await make();
    await store.syncSources([aSource(), aSource({ id: "old" })], { rename: {} }, monday);
    await aPost(store, "old", { categories: ["NLP"] });
    await store.syncSources([aSource()], { rename: {} }, monday);

    expect(await store.listScopes()).toEqual([
      { scope: { kind: "category", slug: "nlp" }, name: "NLP", isGone: false },
      { scope: { kind: "source", id: "blog" }, name: "The blog", isGone: false },
      { scope: { kind: "source", id: "old" }, name: "The old", isGone: true },
    ]);
  });

  test("a mark that another process took away meanwhile is made anew", async () => {
    const store = await storeWith();
    await cleaned(store);
    const all = { kind: "all" } as const;
    await store.markDirty([all]);
    const marks = await store.dirtyScopes();

    await store.clearDirty(marks);
    expect(await scopes(store)).toEqual([]);
    await store.clearDirty(marks);

    const [anew] = await store.dirtyScopes();
    expect(anew?.scope).toEqual(all);
    expect(anew?.version).toBeGreaterThan(marks[0]?.version ?? 0);
  });

  test("posts are listed by id, a page at a time, held ones too", async () => {
    const store = await make();
    await store.syncSources([aSource(), aSource({ id: "other" })], { rename: {} }, monday);
    await looked(store, "blog", [aCandidate({ title: "B" }), aCandidate({ title: "A" })]);
    await aPost(store, "other", { title: "C" });

    const first = await store.listPosts({ source: null, after: 0, limit: 2 });
    expect(first.map(({ title }) => title)).toEqual(["A", "B"]);
    expect(await store.listPosts({ source: null, after: 2, limit: 2 })).toMatchObject([{ title: "C" }]);
    expect(await store.listPosts({ source: "other", after: 0, limit: 9 })).toMatchObject([{ title: "C" }]);
    expect(await store.getPost(99)).toBeNull();
  });
}
