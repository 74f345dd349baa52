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
import type { DirtyScope, PostScope } from "../domain/records.ts";
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
  /** Files of sources that are not in the configuration any more. */
  readonly removed: number;
  readonly leftOut: number;
}

type Counts = { -readonly [K in Exclude<keyof Published, "job">]: Published[K] };

/** Counted up when the way feeds are written changes, so that all of them are written anew. */
const edition = 2;
/** When a feed that never had a post was last updated: an instant that no reader doubts. */
const emptyAt = Date.UTC(2026, 0, 1);
/** So many feeds are put on the shelf together: the disk is waited for once. */
const atOnce = 8;
/** What is marked anew while it is published waits for the next time after so many rounds. */
const mostRounds = 3;

interface Named {
  readonly scope: PostScope;
  readonly title: string;
  /** What it brings, in a sentence. */
  readonly subtitle: string;
}

/**
 * Makes the job that publishes: it rebuilds the feeds that are out of date, and no others; equal bytes are left
 * untouched. At first, when a feed comes or goes, and whenever nothing else is to be done, it sees that all of them are
 * on the shelf, and writes the list of all feeds.
 */
export function publisher(needs: PublishNeeds): () => Promise<Published> {
  const { store, site, feeds, log } = needs;
  let listed = "";
  return async () => {
    const counts: Counts = { written: 0, unchanged: 0, removed: 0, leftOut: 0 };
    await store.publishAs(digestOf(JSON.stringify([site, feeds, edition])));
    const named = await namedScopes(needs);
    const names = digestOf(JSON.stringify([...named.values()]));
    let dirty = await store.dirtyScopes();
    if (dirty.length === 0 || names !== listed) {
      await lookAtShelf(needs, named, names !== listed, counts);
      dirty = await store.dirtyScopes();
    }
    for (let round = 0; dirty.length > 0 && round < mostRounds; round++) {
      for (let n = 0; n < dirty.length; n += atOnce) {
        await publishSome(needs, named, dirty.slice(n, n + atOnce), counts);
      }
      dirty = await store.dirtyScopes();
    }
    listed = names;
    const { written, unchanged, removed } = counts;
    if (written + removed > 0) log.info("published", { written, unchanged, removed });
    return { job: "publish", ...counts };
  };
}

/** Marks what is not on the shelf, and writes the list of all feeds where it is not there or not the one it was. */
async function lookAtShelf(
  { store, shelf, site, looks }: PublishNeeds,
  named: ReadonlyMap<string, Named>,
  isOther: boolean,
  counts: Counts,
): Promise<void> {
  const all = [...named.values()];
  const owners = new Map(
    all.flatMap(({ scope }) =>
      [...feedFormats, "html" as const].map((format) => [feedPath(scope, format), scope] as const),
    ),
  );
  const lacking = await shelf.lacking([...owners.keys(), ...looks.keys(), opmlPath]);
  await store.markDirty([...new Set(lacking.flatMap((path) => owners.get(path) ?? []))]);
  const looked = [...looks].filter(([path]) => isOther || lacking.includes(path));
  for (const result of await shelf.writeAll(looked)) counts[result]++;
  if (isOther || lacking.includes(opmlPath)) counts[await shelf.write(opmlPath, opmlOf(site, all))]++;
}

/** Brings these feeds up to date. Their marks go last: what a crash leaves undone is done again. */
async function publishSome(
  needs: PublishNeeds,
  named: ReadonlyMap<string, Named>,
  marks: readonly DirtyScope[],
  counts: Counts,
): Promise<void> {
  const { store, shelf } = needs;
  const files: [string, Buffer][] = [];
  for (const { scope } of marks) {
    const one = named.get(keyOf(scope));
    if (one === undefined) counts.removed += await withdraw(shelf, scope);
    else files.push(...(await filesOf(needs, one, counts)));
  }
  for (const result of await shelf.writeAll(files)) counts[result]++;
  await store.clearDirty(marks);
}

/** Takes away what was published of something that is gone, whatever its formats. */
async function withdraw(shelf: Shelf, scope: PostScope): Promise<number> {
  const stem = keyOf(scope).replace(/atom$/, "");
  const folder = stem.slice(0, stem.lastIndexOf("/"));
  const gone = (await shelf.list(folder)).filter((path) => path.startsWith(stem));
  for (const path of gone) await shelf.remove(path);
  return gone.length;
}

async function filesOf(
  needs: PublishNeeds,
  { scope, title, subtitle }: Named,
  counts: Counts,
): Promise<[string, Buffer][]> {
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
  );
  return Object.entries({ ...built.files, html: twin }).map(([format, bytes]) => [
    feedPath(scope, format as FeedFormat | "html"),
    bytes,
  ]);
}

/** Everything that has a feed, by its key, with the title it goes by. */
async function namedScopes({ store, site, words }: PublishNeeds): Promise<ReadonlyMap<string, Named>> {
  const about = (scope: PostScope, name: string): Named => ({
    scope,
    title: scope.kind === "all" ? site.title : `${site.title} – ${name}`,
    subtitle: words.say(`feeds.brings.${scope.kind}`, { site: site.title, name }),
  });
  const named = [about({ kind: "all" }, site.title)];
  for (const { scope, name, isGone } of await store.listScopes()) {
    if (!isGone) named.push(about(scope, name));
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
