import type { Instant } from "../base/clock.ts";
import { normalized } from "../base/text.ts";
import { afterFetch, afterMove } from "../domain/manners.ts";
import type { FetchOutcome, Item } from "../domain/page.ts";
import { identify } from "../domain/post.ts";
import type { FetchRecord } from "../domain/records.ts";
import type { ClaimedSource, LookResult, Source } from "../domain/source.ts";
import type { Look, Unreadable } from "./look.ts";

/** A look as it is written down. `overlaps`: what it found has posts in it that are known; null: none is known yet. */
export function recordOf(
  source: Source,
  claimed: ClaimedSource,
  found: Look,
  overlaps: boolean | null,
  now: Instant,
): FetchRecord {
  const { state } = claimed;
  const hints = found.kind === "read" ? (found.extraction.feed?.hints ?? null) : state.hints;
  const { hold, ...next } = afterFetch(source, state, found.outcome, hints, now);
  const common = {
    ...{ backfill: source.backfill, hints, holds: hold === null ? [] : [hold], visited: [] },
    ...next,
  };
  switch (found.kind) {
    case "read": {
      const move = afterMove(state.move, found.outcome.movedTo, overlaps, now);
      return {
        ...common,
        move,
        candidates: candidatesOf(source, found, now),
        address: move?.acceptedAt === now ? move.to : found.address,
        page: { validators: found.outcome.validators, bodyHash: found.outcome.bodyHash },
        learned: found.learned,
        last: found.items.length > 0 ? { outcome: "new", detail: found.change } : emptyLook(found),
      };
    }
    case "same": {
      // The same as the last page: what that one was worth, this one is.
      const isKnown = state.move === null || state.move.sightings > 0;
      const move = afterMove(state.move, found.outcome.movedTo, isKnown, now);
      return {
        ...common,
        move,
        candidates: [],
        address: move?.acceptedAt === now ? move.to : state.address,
        page: { validators: found.validators, bodyHash: state.bodyHash },
        learned: state.learned,
        last: unchangedLook(state),
      };
    }
    case "failed":
      return {
        ...common,
        ...afterFailure(source, claimed, found.outcome),
        candidates: [],
        page: null,
        last: failureOf(found),
      };
    default:
      return found satisfies never;
  }
}

/**
 * A look that came to nothing, by no fault of the source's: it is not held against it, nor are the `forgiven` failures
 * before it, and it is due again at `at`.
 */
export function spoiltRecord(
  source: Source,
  { state }: ClaimedSource,
  at: Instant,
  forgiven = 0,
): FetchRecord {
  const { hints, move, address, learned } = state;
  const failures = Math.max(0, state.failures - forgiven);
  const isCleared = forgiven > 0 && failures === 0;
  return {
    ...{ hints, move, address, learned, failures, backfill: source.backfill, candidates: [], page: null },
    nextLookAt: at,
    holds: [],
    visited: [],
    last: (isCleared ? null : state.last) ?? { outcome: "offline", detail: null },
  };
}

/** What is kept of a page, with the identity it would have. */
export function candidatesOf(source: Source, found: Look & { kind: "read" }, now: Instant) {
  const items = found.items.filter((item) => isWanted(item, source));
  return identify(items, { listingUrl: found.address, zone: source.zone }, now);
}

/** A learned address that no longer answers as it did is forgotten: the configured page is looked at again. */
function afterFailure(source: Source, { state }: ClaimedSource, outcome: FetchOutcome | Unreadable) {
  const isLost = ["missing", "gone", "unreadable"].includes(outcome.kind) && state.address !== source.url;
  return isLost
    ? { address: source.url, learned: null, move: null }
    : { address: state.address, learned: state.learned, move: state.move };
}

function emptyLook(found: Look & { kind: "read" }): LookResult {
  return { outcome: "empty", detail: found.extraction.notes.at(-1) ?? "The page has no posts in it." };
}

/** The same page as last time: what that one came to, this one does; one without posts has none once more. */
function unchangedLook({ last, learned }: ClaimedSource["state"]): LookResult {
  if (last?.outcome === "empty") return last;
  const isRead = last?.outcome === "new" || last?.outcome === "unchanged";
  return { outcome: "unchanged", detail: isRead && learned !== null ? last.detail : null };
}

function failureOf(found: Look & { kind: "failed" }): LookResult {
  const { kind } = found.outcome;
  if (kind === "resting") return { outcome: "held", detail: found.message };
  const outcome = kind === "held" || kind === "gone" || kind === "disallowed" ? kind : "failed";
  return { outcome, detail: found.message };
}

/** Whether `keep` and `drop` let an item pass: words looked for in title, text and categories. */
function isWanted(item: Item, { keep, drop }: Pick<Source, "keep" | "drop">): boolean {
  if (keep.length + drop.length === 0) return true;
  const said = normalized([item.title, item.text, ...item.categories].join("\n"));
  const has = (word: string) => said.includes(normalized(word));
  return (keep.length === 0 || keep.some(has)) && !drop.some(has);
}
