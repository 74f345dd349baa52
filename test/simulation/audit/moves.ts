import { day, type Instant } from "../../../src/base/clock.ts";
import type { Place } from "../web.ts";
import { type Audit, at, isGood, told } from "./case.ts";

const isForGood = ({ status }: { readonly status: number }) => status === 301 || status === 308;

/** A source read at an address that is neither its own nor one to which its posts moved for good. */
export const strayed: Audit = ({ web, end, restarted, outages, byUrl }) => {
  const snapshots = [...restarted.map(({ after }) => after), ...outages.map(({ after }) => after), end];
  return snapshots.flatMap((snapshot) =>
    web.sources.flatMap(({ id, url }) => {
      const address = snapshot.rows.get(id)?.state.address ?? url;
      const place = web.places.get(url);
      const isMoved = place?.detours.some((detour) => detour.to === address && isForGood(detour));
      const isSame = web.places.get(address)?.stream === place?.stream;
      // What was led away from the first look on has no other posts than those it was led to.
      const wasThere = (byUrl.get(url) ?? []).some((entry) => isGood(entry) && entry.at < snapshot.at);
      return address === url || (isMoved && (isSame || !wasThere))
        ? []
        : [`${at(snapshot.at)} ${id} is read at ${address}`];
    }),
  );
};

/** An address asked for by itself before a permanent redirect had led there three times over two days. */
export const believedEarly: Audit = ({ web, byUrl, before }) =>
  [...web.places.values()].flatMap((place) =>
    place.detours.flatMap(({ to }) => {
      const first = byUrl.get(to)?.find((entry) => before(entry) === null);
      if (first === undefined) return [];
      const seen = sightings(place, to, byUrl).filter((seenAt) => seenAt < first.at);
      const overMs = (seen.at(-1) ?? 0) - (seen[0] ?? 0);
      return seen.length >= 3 && overMs >= 2 * day - 60_000
        ? []
        : [told(first, `asked for after ${seen.length} sightings`)];
    }),
  );

function sightings(place: Place, to: string, byUrl: Parameters<Audit>[0]["byUrl"]): readonly number[] {
  return (byUrl.get(place.url) ?? []).flatMap((entry) =>
    entry.location === to && isForGood(entry) ? [entry.endedAt] : [],
  );
}

/** Whether something that had been seen at the place was still there when a move was seen first: else it is never believed. */
function hadKnown(place: Place, to: string, movedAt: Instant, byUrl: Parameters<Audit>[0]["byUrl"]): boolean {
  const known =
    (byUrl.get(place.url) ?? []).findLast((entry) => isGood(entry) && entry.at < movedAt)?.out ?? 0;
  const first = (byUrl.get(to) ?? []).find((entry) => isGood(entry) && entry.at >= movedAt)?.out ?? 0;
  return first - known < place.size;
}

/** A move that was seen often enough, and long enough, and is not followed. */
export const neverBelieved: Audit = ({ web, byUrl, end, before }) =>
  web.sources.flatMap(({ id, url }) => {
    const place = web.places.get(url);
    return (place?.detours ?? []).flatMap(({ to, status }) => {
      if (place === undefined || !isForGood({ status }) || web.places.get(to)?.stream !== place.stream)
        return [];
      const seen = sightings(place, to, byUrl);
      // Once believed, and lost again when it answered no more: then it leads to what nobody knows.
      if ((byUrl.get(to) ?? []).some((entry) => before(entry) === null)) return [];
      if (!hadKnown(place, to, seen[0] ?? 0, byUrl)) return [];
      const isClear = seen.length > 6 && (seen.at(-1) ?? 0) - (seen[0] ?? 0) > 5 * day;
      return isClear && end.rows.get(id)?.state.move?.acceptedAt == null
        ? [`${id} is led to ${to} ${seen.length} times and still asks ${url}`]
        : [];
    });
  });
