import fc from "fast-check";
import { expect, test } from "vitest";
import { dayIn, isoInstant } from "../../src/base/clock.ts";
import type { Item } from "../../src/domain/page.ts";
import { extract } from "../../src/extract/registry.ts";
import { isLong } from "../support/long.ts";
import { invented } from "./invented.ts";

const numRuns = isLong ? 3_000 : 40;

const facts = (items: readonly Item[]) =>
  items.map(({ title, url, text, publishedAt }) => [title, url, text, isoInstant(publishedAt)]);

test("the posts of a listing in any template are found, and found again with what was learned", {
  timeout: isLong ? 1_800_000 : 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(invented, async ({ page, posts }) => {
      const first = await extract(page, { kind: "auto" }, null);
      const found = first.items.map(({ title, url, publishedAt }) => ({
        ...{ title, url },
        on: publishedAt === null ? null : dayIn("UTC", publishedAt),
      }));
      expect(found).toEqual(posts);

      const again = await extract(page, { kind: "auto" }, first.learned);
      expect(again.learned).toEqual(first.learned);
      expect(facts(again.items)).toEqual(facts(first.items));
    }),
    { numRuns, endOnFailure: true },
  );
});
