import { describe, expect, test } from "vitest";
import { buildFeed } from "../../src/feeds/build.ts";
import { maxFeedBytes } from "../../src/feeds/room.ts";
import { anAbout, aPost } from "./posts.ts";
import { jsonFeed } from "./readers.ts";

describe("a feed of long posts", () => {
  test("is no longer than validators read: the longest contents give way to their summaries", () => {
    const posts = [1, 2, 3, 4, 5, 6].map((id) =>
      aPost({ id, html: `<p>${"大".repeat(id * 100_000)}</p>`, text: "What it says." }),
    );

    const { files, leftOut } = buildFeed(anAbout(), posts);

    expect(leftOut).toEqual([]);
    for (const file of Object.values(files)) expect(file.length).toBeLessThanOrEqual(maxFeedBytes);
    expect(
      jsonFeed(files).items.map(({ content_html, content_text }) => content_html?.length ?? content_text),
    ).toEqual([100_007, 200_007, 300_007, 400_007, 500_007, "What it says."]);
  });
});
