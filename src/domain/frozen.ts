import { dayIn } from "../base/clock.ts";
import { cut, squash, visible } from "../base/text.ts";
import { linkOf } from "./address.ts";
import type { IssuePost } from "./issue.ts";
import type { ShownPost } from "./post.ts";
import type { Site } from "./site.ts";

/** The longest summary, in code points. */
const summaryLength = 300;
/** How much of a text is looked at for it: a title (at most 500) and the summary, with room for white space. */
const lookedAt = 4_000;

/**
 * A post in the form that issues freeze and lists show: one line of each string, a link always, the day it bears.
 * A post without an address of its own links to its page at our site.
 */
export function frozenPost(post: ShownPost, site: Pick<Site, "url" | "timeZone">): IssuePost {
  const at = post.publishedAt ?? post.firstSeenAt;
  return {
    id: post.id,
    title: squash(visible(post.title)),
    url: linkOf(site.url, post),
    sourceName: squash(visible(post.sourceName)),
    at,
    on: (post.dateOnly ? post.dateOn : null) ?? dayIn(site.timeZone, at),
    isDated: post.publishedAt !== null,
    summary: summaryOf(post.title, (post.text ?? "").slice(0, lookedAt)),
    categories: post.shownIn.map(({ slug, name }) => ({ slug, name })),
    alsoAt: post.alsoAt.map(({ source, sourceName, url }) => ({ source, sourceName, url })),
    releasedAs: post.releasedAs ?? 0,
  };
}

/**
 * A summary that does not say the title again. A title that was cut out of the text (it ends in `…`) goes on in
 * the summary, which then begins with `…`.
 */
export function summaryOf(title: string, text: string): string {
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
