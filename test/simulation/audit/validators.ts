import { day } from "../../../src/base/clock.ts";
import type { Marked } from "../headers.ts";
import type { Entry } from "../log.ts";
import { type Audit, hours, isGood, told, toleranceMs } from "./case.ts";

const nothing: Marked = { etag: null, modified: null };

/** What an address is known by after an answer (RFC 9111 §4.3.4). */
function after(known: Marked, { status, given }: Entry): Marked {
  if (status === 200) return given;
  if (status !== 304) return known;
  return { etag: given.etag ?? known.etag, modified: given.modified ?? known.modified };
}

/** Walks an address in order of time, with what it was known by at each request. */
function walked(entries: readonly Entry[], check: (entry: Entry, known: Marked) => string | null): string[] {
  let known = nothing;
  return entries.flatMap((entry) => {
    const wrong = entry.isRobots ? null : check(entry, known);
    known = after(known, entry);
    return wrong ?? [];
  });
}

/** A validator that is not the last one the address gave; sources that share an address may each have their own. */
export const madeUp: Audit = ({ byUrl, sourcesOf }) =>
  [...byUrl].flatMap(([url, entries]) => {
    const given = { etag: new Set<string | null>(), modified: new Set<string | null>() };
    const isShared = sourcesOf(url).length > 1;
    return walked(entries, (entry, known) => {
      const { etag, modified } = entry.marks;
      const isFalse = (name: keyof Marked) =>
        entry.marks[name] !== null &&
        (isShared ? !given[name].has(entry.marks[name]) : entry.marks[name] !== known[name]);
      const wrong = isFalse("etag") || isFalse("modified");
      given.etag.add(entry.given.etag);
      given.modified.add(entry.given.modified);
      return wrong
        ? told(entry, `asked with ${etag} ${modified}, known is ${known.etag} ${known.modified}`)
        : null;
    });
  });

/** One of two validators left at home. */
export const halved: Audit = ({ byUrl }) =>
  [...byUrl.values()].flatMap((entries) =>
    walked(entries, ({ marks, ...entry }, known) => {
      const isHalf = (marks.etag === null) !== (marks.modified === null);
      const knowsBoth = known.etag !== null && known.modified !== null;
      return isHalf && knowsBoth ? told({ ...entry, marks }, "only one of two validators was sent") : null;
    }),
  );

/**
 * Asked without a condition though one was known, and though nothing else was read in the meantime in its place. What
 * stands where a feed should be is not read: what it is known by would make "still no feed" of a feed's absence.
 */
export const repeated: Audit = ({ log, rootOf, web, isAnew }) => {
  const known = new Map<string, Marked>();
  const giverOf = new Map<string, string>();
  const lastOut = new Map<string, number | null>();
  return log.flatMap((entry) => {
    const { url, marks, isRobots, isCutOff } = entry;
    if (url === null || isRobots || isCutOff) return [];
    if (entry.place?.form === "notice" && web.places.get(rootOf(entry) ?? "")?.isFeed) return [];
    const [knows, root] = [known.get(url) ?? nothing, rootOf(entry) ?? url];
    const isBlank = marks.etag === null && marks.modified === null;
    const isKnown = knows.etag !== null || knows.modified !== null;
    const isFirst = giverOf.get(root) !== url || isAnew(entry);
    // A further page is asked for when all of the first one is new: then this is another page than it was.
    const isOther = (entry.place?.page ?? 1) > 1 && lastOut.get(url) !== entry.out;
    lastOut.set(url, entry.out);
    known.set(url, after(knows, entry));
    if (isGood(entry)) giverOf.set(root, url);
    return isBlank && isKnown && !isFirst && !isOther
      ? [told(entry, "asked without a condition, though one was known")]
      : [];
  });
};

/** What cannot be asked conditionally, asked more than once a day without the operator's word. */
export const blind: Audit = ({ byUrl, sourcesOf }) =>
  [...byUrl].flatMap(([url, entries]) => {
    if (sourcesOf(url).length === 0 || sourcesOf(url).some(({ everyIsExact }) => everyIsExact)) return [];
    let blindSince = Number.NEGATIVE_INFINITY;
    return entries.flatMap((entry) => {
      const sinceMs = entry.at - blindSince;
      if (entry.status === 200) {
        blindSince =
          entry.given.etag === null && entry.given.modified === null
            ? entry.endedAt
            : Number.NEGATIVE_INFINITY;
      }
      return sinceMs < day - toleranceMs
        ? [told(entry, `asked for all of it again after ${hours(sinceMs)}`)]
        : [];
    });
  });
