import { createHash } from "node:crypto";
import type { Instant } from "../base/clock.ts";
import { slugOf } from "../base/text.ts";
import { type FeedFormat, feedFormats, feedPath, feedTypes, opmlPath } from "../domain/address.ts";
import type { PostScope } from "../domain/records.ts";
import { refuse } from "./refusal.tsx";
import type { Caller } from "./visit.ts";

const cacheControl = "public, max-age=900, stale-while-revalidate=3600";

/** `/feeds/…`: a published file, as it lies on the shelf. */
export async function feed(c: Caller): Promise<Response> {
  const named = feedNamed(new URL(c.req.url).pathname);
  if (named === null) return refuse(c, "missing");
  const file = feedPath(named.scope, named.format);
  return (
    (await published(c, file, `${feedTypes[named.format]}; charset=utf-8`)) ??
    refuse(c, (await isKnown(c, named.scope)) ? "feed" : "missing")
  );
}

/** `/feeds.opml`: the list of all feeds. */
export async function opml(c: Caller): Promise<Response> {
  return (await published(c, opmlPath, "text/x-opml; charset=utf-8")) ?? refuse(c, "feed");
}

/** A script of another site that asks whether it may ask on conditions. */
export function preflight(c: Caller): Response {
  return c.body(null, 204, {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
  });
}

/**
 * Which feed an address names, or null: only names of the form we give reach the shelf, whatever an address is made
 * of (`..`, `%2f`, NUL, a name that is not its own slug).
 */
export function feedNamed(
  pathname: string,
): { readonly scope: PostScope; readonly format: FeedFormat } | null {
  const match = /^\/feeds\/(?:all|([cs])\/([^/]+))\.(\w+)$/.exec(pathname);
  const format = feedFormats.find((known) => known === match?.[3]);
  if (match === null || format === undefined) return null;
  const [, room, encoded] = match;
  if (encoded === undefined) return { scope: { kind: "all" }, format };
  const name = decoded(encoded);
  if (room === "s") {
    return /^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) ? { scope: { kind: "source", id: name }, format } : null;
  }
  return name !== "" && slugOf(name) === name ? { scope: { kind: "category", slug: name }, format } : null;
}

function decoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return "";
  }
}

async function isKnown(c: Caller, scope: PostScope): Promise<boolean> {
  const { store } = c.get("visit").app;
  if (scope.kind === "all") return true;
  return scope.kind === "category"
    ? (await store.listCategories()).some(({ slug }) => slug === scope.slug)
    : (await store.listSources()).some(({ id }) => id === scope.id);
}

async function published(c: Caller, file: string, type: string): Promise<Response | null> {
  const shelved = await c.get("visit").app.shelf.read(file);
  if (shelved === null) return null;
  const { bytes, changedAt } = shelved;
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  const headers = {
    ETag: etag,
    "Last-Modified": new Date(changedAt).toUTCString(),
    "Cache-Control": cacheControl,
    "Access-Control-Allow-Origin": "*",
  };
  if (isFresh(c, etag, changedAt)) return c.body(null, 304, headers);
  return c.body(new Uint8Array(bytes), 200, {
    ...headers,
    "Content-Type": type,
    "Content-Length": String(bytes.length),
  });
}

/** Whether the reader has it already: `If-None-Match` decides alone where there is one (RFC 9110 §13.2.2). */
function isFresh(c: Caller, etag: string, changedAt: Instant): boolean {
  const tags = c.req.header("if-none-match");
  if (tags !== undefined) {
    return tags.trim() === "*" || tags.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
  }
  const since = Date.parse(c.req.header("if-modified-since") ?? "");
  return !Number.isNaN(since) && Math.floor(changedAt / 1000) * 1000 <= since;
}
