import type { PostScope } from "./records.ts";

/** The formats every feed is published in. */
export const feedFormats = ["atom", "rss", "json"] as const;
export type FeedFormat = (typeof feedFormats)[number];

/** What lies on the shelf for each feed: its formats, and its twin for people. */
export const shelvedFormats = [...feedFormats, "html"] as const;
export type ShelvedFormat = (typeof shelvedFormats)[number];

/** The media types feeds are served and advertised with. */
export const feedTypes: Readonly<Record<FeedFormat, string>> = {
  atom: "application/atom+xml",
  rss: "application/rss+xml",
  json: "application/feed+json",
};

/** The names the formats go by, for people. */
export const formatNames: Readonly<Record<FeedFormat, string>> = { atom: "Atom", rss: "RSS", json: "JSON" };

/** Where a feed, or its twin for people, lies, without the leading slash: on the shelf and below the site's address alike. */
export function feedPath(scope: PostScope, format: ShelvedFormat): string {
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

/** What makes feeds readable in a browser, their twins too. */
export const feedStylesPath = "feeds/feed.css";

/** The sign of the house, as SVG. */
export const feedIconPath = "feeds/icon.svg";

/** A file below `feeds/` as a feed of this scope names it, wherever the folder is served. */
export function besideFeed(scope: PostScope, path: string): string {
  return path.replace(/^feeds\//, scope.kind === "all" ? "" : "../");
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
  switch (scope.kind) {
    case "all":
      return "";
    case "category":
      return `c/${scope.slug}`;
    case "source":
      return `s/${scope.id}`;
    default:
      return scope satisfies never;
  }
}

/** Where a reader is sent for a post: its own address, or its page at our site. */
export function linkOf(site: string, post: { readonly id: number; readonly url: string | null }): string {
  return post.url ?? addressOf(site, postPath(post.id));
}
