import { hour, type Instant } from "../../src/base/clock.ts";
import { digestOf, normalized, slugOf } from "../../src/base/text.ts";
import { canonicalUrl } from "../../src/base/url.ts";
import type { NewIssue, Variant } from "../../src/domain/issue.ts";
import type { Candidate, Post } from "../../src/domain/post.ts";
import type { FetchRecord, Import, RecordedFetch, SourceClaim } from "../../src/domain/records.ts";
import type { Source } from "../../src/domain/source.ts";
import type { Store } from "../../src/domain/store.ts";
import type { Subscriber } from "../../src/domain/subscriber.ts";

/** A Monday morning: where tests stand in time unless they say otherwise. */
export const monday: Instant = Date.UTC(2026, 0, 5, 7);

/** A source as configured: a blog that is read as a feed. */
export function aSource(given: Partial<Source> = {}): Source {
  const id = given.id ?? "blog";
  return {
    id,
    name: `The ${id}`,
    url: `https://${id}.example/posts`,
    category: null,
    reading: { kind: "feed" },
    pages: 1,
    zone: "UTC",
    everyMs: 6 * hour,
    everyIsExact: false,
    enabled: true,
    backfill: "recent",
    headers: {},
    keep: [],
    drop: [],
    ...given,
  };
}

/** An item with its identity. Without an address it gets one made from its title; `url: null` has none. */
export function aCandidate(given: Partial<Candidate> = {}): Candidate {
  const title = given.title ?? "Budget";
  const text = given.text === undefined ? `All about ${title}.` : given.text;
  const url = given.url === undefined ? `https://blog.example/posts/${slugOf(title)}` : given.url;
  const canonical = url === null ? null : canonicalUrl(url, null);
  const keys = {
    guid: null,
    url: canonical === null ? null : `url:${canonical}`,
    text: `text:${digestOf(normalized(text ?? title))}`,
    ...given.keys,
  };
  return {
    titleIsMade: false,
    publishedAt: null,
    dateOnly: false,
    dateOn: null,
    categories: [],
    author: null,
    html: null,
    image: null,
    enclosures: [],
    ...given,
    key: given.key ?? keys.guid ?? keys.url ?? keys.text ?? "text:none",
    keys,
    title,
    text,
    url,
  };
}

/** What a good look came to. */
export function aRecord(candidates: readonly Candidate[], given: Partial<FetchRecord> = {}): FetchRecord {
  return {
    candidates,
    address: "https://blog.example/posts",
    backfill: "all",
    page: null,
    learned: null,
    last: { outcome: candidates.length > 0 ? "new" : "empty", detail: null },
    failures: 0,
    nextLookAt: 0,
    holds: [],
    visited: [],
    hints: null,
    move: null,
    ...given,
  };
}

/** A worker's claim on whatever source is due. */
export function aClaim(given: Partial<SourceClaim> = {}): SourceClaim {
  return { owner: "me", leaseMs: 30_000, only: null, force: false, notAgain: [], hostGapMs: 0, ...given };
}

/** Looks at one source and records what was "found", whether or not it is due. Throws where nothing could be claimed. */
export async function looked(
  store: Store,
  source: string,
  candidates: readonly Candidate[],
  now: Instant = monday,
  given: Partial<FetchRecord> = {},
): Promise<RecordedFetch & { kind: "recorded" }> {
  const claimed = await store.claimSource(aClaim({ only: source, force: true }), now);
  if (claimed === null) throw new Error(`${source} could not be claimed`);
  const address = claimed.state.address;
  const recorded = await store.recordFetch(claimed, aRecord(candidates, { address, ...given }), now);
  if (recorded.kind === "lost") throw new Error(`the claim of ${source} was lost`);
  return recorded;
}

/** The first post of a look that brought one. */
export async function aPost(
  store: Store,
  source: string,
  given: Partial<Candidate> = {},
  now: Instant = monday,
): Promise<Post> {
  const [post] = (await looked(store, source, [aCandidate(given)], now)).new;
  if (post === undefined) throw new Error("the look brought nothing new");
  return post;
}

/** An issue to be opened, with one post in it. */
export function aNewIssue(given: Partial<NewIssue> = {}): NewIssue {
  return {
    period: { cadence: "weekly", key: "2026-01-05", from: 0, to: 1, startedAt: monday - 7 * 24 * hour },
    title: "The week",
    letterhead: {
      keyId: "k",
      from: { name: "The week", address: "digest@example.org" },
      siteUrl: "https://digest.example.org",
    },
    openedAt: monday,
    posts: [
      {
        id: 1,
        title: "Budget",
        url: "https://blog.example/posts/budget",
        sourceName: "The blog",
        at: monday,
        isDated: true,
        on: "2026-01-05",
        summary: "",
        categories: [],
        alsoAt: [],
        releasedAs: 1,
      },
    ],
    state: "opening",
    thenState: "open",
    expiresAt: monday + 72 * hour,
    ...given,
  };
}

/** Somebody the operator adds, confirmed unless said otherwise. */
export function anImport(email: string, given: Partial<Omit<Import, "subscriber">> = {}): Import {
  return {
    subscriber: { email, categories: null, language: null, zone: null },
    status: "active",
    confirmedAt: null,
    consent: { text: "Send me the digest.", by: "import" },
    force: false,
    ...given,
  };
}

/** A confirmed subscriber, by the operator's hand. */
export async function aSubscriber(
  store: Store,
  email = "anna@example.org",
  now = monday - hour,
): Promise<Subscriber> {
  await store.importSubscriber(anImport(email), now);
  const subscriber = await store.findSubscriber(email);
  if (subscriber === null) throw new Error(`${email} was not added`);
  return subscriber;
}

/** An open issue with one due delivery for each of these new subscribers; gives its number. */
export async function anOpenIssue(
  store: Store,
  emails: readonly string[] = ["anna@example.org"],
  given: Partial<NewIssue> = {},
): Promise<number> {
  const deliveries = [];
  for (const email of emails) {
    const { id } = await aSubscriber(store, email);
    deliveries.push({ subscriber: id, email, variant: "en|*" });
  }
  const opened = await store.openIssue(aNewIssue(given));
  if (opened.kind === "exists") throw new Error("there is such an issue already");
  const chunk = {
    issue: opened.number,
    deliveries,
    variants: [aVariant()],
    skipped: 0,
    after: 0,
    cursor: null,
  };
  await store.addDeliveries(chunk, given.openedAt ?? monday);
  return opened.number;
}

/** A rendered form of an issue. */
export function aVariant(given: Partial<Variant> = {}): Variant {
  return {
    key: "en|*",
    language: "en",
    subject: "The week",
    html: "<p>Budget</p>",
    text: "Budget",
    ...given,
  };
}
