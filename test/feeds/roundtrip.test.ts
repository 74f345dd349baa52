import fc from "fast-check";
import { expect, test } from "vitest";
import { buildFeed } from "../../src/feeds/build.ts";
import { type FeedItem, itemOf } from "../../src/feeds/item.ts";
import { childrenOf } from "../../src/feeds/xml.ts";
import { isLong, tell } from "../support/long.ts";
import { anyPosts, anything } from "./chance.ts";
import { check } from "./checker/check.ts";
import { anAbout, monday } from "./posts.ts";
import { jsonFeed } from "./readers.ts";
import { atomExpected, atomTold, countsIn, parsedTold, rssExpected, rssTold, trees } from "./told.ts";

/** `POSTWIRE_LONG=1 npx vitest run --project node test/feeds/roundtrip.test.ts` walks 100,000 posts. */
const perFeed = 25;
const runs = isLong ? 4_000 : 12;
const timeout = isLong ? 3_600_000 : 180_000;

const present = (value: unknown) => (value === null ? 0 : 1);

/** How many elements of each name an entry has, by what the post says. */
function atomCounts(item: FeedItem): Readonly<Record<string, number>> {
  const { html, summary, author, image, categories, via, enclosures } = item;
  return nonZero({
    ...{ title: 1, id: 1, updated: 1, published: 1 },
    summary: summary !== null || html === null ? 1 : 0,
    ...{ content: present(html), author: present(author), "media:thumbnail": present(image) },
    ...{ category: categories.length, link: 1 + via.length + enclosures.length },
  });
}

function nonZero(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

test("any text in any field is read as its clean self by three parsers, and nothing beside it", {
  timeout,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyPosts(perFeed), async (posts) => {
      const about = anAbout();
      const { files, leftOut } = buildFeed(about, posts);
      const items = posts.flatMap((post) => {
        const item = itemOf(post, about.site);
        return "reason" in item ? [] : [item];
      });

      expect(leftOut).toEqual([]);
      const [atom, rss] = [files.atom.toString(), files.rss.toString()];
      for (const [name, tree] of Object.entries(trees)) {
        expect(atomTold(tree(atom)), `atom, ${name}`).toEqual(atomExpected(items));
        expect(rssTold(tree(rss)), `rss, ${name}`).toEqual(rssExpected(items));
        expect(childrenOf(tree(atom), "entry").map(countsIn), name).toEqual(items.map(atomCounts));
      }
      expect(await parsedTold(atom), "atom, rss-parser").toEqual(atomExpected(items));
      expect(await parsedTold(rss), "rss, rss-parser").toEqual(rssExpected(items));
      const told = jsonFeed(files).items;
      expect(told.map(({ title, summary, tags }) => [title, summary ?? null, tags ?? []])).toEqual(
        items.map(({ title, summary, categories }) => [
          title,
          summary,
          [...new Set(categories.map(({ name }) => name))],
        ]),
      );
    }),
    { numRuns: runs },
  );
  tell(`round trips: ${runs * perFeed} posts, each through three parsers`);
});

test("a validator has nothing to say of any of them", { timeout }, () => {
  const checked = isLong ? 800 : 6;
  fc.assert(
    fc.property(anyPosts(perFeed), anything, (posts, words) => {
      const about = anAbout({ title: words, subtitle: words, author: words, language: words });
      const { files } = buildFeed(about, posts);
      const findings = (["atom", "rss", "json"] as const).flatMap((format) =>
        check(files[format], about.urls[format], monday + 3_600_000),
      );
      // Titles that really hold markup characters look like markup in RSS.
      const meant = /^\/rss\/channel\/(?:item\/)?title:/;
      expect(findings.filter(({ name, at }) => !(name === "ContainsHTML" && meant.test(at)))).toEqual([]);
    }),
    { numRuns: checked },
  );
  tell(`validated: ${checked * perFeed} posts in three formats`);
});
