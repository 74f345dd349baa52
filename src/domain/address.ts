import type { PostScope } from "./records.ts";

/** The formats every feed is published in. */
export const feedFormats = ["atom", "rss", "json"] as const;
export type FeedFormat = (typeof feedFormats)[number];

/** The media types feeds are served and advertised with. */
export const feedTypes: Readonly<Record<FeedFormat, string>> = {
  atom: "application/atom+xml",
  rss: "application/rss+xml",
  json: "application/feed+json",
};

/** Where a feed lies, without the leading slash: on the shelf and below the site's address alike. */
export function feedPath(scope: PostScope, format: FeedFormat): string {
  switch (scope.kind) {
    case "all":
      return `feeds/all.${format}`;
    case "category":
      return `feeds/c/${scope.slug}.${format}`;
    case "source":
      return `feeds/s/${scope.id}.${format}`;
    default:
      return scope satisfies never;
  }
}

/** The list of all feeds (OPML 2.0). */
export const opmlPath = "feeds.opml";

/** A path of ours below the site's address, percent-encoded: absolute http(s). */
export function addressOf(site: string, path: string): string {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return `${site.replace(/\/+$/, "")}/${encoded}`;
}

/** The page of a post without an address of its own, and of every other one too. */
export function postPath(id: number): string {
  return `p/${id}`;
}

/** The page that shows what a feed of this scope shows. */
export function pagePath(scope: PostScope): string {
  return scope.kind === "category" ? `c/${scope.slug}` : "";
}

/** Where a reader is sent for a post: its own address, or its page at our site. */
export function linkOf(site: string, post: { readonly id: number; readonly url: string | null }): string {
  return post.url ?? addressOf(site, postPath(post.id));
}
