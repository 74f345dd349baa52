import { day } from "../../src/base/clock.ts";
import type { Chance } from "./chance.ts";
import { noWishes } from "./documents.ts";
import { patiences } from "./headers.ts";
import { aHost } from "./incidents.ts";
import { aStream } from "./stories.ts";
import type { Detour, Place, Span } from "./web.ts";

/** What a place becomes, and the places that its readers are sent to. */
export type Change = (
  place: Place,
  chance: Chance,
  span: (ms: number) => Span,
  life: Span,
) => readonly Place[];

const stays: Change = (place) => [place];

function elsewhere(place: Place, name: string): Place {
  const { host, pathname } = { host: place.host.authority, pathname: new URL(place.url).pathname };
  const authority = `${name}-${host}`;
  const url = `http://${authority}${pathname}`;
  return { ...place, url, host: aHost(authority), next: null, refusals: [], detours: [] };
}

const leads =
  (
    status: Detour["status"],
    ms: number,
    target: (place: Place, chance: Chance, life: Span) => Place,
  ): Change =>
  (place, chance, span, life) => {
    const to = target(place, chance, life);
    const { from, until } = span(Math.min(ms, life.until - life.from));
    const lasts = { from, until: ms === forever ? life.until : until };
    return [{ ...place, detours: [{ ...lasts, status, to: to.url }] }, to];
  };

const forever = Number.MAX_SAFE_INTEGER;

const sameElsewhere = (place: Place) => elsewhere(place, "new");
const samePath = (place: Place): Place => ({ ...place, url: `${place.url}-new`, next: null, detours: [] });
const notice = { form: "notice", stream: null, wishes: noWishes } as const;
const repairs = (place: Place): Place => ({ ...elsewhere(place, "repairs"), ...notice, marks: "both" });
const sale = (place: Place): Place => ({ ...elsewhere(place, "sale"), ...notice, marks: "etag" });
const somebodyElse = (place: Place, chance: Chance, { from, until }: Span): Place => ({
  ...elsewhere(place, "other"),
  stream: aStream(`${place.stream?.name ?? "nobody"}-other`, chance, 2 * day, from, until),
});

const gone =
  (ms: number): Change =>
  (place, _, span, life) => {
    const { from, until } = span(Math.min(ms, life.until - life.from));
    const lasts = { from, until: ms === forever ? life.until : until };
    return [{ ...place, refusals: [{ ...lasts, status: 410, patience: patiences.none, shelf: null }] }];
  };

/** One of each: a deck to deal from. */
export const changes: readonly Change[] = [
  stays,
  leads(301, forever, sameElsewhere),
  leads(302, 2 * day, repairs),
  stays,
  leads(301, forever, sale),
  leads(307, 3 * day, repairs),
  stays,
  leads(308, forever, samePath),
  leads(301, day, sameElsewhere),
  stays,
  leads(302, forever, sameElsewhere),
  gone(forever),
  stays,
  leads(301, forever, somebodyElse),
  gone(3 * day),
  stays,
  leads(303, 2 * day, repairs),
];
