import { day, hour, type Instant } from "../../../src/base/clock.ts";
import type { Source } from "../../../src/domain/source.ts";
import type { Entry } from "../log.ts";
import type { Span } from "../web.ts";
import { type Audit, at, type Case, hours, isGood, pairs } from "./case.ts";

const week = 7 * day;
/** The longest wait: a week and the jitter, or a day after a good answer; and the days that a feed wants skipped. */
const jitter = 1.1;
const slackMs = 2 * hour;

/** Every attempt to read a source: its own requests, and what did not get as far at its host. */
function attempts({ byUrl, byHost, web }: Case, { url }: Source): readonly Entry[] {
  const addresses = [url, ...(web.places.get(url)?.detours ?? []).map(({ to }) => to)];
  const hosts = addresses.map((address) => new URL(address).host);
  return [
    ...addresses.flatMap((address) => byUrl.get(address) ?? []),
    ...new Set(
      hosts.flatMap((host) => (byHost.get(host) ?? []).filter((one) => one.url === null || one.isRobots)),
    ),
  ].sort((a, b) => a.at - b.at);
}

/** Days and nights that the feed wants skipped, hosts that want to be left alone, and times in which we were not there. */
function excusedMs({ restarted, web, byHost }: Case, { url }: Source, from: Instant, until: Instant): number {
  const { skipHours = [], skipDays = [] } = web.places.get(url)?.wishes ?? {};
  const downs = restarted.filter(({ before, after }) => after.at >= from && before.at <= until);
  const downMs = downs.reduce((sum, { restart }) => sum + restart.downMs, 0);
  const place = web.places.get(url);
  const isHeld = (byHost.get(place?.host.authority ?? "") ?? []).some(
    (one) => one.at >= from - week && one.at <= until && [403, 429, 503].includes(one.status),
  );
  return (
    downMs + (isHeld ? week : 0) + (skipHours.length > 0 ? day : 0) + (skipDays.length > 0 ? 3 * day : 0)
  );
}

/** A source that nobody looked at for longer than the longest wait there is. */
export const givenUp: Audit = (found) =>
  found.web.sources.flatMap((source) => {
    const all = attempts(found, source);
    const times = [found.web.startsAt, ...all.map((entry) => entry.at), found.web.endsAt];
    return [...pairs(times)].flatMap(([before, next]) =>
      next - before >
      Math.max(week, source.everyMs) * jitter + slackMs + excusedMs(found, source, before, next)
        ? [`${source.id} was left alone from ${at(before)} for ${hours(next - before)}`]
        : [],
    );
  });

/** A source that answered well and was not looked at again within a day, or what it asks for itself. */
export const neglected: Audit = (found) =>
  found.web.sources.flatMap((source) => {
    const most = Math.max(day, source.everyMs) * jitter + slackMs;
    return [...pairs(attempts(found, source))].flatMap(([before, next]) =>
      isGood(before) &&
      !before.isRobots &&
      before.place?.form !== "notice" &&
      next.at - before.endedAt > most + excusedMs(found, source, before.at, next.at)
        ? [
            `${source.id} answered at ${at(before.at)} and was asked again after ${hours(next.at - before.at)}`,
          ]
        : [],
    );
  });

/** A place that was out of order, was well again, and was not read within the time that its failures had earned it. */
export const notRecovered: Audit = (found) =>
  found.web.sources.flatMap((source) => {
    const place = found.web.places.get(source.url);
    if (place === undefined) return [];
    const troubles: readonly (Span & { readonly status?: number })[] = [
      ...[...place.host.absences, ...place.host.refusals, ...place.refusals],
    ];
    return troubles.flatMap((trouble, n) => {
      const earned =
        trouble.status === 410 || trouble.status === 429 || trouble.status === 403 || trouble.status === 503;
      const waitMs = earned ? week : Math.min(week, 2 * (trouble.until - trouble.from) + source.everyMs);
      const dueAt =
        trouble.until +
        waitMs * jitter +
        slackMs +
        excusedMs(found, source, trouble.from, trouble.until + week);
      const isClear = troubles.every(
        (other, m) => n === m || other.until <= trouble.from || other.from >= dueAt,
      );
      const isLedAway = place.detours.some(({ from, until }) => until > trouble.until && from < dueAt);
      if (!isClear || isLedAway || dueAt >= found.web.endsAt) return [];
      const asked = attempts(found, source).find(
        (entry) => entry.at >= trouble.until && entry.at <= dueAt && entry.status !== 0 && !entry.isCutOff,
      );
      return asked === undefined
        ? [`${source.id} was well at ${at(trouble.until)} and not asked by ${at(dueAt)}`]
        : [];
    });
  });

/** A source charged with what our own network did. */
export const blamed: Audit = ({ outages, byHost, web }) =>
  outages.flatMap(({ span, before, after }) =>
    web.sources.flatMap(({ id, url }) => {
      const [was, is] = [before.rows.get(id)?.state, after.rows.get(id)?.state];
      const host = new URL(is?.address ?? url).host;
      const answered = (byHost.get(host) ?? []).some(
        (entry) => entry.endedAt >= span.from && entry.endedAt <= span.until && entry.url !== null,
      );
      // An error that was said to be fresh for hours is told from memory meanwhile.
      const isTold = /answered \d/.test(is?.last?.detail ?? "");
      return !answered && !isTold && (is?.failures ?? 0) > (was?.failures ?? 0)
        ? [`${id} has ${is?.failures} failures after the outage, ${was?.failures} before`]
        : [];
    }),
  );

/** A source that was due while we were cut off, and is not looked at soon afterwards. */
export const lateAfterOutage: Audit = (found) =>
  found.outages.flatMap(({ span, before, after }) =>
    found.web.sources.flatMap((source) => {
      const state = before.rows.get(source.id)?.state;
      if (state === undefined || state.nextLookAt > span.until) return [];
      // A robots.txt that was read lately forbids it also while nobody can be asked.
      if (state.last?.outcome === "disallowed") return [];
      if (excusedMs(found, source, span.from, span.until) > 0) return [];
      // Who shares an address may be told what the other one was.
      if (found.sourcesOf(source.url).length > 1) return [];
      const first = attempts(found, source).find((entry) => entry.at >= span.until);
      const isHeld = (found.byHost.get(new URL(source.url).host) ?? []).some(
        (entry) =>
          entry.at >= span.from - week &&
          entry.at < (first?.at ?? found.web.endsAt) &&
          [403, 429, 503].includes(entry.status),
      );
      const { pathname } = new URL(source.url);
      const forbidden =
        found.web.places.get(source.url)?.host.robots.flatMap((robots) => robots.forbidden) ?? [];
      const mayBeForbidden = forbidden.some((beginning) => pathname.startsWith(beginning));
      // What one of its sources was told is for the whole host; and a robots.txt of lately holds in between.
      if (isHeld || mayBeForbidden || after.rows.get(source.id)?.state.last?.outcome === "disallowed")
        return [];
      const lateMs = (first?.at ?? found.web.endsAt) - span.until;
      return lateMs > hour ? [`${source.id} was due in the outage and asked ${hours(lateMs)} after it`] : [];
    }),
  );

/** A source charged with our being stopped. */
export const blamedForRestart: Audit = ({ restarted, web, byHost }) =>
  restarted.flatMap(({ before, after }) =>
    web.sources.flatMap(({ id, url }) => {
      const [was, is] = [before.rows.get(id)?.state, after.rows.get(id)?.state];
      const answered = (byHost.get(new URL(is?.address ?? url).host) ?? []).some(
        (entry) => entry.endedAt >= before.at && entry.endedAt <= after.at && !entry.isCutOff,
      );
      return !answered && (is?.failures ?? 0) > (was?.failures ?? 0)
        ? [`${id} has ${is?.failures} failures after the restart at ${at(after.at)}, ${was?.failures} before`]
        : [];
    }),
  );
