import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import type { Item, Page } from "../../src/domain/page.ts";
import { extract } from "../../src/extract/registry.ts";

const folder = new URL("./", import.meta.url);
const names = readdirSync(folder).flatMap((name) => /^none-([\w-]+)\.html$/.exec(name)?.[1] ?? []);

function aPage(name: string): Page {
  return {
    url: `https://${name}.example/page`,
    contentType: "text/html",
    text: readFileSync(new URL(`none-${name}.html`, folder), "utf8"),
    zone: "UTC",
    readAt: Date.parse("2026-01-14T12:00:00Z"),
  };
}

/** The titles of what is found on a page; a page that is refused as unreadable gives nothing as well. */
async function titlesOn(page: Page): Promise<(string | null)[]> {
  try {
    const { items } = await extract(page, { kind: "auto" }, null);
    return items.map(({ title }: Item) => title);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "unreadable") return [];
    throw thrown;
  }
}

test.each(names)("a page that is no listing gives no posts: %s", async (name) => {
  expect(await titlesOn(aPage(name))).toEqual([]);
});
