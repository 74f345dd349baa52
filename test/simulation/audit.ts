import { type Audit, caseOf } from "./audit/case.ts";
import * as hosts from "./audit/hosts.ts";
import * as moves from "./audit/moves.ts";
import * as pace from "./audit/pace.ts";
import * as posts from "./audit/posts.ts";
import * as recovery from "./audit/recovery.ts";
import * as validators from "./audit/validators.ts";
import type { Story } from "./run.ts";

/** What is never to happen, each with whoever finds it. */
const audits: Readonly<Record<string, Audit>> = {
  "validators made up, or not the last of their address": validators.madeUp,
  "one of two validators left out": validators.halved,
  "unconditional repeats": validators.repeated,
  "all of a page without validators again within a day": validators.blind,
  "requests inside max-age or Expires": pace.insideMaxAge,
  "requests inside Retry-After, at any address of the host": pace.insideRetryAfter,
  "requests inside ttl or sy:updatePeriod": pace.insideTtl,
  "requests inside skipHours or skipDays": pace.insideSkips,
  "two sources with one address as two requests in ten minutes": pace.askedTwice,
  "requests early after a restart": pace.earlyAfterRestart,
  "two requests at once to a host": hosts.atOnce,
  "requests closer than hostGap": hosts.tooClose,
  "requests closer than Crawl-delay": hosts.insideCrawlDelay,
  "many hosts at once on the hour": hosts.onTheHour,
  "requests to what robots.txt forbids": hosts.forbidden,
  "robots.txt asked more than once a day": hosts.robotsTooOften,
  "robots.txt asked where only feeds are read": hosts.robotsForFeeds,
  "cookies, referers, odd headers, addresses nobody named": hosts.indiscreet,
  "addresses stored that are no move for good": moves.strayed,
  "moves believed before three sightings over two days": moves.believedEarly,
  "moves never believed": moves.neverBelieved,
  "sources given up": recovery.givenUp,
  "sources that answer and are not asked for over a day": recovery.neglected,
  "recovered servers not asked within their backoff": recovery.notRecovered,
  "sources charged with our own outage": recovery.blamed,
  "sources late after our own outage": recovery.lateAfterOutage,
  "sources charged with our own restart": recovery.blamedForRestart,
  "posts kept twice": posts.twice,
  "posts that nobody wrote": posts.invented,
  "posts that were sent and not kept": posts.lost,
  "posts that were out long enough and not found": posts.missed,
};

/** Every manner with its violations: a sentence each, none where all is well. */
export function audited(story: Story): ReadonlyMap<string, readonly string[]> {
  const found = caseOf(story);
  return new Map(Object.entries(audits).map(([manner, audit]) => [manner, audit(found)]));
}
