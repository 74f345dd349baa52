import { day, hour } from "../../../src/base/clock.ts";
import type { Source } from "../../../src/domain/source.ts";
import { storiesOf } from "../stories.ts";
import type { Place, Web } from "../web.ts";
import { type Audit, at, type Case, isGood } from "./case.ts";

/** Whatever a source may have been led to, its own place first. */
function placesOf(web: Web, { url }: Source): readonly Place[] {
  const own = web.places.get(url);
  const all = own === undefined ? [] : [own, ...own.detours.flatMap(({ to }) => web.places.get(to) ?? [])];
  for (let next = own?.next ?? null; next !== null; ) {
    const further = web.places.get(next);
    if (further !== undefined) all.push(further);
    next = further?.next ?? null;
  }
  return all;
}

/** A story that is kept more than once. */
export const twice: Audit = ({ posts }) =>
  [...posts].flatMap(([source, kept]) => {
    const seen = new Set<string>();
    return kept.flatMap(({ title }) => {
      const isSecond = seen.has(title);
      seen.add(title);
      return isSecond ? [`${source} has "${title}" more than once`] : [];
    });
  });

/** A post that nobody wrote. */
export const invented: Audit = ({ posts, web }) =>
  web.sources.flatMap((source) => {
    const written = new Set(
      placesOf(web, source).flatMap(({ stream }) => stream?.stories.map(({ title }) => title) ?? []),
    );
    return (posts.get(source.id) ?? []).flatMap(({ title }) =>
      written.has(title) ? [] : [`${source.id} has "${title}", which nobody wrote`],
    );
  });

/** What a source's places sent us, by title. */
function sentTo({ web, byUrl, sourcesOf }: Case, source: Source): ReadonlySet<string> {
  const titles = new Set<string>();
  // Who shares an address with others may get what they got only when it is due itself.
  const until = web.endsAt - (sourcesOf(source.url).length > 1 ? 28 * hour : 0);
  for (const { url, stream, size, page } of placesOf(web, source)) {
    if (stream === null) continue;
    const sent = (byUrl.get(url) ?? []).filter(({ status, endedAt }) => status === 200 && endedAt < until);
    for (const out of new Set(sent.map((one) => one.out ?? 0))) {
      for (const { title } of storiesOf(stream, out, size, page)) titles.add(title);
    }
  }
  return titles;
}

/** A story that was sent to us and is not kept. */
export const lost: Audit = (found) =>
  found.web.sources.flatMap((source) => {
    // What was sent when one of two asked who share an address may be gone when the other one does.
    const sharers = found.sourcesOf(source.url);
    const kept = new Set(sharers.flatMap(({ id }) => (found.posts.get(id) ?? []).map(({ title }) => title)));
    return [...sentTo(found, source)].flatMap((title) =>
      kept.has(title) ? [] : [`${source.id} was sent "${title}" and has it not`],
    );
  });

/** A story that stood on a page for more than a day, with nobody and nothing in the way, and is not kept. */
export const missed: Audit = (found) =>
  found.web.sources.flatMap((source) => {
    const place = found.web.places.get(source.url);
    const { skipHours = [], skipDays = [] } = place?.wishes ?? {};
    if (place?.stream == null || skipHours.length + skipDays.length > 0) return [];
    const { pathname } = new URL(place.url);
    const forbids = place.host.robots.flatMap(({ forbidden }) => forbidden);
    if (!place.isFeed && forbids.some((beginning) => pathname.startsWith(beginning))) return [];
    const kept = new Set((found.posts.get(source.id) ?? []).map(({ title }) => title));
    const all = found.log.filter(({ host }) => host === place.host.authority);
    return place.stream.stories.flatMap((story, n) => {
      const goneAt = place.stream?.stories[n + place.size]?.at ?? found.web.endsAt;
      const isLong = goneAt - story.at > 27 * hour + found.restarted.length * 7 * hour;
      if (kept.has(story.title) || !isLong || goneAt < found.web.startsAt + day) return [];
      const isBad = all.some(
        (one) =>
          one.at > story.at - 8 * day &&
          one.at < goneAt &&
          !isGood(one) &&
          !(one.isRobots && one.status === 404),
      );
      return isBad || place.detours.length > 0
        ? []
        : [`${source.id} missed "${story.title}" of ${at(story.at)}`];
    });
  });
