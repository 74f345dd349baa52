import { createHash } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { feedIconPath, feedPath, feedStylesPath } from "../domain/address.ts";
import { feedNamed } from "./feeds.ts";
import { refuse } from "./refusal.tsx";
import type { Caller, Door } from "./visit.ts";

const fixed = new Map([
  [feedStylesPath, "text/css; charset=utf-8"],
  [feedIconPath, "image/svg+xml"],
]);

/** What lies beside the feeds: their twins, their style sheet, their icon, as they lie on the shelf. */
export async function besideFeeds(c: Caller): Promise<Response> {
  const { pathname } = new URL(c.req.url);
  const named = feedNamed(pathname.replace(/\.html$/, ".atom"));
  const path = named === null ? pathname.slice(1) : feedPath(named.scope, "html");
  const type = named === null ? fixed.get(path) : "text/html; charset=utf-8";
  const shelved = type === undefined ? null : await c.get("visit").app.shelf.read(path);
  if (type === undefined || shelved === null) return refuse(c, "missing");
  const etag = `"${createHash("sha256").update(shelved.bytes).digest("base64url").slice(0, 22)}"`;
  const headers = { ETag: etag, "Cache-Control": "public, max-age=900" };
  if (c.req.header("if-none-match")?.includes(etag)) return c.body(null, 304, headers);
  return c.body(new Uint8Array(shelved.bytes), 200, { ...headers, "Content-Type": type });
}

/**
 * Lets a browser that is led to a feed show it with its style sheet: by its own type it would show the bare source, or
 * save it. Readers, who are no page (`Sec-Fetch-Dest`, Fetch Metadata §2.1), get the exact type.
 */
export function readable(): MiddlewareHandler<Door> {
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    if (!/^application\/(?:atom|rss)\+xml/.test(headers.get("content-type") ?? "")) return;
    headers.append("Vary", "Sec-Fetch-Dest");
    if (c.req.header("sec-fetch-dest") === "document")
      headers.set("Content-Type", "application/xml; charset=utf-8");
  };
}
