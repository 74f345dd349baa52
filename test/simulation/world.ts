import { day, hour, type Instant, minute } from "../../src/base/clock.ts";
import type { Reading } from "../../src/domain/page.ts";
import type { Source } from "../../src/domain/source.ts";
import { aSource } from "../support/builders.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { deckOf } from "./deck.ts";
import { type Change, changes } from "./detours.ts";
import { type Form, noWishes, type Wishes } from "./documents.ts";
import { allMarks, shelves } from "./headers.ts";
import { aHost, hostIncidents, robotsKinds, spanIn } from "./incidents.ts";
import { aStream } from "./stories.ts";
import type { Host, Place, Restart, Span, Web } from "./web.ts";

/** How large a web is to be, and for how long. */
export interface Size {
  readonly seed: number;
  readonly sources: number;
  readonly hosts: number;
  readonly days: number;
  readonly restarts: number;
  /** How many workers look at once. */
  readonly workers: number;
}

/** A Thursday, in the middle of an hour. */
export const firstDay: Instant = Date.UTC(2026, 0, 1, 6, 17, 23);

const forms: readonly Form[] = ["rss", "listing", "atom", "rss", "listing", "json", "rss", "atom"];
const allWishes: readonly Wishes[] = [
  noWishes,
  { ...noWishes, ttlMinutes: 10 * 60 },
  { ...noWishes, skipHours: [0, 1, 2, 3, 4, 5, 23] },
  { ...noWishes, period: "daily" },
  { ...noWishes, skipDays: [0, 6] },
  { ...noWishes, ttlMinutes: 60, skipHours: [12, 13], skipDays: [3] },
  { ...noWishes, ttlMinutes: 9_999_999 },
  { ...noWishes, period: "hourly" },
];
const meanTimes = [3 * hour, 20 * hour, 3 * day, 9 * hour, 12 * day, day] as const;
/** Intervals that stand at the source itself; null: it has none. */
const intervals = [null, null, null, 2 * hour, null, null, 12 * hour, null, 50 * minute, null] as const;
/** So many sources have one that shares their address. */
const twinEvery = 9;

const selectors: Reading = {
  ...{ kind: "selectors", item: "article.post", title: "h2", link: "h2 a@href", date: "time@datetime" },
  ...{ summary: "p", next: "nav a@href" },
};

/** Builds a web at this port: always the same for the same size. */
export function aWeb(size: Size, port: number): Web {
  const { seed, days } = size;
  const [startsAt, endsAt] = [firstDay, firstDay + days * day];
  const life: Span = { from: startsAt, until: endsAt };
  const chance = chanceOf(seed, "world");
  const hosts = hostsOf(size, port, chance, life);
  const sources: Source[] = [];
  const places: Place[] = [];
  const decks = decksOf(chance);
  while (sources.length < size.sources) {
    const n = sources.length;
    const host = hosts[n < hosts.length ? n : chance.whole(0, hosts.length - 1)];
    if (host === undefined) throw new Error("a web has hosts");
    const found = placesOf(n, host, decks, life, size);
    places.push(...found);
    const url = found[0]?.url ?? "";
    sources.push(sourceOf(n, url, found, decks));
    if (n % twinEvery === 0) sources.push(sourceOf(n + 1, url, found, decks));
  }
  const outageAt = startsAt + Math.floor(days * 0.6) * day + 3 * hour;
  return {
    ...{ seed, startsAt, endsAt, sources },
    hosts: new Map([...hosts, ...places.map(({ host }) => host)].map((host) => [host.authority, host])),
    places: new Map(places.map((place) => [place.url, place])),
    outages: [{ from: outageAt, until: outageAt + 6 * hour }],
    restarts: restartsOf(size, chance, life),
  };
}

interface Decks {
  readonly chance: Chance;
  readonly form: () => Form;
  readonly wishes: () => Wishes;
  readonly marks: () => Place["marks"];
  readonly shelf: () => Place["shelf"];
  readonly change: () => Change;
  readonly meanMs: () => number;
  readonly interval: () => number | null;
  readonly pages: () => number;
}

function decksOf(chance: Chance): Decks {
  return {
    chance,
    form: deckOf(chance, forms),
    wishes: deckOf(chance, allWishes),
    marks: deckOf(chance, allMarks),
    shelf: deckOf(chance, shelves),
    change: deckOf(chance, changes),
    meanMs: deckOf(chance, meanTimes),
    interval: deckOf<number | null>(chance, intervals),
    pages: deckOf(chance, [1, 1, 3]),
  };
}

/** The place of a source first, then those that belong to it: further pages, and where it leads to. */
function placesOf(n: number, host: Host, decks: Decks, life: Span, { seed }: Size): readonly Place[] {
  const chance = chanceOf(seed, "place", n);
  const form = decks.form();
  const isListing = form === "listing";
  const pages = isListing ? decks.pages() : 1;
  const addressOf = (page: number) =>
    `http://${host.authority}/${isListing ? (page === 1 ? "list" : `older-${page}`) : "feed"}-${n}`;
  const first: Place = {
    ...{ host, form, url: addressOf(1), page: 1, isFeed: !isListing, refusals: [], detours: [] },
    stream: aStream(`s${n}`, chance, decks.meanMs(), life.from, life.until),
    size: 12,
    next: pages > 1 ? addressOf(2) : null,
    marks: decks.marks(),
    shelf: decks.shelf(),
    wishes: form === "rss" ? decks.wishes() : noWishes,
    isNoisy: n % 5 === 2,
  };
  const further = Array.from({ length: pages - 1 }, (_, at) => ({
    ...first,
    ...{ url: addressOf(at + 2), page: at + 2, next: at + 2 < pages ? addressOf(at + 3) : null },
  }));
  return [...decks.change()(first, chance, spanIn(chance, life.from, life.until), life), ...further];
}

function sourceOf(n: number, url: string, places: readonly Place[], { interval }: Decks): Source {
  const isFeed = places[0]?.isFeed ?? true;
  const everyMs = interval();
  return aSource({
    ...{ id: `s${String(n).padStart(4, "0")}`, url, pages: Math.max(...places.map(({ page }) => page)) },
    reading: isFeed ? { kind: "feed" } : n % 2 === 0 ? selectors : { kind: "auto" },
    ...(everyMs === null ? {} : { everyMs, everyIsExact: true }),
  });
}

function hostsOf({ hosts }: Size, port: number, chance: Chance, life: Span): readonly Host[] {
  const { from, until } = life;
  const [incident, robots] = [deckOf(chance, hostIncidents), deckOf(chance, robotsKinds)];
  return Array.from({ length: hosts }, (_, n) => {
    const longMs = Math.min(30 * day, (until - from) / 3);
    const { absences, refusals } = incident()(chance, spanIn(chance, from, until), longMs);
    const laterAt = from + Math.floor(chance.next() * 0.5 * (until - from));
    const given = { isSlow: n % 7 === 3, robots: robots()(from, laterAt), absences, refusals };
    return aHost(`h${n}.example:${port}`, given);
  });
}

function restartsOf({ restarts }: Size, chance: Chance, { from, until }: Span): readonly Restart[] {
  return Array.from({ length: restarts }, (_, n) => ({
    at: from + Math.floor(((n + 0.2 + chance.next() * 0.6) / restarts) * (until - from)),
    kind: n % 2 === 0 ? ("stop" as const) : ("crash" as const),
    downMs: chance.pick([20_000, 5 * minute, 7 * hour]),
  })).sort((a, b) => a.at - b.at);
}
