import { day, type Instant } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type {
  Extract,
  Extraction,
  Fetch,
  FetchOutcome,
  Freshness,
  Item,
  Page,
  Reading,
  Validators,
} from "../domain/page.ts";
import type { Source } from "../domain/source.ts";
import type { Settled } from "./drift.ts";

export interface LookNeeds {
  readonly fetch: Fetch;
  readonly extract: Extract;
  readonly now: () => Instant;
  /** Waits until the same host may be asked again; false: it wants longer than a look may take. */
  readonly rest: () => Promise<boolean>;
  /** Why an address is not to be read, though it could be; null when it may. */
  readonly refusal: (url: string) => Promise<FetchOutcome | null>;
}

/** What to look at, and what is known from earlier looks. */
export interface LookRequest {
  readonly source: Pick<Source, "reading" | "pages" | "zone" | "headers">;
  readonly address: string;
  readonly learned: Reading | null;
  readonly validators: Validators | null;
  /** Of the page seen last: the same bytes are the same page. */
  readonly bodyHash: string | null;
  /** What is believed of the first page as it was read; `anew` reads it as if nothing had been learned. */
  readonly settle: (read: Extraction, anew: () => Promise<Extraction>) => Settled | Promise<Settled>;
  /** Whether, after this page, a further one of the listing is worth a look. */
  readonly wantsMore: (items: readonly Item[]) => Promise<boolean>;
  readonly signal?: AbortSignal;
}

type PageOutcome = FetchOutcome & { readonly kind: "page" };

/** An answer that was no page of the kind it should be; it is fresh all the same. */
export interface Unreadable {
  readonly kind: "unreadable";
  readonly freshness: Freshness;
}

/** What came of a look: something to read, nothing new, or a reason why not. */
export type Look =
  | {
      readonly kind: "read";
      readonly outcome: PageOutcome;
      readonly extraction: Extraction;
      /** Of all pages that were read. */
      readonly items: readonly Item[];
      /** Where it was really read: the feed the page advertises, if there is one. */
      readonly address: string;
      readonly learned: Reading | null;
      /** What has changed about how it is read, in a sentence. */
      readonly change: string | null;
    }
  | {
      readonly kind: "same";
      readonly outcome: PageOutcome | (FetchOutcome & { readonly kind: "not-modified" });
      readonly validators: Validators | null;
    }
  | {
      readonly kind: "failed";
      readonly outcome: FetchOutcome | Unreadable;
      readonly message: string;
    };

/**
 * One look at a source: its page, the feed that the page advertises (for `auto`), and further pages of the listing
 * while they are wanted. A further page that fails ends the walk and costs nothing.
 */
export async function look(needs: LookNeeds, request: LookRequest): Promise<Look> {
  const { source, address } = request;
  const outcome = (await needs.refusal(address)) ?? (await ask(needs, request, address, request.validators));
  if (outcome.kind === "not-modified") return { kind: "same", outcome, validators: outcome.validators };
  if (outcome.kind !== "page") return { kind: "failed", outcome, message: sentence(outcome) };
  if (outcome.bodyHash === request.bodyHash) return { kind: "same", outcome, validators: outcome.validators };
  try {
    const page = pageOf(outcome, source.zone, needs.now());
    const read = await needs.extract(page, source.reading, request.learned);
    if (source.reading.kind === "auto" && read.kind !== "feed" && read.feedUrl !== null) {
      const feed = await advertised(needs, request, read.feedUrl);
      if (feed !== null) return feed;
    }
    const { extraction, change } = await request.settle(read, () =>
      needs.extract(page, source.reading, null),
    );
    const items = await furtherPages(needs, request, extraction);
    return { kind: "read", outcome, extraction, items, address, learned: extraction.learned, change };
  } catch (error) {
    if (!(error instanceof AppError && error.code === "unreadable")) throw error;
    const { freshness } = outcome;
    return { kind: "failed", outcome: { kind: "unreadable", freshness }, message: error.message };
  }
}

function ask(
  needs: LookNeeds,
  request: LookRequest,
  url: string,
  validators: Validators | null,
): Promise<FetchOutcome> {
  const { headers } = request.source;
  const seen = validators === null ? null : request.bodyHash;
  return needs.fetch({ url, validators, seen, headers, ...(request.signal && { signal: request.signal }) });
}

function pageOf(outcome: PageOutcome, zone: string, readAt: Instant): Page {
  return { url: outcome.url, contentType: outcome.contentType, text: outcome.text, zone, readAt };
}

/** The feed a page advertises, or null when it cannot be read or has nothing in it. */
async function advertised(needs: LookNeeds, request: LookRequest, feedUrl: string): Promise<Look | null> {
  if (!(await needs.rest())) return null;
  const outcome = await ask(needs, request, feedUrl, null);
  if (outcome.kind !== "page") return null;
  const learned: Reading = { kind: "feed" };
  try {
    const extraction = await needs.extract(pageOf(outcome, request.source.zone, needs.now()), learned, null);
    if (extraction.items.length === 0) return null;
    return {
      kind: "read",
      outcome,
      extraction: { ...extraction, feedUrl },
      items: extraction.items,
      address: feedUrl,
      learned,
      change: null,
    };
  } catch (error) {
    if (error instanceof AppError && error.code === "unreadable") return null;
    throw error;
  }
}

async function furtherPages(
  needs: LookNeeds,
  request: LookRequest,
  first: Extraction,
): Promise<readonly Item[]> {
  const { source } = request;
  const items = [...first.items];
  const seen = new Set([request.address]);
  let next = first.next;
  let fresh: readonly Item[] = first.items;
  for (
    let page = 2;
    page <= source.pages && next !== null && !seen.has(next) && (await request.wantsMore(fresh));
    page++
  ) {
    seen.add(next);
    if (!(await needs.rest()) || (await needs.refusal(next)) !== null) break;
    const outcome = await ask(needs, request, next, null);
    if (outcome.kind !== "page") break;
    const extraction = await needs
      .extract(pageOf(outcome, source.zone, needs.now()), source.reading, first.learned)
      .catch((error: unknown) => {
        if (error instanceof AppError && error.code === "unreadable") return null;
        throw error;
      });
    if (extraction === null) break;
    items.push(...extraction.items);
    fresh = extraction.items;
    next = extraction.next;
  }
  return items;
}

/** What a look that brought no page came to, for the operator. */
function sentence(outcome: Exclude<FetchOutcome, { kind: "page" | "not-modified" }>): string {
  switch (outcome.kind) {
    case "held":
      return heldSentence(outcome);
    case "resting":
      return `It leads to ${new URL(outcome.url).host}, which asks to be left alone.`;
    case "disallowed":
      return `Its robots.txt does not want it to be read (${outcome.rule}).`;
    case "missing":
      return "The server answered 404: there is no such page any more.";
    case "gone":
      return "The server answered 410: the page is gone for good.";
    case "error-status":
      return `The server answered ${outcome.status}.`;
    case "trouble":
      return outcome.message;
    default:
      return outcome satisfies never;
  }
}

function heldSentence({ status, botCheck, freshness }: FetchOutcome & { kind: "held" }): string {
  const looks =
    botCheck === null
      ? "it asks to be left alone"
      : `it looks like a bot check (${botCheck}); a feed of the site may not be behind it`;
  const days = Math.round((freshness.retryAfterMs ?? 0) / day);
  return `The server answered ${status}: ${looks}${days > 7 ? `, for ${days} days; it is asked again in seven` : ""}.`;
}
