import type { Instant } from "../base/clock.ts";
import type { Alert } from "./alert.ts";
import type {
  Claim,
  ClaimedDelivery,
  Delivery,
  DeliveryState,
  Settlement,
  UnknownPolicy,
} from "./delivery.ts";
import type { Accounting, Cadence, Issue, IssueState, NewIssue, Variant } from "./issue.ts";
import type { ClaimedPing, PingSettlement, Topic } from "./ping.ts";
import type { ShownPost } from "./post.ts";
import type {
  Armed,
  CategoryRow,
  CategoryRules,
  Confirmed,
  DeliveryChunk,
  DigestCursor,
  DirtyScope,
  FetchRecord,
  Health,
  Import,
  Imported,
  MailServerState,
  NamedScope,
  PostScope,
  RecordedFetch,
  RobotsFile,
  SignUp,
  SourceClaim,
  Visit,
} from "./records.ts";
import type { ClaimedSource, Move, Source, SourceRow } from "./source.ts";
import type { Confirmation, Consent, NewSubscriber, Subscriber } from "./subscriber.ts";

/**
 * What the house remembers. **Every method is one transaction**, named after a fact of the business; "due" is a
 * column. Rejects with `AppError("data")` when the database refuses; nothing is then half written.
 */
export interface Store {
  // sources
  /** Makes the sources of the configuration known. One that is gone keeps its posts; a changed address starts anew. */
  syncSources(sources: readonly Source[], rules: CategoryRules, now: Instant): Promise<void>;
  /** Lets what a clock wrote that was more than an hour ahead say nothing of when to look, or whom to leave alone. */
  forgetTheFuture(now: Instant): Promise<void>;
  listSources(): Promise<readonly SourceRow[]>;
  /** Takes one due source, or null: nothing is due, or only on hosts that are busy, held or not rested yet. */
  claimSource(claim: SourceClaim, now: Instant): Promise<ClaimedSource | null>;
  /** Lets sources that are read at `from` follow where it moved for good. */
  followMove(ids: readonly string[], from: string, move: Move): Promise<void>;
  /** Prolongs a claim; false when it is no longer ours. */
  renewSource(id: string, owner: string, until: Instant): Promise<boolean>;
  /** Merges what was seen into what is known, and sets the source's new timetable. */
  recordFetch(claimed: ClaimedSource, record: FetchRecord, now: Instant): Promise<RecordedFetch>;
  /**
   * Takes back what network trouble of our own did to these sources: one failure less, and due again at `at`. What
   * has been looked at since stays as it is.
   */
  forgive(
    sources: readonly { readonly id: string; readonly lookedAt: Instant }[],
    at: Instant,
  ): Promise<void>;
  /** Forgets hosts that no source is at and that were last asked before then, and what any host said in robots.txt before. */
  forgetHosts(before: Instant): Promise<void>;
  /**
   * Whether a look at a source that it leads to `host` may go there now. `welcome` takes the host, so that nobody
   * else asks it meanwhile: until the look is recorded, or for a minute.
   */
  visitHost(host: string, source: string, hostGapMs: number, now: Instant): Promise<Visit>;
  getRobots(origin: string): Promise<RobotsFile | null>;
  /** Keeps a host's robots.txt, and the gap it asks for between requests, ms. */
  putRobots(origin: string, file: RobotsFile, crawlGapMs: number): Promise<void>;
  /**
   * The earliest instant at which `claimSource` with this claim could give something, the rest of hosts, holds and
   * running leases counted in; null when there is nothing to wait for. Only of sources that are due by `until`.
   */
  nextLookAt(
    claim: Pick<SourceClaim, "only" | "force" | "notAgain">,
    until: Instant,
  ): Promise<Instant | null>;

  // posts
  /** Which of these keys are known for a source, tombstones included: whether a further page is worth a look. */
  knownKeys(source: string, keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** One row per post and source by id, held ones too; `after` is the last id of the page before. */
  listPosts(filter: {
    readonly source: string | null;
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly ShownPost[]>;
  getPost(id: number): Promise<ShownPost | null>;
  /** Newest `limit` by `orderAt`, then id, descending; held ones not, and one post told at several sources once (but per source). */
  latestPosts(scope: PostScope, limit: number): Promise<readonly ShownPost[]>;
  /** News with `from < releasedAs <= to`, by release; a post told at several sources once, at its first release. */
  releasedPosts(from: number, to: number): Promise<readonly ShownPost[]>;
  /** Makes a held post news, or hides it for good. False: there is no such held post. */
  judgePost(id: number, verdict: "release" | "hide", now: Instant): Promise<boolean>;
  listCategories(): Promise<readonly CategoryRow[]>;
  /** Deletes posts that are older than `before`, by their date and by when they were first seen, and leaves their keys as tombstones; at most `limit` at once. How many went. */
  prunePosts(before: Instant, limit: number): Promise<number>;

  // publishing
  /** What has a feed besides the site as a whole, or had one: each category, each source. */
  listScopes(): Promise<readonly NamedScope[]>;
  dirtyScopes(): Promise<readonly DirtyScope[]>;
  markDirty(scopes: readonly PostScope[]): Promise<void>;
  /**
   * Takes marks away, unless they were made anew since. One that another process took away meanwhile is made anew:
   * nobody knows which of the two wrote last, and from which posts.
   */
  clearDirty(marks: readonly DirtyScope[]): Promise<void>;
  /** These feeds are about to change: the hub is to be told, once for all changes till then, when they are not out of date any more. */
  announce(topics: readonly Topic[], now: Instant): Promise<void>;
  /** Takes the topic that the hub is to be told of first, or null; one that is not settled is due again in a minute. */
  claimPing(now: Instant): Promise<ClaimedPing | null>;
  /** A topic that has changed since it was claimed stays. After a failure the hub rests: all topics wait till then. */
  settlePing(claimed: ClaimedPing, settlement: PingSettlement, now: Instant): Promise<void>;
  /** Remembers what feeds show besides posts; when it is not what it was, everything is out of date. */
  publishAs(edition: string): Promise<void>;

  // issues
  digestCursor(cadence: Cadence): Promise<DigestCursor>;
  /** This schedule brought no news: it is dealt with all the same. */
  skipIssue(cadence: Cadence, handledAt: Instant): Promise<void>;
  /** Freezes an issue and moves the cursor. `exists`: there is one for this period key; nothing was written. */
  openIssue(
    issue: NewIssue,
  ): Promise<{ readonly kind: "opened"; readonly number: number } | { readonly kind: "exists" }>;
  /** An issue whose deliveries are not all written (a crash in between), with how far it got. */
  unfinishedIssue(): Promise<{ readonly issue: Issue; readonly cursor: number } | null>;
  /**
   * Subscribers with id > `after` that were active when the issue was opened, whatever the clocks said, by id; also
   * who has left since: their delivery is withdrawn when its turn comes, and accounted for.
   */
  candidatesFor(issue: number, after: number, limit: number): Promise<readonly Subscriber[]>;
  /**
   * `passed`: the issue is further than the chunk's `after`, or written; nothing of the chunk was kept, its variants
   * neither. Rejects when a delivery names a variant that is not stored with the issue.
   */
  addDeliveries(chunk: DeliveryChunk, now: Instant): Promise<"written" | "passed">;
  /** The newest first. */
  listIssues(): Promise<
    readonly (Omit<Issue, "posts" | "letterhead"> & { readonly accounting: Accounting })[]
  >;
  getIssue(number: number): Promise<Issue | null>;
  getVariant(issue: number, key: string): Promise<Variant | null>;
  /** `cancel` also cancels what is not under way. Null: no such issue; else the state it is in now. */
  steerIssue(
    number: number,
    to: "pause" | "resume" | "cancel" | "approve" | "halt",
    now: Instant,
  ): Promise<IssueState | null>;

  // the outbox
  /**
   * Takes up to `limit` due deliveries of issues that are open (and confirmations, which come first); none while the
   * mail server is left alone.
   */
  claimDeliveries(
    owner: string,
    leaseMs: number,
    limit: number,
    now: Instant,
    /** Domains that get nothing for now. */
    passOver?: readonly string[],
  ): Promise<readonly ClaimedDelivery[]>;
  /** Gives claimed deliveries back unsent. */
  releaseDeliveries(claims: readonly Claim[], now: Instant): Promise<void>;
  /** Prolongs the leases of those still ours. */
  renewDeliveries(claims: readonly Claim[], until: Instant): Promise<void>;
  /** The durable step before the first byte: `submitting`, unless withdrawn or lost. */
  armDelivery(claim: Claim, leaseMs: number, now: Instant): Promise<Armed>;
  /**
   * Writes what an attempt came to; with `next`, arms that one in the same transaction. An answer that comes after
   * its lease was swept still counts, as long as nobody claimed the delivery since; then a late hand changes nothing.
   * A server that is away is left alone longer each time, until something is sent.
   */
  settleDelivery(
    claim: Claim,
    settlement: Settlement,
    next: { readonly claim: Claim; readonly leaseMs: number } | null,
    now: Instant,
  ): Promise<{ readonly settled: boolean; readonly next: Armed | null }>;
  /**
   * Brings home what nobody works on any more: leases that ran out go back to pending, submissions that did
   * become unknown, unknown ones whose time has come are due again (once), what is past its issue's end is failed
   * (never an unknown one: that waits for the operator), finished issues are done. With `hold` nothing unknown is due
   * again by itself any more. Instants that only a clock that was wrong can have written are brought near.
   */
  sweepDeliveries(
    policy: UnknownPolicy,
    now: Instant,
  ): Promise<{ readonly unknown: number; readonly expired: number }>;
  /** Puts word to the operator in the outbox; false where the same was said today. */
  raiseAlert(alert: Alert, email: string, now: Instant): Promise<boolean>;
  mailServer(now: Instant): Promise<MailServerState>;
  /** By id; `after` is the last id of the page before. */
  listDeliveries(filter: {
    readonly issue: number | null;
    readonly state: DeliveryState | null;
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly Delivery[]>;
  /** The operator's word on an unknown one: it arrived, or send it again. False: it is not unknown. */
  resolveDelivery(id: number, as: "sent" | "resend", now: Instant): Promise<boolean>;
  /** How many may be claimed now, and how many are in flight (leased, submitting). */
  outboxLoad(
    now: Instant,
  ): Promise<{ readonly due: number; readonly inFlight: number; readonly nextDueAt: Instant | null }>;

  // subscribers
  /** Remembers a sign-up and puts its confirmation in the outbox, within `confirmationLimits`. */
  signUp(
    subscriber: NewSubscriber,
    consent: Consent,
    confirmation: Confirmation,
    now: Instant,
  ): Promise<SignUp>;
  /** Uses a confirmation up. A second use of a used one answers `unknown`. */
  confirm(tokenHash: string, now: Instant): Promise<Confirmed>;
  /** Whether a confirmation with this hash could be used, without using it. */
  findConfirmation(tokenHash: string, now: Instant): Promise<Confirmed["kind"]>;
  getSubscriber(id: number): Promise<Subscriber | null>;
  findSubscriber(email: string): Promise<Subscriber | null>;
  /** By id. */
  listSubscribers(filter: { readonly after: number; readonly limit: number }): Promise<readonly Subscriber[]>;
  setPreferences(
    id: number,
    categories: readonly string[] | null,
    language: string | null,
    now: Instant,
  ): Promise<boolean>;
  /** Unsubscribes: `left`, and its waiting deliveries are cancelled. False: there is no such subscriber. */
  leave(id: number, now: Instant): Promise<boolean>;
  importSubscriber(entry: Import, now: Instant): Promise<Imported>;
  /** Forgets a person but for a hash that keeps imports from bringing the address back. */
  eraseSubscriber(email: string, now: Instant): Promise<boolean>;
  /** Counts an act of `who` in the running hour; false when that would be more than `limit`. */
  allow(who: string, limit: number, now: Instant): Promise<boolean>;

  health(now: Instant): Promise<Health>;
  close(): Promise<void>;
}
