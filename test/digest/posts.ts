import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { day } from "../../src/base/clock.ts";
import { slugOf } from "../../src/base/text.ts";
import { speech } from "../../src/base/words.ts";
import type { Sheet } from "../../src/digest/view.ts";
import type { IssuePost } from "../../src/domain/issue.ts";
import type { Site } from "../../src/domain/site.ts";

const root = new URL("../../", import.meta.url);
const locale = (tag: string) => JSON.parse(readFileSync(new URL(`locales/${tag}.json`, root), "utf8"));

/** The mail templates as they are shipped. */
export const templates = fileURLToPath(new URL("templates", root));
export const { in: wordsOf } = speech({ en: locale("en"), zh: locale("zh") }, "en");

export const aSite: Site = {
  title: "Notes on Models",
  url: "https://digest.example.org",
  language: "en",
  timeZone: "UTC",
  author: "Anna Example",
  imprint: "Anna Example, 1 Sample Street, Sampletown\nhello@example.org",
};

/** 2026-01-05, a Monday, at 08:00 UTC. */
export const monday = Date.UTC(2026, 0, 5, 8);

type Wish = Partial<Omit<IssuePost, "categories">> & { readonly in?: readonly string[] };

/** A post of an issue; only what matters to the test is said. */
export function aPost({ in: names = ["NLP"], ...said }: Wish = {}): IssuePost {
  const id = said.id ?? 1;
  return {
    id,
    title: `Post ${id}`,
    url: `https://blog.example.org/${id}`,
    sourceName: "Blog",
    at: monday - day,
    isDated: true,
    on: "2026-01-04",
    summary: `What post ${id} is about.`,
    alsoAt: [],
    releasedAs: id,
    ...said,
    categories: names.map((name) => ({ slug: slugOf(name), name })),
  };
}

/** An issue with these posts, for everybody. */
export function aSheet(posts: readonly IssuePost[], said: Partial<Sheet> = {}): Sheet {
  const period = { startedAt: monday - 7 * day };
  return {
    issue: { number: 12, title: "Notes on Models, weekly", openedAt: monday, period, posts },
    wanted: null,
    site: aSite,
    order: [],
    maxPosts: 60,
    ...said,
  };
}
