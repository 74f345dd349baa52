import { createHash } from "node:crypto";
import { systemClock } from "../base/clock.ts";
import { slugOf } from "../base/text.ts";
import {
  addressOf,
  feedIconPath,
  feedPath,
  feedStylesPath,
  feedTypes,
  opmlPath,
  type ShelvedFormat,
  shelvedFormats,
} from "../domain/address.ts";
import type { PostScope } from "../domain/records.ts";
import { type Coding, codings, type Shelved } from "../domain/shelf.ts";
import { guards, referrerPolicy } from "./headers.ts";
import { type Conditions, chosenCoding, isFresh } from "./negotiation.ts";
import { refuse } from "./refusal.tsx";
import type { Caller, WebNeeds } from "./visit.ts";

/** A published file: where it lies on the shelf, and the media type it is sent as, to readers and to a browser's window. */
export interface Published {
  readonly path: string;
  readonly type: string;
  readonly shownType: string;
}

/** What a request wants of a published file. */
export interface Wish extends Conditions {
  readonly acceptEncoding: string | undefined;
  /** What it is for (`Sec-Fetch-Dest`, Fetch Metadata §2.1): `document` where a browser is to show it. */
  readonly purpose: string | undefined;
}

/** An answer: 406 where no form of the file would be taken. Headers as name, value, name, value. */
export interface FeedAnswer {
  readonly status: 200 | 304 | 406;
  readonly headers: readonly string[];
  readonly body: Buffer | null;
}

const others = new Map([
  [opmlPath, "text/x-opml; charset=utf-8"],
  [feedStylesPath, "text/css; charset=utf-8"],
  [feedIconPath, "image/svg+xml"],
]);

/** Which published file an address names, or null. */
export function publishedAt(pathname: string): Published | null {
  const other = others.get(pathname.slice(1));
  if (other !== undefined) return { path: pathname.slice(1), type: other, shownType: other };
  const named = feedNamed(pathname);
  if (named === null) return null;
  const type = `${named.format === "html" ? "text/html" : feedTypes[named.format]}; charset=utf-8`;
  // By its own type a browser would show the bare source, or save it.
  const shownType = type.replace(/^application\/(?:atom|rss)\+xml/, "application/xml");
  return { path: feedPath(named.scope, named.format), type, shownType };
}

/** The answer with a published file, as it lies on the shelf, for who asks on these conditions. */
export function answerOf(app: WebNeeds, file: Published, shelved: Shelved, wish: Wish): FeedAnswer {
  const coding = chosenCoding(wish.acceptEncoding, (one) => shelved.packed[one] !== null);
  if (coding === null) return nothingAcceptable;
  const form = formsOf(app, file, shelved, wish.purpose === "document")[coding];
  return isFresh(wish, form.etag, shelved.changedAt) ? form.fresh : form.whole;
}

/** `/feeds/…` and `/feeds.opml`: a published file, in the form that is welcome. */
export async function feed(c: Caller): Promise<Response> {
  const { app } = c.get("visit");
  const { pathname } = new URL(c.req.url);
  const file = publishedAt(pathname);
  if (file === null) return refuse(c, "missing");
  const shelved = await app.shelf.read(file.path);
  if (shelved === null) return absent(c, pathname);
  const answer = answerOf(app, file, shelved, {
    acceptEncoding: c.req.header("accept-encoding"),
    purpose: c.req.header("sec-fetch-dest"),
    ifNoneMatch: c.req.header("if-none-match"),
    ifModifiedSince: c.req.header("if-modified-since"),
  });
  const { status, headers, body } = answer;
  const pairs = headers.flatMap((name, n): [string, string][] =>
    n % 2 ? [] : [[name, headers[n + 1] ?? ""]],
  );
  return new Response(body === null ? null : new Uint8Array(body), { status, headers: pairs });
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
): { readonly scope: PostScope; readonly format: ShelvedFormat } | null {
  const match = /^\/feeds\/(?:all|([cs])\/([^/]+))\.(\w+)$/.exec(pathname);
  const format = shelvedFormats.find((known) => known === match?.[3]);
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

/** What is not on the shelf: not published yet, gone for good (readers may stop asking), or nothing we know of. */
async function absent(c: Caller, pathname: string): Promise<Response> {
  const scope = feedNamed(pathname)?.scope ?? { kind: "all" };
  if (scope.kind === "all") return refuse(c, "feed");
  const path = feedPath(scope, "atom");
  const known = (await c.get("visit").app.store.listScopes()).find(
    (one) => feedPath(one.scope, "atom") === path,
  );
  if (known === undefined) return refuse(c, "missing");
  if (!known.isGone) return refuse(c, "feed");
  const page = refuse(c, "missing");
  return new Response(page.body, { status: 410, headers: page.headers });
}

interface Form {
  readonly etag: string;
  readonly whole: FeedAnswer;
  readonly fresh: FeedAnswer;
}

type Forms = Readonly<Record<Coding | "identity", Form>>;

const forms = { read: new WeakMap<Shelved, Forms>(), shown: new WeakMap<Shelved, Forms>() };

/** The answers for each form of a file, made once for as long as it stays the same. */
function formsOf(app: WebNeeds, file: Published, shelved: Shelved, isShown: boolean): Forms {
  const kept = isShown ? forms.shown : forms.read;
  const known = kept.get(shelved);
  if (known !== undefined) return known;
  const common = commonHeaders(app, file, shelved);
  const type = isShown ? file.shownType : file.type;
  const packed = codings.map((coding) => [
    coding,
    formOf(shelved.packed[coding] ?? shelved.bytes, coding, type, common),
  ]);
  const made = {
    identity: formOf(shelved.bytes, null, type, common),
    ...(Object.fromEntries(packed) as Record<Coding, Form>),
  };
  kept.set(shelved, made);
  return made;
}

function formOf(body: Buffer, coding: Coding | null, type: string, common: readonly string[]): Form {
  // A strong tag is of the bytes that are sent: each form has one of its own (RFC 9110 §8.8.3.3).
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  const headers = ["ETag", etag, ...common];
  const encoding = coding === null ? [] : ["Content-Encoding", coding];
  const content = ["Content-Type", type, ...encoding, "Content-Length", String(body.length)];
  return {
    etag,
    whole: { status: 200, headers: [...content, ...headers], body },
    fresh: { status: 304, headers, body: null },
  };
}

const open = [
  ...["Access-Control-Allow-Origin", "*"],
  ...["Access-Control-Expose-Headers", "ETag, Link", "Referrer-Policy", referrerPolicy],
  ...Object.entries(guards).flat(),
];

/** What 200 and 304 say alike. The addresses are those of the configuration, whatever the request says of our name. */
function commonHeaders(
  { config }: WebNeeds,
  { path, type, shownType }: Published,
  { changedAt }: Shelved,
): readonly string[] {
  const { site, feeds } = config;
  const vary = type === shownType ? "Accept-Encoding" : "Accept-Encoding, Sec-Fetch-Dest";
  // Never later than the answer itself (RFC 9110 §8.8.2.1): the file is of a clock that may have been wrong.
  const modified = new Date(Math.min(changedAt, systemClock.now())).toUTCString();
  const links = feeds.hub === null ? [] : ["Link", linksOf(addressOf(site.url, path), feeds.hub)];
  return ["Last-Modified", modified, "Cache-Control", cacheControl, "Vary", vary, ...links, ...open];
}

const cacheControl = "public, max-age=900, stale-while-revalidate=3600";

/** Where to subscribe to a topic, and under which name (WebSub §4). */
function linksOf(topic: string, hub: string): string {
  return `<${topic}>; rel="self", <${new URL(hub).href}>; rel="hub"`;
}

const unacceptable = Buffer.from("This is sent as it is, or packed with br or gzip.\n");
const nothingAcceptable: FeedAnswer = {
  status: 406,
  headers: [
    ...["Content-Type", "text/plain; charset=utf-8", "Content-Length", String(unacceptable.length)],
    ...["Cache-Control", "no-store", "Vary", "Accept-Encoding", ...open],
  ],
  body: unacceptable,
};
