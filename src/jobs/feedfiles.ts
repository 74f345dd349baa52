import type { Log } from "../base/log.ts";
import type { Words } from "../base/words.ts";
import {
  addressOf,
  besideFeed,
  type FeedFormat,
  feedIconPath,
  feedPath,
  feedStylesPath,
  pagePath,
  type ShelvedFormat,
} from "../domain/address.ts";
import type { Topic } from "../domain/ping.ts";
import type { NamedScope, PostScope } from "../domain/records.ts";
import type { Site } from "../domain/site.ts";
import type { Store } from "../domain/store.ts";
import { buildFeed, type ItemMemory } from "../feeds/build.ts";
import { type Memory, memoryOf } from "../feeds/memory.ts";
import { buildOpml } from "../feeds/opml.ts";
import { buildTwin } from "../feeds/twin.ts";

/** What is made of posts, kept for the next feed that they are in. */
export interface Made {
  readonly items: ItemMemory;
  readonly twins: Memory<string>;
}

/** Characters that are kept of what is made of posts, for feeds and for their twins: some thousand posts. */
const [itemChars, twinChars] = [12_000_000, 2_000_000];

/** Nothing is made yet. */
export function nothingMade(): Made {
  return { items: memoryOf(itemChars), twins: memoryOf(twinChars) };
}

/** What is needed to tell what lies on the shelf. */
export interface FilesNeeds {
  readonly store: Store;
  readonly site: Site;
  readonly log: Log;
  readonly feeds: { readonly posts: number; readonly hub: string | null };
  /** The words of the site's language. */
  readonly words: Words;
}

/** A file of a feed. */
export interface File extends Topic {
  readonly bytes: Buffer;
}

/** Something that has a feed. */
export interface Named {
  readonly scope: PostScope;
  readonly title: string;
  /** What it brings, in a sentence. */
  readonly subtitle: string;
}

/** When a feed that never had a post was last updated: an instant that no reader doubts. */
const emptyAt = Date.UTC(2026, 0, 1);

/** The feed of a scope in every format, and its twin; `leftOut` counts posts that could not be written. */
export async function filesOf(
  needs: FilesNeeds,
  { scope, title, subtitle }: Named,
  made: Made,
  counts: { leftOut: number },
): Promise<readonly File[]> {
  const { site, feeds, words } = needs;
  const posts = await needs.store.latestPosts(scope, feeds.posts);
  const shared = {
    title,
    subtitle,
    pageUrl: addressOf(site.url, pagePath(scope)),
    urls: urlsOf(site.url, scope),
    styles: besideFeed(scope, feedStylesPath),
  };
  const built = buildFeed(
    {
      ...shared,
      language: site.language,
      author: site.author,
      site: site.url,
      generator: "Postwire",
      hub: feeds.hub,
      tag: tagOf(site.url, scope),
      emptyAt,
      people: {
        twinUrl: addressOf(site.url, feedPath(scope, "html")),
        note: {
          text: `${words.say("feeds.note")}${words.say("page.gap")}`,
          link: words.say("feeds.note.more"),
          language: words.language,
        },
        styles: shared.styles,
        icon: addressOf(site.url, feedIconPath),
      },
    },
    posts,
    made.items,
  );
  for (const { id, reason } of built.leftOut)
    needs.log.warn("post left out of a feed", { post: id, feed: feedPath(scope, "atom"), reason });
  counts.leftOut += built.leftOut.length;
  const twin = buildTwin(
    {
      ...shared,
      ...{ site, words, listUrl: addressOf(site.url, "feeds"), icon: besideFeed(scope, feedIconPath) },
    },
    posts,
    made.twins,
  );
  return Object.entries({ ...built.files, html: twin }).map(([format, bytes]) => {
    return { path: feedPath(scope, format as ShelvedFormat), scope, bytes };
  });
}

/** Everything that has a feed, by its key, with the title it goes by; `scopes` is what the store lists. */
export function namedScopes(
  { site, words }: FilesNeeds,
  scopes: readonly NamedScope[],
): ReadonlyMap<string, Named> {
  const about = (scope: PostScope, name: string): Named => ({
    scope,
    title: scope.kind === "all" ? site.title : `${site.title} – ${name}`,
    subtitle: words.say(`feeds.brings.${scope.kind}`, { site: site.title, name }),
  });
  const named = [about({ kind: "all" }, site.title)];
  for (const { scope, name, isGone } of scopes) {
    if (!isGone) named.push(about(scope, name));
  }
  return new Map(named.map((one) => [keyOf(one.scope), one]));
}

/** What a scope goes by. */
export function keyOf(scope: PostScope): string {
  return feedPath(scope, "atom");
}

function urlsOf(site: string, scope: PostScope): Readonly<Record<FeedFormat, string>> {
  return {
    atom: addressOf(site, feedPath(scope, "atom")),
    rss: addressOf(site, feedPath(scope, "rss")),
    json: addressOf(site, feedPath(scope, "json")),
  };
}

/** The id of a feed (RFC 4151): a name of ours that no renaming or moving of files changes. */
function tagOf(site: string, scope: PostScope): string {
  const what =
    scope.kind === "all"
      ? "all"
      : scope.kind === "category"
        ? `c:${encodeURIComponent(scope.slug)}`
        : `s:${scope.id}`;
  return `tag:${new URL(site).hostname},2026:postwire:${what}`;
}

/** The list of all feeds. */
export function opmlOf(site: Site, scopes: readonly Named[]): Buffer {
  const outlines = scopes.map(({ scope, title }) => ({
    title,
    xmlUrl: addressOf(site.url, feedPath(scope, "atom")),
    htmlUrl: addressOf(site.url, pagePath(scope)),
    group: scope.kind,
  }));
  return buildOpml(site.title, outlines);
}
