import { safeHttpUrl } from "../../base/url.ts";
import { all, attr, type Tree } from "../document.ts";

const feedType = /^application\/(?:rss|atom|rdf)\+xml|^application\/feed\+json|^(?:text|application)\/xml$/i;
const commentFeed = /comment|kommentar|评论|留言|コメント|댓글/i;

/** The feed a page advertises (`rel=alternate` with a feed's type), absolute; feeds of comments come last. Null without one. */
export function advertisedFeed(tree: Tree): string | null {
  const links = all(tree.root, "link[rel~=alternate][type][href], a[rel~=alternate][type][href]").filter(
    (link) => feedType.test(attr(link, "type") ?? ""),
  );
  const isOfComments = (link: (typeof links)[number]) =>
    commentFeed.test(`${attr(link, "title") ?? ""} ${attr(link, "href") ?? ""}`);
  const posts = links.filter((link) => !isOfComments(link));
  for (const link of [...posts, ...links]) {
    const url = safeHttpUrl(attr(link, "href"), tree.base);
    if (url !== null) return url;
  }
  return null;
}
