/** A name in its ASCII form or an address: `URL` lets quotes and braces pass, which have no place in one. */
const plainHost = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

/**
 * `candidate` as an absolute http(s) address without user name and password, or null. The only way an address
 * from outside gets into a feed, a page or a mail: `javascript:`, `data:` and the like do not pass.
 */
export function safeHttpUrl(candidate: string | null | undefined, base?: string): string | null {
  if (!candidate) return null;
  const plain = plainAddress(candidate, base);
  if (plain !== null) return plain;
  const url = parsedUrl(candidate.trim(), base);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:") || url.hostname === "")
    return null;
  if (url.username !== "" || url.password !== "") return null;
  if (!plainHost.test(url.hostname)) return null;
  return url.href;
}

const plainPath = "/(?![/.])(?:[\\w~-]|[/.](?!\\.))*(?:\\?[\\w.=&-]+)?";
const rooted = new RegExp(`^${plainPath}$`);
const whole = new RegExp(`^https?://(?!(?:[^/]*\\.)?xn--)(?:[a-z0-9-]+\\.)+[a-z]{2,}${plainPath}$`);

/** An address in which there is nothing to resolve, to escape or to refuse, as it is; null for any other. */
function plainAddress(candidate: string, base: string | undefined): string | null {
  if (whole.test(candidate)) return candidate;
  if (base === undefined || !rooted.test(candidate)) return null;
  if (latest?.base !== base) latest = { base, origin: plainOrigin(base) };
  return latest.origin === null ? null : latest.origin + candidate;
}

/** The addresses of a page are resolved one after the other, against the same base. */
let latest: { readonly base: string; readonly origin: string | null } | null = null;

function plainOrigin(base: string): string | null {
  const origin = /^https?:\/\/[^/?#]+(?=[/?#]|$)/.exec(base)?.[0] ?? "";
  return whole.test(`${origin}/`) ? origin : null;
}

/**
 * What an address says, null where it is none. Not `URL.canParse`: in Node 20, compiled code of it with a base calls
 * every address false that has a sign beyond Latin-1 or ASCII in it.
 */
export function parsedUrl(candidate: string, base?: string): URL | null {
  try {
    return new URL(candidate, base);
  } catch {
    return null;
  }
}

/** Parameters that say where a reader came from, never what is read. */
const tracking =
  /^(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|spm|scm|share_token|share_source|vero_id|oly_enc_id|oly_anon_id)$/i;

/**
 * The address as an identity: two addresses of one post come out equal. The host is lower case (`URL` sees to
 * that and to default ports), tracking parameters are gone, and so is the fragment — unless it is an address
 * itself (`#/`, `#!`) or points into `listing`, the page it was found on. Null when it is no http(s) address.
 */
export function canonicalUrl(address: string, listing: string | null): string | null {
  const safe = safeHttpUrl(address);
  if (safe === null || !/[?#]/.test(safe)) return safe;
  const url = untracked(safe);
  if (!/^#[/!]/.test(url.hash) && !pointsInto(url, listing)) url.hash = "";
  return url.href;
}

/** An address without the parameters that only tell who led there. */
export function untracked(address: string): URL {
  const url = new URL(address);
  const kept = url.search
    .slice(1)
    .split("&")
    .filter((pair) => pair !== "" && !tracking.test(pair.split("=")[0] ?? ""));
  url.search = kept.length > 0 ? `?${kept.join("&")}` : "";
  return url;
}

function pointsInto(url: URL, listing: string | null): boolean {
  const page = url.hash.length < 2 || listing === null ? null : parsedUrl(listing);
  if (page === null) return false;
  return url.host === page.host && url.pathname === page.pathname;
}

/** What kind of page an address, as `URL` writes it, leads to: its host and folder, numbers in it whatever they are. */
export function folderOf(address: string): string {
  const [, host = "", pathname = ""] = /^\w+:\/\/([^/?#]*)([^?#]*)/.exec(address) ?? [];
  return `${host}${pathname.replace(/\/[^/]*\/?$/, "/").replace(/\d+/g, "0")}`;
}
