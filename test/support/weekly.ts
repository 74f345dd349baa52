import { readLocales, templates } from "../../src/app/bundled.ts";
import { hour, type Instant } from "../../src/base/clock.ts";
import { speech } from "../../src/base/words.ts";
import { digestRenderer } from "../../src/digest/render.ts";
import type { Rule } from "../../src/domain/issue.ts";
import type { Store } from "../../src/domain/store.ts";
import { type DigestNeeds, digest } from "../../src/jobs/digest.ts";
import { aCandidate, aSource, looked, monday } from "./builders.ts";
import type { Came } from "./diary.ts";
import { aStore } from "./store.ts";

/** What a test of the digest job may set: Mondays at eight, in UTC, on a Monday morning, unless it says otherwise. */
export interface WeeklyOptions {
  readonly at?: Rule;
  readonly timeZone?: string;
  readonly now?: () => Instant;
}

const renderer = digestRenderer(templates);
const spoken = speech(readLocales(), "en");
const nothing = () => {};
const mostPosts = 40;

/** What the digest job needs, over a store; all real. */
export async function weeklyNeeds(store: Store, given: WeeklyOptions = {}): Promise<DigestNeeds> {
  return {
    store,
    site: {
      title: "P",
      url: "https://p.example",
      language: "en",
      timeZone: given.timeZone ?? "UTC",
      author: "",
      imprint: "",
    },
    speech: spoken,
    renderer: await renderer,
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    digest: {
      at: given.at ?? { cadence: "weekly", weekday: 1, hour: 8, minute: 0 },
      title: "P",
      maxPosts: 60,
      maxAge: 72 * hour,
      approve: "auto",
    },
    order: [],
    letterhead: { keyId: "k", from: { name: "W", address: "digest@example.org" } },
    now: given.now ?? (() => monday),
    wake: nothing,
  };
}

/** A store, the digest job and a clock that is set by hand. */
export interface Weekly {
  readonly store: Store;
  /** A post that is released when the clock is at `when`. */
  news(when: string | Instant): Promise<void>;
  /** What comes of it when the daemon looks at a clock that shows `when`. */
  look(when: string | Instant): Promise<Came>;
  /** What `run digest --now` does. */
  openAnyway(when: string): Promise<Came>;
  configure(at: Rule, timeZone: string): void;
}

/** A house that began at `bornAt`: Mondays at eight, in UTC, until it is configured otherwise. */
export async function aWeekly(bornAt: string | Instant): Promise<Weekly> {
  // Each post is at a source of its own: after a step back a host is left alone for a while.
  const sources = Array.from({ length: mostPosts }, (_, n) => aSource({ id: `s${n}` }));
  const store = await aStore();
  await store.syncSources(sources, { rename: {} }, new Date(bornAt).getTime());
  let posts = 0;
  let options: WeeklyOptions = {};
  const open = async (when: string | Instant, anyway: boolean): Promise<Came> => {
    const now = new Date(when).getTime();
    const { why } = await digest(await weeklyNeeds(store, { ...options, now: () => now }), { anyway });
    return why ?? { opened: (await store.listIssues())[0]?.period.key ?? "" };
  };
  return {
    store,
    news: async (when) => {
      const id = `s${posts++}`;
      await looked(store, id, [aCandidate({ title: id })], new Date(when).getTime());
    },
    look: (when) => open(when, false),
    openAnyway: (when) => open(when, true),
    configure: (at, timeZone) => {
      options = { at, timeZone };
    },
  };
}
