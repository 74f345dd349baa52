import { day, hour, type Instant, minute } from "../../../src/base/clock.ts";
import type { Entry } from "../log.ts";
import { type Audit, at, hours, isGood, pairs, told, toleranceMs } from "./case.ts";

/** Walks each address; `until` says after each answer how long it wants to be left alone, null leaves it as it was. */
function early(
  entries: readonly Entry[],
  until: (entry: Entry) => Instant | null,
  why: string,
  isExcused: (entry: Entry) => boolean = () => false,
): string[] {
  let freeAt = Number.NEGATIVE_INFINITY;
  return entries.flatMap((entry) => {
    const earlyMs = freeAt - entry.at;
    freeAt = until(entry) ?? freeAt;
    return earlyMs > toleranceMs && !isExcused(entry)
      ? [told(entry, `${why}, ${hours(earlyMs)} before its end`)]
      : [];
  });
}

/** Asked while the last answer was fresh (`max-age` less `Age`, `Expires` less `Date`; a day at most). */
export const insideMaxAge: Audit = ({ byUrl, isAnew }) =>
  [...byUrl.values()].flatMap((entries) =>
    early(
      entries,
      (entry) => ([200, 304, 429, 503].includes(entry.status) ? entry.endedAt + entry.freshMs : null),
      "fresh",
      isAnew,
    ),
  );

const silentHoldMs = 4 * hour;

/** A host asked, at any of its addresses, while it wanted to be left alone. */
export const insideRetryAfter: Audit = ({ byHost }) =>
  [...byHost.values()].flatMap((entries) =>
    early(
      entries,
      // RFC 9309 §2.3.1.3: a robots.txt that is not given out is none.
      ({ status, restMs, endedAt, isRobots }) =>
        status === 429 || (status === 403 && !isRobots) || (status === 503 && restMs !== null)
          ? endedAt + (restMs ?? silentHoldMs)
          : null,
      "left alone",
    ),
  );

/** A feed asked sooner than its `ttl` or `sy:updatePeriod` (a day at most). */
export const insideTtl: Audit = ({ byUrl, isAnew }) =>
  [...byUrl.values()].flatMap((entries) =>
    early(
      entries,
      (entry) => {
        const { ttlMinutes = null, period = null } = entry.place?.wishes ?? {};
        const periodMs = period === null ? 0 : period === "hourly" ? hour : day;
        const restMs = ttlMinutes === null ? periodMs : ttlMinutes * minute;
        return isGood(entry) ? entry.endedAt + Math.min(restMs, day) : null;
      },
      "ttl",
      isAnew,
    ),
  );

/** A feed asked in an hour or on a day (UTC) that it had said nobody needs to. */
export const insideSkips: Audit = ({ byUrl }) =>
  [...byUrl.values()].flatMap((entries) => {
    let isTold = false;
    return entries.flatMap((entry) => {
      const date = new Date(entry.at);
      const { skipHours = [], skipDays = [] } = entry.place?.wishes ?? {};
      const isWrong =
        isTold && (skipHours.includes(date.getUTCHours()) || skipDays.includes(date.getUTCDay()));
      isTold ||= entry.status === 200 && entry.place?.form === "rss";
      return isWrong ? [told(entry, "in an hour or on a day to be skipped")] : [];
    });
  });

/** Two sources with one address, asked for twice within ten minutes. */
export const askedTwice: Audit = ({ byUrl, sourcesOf, isAnew }) =>
  [...byUrl].flatMap(([url, entries]) =>
    sourcesOf(url).length < 2
      ? []
      : [...pairs(entries)].flatMap(([before, entry]) =>
          before.status !== 0 && entry.at - before.at < 10 * minute && !isAnew(entry)
            ? [told(entry, "two sources, two requests")]
            : [],
        ),
  );

/** Asked after a restart before it was due by what was known before. */
export const earlyAfterRestart: Audit = ({ restarted, byUrl, web, before }) =>
  restarted.flatMap(({ after }) =>
    [...new Set(web.sources.map(({ url }) => url))].flatMap((url) => {
      const rows = web.sources
        .filter((source) => source.url === url)
        .map(({ id }) => after.rows.get(id)?.state);
      const dueAt = Math.min(...rows.map((state) => state?.nextLookAt ?? 0));
      const addresses = new Set(rows.map((state) => state?.address ?? url));
      return [...addresses].flatMap((address) => {
        const first = byUrl.get(address)?.find((entry) => entry.at >= after.at && before(entry) === null);
        return first !== undefined && first.at < dueAt
          ? [told(first, `after the restart at ${at(after.at)}, though due at ${at(dueAt)}`)]
          : [];
      });
    }),
  );
