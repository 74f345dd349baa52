import { day, hour, type Instant } from "../../src/base/clock.ts";
import type { Chance } from "./chance.ts";
import { patiences, shelves } from "./headers.ts";
import type { Absence, Host, Refusal, Robots, Span } from "./web.ts";

/** What may happen to a host. `longMs` is how long the longest of it lasts. */
export interface Incident {
  readonly absences: readonly Absence[];
  readonly refusals: readonly Refusal[];
}

export type HostIncident = (chance: Chance, span: (ms: number) => Span, longMs: number) => Incident;

const refusing =
  (
    status: Refusal["status"],
    ms: number,
    patience: keyof typeof patiences,
    shelf: number | null = null,
  ): HostIncident =>
  (_, span) => ({
    absences: [],
    refusals: [
      {
        ...span(ms),
        ...{ status, patience: patiences[patience], shelf: shelf === null ? null : (shelves[shelf] ?? null) },
      },
    ],
  });

const away =
  (kind: Absence["kind"], ms: number | null): HostIncident =>
  (_, span, longMs) => ({ absences: [{ ...span(ms ?? longMs), kind }], refusals: [] });

/** Answers that come and go: for some hours, again and again. */
const storm =
  (status: Refusal["status"], patience: keyof typeof patiences): HostIncident =>
  (chance, span) => {
    const { from } = span(5 * day);
    const refusals = Array.from({ length: 8 }, (_, n) => {
      const begins = from + n * 14 * hour + chance.whole(0, 4) * hour;
      const until = begins + chance.whole(3, 9) * hour;
      return { from: begins, until, status, patience: patiences[patience], shelf: null };
    });
    return { absences: [], refusals };
  };

const well: HostIncident = () => ({ absences: [], refusals: [] });

/** One of each: a deck to deal from. */
export const hostIncidents: readonly HostIncident[] = [
  well,
  away("refused", null),
  storm(429, "minutes"),
  storm(429, "later"),
  storm(429, "none"),
  storm(503, "hours"),
  refusing(503, 2 * day, "none", 4),
  refusing(403, 3 * day, "none"),
  refusing(500, 3 * day, "none"),
  well,
  away("vanishing", 2 * day),
  away("nameless", 3 * day),
  refusing(0, 1 * day, "none"),
  refusing(429, 2 * day, "tomorrow", 5),
  refusing(503, 1 * day, "month"),
  refusing(429, 1 * day, "past"),
  refusing(503, 1 * day, "nonsense"),
  refusing(404, 2 * day, "none"),
  refusing(502, 1 * day, "hours"),
  well,
];

/** Within `from` and `until`, not at their edges: room to be well before and after. */
export function spanIn(chance: Chance, from: Instant, until: Instant): (ms: number) => Span {
  return (ms) => {
    const room = Math.max(0, until - from - ms - 9 * day);
    const begins = from + 1 * day + Math.floor(chance.next() * room);
    return { from: begins, until: Math.min(begins + ms, until) };
  };
}

type RobotsKind = (from: Instant, laterAt: Instant) => readonly Robots[];

const file = (from: Instant, forbidden: readonly string[], crawlDelay: number | null): Robots => ({
  ...{ from, status: 200, forbidden, crawlGapMs: (crawlDelay ?? 0) * 1_000 },
  text: [
    "User-agent: Greedy",
    "Disallow: /",
    "",
    "User-agent: *",
    ...(crawlDelay === null ? [] : [`Crawl-delay: ${crawlDelay}`]),
    ...forbidden.map((path) => `Disallow: ${path}`),
    "Allow: /blog",
  ].join("\n"),
});

const without = (from: Instant, status: 403 | 404 | 500): Robots => ({
  ...{ from, status, text: "", forbidden: [], crawlGapMs: 0 },
});

/** One of each, for hosts with listings. What is forbidden begins with `/list`. */
export const robotsKinds: readonly RobotsKind[] = [
  (from) => [without(from, 404)],
  (from) => [file(from, ["/private"], null)],
  (from) => [file(from, ["/private"], 20)],
  (from) => [file(from, ["/list"], null)],
  (from, laterAt) => [file(from, [], null), file(laterAt, ["/list"], 5)],
  (from) => [without(from, 403)],
  (from, laterAt) => [file(from, [], 7), without(laterAt, 500), file(laterAt + 4 * day, [], 7)],
  (from, laterAt) => [file(from, ["/list"], null), file(laterAt, [], null)],
  (from) => [file(from, ["/older"], 3)],
  (from, laterAt) => [without(from, 500), file(laterAt, [], null)],
  (from) => [file(from, [], 120)],
];

/** A host as it is built: its places come later. */
export function aHost(authority: string, given: Partial<Host> = {}): Host {
  return { authority, isSlow: false, robots: [], absences: [], refusals: [], ...given };
}
