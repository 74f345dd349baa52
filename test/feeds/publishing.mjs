// Publishes without end, to be killed: `publishing.mjs FOLDER` changes a post of the source "blog" in FOLDER/postwire.db
// and publishes it to FOLDER/public, over and over. Runs the built program: it starts in a moment.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** @param {string} file */
const built = (file) => import(new URL(`../../dist/${file}`, import.meta.url).href);
const { feedLooks, readLocales } = await built("app/bundled.js");
const { speech } = await built("base/words.js");
const { folderShelf } = await built("feeds/write.js");
const { publisher } = await built("jobs/publish.js");
const { sqliteStore } = await built("store/sqlite/store.js");
const folder = process.argv[2] ?? "";
const store = await sqliteStore({
  file: join(folder, "postwire.db"),
  migrations: fileURLToPath(new URL("../../drizzle", import.meta.url)),
  tagHost: "notes.example.org",
});
const publish = publisher({
  store,
  shelf: await folderShelf(join(folder, "public")),
  site: {
    title: "Notes",
    url: "https://notes.example.org",
    language: "en",
    timeZone: "UTC",
    author: "Notes",
    imprint: "",
  },
  feeds: { posts: 100, hub: null },
  words: speech(readLocales(), "en").in("en"),
  looks: feedLooks(),
  log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  now: Date.now,
});
for (let round = 0; ; round++) {
  await change(`${process.pid} ${round} `.repeat(1 + (round % 200)));
  await publish();
  if (round === 0) process.stdout.write("publishing\n");
}

/**
 * The post with its new text, as a look would bring it.
 * @param {string} text
 */
async function change(text) {
  const claim = {
    owner: `${process.pid}`,
    leaseMs: 1,
    only: "blog",
    force: true,
    notAgain: [],
    hostGapMs: 0,
  };
  const now = Date.now();
  const claimed = await store.claimSource(claim, now);
  if (claimed === null) return;
  const url = "https://blog.example/posts/1";
  const keys = { guid: null, url: `url:${url}`, text: null };
  const known = { key: keys.url, keys, url, title: "Budget", titleIsMade: false, text, categories: ["Tech"] };
  const unknown = {
    publishedAt: null,
    dateOnly: false,
    dateOn: null,
    author: null,
    html: null,
    image: null,
    enclosures: [],
  };
  const record = {
    ...{
      candidates: [{ ...known, ...unknown }],
      address: claimed.state.address,
      backfill: "all",
      page: null,
      learned: null,
    },
    ...{
      last: { outcome: "new", detail: null },
      failures: 0,
      nextLookAt: 0,
      holds: [],
      visited: [],
      hints: null,
      move: null,
    },
  };
  await store.recordFetch(claimed, record, now);
}
