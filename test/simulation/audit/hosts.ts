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

/**
 * The hour draws requests: its first minute has twice as many of them as others, or more at once than any other minute
 * (sources with one interval of their own keep step with each other, whatever minute that is in).
 */
export const onTheHour: Audit = ({ log, web, restarted, outages }) => {
  const returns = [web.startsAt, ...[...restarted, ...outages].map(({ after }) => after.at)];
  // What waited for our return is looked at at once, whatever the hour.
  const isUsual = (askedAt: number) => !returns.some((at) => askedAt >= at && askedAt < at + 10 * minute);
  const counts = new Map<number, Set<string>>();
  for (const { at: askedAt, host } of log) {
    if (!isUsual(askedAt)) continue;
    const start = askedAt - (askedAt % minute);
    counts.set(start, (counts.get(start) ?? new Set()).add(host));
  }
  const [onIt, off] = [true, false].map((isHour) =>
    [...counts].flatMap(([start, hosts]) => ((start % hour === 0) === isHour ? [hosts.size] : [])),
  );
  const sum = (sizes: readonly number[] = []) => sizes.reduce((all, size) => all + size, 0);
  const most = (sizes: readonly number[] = []) => sizes.reduce((all, size) => Math.max(all, size), 0);
  const share = sum(onIt) / Math.max(1, sum(onIt) + sum(off));
  return [
    ...(share > 2 / 60
      ? [`${(share * 100).toFixed(1)} % of all requests are in the first minute of an hour`]
      : []),
    ...(most(onIt) > 1.5 * most(off)
      ? [`${most(onIt)} hosts in the first minute of an hour, never nearly as many else`]
      : []),
  ];
};
