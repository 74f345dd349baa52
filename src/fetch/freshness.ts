import { type Instant, second } from "../base/clock.ts";
import type { Freshness } from "../domain/page.ts";

/** Response headers, names in lower case; several of one name as an array. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The first value of a header, or null. */
export function headerOf(headers: Headers, name: string): string | null {
  const value = headers[name];
  return (typeof value === "string" ? value : value?.[0]) ?? null;
}

/**
 * How long an answer may be used and how long the server wants to be left alone (RFC 9111 §4.2, RFC 9110
 * §10.2.3). `no-store` and `no-cache` are fresh for 0 ms; what is malformed counts as not said, except an
 * `Expires` that is no date, which is in the past (RFC 9111 §5.3).
 */
export function freshness(headers: Headers, now: Instant): Freshness {
  return { maxAgeMs: maxAge(headers, now), retryAfterMs: retryAfter(headers, now) };
}

/** RFC 9111 §1.2.2: what is larger than can be represented is taken for 2^31 seconds. */
const longest = 2 ** 31;

function maxAge(headers: Headers, now: Instant): number | null {
  const said = directives(headers["cache-control"]);
  if (said.has("no-store") || said.has("no-cache")) return 0;
  const lifetime = seconds(said.get("max-age") ?? null);
  if (lifetime !== null) return Math.max(0, lifetime - (seconds(headerOf(headers, "age")) ?? 0)) * second;
  const expires = headerOf(headers, "expires");
  if (expires === null) return null;
  const date = httpDate(headerOf(headers, "date")) ?? now;
  return Math.max(0, (httpDate(expires) ?? date) - date);
}

function retryAfter(headers: Headers, now: Instant): number | null {
  const said = headerOf(headers, "retry-after");
  const wait = seconds(said);
  if (wait !== null) return wait * second;
  const at = httpDate(said);
  return at === null ? null : Math.max(0, at - now);
}

function directives(value: Headers[string]): ReadonlyMap<string, string> {
  const all = typeof value === "string" ? value : (value ?? []).join(",");
  const said = new Map<string, string>();
  for (const [, name = "", quoted, plain] of all.matchAll(
    /([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,;"]*)))?/g,
  )) {
    if (!said.has(name.toLowerCase())) said.set(name.toLowerCase(), quoted ?? plain ?? "");
  }
  return said;
}

function seconds(written: string | null): number | null {
  const digits = /^\s*(\d+)\s*$/.exec(written ?? "");
  return digits === null ? null : Math.min(Number(digits[1]), longest);
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const fixdate = /^\w{3}, (\d\d?) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC)$/i;
const rfc850 = /^\w{6,9}, (\d\d)-(\w{3})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/i;
const asctime = /^\w{3} (\w{3}) {1,2}(\d\d?) (\d\d):(\d\d):(\d\d) (\d{4})$/i;

/** An HTTP date in any of its three forms (RFC 9110 §5.6.7), or null. */
export function httpDate(written: string | null): Instant | null {
  const text = (written ?? "").trim();
  const long = fixdate.exec(text) ?? rfc850.exec(text);
  if (long !== null) {
    const [, day, month, year, hours, minutes, seconds] = long;
    return instant(fullYear(year), month, day, [hours, minutes, seconds]);
  }
  const short = asctime.exec(text);
  if (short === null) return null;
  const [, month, day, hours, minutes, seconds, year] = short;
  return instant(fullYear(year), month, day, [hours, minutes, seconds]);
}

function fullYear(written = ""): number {
  if (written.length === 4) return Number(written);
  return Number(written) + (Number(written) < 70 ? 2000 : 1900);
}

function instant(
  year: number,
  month = "",
  day: string | undefined,
  time: readonly (string | undefined)[],
): Instant | null {
  const index = months.indexOf(month.toLowerCase());
  const [hours, minutes, secs] = time.map(Number);
  const at = Date.UTC(year, index, Number(day), hours, minutes, secs);
  return index < 0 || Number.isNaN(at) ? null : at;
}
