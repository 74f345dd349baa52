import type { Instant } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Speech } from "../base/words.ts";
import { variantKey } from "../digest/compose.ts";
import { dueSchedule, keyOf, lastScheduled, type Schedule, timeKey } from "../digest/period.ts";
import type { DigestRenderer } from "../digest/render.ts";
import { frozenPost } from "../domain/frozen.ts";
import {
  groupByCategory,
  type Issue,
  type IssuePost,
  type Letterhead,
  type NewIssue,
  type Rule,
  type Variant,
} from "../domain/issue.ts";
import type { DigestCursor } from "../domain/records.ts";
import type { Site } from "../domain/site.ts";
import type { Store } from "../domain/store.ts";
import type { Subscriber } from "../domain/subscriber.ts";

export interface DigestNeeds {
  readonly store: Store;
  readonly site: Site;
  readonly speech: Speech;
  readonly renderer: DigestRenderer;
  readonly log: Log;
  readonly digest: {
    readonly at: Rule;
    readonly title: string;
    readonly maxPosts: number;
    readonly maxAge: number;
    readonly approve: "auto" | "manual";
  };
  readonly letterhead: Omit<Letterhead, "siteUrl">;
  /** Category slugs in the order of the digest. */
  readonly order: readonly string[];
  readonly now: () => Instant;
  /** Called when there is something to deliver. */
  readonly wake: () => void;
}

/** How opening an issue went; `opened` is 0 or 1, and with 0 `why` says why. */
export interface Digested {
  readonly job: "digest";
  readonly opened: 0 | 1;
  readonly issue: number | null;
  readonly posts: number;
  readonly candidates: number;
  readonly skipped: number;
  readonly why: "not-due" | "no-news" | "exists" | null;
}

const nothing = { job: "digest", opened: 0, issue: null, posts: 0, candidates: 0, skipped: 0 } as const;
const chunkSize = 500;

/**
 * Opens the issue that is due: freezes its posts, then writes one delivery for each subscriber with posts in it,
 * a chunk at a time. `anyway` opens one whatever the schedule. An issue that a crash left half written is
 * finished first.
 */
export async function digest(needs: DigestNeeds, options: { readonly anyway: boolean }): Promise<Digested> {
  await finishOpening(needs);
  const now = needs.now();
  const draft = await draftIssue(needs, options.anyway, now);
  if (typeof draft === "string") return { ...nothing, why: draft };
  const opened = await needs.store.openIssue(draft);
  if (opened.kind === "exists") return { ...nothing, why: "exists" };
  await finishOpening(needs);
  const row = (await needs.store.listIssues()).find(({ number }) => number === opened.number);
  const { candidates, skipped } = row?.accounting ?? nothing;
  needs.log.info("issue opened", { issue: opened.number, posts: draft.posts.length, candidates, skipped });
  return {
    job: "digest",
    opened: 1,
    issue: opened.number,
    posts: draft.posts.length,
    candidates,
    skipped,
    why: null,
  };
}

/** The issue as it would be opened now; nothing is written, except that a schedule without news is dealt with. */
async function draftIssue(
  needs: DigestNeeds,
  anyway: boolean,
  now: Instant,
): Promise<NewIssue | "not-due" | "no-news"> {
  const { store, site } = needs;
  const cursor = await store.digestCursor("weekly");
  const due = anyway ? null : dueSchedule(needs.digest.at, site.timeZone, cursor, now);
  if (due === null && !anyway) return "not-due";
  const posts = await newsSince(needs, cursor);
  if (posts.length > 0) return frozen(needs, await keyFor(needs, cursor, due, now), cursor, posts, now);
  if (!anyway) await store.skipIssue("weekly", now);
  return "no-news";
}

async function keyFor(
  { store, site, digest: { at } }: DigestNeeds,
  { handledAt }: DigestCursor,
  due: Schedule | null,
  now: Instant,
): Promise<string> {
  if (due === null) return timeKey(site.timeZone, now);
  const taken = (await store.listIssues()).map(({ period }) => period.key);
  return keyOf(at, site.timeZone, handledAt, due, taken);
}

async function newsSince({ store, site }: DigestNeeds, cursor: DigestCursor): Promise<readonly IssuePost[]> {
  const posts = await store.releasedPosts(cursor.coveredTo, cursor.releasedTo);
  return posts.map((post) => frozenPost(post, site));
}

function frozen(
  needs: DigestNeeds,
  key: string,
  cursor: DigestCursor,
  posts: readonly IssuePost[],
  now: Instant,
): NewIssue {
  const before = lastScheduled(needs.digest.at, needs.site.timeZone, now).at;
  const handledAt = cursor.handledAt ?? Math.min(cursor.bornAt, before);
  return {
    period: {
      cadence: "weekly",
      key,
      from: cursor.coveredTo,
      to: cursor.releasedTo,
      startedAt: Math.min(handledAt, now),
    },
    title: needs.digest.title,
    openedAt: now,
    posts,
    letterhead: { ...needs.letterhead, siteUrl: needs.site.url },
    state: "opening",
    thenState: needs.digest.approve === "manual" ? "approval" : "open",
    expiresAt: now + needs.digest.maxAge,
  };
}

/** Writes the deliveries of issues that are still opening, each from where its cursor stands. */
export async function finishOpening(needs: DigestNeeds): Promise<void> {
  for (;;) {
    const unfinished = await needs.store.unfinishedIssue();
    if (unfinished === null) return;
    if ((await writeChunks(needs, unfinished.issue, unfinished.cursor)) === "written") needs.wake();
  }
}

/**
 * Writes chunks to the end. `passed`: somebody else is at it too and was faster; what was rendered here is then not
 * stored, and where the issue stands is to be read anew.
 */
async function writeChunks(needs: DigestNeeds, issue: Issue, from: number): Promise<"written" | "passed"> {
  const rendered = new Set<string>();
  for (let cursor: number | null = from; cursor !== null; ) {
    const subscribers: readonly Subscriber[] = await needs.store.candidatesFor(
      issue.number,
      cursor,
      chunkSize,
    );
    const chunk = chunkOf(needs, issue, subscribers, rendered);
    const after = cursor;
    cursor = subscribers.length < chunkSize ? null : (subscribers.at(-1)?.id ?? null);
    const came = await needs.store.addDeliveries(
      { issue: issue.number, ...chunk, after, cursor },
      needs.now(),
    );
    if (came === "passed") return came;
  }
  return "written";
}

function chunkOf(
  needs: DigestNeeds,
  issue: Issue,
  subscribers: readonly Subscriber[],
  rendered: Set<string>,
) {
  const variants: Variant[] = [];
  const deliveries: { subscriber: number; email: string; variant: string }[] = [];
  for (const { id, email, categories, language } of subscribers) {
    if (groupByCategory(issue.posts, categories, needs.order).length === 0) continue;
    const words = needs.speech.in(language ?? needs.site.language);
    const variant = variantKey(words.language, categories);
    if (!rendered.has(variant)) {
      variants.push({
        ...needs.renderer.renderVariant(viewOf(needs, issue, categories), words),
        key: variant,
      });
      rendered.add(variant);
    }
    deliveries.push({ subscriber: id, email, variant });
  }
  return { variants, deliveries, skipped: subscribers.length - deliveries.length };
}

function viewOf(needs: DigestNeeds, issue: Issue, wanted: readonly string[] | null) {
  return { issue, wanted, site: needs.site, order: needs.order, maxPosts: needs.digest.maxPosts };
}

/** The next issue as everybody would get it, were it opened now; null when there is no news. Opens nothing. */
export async function previewDigest(
  needs: DigestNeeds,
): Promise<{ readonly issue: Issue; readonly variant: Variant } | null> {
  const now = needs.now();
  const cursor = await needs.store.digestCursor("weekly");
  const posts = await newsSince(needs, cursor);
  if (posts.length === 0) return null;
  const number = ((await needs.store.listIssues())[0]?.number ?? 0) + 1;
  const { period, title, openedAt, expiresAt, letterhead } = frozen(
    needs,
    timeKey(needs.site.timeZone, now),
    cursor,
    posts,
    now,
  );
  const issue: Issue = { number, period, title, openedAt, expiresAt, posts, letterhead, state: "opening" };
  const words = needs.speech.in(needs.site.language);
  return { issue, variant: needs.renderer.renderVariant(viewOf(needs, issue, null), words) };
}
