import { parsedUrl } from "../base/url.ts";
import type { Caller } from "./visit.ts";

/** The most a form may weigh, bytes. */
export const largestForm = 16 * 1024;

/** The fields of a posted form, or null when the body is none. A post without any body is an empty form. */
export async function formOf(c: Caller): Promise<URLSearchParams | null> {
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") return new URLSearchParams(await c.req.text());
  if (type === "multipart/form-data") return await multipart(c);
  return type === "" && (await c.req.text()) === "" ? new URLSearchParams() : null;
}

/** RFC 8058 §3.1 lets a mail program choose this encoding for its one-click post. */
async function multipart(c: Caller): Promise<URLSearchParams | null> {
  try {
    const fields = new URLSearchParams();
    for (const [name, value] of await c.req.formData()) {
      if (typeof value === "string") fields.append(name, value);
    }
    return fields;
  } catch {
    return null;
  }
}

/**
 * Whether a page of another site sent this. What no browser sent (neither `Sec-Fetch-Site` nor `Origin`) did not
 * come from a page at all.
 *
 * Our token pages send no referrer, and browsers then say `Origin: null`; where the address is the secret
 * (`hasToken`), that is let in.
 */
export function isForeign(c: Caller, hasToken: boolean): boolean {
  const sentFrom = c.req.header("sec-fetch-site");
  if (sentFrom !== undefined) return sentFrom !== "same-origin" && sentFrom !== "none";
  const origin = c.req.header("origin");
  if (origin === undefined) return false;
  if (origin === "null") return !hasToken;
  const sender = parsedUrl(origin);
  if (sender === null) return true;
  const { site } = c.get("visit").app.config;
  return sender.host !== c.req.header("host") && sender.origin !== new URL(site.url).origin;
}
