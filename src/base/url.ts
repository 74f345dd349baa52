/** A name in its ASCII form or an address: `URL` lets quotes and braces pass, which have no place in one. */
const plainHost = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

/**
 * `candidate` as an absolute http(s) address without user name and password, or null. The only way an address
 * from outside gets into a feed, a page or a mail: `javascript:`, `data:` and the like do not pass.
 */
export function safeHttpUrl(candidate: string | null | undefined, base?: string): string | null {
  if (!candidate) return null;
  const url = parse(candidate.trim(), base);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:") || url.hostname === "")
    return null;
  if (url.username !== "" || url.password !== "") return null;
  if (!plainHost.test(url.hostname)) return null;
  return url.href;
}

function parse(candidate: string, base?: string): URL | null {
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
  if (safe === null) return null;
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
  if (url.hash.length < 2 || listing === null || !URL.canParse(listing)) return false;
  const page = new URL(listing);
  return url.host === page.host && url.pathname === page.pathname;
}

/** What kind of page an address leads to: its host and folder, numbers in it whatever they are. */
export function folderOf(address: string): string {
  const { host, pathname } = new URL(address);
  return `${host}${pathname.replace(/\/[^/]*\/?$/, "/").replace(/\d+/g, "0")}`;
}
