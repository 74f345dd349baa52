import type { Instant } from "../base/clock.ts";
import { httpDate } from "../base/httpdate.ts";
import { type Coding, codings } from "../domain/shelf.ts";

/**
 * Which form of something to send: as it is (`identity`) or packed; null when nothing there is would be taken
 * (RFC 9110 §12.5.3). Of forms that are equally welcome, the smallest. Without the header it is sent as it is; a
 * part of the header that is malformed counts as not said.
 */
export function chosenCoding(
  header: string | undefined,
  isThere: (coding: Coding) => boolean,
): Coding | "identity" | null {
  if (header === undefined) return "identity";
  const weights = weightsOf(header);
  const others = weights.get("*");
  // Sent as it is may be what nobody spoke of; yet whoever names a packed form would rather have that.
  const plain = weights.get("identity") ?? (others === 0 ? 0 : Math.max(others ?? 0, least));
  let [best, chosen]: [number, Coding | "identity" | null] = plain > 0 ? [plain, "identity"] : [0, null];
  for (const coding of codings.toReversed()) {
    const weight = weights.get(coding) ?? others ?? 0;
    if (weight > 0 && weight >= best && isThere(coding)) [best, chosen] = [weight, coding];
  }
  return chosen;
}

/** Less than any weight that can be written: three digits (RFC 9110 §12.4.2). */
const least = 0.000_1;

/** What readers write is mostly one of a few lines. */
const remembered = new Map<string, ReadonlyMap<string, number>>();
const [mostRemembered, longestRemembered] = [100, 100];

function weightsOf(header: string): ReadonlyMap<string, number> {
  const known = remembered.get(header);
  if (known !== undefined) return known;
  const weights = readWeights(header);
  if (remembered.size >= mostRemembered) remembered.clear();
  if (header.length <= longestRemembered) remembered.set(header, weights);
  return weights;
}

function readWeights(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const part of header.split(",")) {
    const [, written = "", weight = "1"] =
      /^([\w!#$%&'*+.^`|~-]+)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i.exec(part.trim()) ?? [];
    const name = written.toLowerCase().replace(/^x-gzip$/, "gzip");
    if (name !== "" && !weights.has(name)) weights.set(name, Number(weight));
  }
  return weights;
}

/** What a request says of what the reader has already. */
export interface Conditions {
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
}

/**
 * Whether the reader has it already. `If-None-Match` decides alone where there is one, and compares weakly (RFC 9110
 * §13.1.2, §13.2.2); `If-Modified-Since` counts in whole seconds, and not at all where it is no date.
 */
export function isFresh(
  { ifNoneMatch, ifModifiedSince }: Conditions,
  etag: string,
  changedAt: Instant,
): boolean {
  if (ifNoneMatch !== undefined) {
    return ifNoneMatch === etag || ifNoneMatch.trim() === "*" || tagsIn(ifNoneMatch).includes(etag);
  }
  if (ifModifiedSince === undefined) return false;
  const since = httpDate(ifModifiedSince);
  return since !== null && Math.floor(changedAt / 1000) * 1000 <= since;
}

/** The tags of a list, without their `W/`; a comma within a tag is part of it (RFC 9110 §8.8.3). */
function tagsIn(list: string): readonly string[] {
  return list.match(/"[^"]*"/g) ?? [];
}
