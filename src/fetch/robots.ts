import { createRequire } from "node:module";
import { day, second } from "../base/clock.ts";
import { visible } from "../base/text.ts";

/** What we use of the package; its own types are those of a module that it is not. */
interface Rules {
  isAllowed(url: string, agent: string): boolean | undefined;
  getMatchingLineNumber(url: string, agent: string): number;
  getCrawlDelay(agent: string): number | undefined;
}

const robotsParser: (url: string, text: string) => Rules = createRequire(import.meta.url)("robots-parser");

/** What we are called in robots.txt. */
const token = "Postwire";
const longestGapMs = day;

/** What a robots.txt (RFC 9309) says to us of an address. */
export function judgeRobots(
  robots: string,
  origin: string,
  url: string,
): { readonly isAllowed: boolean; readonly crawlGapMs: number; readonly rule: string } {
  const rules = robotsParser(`${origin}/robots.txt`, robots);
  const isAllowed = rules.isAllowed(url, token) ?? true;
  const delay = rules.getCrawlDelay(token) ?? 0;
  const crawlGapMs = delay > 0 ? Math.min(delay * second, longestGapMs) : 0;
  const line = rules.getMatchingLineNumber(url, token);
  const rule = isAllowed ? "" : visible(robots.split(/\r\n|\r|\n/)[line - 1]?.trim() ?? "").slice(0, 200);
  return { isAllowed, crawlGapMs, rule };
}
