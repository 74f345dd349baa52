import { groupByCategory, type IssuePost } from "../domain/issue.ts";
import type { Category } from "../domain/post.ts";

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
