import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hour } from "../../src/base/clock.ts";
import type { Shelf } from "../../src/domain/shelf.ts";
import { folderShelf } from "../../src/feeds/write.ts";
import { publisher } from "../../src/jobs/publish.ts";
import { aCandidate, aPost, aSource, looked, monday } from "../support/builders.ts";
import { inEnglish } from "../support/inwords.ts";
import { aFolder, aStoreWith } from "../support/store.ts";

const site = {
  title: "Notes",
  url: "https://notes.example.org",
  language: "en",
  timeZone: "UTC",
  author: "Notes",
  imprint: "",
};
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const sources = [aSource(), aSource({ id: "other" })];

/** Two sources with a post each in a category of its own, published. */
async function aPublished(wrap: (shelf: Shelf) => Shelf = (shelf) => shelf) {
  const store = await aStoreWith(sources);
  const root = aFolder();
  const shelf = wrap(await folderShelf(root));
  const needs = {
    store,
    shelf,
    site,
    log: silent,
    feeds: { posts: 100, hub: null },
    ...inEnglish,
    now: () => monday,
  };
  await aPost(store, "blog", { categories: ["Tech"] });
  await aPost(store, "other", { title: "Elsewhere", categories: ["NLP"] });
  const publish = publisher(needs);
  const first = await publish();
  return { store, root, shelf, needs, publish, first };
}

/** Every file of the folder with what it is known by: one that was put there anew has another inode. */
function filesIn(root: string): ReadonlyMap<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(root, name)).isFile(),
  );
  return new Map(
    names.map((name) => {
      const { ino, mtimeMs } = statSync(join(root, name));
      return [name.replaceAll("\\", "/"), `${ino} ${mtimeMs}`];
    }),
  );
}

function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  return [...after]
    .filter(([name, id]) => before.get(name) !== id)
    .map(([name]) => name)
    .sort();
}

const looks = [...inEnglish.looks.keys()];
const formats = ["atom", "html", "json", "rss"];
const forms = (path: string) => [path, `${path}.br`, `${path}.gz`];

describe("publishing", () => {
  test("writes every feed in every format, with its packed forms, and the list of feeds", async () => {
    const { root, first } = await aPublished();

    const stems = ["all", "c/tech", "c/nlp", "s/blog", "s/other"];
    const feeds = stems.flatMap((stem) => formats.map((format) => `feeds/${stem}.${format}`));
    expect([...filesIn(root).keys()]).toEqual(
      expect.arrayContaining([...feeds, ...looks, "feeds.opml"].flatMap(forms)),
    );
    expect(first).toMatchObject({ written: feeds.length + looks.length + 1, unchanged: 0, leftOut: 0 });
  });

  test("a post makes its own feeds anew: everything, its category, its source, and no others", async () => {
    const { store, root, publish } = await aPublished();
    const before = filesIn(root);
    await aPost(store, "blog", { title: "New", categories: ["Tech"] }, monday + hour);

    const result = await publish();

    const anew = ["all", "c/tech", "s/blog"].flatMap((stem) =>
      formats.map((format) => `feeds/${stem}.${format}`),
    );
    expect(changed(before, filesIn(root))).toEqual(anew.flatMap(forms).sort());
    expect(result).toMatchObject({ written: anew.length, unchanged: 0 });
  });

  test("nothing new writes nothing, by this process or the next one", async () => {
    const { store, root, needs, publish } = await aPublished();
    const before = filesIn(root);
    await looked(store, "blog", [aCandidate({ categories: ["Tech"] })], monday + hour);

    expect(await publish()).toMatchObject({ written: 0, unchanged: 0 });
    expect(await publisher(needs)()).toMatchObject({ written: 0 });
    await store.markDirty([{ kind: "all" }]);
    expect(await publish()).toMatchObject({ written: 0 });

    expect(changed(before, filesIn(root))).toEqual([]);
  });

  test("a new category is in the list of feeds", async () => {
    const { store, root, publish } = await aPublished();
    await aPost(store, "blog", { title: "New", categories: ["Ärger"] }, monday + hour);

    await publish();

    expect(readFileSync(join(root, "feeds.opml"), "utf8")).toContain("/feeds/c/%C3%A4rger.atom");
  });

  test("what is missing from the shelf comes back, as it was", async () => {
    const { root, publish, needs } = await aPublished();
    const bytes = readFileSync(join(root, "feeds/c/tech.rss"));
    rmSync(join(root, "feeds", "c"), { recursive: true });
    rmSync(join(root, "feeds.opml"));
    const before = filesIn(root);
    rmSync(join(root, "feeds/s/blog.json.br"));

    expect(await publish()).toMatchObject({ written: 9 });

    expect(readFileSync(join(root, "feeds/c/tech.rss"))).toEqual(bytes);
    expect(filesIn(root).get("feeds/s/blog.json")).toBe(before.get("feeds/s/blog.json"));
    expect(existsSync(join(root, "feeds/s/blog.json.br"))).toBe(true);
    expect(await publisher(needs)()).toMatchObject({ written: 0 });
  });

  test("the feeds of a source go with it, packed or not, and come back with it", async () => {
    const { store, root, publish } = await aPublished();
    const before = filesIn(root);
    await store.syncSources([aSource({ id: "other" })], { rename: {} }, monday);

    expect(await publish()).toMatchObject({ removed: 4 });
    expect([...filesIn(root).keys()].filter((name) => name.includes("blog"))).toEqual([]);
    expect(filesIn(root).get("feeds/c/tech.atom")).toBe(before.get("feeds/c/tech.atom"));
    expect(readFileSync(join(root, "feeds.opml"), "utf8")).not.toContain("blog");

    await store.syncSources(sources, { rename: {} }, monday);
    await publish();
    expect([...filesIn(root).keys()].sort()).toEqual([...before.keys()].sort());
  });

  test("what a full disk left undone is done the next time", async () => {
    let isFull = false;
    const { store, root, publish } = await aPublished((shelf) => ({
      ...shelf,
      writeAll: async (files) => {
        if (isFull) throw new Error("no space left");
        return shelf.writeAll(files);
      },
    }));
    await aPost(store, "blog", { title: "New" }, monday + hour);
    isFull = true;
    await expect(publish()).rejects.toThrow("no space");
    isFull = false;

    expect(await publish()).toMatchObject({ written: 8 });
    expect(readFileSync(join(root, "feeds/all.atom"), "utf8")).toContain("New");
  });

  test("a post that comes while feeds are written is published in the same run", async () => {
    let late: (() => Promise<unknown>) | null = null;
    const { store, root, publish } = await aPublished((shelf) => ({
      ...shelf,
      writeAll: async (files) => {
        const results = await shelf.writeAll(files);
        const come = late;
        late = null;
        await come?.();
        return results;
      },
    }));
    await aPost(store, "blog", { title: "New" }, monday + hour);
    late = () => aPost(store, "blog", { title: "Late" }, monday + hour);

    await publish();

    expect(readFileSync(join(root, "feeds/all.atom"), "utf8")).toContain("Late");
    expect(await publish()).toMatchObject({ written: 0, unchanged: 0 });
  });
});
