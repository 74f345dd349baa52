import { day, hour, minute } from "../../../src/base/clock.ts";
import { hostGapMs, userAgent } from "../daemon.ts";
import type { Entry } from "../log.ts";
import { type Host, robotsAt } from "../web.ts";
import { type Audit, at, hours, pairs, told } from "./case.ts";

/** Two requests at one time to one host. */
export const atOnce: Audit = ({ byHost }) =>
  [...byHost.values()].flatMap((entries) => {
    let busyUntil = Number.NEGATIVE_INFINITY;
    return entries.flatMap((entry) => {
      const isBusy = entry.at < busyUntil;
      busyUntil = Math.max(busyUntil, entry.endedAt);
      return isBusy ? [told(entry, `while the host was busy until ${at(busyUntil)}`)] : [];
    });
  });

/** A request sooner after the last one to the host than the gap, but for one that a redirect of the same host asked for. */
export const tooClose: Audit = ({ byHost, before }) =>
  [...byHost].flatMap(([host, entries]) =>
    [...pairs(entries)].flatMap(([last, entry]) => {
      const gapMs = entry.at - last.endedAt;
      return gapMs < hostGapMs && before(entry)?.host !== host
        ? [told(entry, `${gapMs} ms after the last one`)]
        : [];
    }),
  );

/** The same for the Crawl-delay that the host had told in the robots.txt it gave last. */
export const insideCrawlDelay: Audit = ({ byHost, before, web }) =>
  [...byHost].flatMap(([host, entries]) => {
    const known = web.hosts.get(host);
    let delayMs = 0;
    return [...pairs(entries)].flatMap(([last, entry]) => {
      if (last.isRobots && [200, 403, 404].includes(last.status) && known !== undefined) {
        delayMs = last.status === 200 ? (robotsAt(known, last.endedAt)?.crawlGapMs ?? 0) : 0;
      }
      const gapMs = entry.at - last.endedAt;
      return gapMs < delayMs && before(entry)?.host !== host
        ? [told(entry, `${gapMs} ms after the last one, where ${delayMs} are asked for`)]
        : [];
    });
  });

/** Readable answers to robots.txt hold for a day. */
export const robotsTooOften: Audit = ({ byHost }) =>
  [...byHost.values()].flatMap((entries) =>
    [...pairs(entries.filter(({ isRobots, isCutOff }) => isRobots && !isCutOff))].flatMap(([last, entry]) =>
      [200, 404].includes(last.status) && entry.at - last.endedAt < day
        ? [told(entry, `asked again after ${hours(entry.at - last.endedAt)}`)]
        : [],
    ),
  );

/** robots.txt asked of a host where only feeds are read. */
export const robotsForFeeds: Audit = ({ web, log }) => {
  const listings = new Set(
    [...web.places.values()].filter(({ isFeed }) => !isFeed).map(({ host }) => host.authority),
  );
  return log.flatMap((entry) =>
    entry.isRobots && !listings.has(entry.host) ? [told(entry, "only feeds")] : [],
  );
};

/** A listing asked for that robots.txt, as it was last told, forbids, or that nobody had asked robots.txt about. */
export const forbidden: Audit = ({ byHost, before, web }) =>
  [...byHost].flatMap(([host, entries]) => {
    let rules: readonly string[] | null = null;
    return entries.flatMap((entry) => {
      if (entry.isRobots && !entry.isCutOff) rules = rulesAfter(rules, entry, web.hosts.get(host));
      const { place, url } = entry;
      const led = before(entry);
      if (place === null || place.isFeed || url === null || (led !== null && led.host !== host)) return [];
      if (rules === null) return [told(entry, "robots.txt was not asked")];
      const { pathname } = new URL(url);
      return rules.some((beginning) => pathname.startsWith(beginning)) ? [told(entry, "forbidden")] : [];
    });
  });

function rulesAfter(rules: readonly string[] | null, { status, endedAt }: Entry, host: Host | undefined) {
  if (status === 200) return host === undefined ? [] : (robotsAt(host, endedAt)?.forbidden ?? []);
  return status === 403 || status === 404 || status === 410 ? [] : rules;
}

/** Anything said that is nobody's business, or asked for that nobody named. */
export const indiscreet: Audit = ({ log }) => {
  const usual = [
    /^GET$/,
    /^accept: application\/atom\+xml, [^;]*text\/html/,
    /^accept-encoding: gzip, br$/,
    /^connection: (?:keep-alive|close)$/,
  ];
  return log.flatMap((entry) => {
    if (entry.url === null) return [];
    const odd = entry.said
      .split("\n")
      .filter((line) => line !== `user-agent: ${userAgent}` && !usual.some((form) => form.test(line)));
    const isUnknown = entry.place === null && !entry.isRobots;
    return odd.length > 0 || isUnknown || !entry.said.includes(userAgent)
      ? [told(entry, isUnknown ? "nobody named this address" : `says ${odd.join(", ") || "not who we are"}`)]
      : [];
  });
};

/** Many hosts at once at the full hour. */
export const onTheHour: Audit = ({ log, web, restarted, outages }) => {
  const returns = [...restarted, ...outages].map(({ after }) => after.at);
  const usual = log.length / ((web.endsAt - web.startsAt) / minute);
  const counts = new Map<number, Set<string>>();
  for (const { at: askedAt, host } of log) {
    if (askedAt % hour >= minute || askedAt < web.startsAt + day) continue;
    // What waited for our return is looked at at once, whatever the hour.
    if (returns.some((backAt) => askedAt >= backAt && askedAt < backAt + 2 * minute)) continue;
    const start = askedAt - (askedAt % hour);
    counts.set(start, (counts.get(start) ?? new Set()).add(host));
  }
  const most = Math.max(6, 12 * usual);
  return [...counts].flatMap(([start, hosts]) =>
    hosts.size > most
      ? [`${at(start)}: ${hosts.size} hosts in the first minute, where ${usual.toFixed(1)} is usual`]
      : [],
  );
};
