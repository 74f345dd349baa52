import type { Log } from "../base/log.ts";
import { digestOf } from "../base/text.ts";
import type { Words } from "../base/words.ts";
import {
  addressOf,
  besideFeed,
  type FeedFormat,
  feedFormats,
  feedIconPath,
  feedPath,
  feedStylesPath,
  opmlPath,
  pagePath,
} from "../domain/address.ts";
import type { PostScope } from "../domain/records.ts";
import type { Shelf } from "../domain/shelf.ts";
import type { Site } from "../domain/site.ts";
import type { Store } from "../domain/store.ts";
import { buildFeed } from "../feeds/build.ts";
import { buildOpml } from "../feeds/opml.ts";
import { buildTwin } from "../feeds/twin.ts";

export interface PublishNeeds {
  readonly store: Store;
  readonly shelf: Shelf;
  readonly site: Site;
  readonly log: Log;
  readonly feeds: { readonly posts: number; readonly hub: string | null };
  /** The words of the site's language. */
  readonly words: Words;
  /** What feeds refer to, by its path on the shelf: a style sheet and an icon. */
  readonly looks: ReadonlyMap<string, Buffer>;
}

/** How publishing went, in files; `leftOut` counts posts that could not be written. */
export interface Published {
  readonly job: "publish";
  readonly written: number;
  readonly unchanged: number;
  readonly leftOut: number;
}

/** Counted up when the way feeds are written changes, so that all of them are written anew. */
const edition = 2;
/** When a feed that never had a post was last updated: an instant that no reader doubts. */
const emptyAt = Date.UTC(2026, 0, 1);

interface Named {
  readonly scope: PostScope;
  readonly title: string;
  /** What it brings, in a sentence. */
  readonly subtitle: string;
}

/**
 * Rebuilds the feeds that are out of date, those that are not on the shelf, and the list of all feeds; equal bytes
 * are left untouched.
 */
export async function publish(needs: PublishNeeds): Promise<Published> {
  const { store, shelf, site, feeds, log } = needs;
  const count = { written: 0, unchanged: 0, leftOut: 0 };
  await store.publishAs(digestOf(JSON.stringify([site, feeds, edition])));
  const named = await namedScopes(needs);
  const dirty = new Map((await store.dirtyScopes()).map((mark) => [keyOf(mark.scope), mark]));
  const shelved = new Set(await shelf.list("feeds"));
  for (const [key, one] of named) {
    const isWhole = [...feedFormats, "html" as const].every((format) =>
      shelved.has(feedPath(one.scope, format)),
    );
    if (dirty.has(key) || !isWhole) await publishScope(needs, one, count);
  }
  for (const mark of dirty.values()) await store.clearDirty(mark);
  for (const [path, bytes] of needs.looks) count[await shelf.write(path, bytes)]++;
  count[await shelf.write(opmlPath, opmlOf(site, [...named.values()]))]++;
  if (count.written > 0) log.info("published", { written: count.written, unchanged: count.unchanged });
  return { job: "publish", ...count };
}

async function publishScope(
  needs: PublishNeeds,
  { scope, title, subtitle }: Named,
  count: { written: number; unchanged: number; leftOut: number },
): Promise<void> {
  const { site, feeds, shelf, words } = needs;
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
  );
  for (const { id, reason } of built.leftOut)
    needs.log.warn("post left out of a feed", { post: id, feed: feedPath(scope, "atom"), reason });
  count.leftOut += built.leftOut.length;
  for (const format of feedFormats) count[await shelf.write(feedPath(scope, format), built.files[format])]++;
  const twin = buildTwin(
    {
      ...shared,
      ...{ site, words, listUrl: addressOf(site.url, "feeds"), icon: besideFeed(scope, feedIconPath) },
    },
    posts,
  );
  count[await shelf.write(feedPath(scope, "html"), twin)]++;
}

/** Everything that has a feed, by its key, with the title it goes by. */
async function namedScopes({ store, site, words }: PublishNeeds): Promise<ReadonlyMap<string, Named>> {
  const about = (scope: PostScope, name: string): Named => ({
    scope,
    title: scope.kind === "all" ? site.title : `${site.title} – ${name}`,
    subtitle: words.say(`feeds.brings.${scope.kind}`, { site: site.title, name }),
  });
  const named = [about({ kind: "all" }, site.title)];
  for (const { slug, name } of await store.listCategories())
    named.push(about({ kind: "category", slug }, name));
  for (const { id, name, configured } of await store.listSources()) {
    if (configured) named.push(about({ kind: "source", id }, name));
  }
  return new Map(named.map((one) => [keyOf(one.scope), one]));
}

function keyOf(scope: PostScope): string {
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

function opmlOf(site: Site, scopes: readonly Named[]): Buffer {
  const outlines = scopes.map(({ scope, title }) => ({
    title,
    xmlUrl: addressOf(site.url, feedPath(scope, "atom")),
    htmlUrl: addressOf(site.url, pagePath(scope)),
    group: scope.kind,
  }));
  return buildOpml(site.title, outlines);
}
