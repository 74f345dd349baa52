import { cut, squash, visible } from "../base/text.ts";
import { linkOf } from "../domain/address.ts";
import { groupByCategory, type IssuePost } from "../domain/issue.ts";
import type { Category, ShownPost } from "../domain/post.ts";

/** Longest summary that is frozen, in code points: 300 with the `…` that `cut` adds. */
const summaryLength = 299;

/**
 * The posts of an issue as they are frozen: in the order given, with nothing in them that can change later.
 * `site` is the site's address; a post without an address of its own links to its page there.
 */
export function freezePosts(posts: readonly ShownPost[], site: string): readonly IssuePost[] {
  return posts.map((post) => ({
    id: post.id,
    title: squash(visible(post.title)),
    url: linkOf(site, post),
    sourceName: squash(visible(post.sourceName)),
    at: post.publishedAt ?? post.firstSeenAt,
    isDated: post.publishedAt !== null,
    dateOnly: post.dateOnly,
    summary: summaryOf(post.title, post.text ?? ""),
    categories: post.shownIn.map(({ slug, name }) => ({ slug, name })),
    alsoAt: post.alsoAt.map(({ source, sourceName, url }) => ({ source, sourceName, url })),
    releasedAs: post.releasedAs ?? 0,
  }));
}

/**
 * A summary that does not say the title again. A title that was cut out of the text (it ends in `…`) goes on in
 * the summary, which then begins with `…`.
 */
function summaryOf(title: string, text: string): string {
  const flat = squash(visible(text));
  const heading = squash(visible(title));
  const isCutOff = heading.endsWith("…");
  const start = isCutOff ? heading.slice(0, -1).trimEnd() : heading;
  if (start === "" || flat.slice(0, start.length).toLowerCase() !== start.toLowerCase()) {
    return cut(flat, summaryLength);
  }
  const rest = flat.slice(start.length);
  if (isCutOff) return rest === "" ? "" : `…${cut(rest, summaryLength - 1)}`;
  const isWhole = /^(?:$|\s|[\p{P}\p{S}]+(?:\s|$)|[。！？：；，、…—·|｜])/u.test(rest);
  return isWhole ? cut(rest.replace(/^[\s\p{P}\p{S}]+/u, ""), summaryLength) : cut(flat, summaryLength);
}

/** The key of the variant for a language and a choice of category slugs: `en|*`, `zh|nlp,python`. */
export function variantKey(language: string, wanted: readonly string[] | null): string {
  return `${language}|${wanted === null ? "*" : [...new Set(wanted)].sort().join(",")}`;
}

/** A category of a variant with the posts shown; `total` counts those left to the web as well. */
export interface ChosenSection {
  readonly category: Category | null;
  readonly total: number;
  readonly posts: readonly IssuePost[];
}

/** What one variant shows, and how many of its posts are left to the web. */
export interface Choice {
  readonly sections: readonly ChosenSection[];
  readonly shown: number;
  readonly total: number;
}

/**
 * The posts for one choice of categories, at most `limit` of them: the newest of every category first, so that
 * a busy category does not push a quiet one out. `order` are slugs.
 */
export function choose(
  posts: readonly IssuePost[],
  wanted: readonly string[] | null,
  order: readonly string[],
  limit: number,
): Choice {
  const sections = groupByCategory(posts, wanted, order);
  const ranked = sections
    .flatMap((section, place) => section.posts.map((post, rank) => ({ post, rank, place })))
    .toSorted((a, b) => a.rank - b.rank || a.place - b.place);
  const kept = new Set(ranked.slice(0, limit).map(({ post }) => post.id));
  return {
    sections: sections
      .map(({ category, posts: all }) => ({
        category,
        total: all.length,
        posts: all.filter(({ id }) => kept.has(id)),
      }))
      .filter(({ posts: left }) => left.length > 0),
    shown: kept.size,
    total: ranked.length,
  };
}
