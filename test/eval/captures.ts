import { readFileSync } from "node:fs";
import { join } from "node:path";
import { squash } from "../../src/base/text.ts";
import type { Page } from "../../src/domain/page.ts";
import { dayOf } from "../../src/extract/dates/moment.ts";
import { extract } from "../../src/extract/registry.ts";

interface Expected {
  readonly category: string | null;
  readonly date: string | null;
  readonly textStart: string;
  readonly textEnd: string;
}

/** Reads each capture as `kind: text` does; what becomes of all of them together is a test of the store's. */
export async function captures(folder: string): Promise<void> {
  const { files } = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as {
    files: readonly { file: string; posts: readonly Expected[] }[];
  };
  for (const { file, posts } of files) {
    const text = readFileSync(join(folder, file), "utf8");
    const page: Page = {
      url: "https://captures.example/",
      contentType: "text/plain",
      text,
      zone: "UTC",
      readAt: Date.now(),
    };
    const { items } = await extract(page, { kind: "text" }, null);
    const right = posts.filter((post, n) => {
      const {
        text: said,
        categories,
        publishedAt,
      } = items[n] ?? { text: "", categories: [], publishedAt: null };
      const words = squash(said ?? "");
      const date = publishedAt === null ? null : dayOf(publishedAt, "UTC").toString();
      const isText = words.startsWith(post.textStart) && words.endsWith(post.textEnd);
      return isText && (categories[0] ?? null) === post.category && date === post.date;
    });
    console.log(`captures: ${file}: ${items.length} posts found, ${right.length} of ${posts.length} right`);
  }
}
