import { parsedUrl } from "../base/url.ts";
import { type Headers, headerOf } from "./freshness.ts";
import { stopped } from "./trouble.ts";

/** Where a look is on its way through redirects. */
export interface Step {
  readonly url: URL;
  /** Everything asked before, in order. */
  readonly trail: readonly string[];
  /** Only permanent redirects (301, 308) led here. */
  readonly permanent: boolean;
  /** Still at the origin the look began with, and never away from it: headers of the source may be sent. */
  readonly own: boolean;
}

const redirects = [301, 302, 303, 307, 308];

/** The first step: the address asked for. */
export function firstStep(url: URL): Step {
  return { url, trail: [], permanent: true, own: true };
}

/**
 * The step after `step`, or null when the answer is no redirect. A chain of more than `most` redirects, one that
 * turns back, and one without a usable `Location` throw an error that carries its trouble.
 */
export function nextStep(step: Step, status: number, headers: Headers, most: number): Step | null {
  if (!redirects.includes(status)) return null;
  const url = target(headerOf(headers, "location"), step.url);
  const trail = [...step.trail, step.url.href];
  if (trail.includes(url.href))
    throw stopped("redirects", `The redirects go round in circles at ${url.host}.`);
  if (trail.length > most) throw stopped("redirects", `The server redirects more than ${most} times.`);
  return {
    url,
    trail,
    permanent: step.permanent && (status === 301 || status === 308),
    own: step.own && url.origin === step.url.origin,
  };
}

/** The fragment of the address asked for stays, unless the server gives another (RFC 9110 §10.2.2). */
function target(location: string | null, base: URL): URL {
  if (location === null || location.trim() === "") {
    throw stopped("redirects", `${base.host} redirects without saying where to.`);
  }
  // A header's characters are bytes: escaped one by one, an address in any charset stays what it was.
  const escaped = location.replace(
    /[\x80-\xff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const url = parsedUrl(escaped, base.href);
  if (url === null) throw stopped("redirects", `${base.host} redirects to what is no address.`);
  if (url.hash === "") url.hash = base.hash;
  return url;
}
