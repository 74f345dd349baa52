import type { MiddlewareHandler } from "hono";
import type { Caller, Door } from "./visit.ts";

const rules = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src https: http: data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

/** What every answer carries, whatever it is: nothing is loaded, framed, sniffed or sent elsewhere. */
export const guards: Readonly<Record<string, string>> = {
  "Content-Security-Policy": rules.join("; "),
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};
/** How much of our address other sites are told, unless an answer says otherwise. */
export const referrerPolicy = "strict-origin-when-cross-origin";

/**
 * The headers every answer carries, errors too. A handler's own `Referrer-Policy` and `Cache-Control` stand, and so
 * does the policy of a page that `runsScript`.
 */
export function guarded(): MiddlewareHandler<Door> {
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    const policy = headers.get("Content-Security-Policy");
    for (const [name, value] of Object.entries(guards)) headers.set(name, value);
    if (policy !== null) headers.set("Content-Security-Policy", policy);
    if (!headers.has("Referrer-Policy")) headers.set("Referrer-Policy", referrerPolicy);
    if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
  };
}

/** A page with a script of ours: files of this server that say they are one, nothing inside the page. */
export function runsScript(c: Caller): void {
  c.header("Content-Security-Policy", [...rules, "script-src 'self'"].join("; "));
}

/** A page for everybody may be kept for a minute. */
export function keepShortly(c: Caller): void {
  c.header("Cache-Control", "public, max-age=60");
}

/** A page whose address is a secret: kept nowhere, named to nobody, found by no search. */
export function keepPrivate(c: Caller): void {
  c.header("Cache-Control", "no-store");
  c.header("Referrer-Policy", "no-referrer");
  c.header("X-Robots-Tag", "noindex, nofollow");
}
