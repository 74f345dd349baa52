import { safeHttpUrl } from "../base/url.ts";
import { attr, type Element, isTag, lineIn, type Node } from "./document.ts";
import { isLabel } from "./labels.ts";

const categoryPath =
  /(?:^|(?<!\/releases)\/)(?:category|categories|cat|tags?|topics?(?!\/\d)|kategorien?|rubrik|categor[ií]as?|subject|label|labels|(?:news|post|article|content)-types?)\/[^/]|\/sections?\/[^/]+\/?$|[?&](?:cat|cate|category|ca_name|sca|tag|topic|cat_?id|category_?id|typeid|prefix_id)=/i;
const authorPath =
  /\/(?:authors?|users?|people|by|profile|member)\/[^/]|\/(?:u\/|@|~)[^/]+\/?$|\/user\?|\/space-(?:uid|username)-|[?&](?:mode=viewprofile|mod=space|author=\w+$)/i;
/** What a script that leads somewhere says: an assignment to the location, a window that is opened. */
const leading =
  /(?:\blocation(?:\.href)?\s*=|\blocation\.(?:assign|replace)\s*\(|\bwindow\.open\s*\()\s*(['"])([^'"]+)\1\s*[;),]?/;

/** A link to a category or a tag rather than to a post. */
export function isCategoryLink(link: Element, base: string): boolean {
  return leadOf(link, base).isToCategory;
}

/**
 * Where a link leads, absolute http(s), also by an attribute or a script that names its address; null for other scripts
 * and for places on the page itself, but for the one that the link stands in: that is the place's own address.
 */
export function addressOf(link: Element, base: string): string | null {
  return leadOf(link, base).address;
}

/** What a link by itself tells of where it leads. */
interface Lead {
  readonly base: string;
  readonly address: string | null;
  readonly isToCategory: boolean;
  readonly isToAuthor: boolean;
}

/** Links already looked at: each is asked for by every card that it stands in, and as several parts of it. */
const leads = new WeakMap<Element, Lead>();

function leadOf(link: Element, base: string): Lead {
  const known = leads.get(link);
  if (known?.base === base) return known;
  const href = attr(link, "href")?.trim() ?? "";
  const isScript = href === "" || href === "#" || /^javascript:/i.test(href);
  const url = safeHttpUrl(isScript ? scriptedAddress(link, href) : href, base);
  const path = url === null || isScript ? "" : pathOf(url);
  const isElsewhere = isScript || !href.startsWith("#") || standsAt(link, href.slice(1));
  const rel = attr(link, "rel") ?? "";
  const lead = {
    base,
    address: isElsewhere ? url : null,
    // Some themes say `rel=tag` of "Read more about …", too.
    isToCategory:
      (/(?:^|\s)(?:tag|category)(?:$|\s)/i.test(rel) && !isLabel(lineIn(link))) || categoryPath.test(path),
    isToAuthor: /(?:^|\s)author(?:$|\s)/i.test(rel) || authorPath.test(path),
  };
  leads.set(link, lead);
  return lead;
}

function scriptedAddress(link: Element, href: string): string | null {
  const named = attr(link, "data-href") ?? attr(link, "data-url") ?? attr(link, "data-link");
  const to = named ?? leading.exec(`${attr(link, "onclick") ?? ""};${href.slice(0, 500)}`)?.[2] ?? null;
  return to === null || to.trim() === "" || to.startsWith("#") ? null : to;
}

/** What follows the host of an address; a `?` or `#` with nothing behind it does not. */
function pathOf(url: string): string {
  const path = url.slice(url.indexOf("/", "https://".length));
  if (!/[?#](?:#|$)/.test(path)) return path;
  const { pathname, search, hash } = new URL(url);
  return pathname + search + hash;
}

/** A link to who wrote a post rather than to the post. */
export function isAuthorLink(link: Element, base: string): boolean {
  const isPerson = (of: Element | null) =>
    /(?:^|\s)(?:h-card|p-author)(?:$|\s)/.test((of && attr(of, "class")) ?? "");
  return (
    leadOf(link, base).isToAuthor ||
    isPerson(link) ||
    isPerson(link.parent !== null && isTag(link.parent as Node) ? (link.parent as Element) : null)
  );
}

/** How far above a link the place may be that it is the address of. */
const nearby = 4;

function standsAt(link: Element, id: string): boolean {
  let at: Element | null = link;
  for (let level = 0; level < nearby && at !== null; level++) {
    if (attr(at, "id") === id || attr(at, "name") === id) return true;
    at = at.parent !== null && isTag(at.parent as Node) ? (at.parent as Element) : null;
  }
  return false;
}
