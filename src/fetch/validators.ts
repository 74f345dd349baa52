import type { Validators } from "../domain/page.ts";
import { type Headers, headerOf } from "./freshness.ts";

/** The address validators belong to: a fragment never leaves the client (RFC 9110 §7.1). */
export function resourceOf(url: URL): string {
  const resource = new URL(url);
  resource.hash = "";
  return resource.href;
}

/** What the server gave for `url`, byte for byte, or null when it gave nothing. */
export function validatorsOf(url: URL, headers: Headers): Validators | null {
  const etag = headerOf(headers, "etag") || null;
  const lastModified = headerOf(headers, "last-modified") || null;
  return etag === null && lastModified === null ? null : { url: resourceOf(url), etag, lastModified };
}

/** The validators that may be sent to `url`: those it gave itself and that fit in a header; else null. */
export function sendable(validators: Validators | null, url: URL): Validators | null {
  if (validators?.url !== resourceOf(url)) return null;
  const etag = inHeader(validators.etag);
  const lastModified = inHeader(validators.lastModified);
  return etag === null && lastModified === null ? null : { url: validators.url, etag, lastModified };
}

/** The request headers that ask for "not modified" (RFC 9110 §13.1.2, §13.1.3): both, where both are known. */
export function conditions(validators: Validators | null): Readonly<Record<string, string>> {
  const { etag = null, lastModified = null } = validators ?? {};
  return {
    ...(etag === null ? {} : { "if-none-match": etag }),
    ...(lastModified === null ? {} : { "if-modified-since": lastModified }),
  };
}

/** What is known after a 304: what it brought in place of what was sent (RFC 9111 §4.3.4). */
export function renewed(sent: Validators, given: Validators | null): Validators {
  return {
    url: sent.url,
    etag: given?.etag ?? sent.etag,
    lastModified: given?.lastModified ?? sent.lastModified,
  };
}

/** What came from a database is not trusted to be a header: no line break, no control, nothing beyond Latin-1. */
function inHeader(value: string | null): string | null {
  return value !== null && /^[\t\x20-\x7e\x80-\xff]+$/.test(value) ? value : null;
}
