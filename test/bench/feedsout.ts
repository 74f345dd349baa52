import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Feed } from "feed";
import { feedPath } from "../../src/domain/address.ts";
import { buildFeed } from "../../src/feeds/build.ts";
import { folderShelf } from "../../src/feeds/write.ts";
import { publisher } from "../../src/jobs/publish.ts";
import { aPost } from "../feeds/posts.ts";
import { looked, monday } from "../support/builders.ts";
import { inEnglish } from "../support/inwords.ts";
import { medianMs, report } from "./clock.ts";
import { aStoreOf, categoryCount, sourceOf, theCandidate } from "./million.ts";
import { serving } from "./serving.ts";

const [many, changes] = [1_000_000, 25];
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const site = "https://digest.example.org";
const url = (format: "atom" | "rss" | "json") => `${site}/${feedPath({ kind: "all" }, format)}`;
const about = {
  title: "Notes",
  subtitle: "",
  language: "en",
  author: "Notes",
  site,
  pageUrl: `${site}/`,
  urls: { atom: url("atom"), rss: url("rss"), json: url("json") },
  generator: "Postwire",
  hub: null,
  tag: "tag:digest.example.org,2026:all",
  emptyAt: 0,
};
const aSite = {
  title: "Notes",
  url: site,
  language: "en",
  timeZone: "UTC",
  author: "Notes",
  imprint: "",
};

/** 100 posts of 2 KB in three formats: cleaned, finished and read back, beside the bare `feed` package. Gives the Atom. */
async function building(): Promise<Buffer> {
  const html = `<p>${"A sentence about what there is to see. ".repeat(50)}</p>`;
  const posts = Array.from({ length: 100 }, (_, n) => aPost({ id: n + 1, html }));
  const bare = () => {
    const feed = new Feed({ id: about.tag, title: about.title, copyright: "", updated: new Date(0) });
    for (const post of posts) {
      feed.addItem({
        id: post.tag,
        title: post.title,
        link: post.url ?? "",
        date: new Date(post.updatedAt),
        content: html,
      });
    }
    return [feed.atom1(), feed.rss2(), feed.json1()];
  };
  const [ours, theirs] = [await medianMs(30, () => buildFeed(about, posts)), await medianMs(30, bare)];
  report("feeds-out: 100 posts, three formats, read back", ours, "bare feed package", theirs);
  return buildFeed(about, posts).files.atom;
}

/** Among a million posts in 100 categories: publishing all, and what one changed post costs, beside building its feeds. */
async function publishing(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "postwire-bench-"));
  const store = await aStoreOf(many, folder);
  const shelf = await folderShelf(join(folder, "public"));
  const needs = { store, shelf, site: aSite, log: silent, feeds: { posts: 100, hub: null } };
  const publish = publisher({ ...needs, ...inEnglish, now: () => monday });
  await store.markDirty([{ kind: "all" }]);
  const start = performance.now();
  const first = await publish();
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  console.log(`feeds-out: all of ${many} posts, ${first.written} files: ${seconds} s`);
  const parts = {
    publish: [] as number[],
    read: [] as number[],
    build: [] as number[],
    write: [] as number[],
  };
  for (let n = 0; n < changes; n++) {
    const source = sourceOf(n * 7);
    const candidate = {
      ...theCandidate(source, categoryCount + n),
      text: `Said otherwise, ${n}. `.repeat(20),
    };
    await looked(store, source, [candidate], monday + (n + 1) * 1_000);
    const scopes = (await store.dirtyScopes()).map(({ scope }) => scope);
    const [read, posts] = await timed(() =>
      Promise.all(scopes.map((scope) => store.latestPosts(scope, 100))),
    );
    const [build, built] = await timed(() =>
      posts.map((each) => Object.entries(buildFeed(about, each).files)),
    );
    const [write] = await timed(() =>
      shelf.writeAll(built.flat().map(([format, bytes], at) => [`apart/${at}.${format}`, bytes])),
    );
    const [all, { written, unchanged }] = await timed(publish);
    if (n === 0)
      console.log(
        `feeds-out: one changed post: ${scopes.length} feeds, ${written} files written, ${unchanged} not`,
      );
    for (const [part, ms] of Object.entries({ publish: all, read, build, write }))
      parts[part as "read"].push(ms);
  }
  const [all, read, build, write] = [parts.publish, parts.read, parts.build, parts.write].map(middle);
  report("feeds-out: one changed post, published", all ?? 0, "its feeds built alone", build ?? 1);
  console.log(
    `feeds-out: of that, apart: posts read ${read?.toFixed(1)} ms, packed, written and synced ${write?.toFixed(1)} ms`,
  );
  await store.close();
  rmSync(folder, { recursive: true });
}

async function timed<T>(work: () => T | Promise<T>): Promise<[ms: number, result: T]> {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}

function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

/** Feeds built, published and served; `-- feeds-out --only serving` takes one of the three. */
export async function feedsOut(): Promise<void> {
  const { only } = parseArgs({
    args: process.argv.slice(2),
    options: { only: { type: "string" } },
    allowPositionals: true,
    strict: false,
  }).values;
  const atom = await building();
  if (only === undefined || only === "publishing") await publishing();
  if (only === undefined || only === "serving") await serving(atom);
}
