import { type Instant, second } from "../base/clock.ts";
import { httpDate } from "../base/httpdate.ts";
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
