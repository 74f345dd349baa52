import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ShownPost } from "../../src/domain/post.ts";
import { buildFeed, type ItemMemory } from "../../src/feeds/build.ts";
import { memoryOf } from "../../src/feeds/memory.ts";
import { buildTwin } from "../../src/feeds/twin.ts";
import { inEnglish } from "../support/inwords.ts";
import { anyPosts } from "./chance.ts";
import { anAbout, aPost } from "./posts.ts";

const about = anAbout();
const site = { title: "Notes", url: about.site, language: "en", timeZone: "UTC", author: "", imprint: "" };
const urls = { pageUrl: about.pageUrl, listUrl: about.pageUrl, urls: about.urls };
const aboutTwin = {
  title: "N",
  subtitle: "",
  site,
  words: inEnglish.words,
  ...urls,
  styles: "f.css",
  icon: "i",
};

/** Every file of the feed of these posts, as text. */
function filesOf(posts: readonly ShownPost[], items?: ItemMemory, twins = memoryOf<string>(0)) {
  const { files, leftOut } = buildFeed(about, posts, items);
  const shown = posts.filter(({ publishedAt }) => publishedAt === null || Math.abs(publishedAt) < 1e15);
  return { ...files, twin: buildTwin(aboutTwin, shown, twins), leftOut };
}

/** What becomes of the posts of a feed: some change, some go, some change places. */
const fates = fc.array(
  fc.record({ edited: fc.nat(5), removed: fc.nat(5), first: fc.nat(5), title: fc.string() }),
  { maxLength: 4 },
);

describe("a feed that is built with what is known of its posts", () => {
  test.each([
    ["everything", 1_000_000],
    ["a few of them", 4_000],
  ])("has the same bytes as one built anew, whatever becomes of them, with room for %s", (_, room) => {
    fc.assert(
      fc.property(anyPosts(6), fates, (start, changes) => {
        const [items, twins]: [ItemMemory, ReturnType<typeof memoryOf<string>>] = [
          memoryOf(room),
          memoryOf(room),
        ];
        let posts = start;
        expect(filesOf(posts, items, twins)).toEqual(filesOf(posts));
        for (const { edited, removed, first, title } of changes) {
          posts = posts
            .map((post, n) =>
              n === edited ? { ...post, title, shownIn: [{ slug: "x", name: title }] } : post,
            )
            .filter((_post, n) => n !== removed)
            .toSorted((a, b) => Number(b.id === first) - Number(a.id === first));

          expect(filesOf(posts, items, twins)).toEqual(filesOf(posts));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("has what is new of a post that says the same, at the same time, in another category", () => {
    const items: ItemMemory = memoryOf(1_000_000);
    filesOf([aPost()], items);

    const { atom } = filesOf([aPost({ shownIn: [{ slug: "new", name: "New" }] })], items);

    expect(atom.toString()).toContain('term="new"');
  });
});

describe("a memory", () => {
  test("lets go of what was not asked for longest when there is no room", () => {
    const memory = memoryOf<string>(10);
    memory.keep("a", "A", 5);
    memory.keep("b", "B", 5);
    memory.get("a");

    memory.keep("c", "C", 5);

    expect(["a", "b", "c"].map((key) => memory.get(key))).toEqual(["A", null, "C"]);
  });

  test("keeps nothing that is larger than itself", () => {
    const memory = memoryOf<string>(10);
    memory.keep("a", "A", 5);

    memory.keep("b", "B", 11);

    expect(["a", "b"].map((key) => memory.get(key))).toEqual(["A", null]);
  });
});
