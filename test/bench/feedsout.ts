import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Feed } from "feed";
import { hour } from "../../src/base/clock.ts";
import { feedFormats, feedPath } from "../../src/domain/address.ts";
import type { PostScope } from "../../src/domain/records.ts";
import type { Shelf } from "../../src/domain/shelf.ts";
import type { Store } from "../../src/domain/store.ts";
import { buildFeed } from "../../src/feeds/build.ts";
import { folderShelf } from "../../src/feeds/write.ts";
import { type Published, publisher } from "../../src/jobs/publish.ts";
import { aPost } from "../feeds/posts.ts";
import { looked, monday } from "../support/builders.ts";
import { inEnglish } from "../support/inwords.ts";
import { medianMs, report } from "./clock.ts";
import { aStoreOf, categoryCount, sourceOf, theCandidate } from "./million.ts";
import { serving } from "./serving.ts";

const [many, changes] = [1_000_000, 25];
const formats = [...feedFormats, "html" as const];
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

/** Among a million posts in 100 categories: publishing all, what pages ask, and what one changed post costs. */
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
  await asking(store);
  const change = changer(store, shelf, publish);
  await change("whose feeds were long not published", changes, 1);
  await change("whose feeds were published lately", 4, 8);
  await store.close();
  rmSync(folder, { recursive: true });
}

/** What the home page, the page of a category and that of a source ask of the store. */
async function asking(store: Store): Promise<void> {
  const latest = (scope: PostScope) => store.latestPosts(scope, 100);
  const home = () => Promise.all([latest({ kind: "all" }), store.listCategories()]);
  const category = () =>
    Promise.all([latest({ kind: "category", slug: "subject-5" }), store.listCategories()]);
  const source = () => Promise.all([latest({ kind: "source", id: sourceOf(5) }), store.listSources()]);
  const [ofHome, ofCategory, ofSource] = [
    await medianMs(30, home),
    await medianMs(30, category),
    await medianMs(30, source),
  ];
  console.log(
    `feeds-out: what is asked of ${many} posts by the home page ${ofHome.toFixed(1)} ms, ` +
      `the page of a category ${ofCategory.toFixed(1)} ms, that of a source ${ofSource.toFixed(1)} ms`,
  );
}

/** Publishes after each of some changes: a post of each of so many sources, so many times. */
function changer(store: Store, shelf: Shelf, publish: () => Promise<Published>) {
  let change = 0;
  return async (which: string, sources: number, times: number): Promise<void> => {
    const parts = { publish: [] as number[], read: [] as number[], write: [] as number[] };
    for (let n = 0; n < sources * times; n++) {
      const source = sourceOf((n % sources) * 7 + sources);
      const text = `Said otherwise, ${++change}. `.repeat(20);
      const candidate = { ...theCandidate(source, categoryCount + (n % sources)), text };
      await looked(store, source, [candidate], monday + change * hour);
      const scopes = (await store.dirtyScopes()).map(({ scope }) => scope);
      const [all, { written, unchanged }] = await timed(publish);
      const [read] = await timed(() => Promise.all(scopes.map((scope) => store.latestPosts(scope, 100))));
      const files = scopes.flatMap((scope) => formats.map((format) => feedPath(scope, format)));
      const bytes = await Promise.all(files.map((path) => shelf.read(path)));
      const others = bytes.map((one) => Buffer.concat([one?.bytes ?? Buffer.of(), Buffer.from(`${change}`)]));
      const [write] = await timed(() => shelf.writeAll(others.map((one, at) => [`apart/${at}`, one])));
      if (n === 0)
        console.log(
          `feeds-out: one changed post: ${scopes.length} feeds, ${written} files written, ${unchanged} not`,
        );
      if (times > 1 && n < sources) continue;
      for (const [part, ms] of Object.entries({ publish: all, read, write })) parts[part as "read"].push(ms);
    }
    const [all, read, write] = [parts.publish, parts.read, parts.write].map(middle);
    console.log(
      `feeds-out: one changed post ${which}: ${all?.toFixed(1)} ms (at best ${Math.min(...parts.publish).toFixed(1)}); ` +
        `apart: posts read ${read?.toFixed(1)} ms, packed, written and synced ${write?.toFixed(1)} ms`,
    );
  };
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
