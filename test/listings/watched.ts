import { day, type Instant } from "../../src/base/clock.ts";
import type { LogFields } from "../../src/base/log.ts";
import { tally } from "../../src/base/tally.ts";
import type { FetchOutcome, Page } from "../../src/domain/page.ts";
import { extract } from "../../src/extract/registry.ts";
import { outageWatch } from "../../src/jobs/outage.ts";
import { refresh } from "../../src/jobs/refresh.ts";
import { aSource } from "../support/builders.ts";
import { aStoreWith } from "../support/store.ts";

/** What a look at a watched page came to. */
export interface Looked {
  /** The titles of the posts that are new, the newest first. */
  readonly news: readonly string[];
  /** How many posts the page showed, the known ones too. */
  readonly items: number;
  readonly outcome: string;
}

/** A source that is read automatically, watched through its looks: the real job and a real store. */
export async function watch(page: Page) {
  const source = aSource({
    ...{ url: page.url, reading: { kind: "auto" }, zone: page.zone, backfill: "all" },
  });
  const store = await aStoreWith([source]);
  let now: Instant = page.readAt;
  let text = page.text;
  const logged: LogFields[] = [];
  const note = (event: string, fields: LogFields = {}) => void (event === "looked" && logged.push(fields));
  const answer = (): FetchOutcome => ({
    ...{ kind: "page", url: page.url, movedTo: null, contentType: page.contentType, text, bodyHash: text },
    ...{ notes: [], validators: null, freshness: { maxAgeMs: null, retryAfterMs: null } },
  });
  const needs = {
    ...{ store, sources: [source], extract, tally: tally(), owner: "me", concurrency: 1, hostGapMs: 0 },
    ...{ judge: null, outage: outageWatch(1), now: () => now, pause: async () => {} },
    asking: () => ({ fetch: async () => answer(), wasRead: () => {} }),
    log: { debug: note, info: note, warn: note, error: note },
  };
  let known = 0;
  return {
    /** The page as it is on the next day. */
    lookAt: async (changed: Page = page): Promise<Looked> => {
      text = changed.text;
      await refresh(needs, { force: true });
      now += day;
      const posts = await store.listPosts({ source: source.id, after: 0, limit: 1_000 });
      const news = posts.slice(known).map(({ title }) => title);
      known = posts.length;
      const { items, outcome } = logged.at(-1) ?? {};
      return { news: news.toReversed(), items: Number(items ?? 0), outcome: String(outcome ?? "failed") };
    },
    learned: async () => (await store.listSources())[0]?.state.learned ?? null,
  };
}
