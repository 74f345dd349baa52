import { day, second } from "../base/clock.ts";
import { visible } from "../base/text.ts";

/** A line that allows or forbids. */
interface Rule {
  readonly pattern: string;
  readonly isAllowed: boolean;
  readonly line: string;
}

/** What is said to one robot, in all groups that name it. */
interface Group {
  readonly rules: Rule[];
  /** Seconds, as written last; null where nothing is. */
  delay: number | null;
}

/** What we are called in robots.txt, in lower case, and what everybody is. */
const [token, everybody] = ["postwire", "*"];
const longestGapMs = day;

/**
 * What a robots.txt (RFC 9309) says to us of an address: the longest rule that fits it, of our own groups, else of
 * those for everybody; without one it may be read. Takes time in proportion to the file, whatever is in it: it is
 * read where nothing stops it.
 */
export function judgeRobots(
  robots: string,
  origin: string,
  url: string,
): { readonly isAllowed: boolean; readonly crawlGapMs: number; readonly rule: string } {
  const { rules, delay } = groupFor(robots);
  const asked = new URL(url);
  const path = withUpperEscapes(asked.pathname + asked.search);
  const rule = asked.origin === origin ? strongest(rules, path) : null;
  const isAllowed = rule?.isAllowed ?? true;
  return {
    isAllowed,
    crawlGapMs: delay !== null && delay > 0 ? Math.min(delay * second, longestGapMs) : 0,
    rule: isAllowed ? "" : visible((rule?.line ?? "").trim().slice(0, 400)).slice(0, 200),
  };
}

/** Names of other robots are not kept: thousands of them before thousands of rules would be millions of rules. */
function groupFor(robots: string): Group {
  const groups = new Map<string, Group>();
  let addressed = new Set<string>();
  let isNaming = false;
  for (const line of robots.split(/\r\n|\r|\n/)) {
    const [, name = "", written = ""] = /^([^:#]+):([^#]*)/.exec(line) ?? [];
    const [key, value] = [name.trim().toLowerCase(), written.trim()];
    if (key === "") continue;
    if (key === "user-agent") {
      if (!isNaming) addressed = new Set();
      const robot = value.toLowerCase().split("/", 1).join("").trim();
      if (robot === token || robot === everybody) addressed.add(robot);
    } else if (key === "allow" || key === "disallow" || key === "crawl-delay") {
      for (const robot of addressed) {
        const group = groups.get(robot) ?? { rules: [], delay: null };
        groups.set(robot, group);
        if (key !== "crawl-delay") {
          if (value !== "") group.rules.push({ pattern: escaped(value), isAllowed: key === "allow", line });
        } else if (!Number.isNaN(Number(value))) group.delay = Number(value);
      }
    }
    isNaming = key === "user-agent";
  }
  return groups.get(token) ?? groups.get(everybody) ?? { rules: [], delay: null };
}

/** RFC 9309 §2.2.2: the longest match, and of equals the one that allows. */
function strongest(rules: readonly Rule[], path: string): Rule | null {
  let best: Rule | null = null;
  for (const rule of rules) {
    const longer = rule.pattern.length - (best?.pattern.length ?? -1);
    const isStronger = longer > 0 || (longer === 0 && rule.isAllowed && best?.isAllowed === false);
    if (isStronger && fits(rule.pattern, path)) best = rule;
  }
  return best;
}

/** `*` stands for anything and `$` for the end (§2.2.3). What stands between two stars is looked for where it is first. */
function fits(pattern: string, path: string): boolean {
  const isWhole = pattern.endsWith("$");
  const [start = "", ...parts] = (isWhole ? pattern.slice(0, -1) : pattern).split(/\*+/);
  const end = isWhole ? parts.pop() : "";
  if (!path.startsWith(start)) return false;
  if (end === undefined) return path.length === start.length;
  let at = start.length;
  for (const part of parts) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return path.length - end.length >= at && path.endsWith(end);
}

/** As an address has it (§2.2.2): what is no ASCII is escaped, what was escaped stays so. */
function escaped(written: string): string {
  return withUpperEscapes(encodeURI(written.replace(/\p{Cs}/gu, "\ufffd")).replaceAll("%25", "%"));
}

function withUpperEscapes(path: string): string {
  return path.replace(/%[\da-f]{2}/gi, (code) => code.toUpperCase());
}
