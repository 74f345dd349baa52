import { attr, type Element, isTag, lineIn, matches, type Node, one } from "./document.ts";
import { weightOf } from "./labels.ts";
import { addressOf, isAuthorLink, isCategoryLink } from "./leads.ts";
import { closest, holds, mostParts, within } from "./parts.ts";

const nothing: ReadonlySet<string> = new Set();
const files =
  /\.(?:zip|t?gz|bz2|xz|7z|rar|exe|msi|dmg|pkg|deb|rpm|apk|appimage|jar|whl|iso|sig|asc|sha\d+|mp3|m4a|ogg|ics|torrent)(?:[?#]|$)/i;
const clickable = "a[href], [onclick*=location], [onclick*=open], [data-href], [data-url], [data-link]";

/**
 * The links of a card that can lead to its post: not to a writer, a category or (beside others) a file, and not one of
 * the `shared` addresses, as they are written.
 */
export function postLinks(card: Element, base: string, shared: ReadonlySet<string> = nothing): Element[] {
  const around = card.name === "a" ? null : closest(card, "a");
  const links = within(card, clickable).filter(
    (link) =>
      !shared.has(attr(link, "href") ?? "") &&
      addressOf(link, base) !== null &&
      !isCategoryLink(link, base) &&
      !isAuthorLink(link, base),
  );
  const pages = withoutFolders(
    links.filter((link) => !leadsToFile(link)),
    base,
  );
  const leading = pages.length > 0 ? pages : links;
  return around !== null && addressOf(around, base) !== null ? [around, ...leading] : leading;
}

/** Links without those to the front page or the folder that another one leads into: it is that one which is the post's. */
function withoutFolders(links: readonly Element[], base: string): Element[] {
  if (links.length > mostParts) return [...links];
  const addresses = links.map((link) => addressOf(link, base) ?? "");
  const isAbove = (address: string, other: string) =>
    other.length > address.length &&
    other.startsWith(address) &&
    (/^https?:\/\/[^/?#]+\/$/.test(address) || isFiled(other.slice(address.length)));
  return links.filter((link, index) => {
    const address = addresses[index] ?? "";
    return !address.endsWith("/") || isHeaded(link) || !addresses.some((other) => isAbove(address, other));
  });
}

/** Whether a link is a heading, or stands in one or around one: what a link blog tells of may be a front page. */
function isHeaded(link: Element): boolean {
  const { parent } = link;
  const headings = "h1, h2, h3, h4, h5, h6";
  return (
    (parent !== null && isTag(parent as Node) && matches(parent as Element, headings)) ||
    one(link, headings) !== null
  );
}

/** Whether what follows a folder is a page in it, named by its day or a file with a number, and no further page of the folder. */
function isFiled(path: string): boolean {
  if (/^(?:19|20)\d\d\/?\d/.test(path)) return true;
  return /\.s?html?$/i.test(path) && /\d/.test(path) && !/^(?:page|comment|index|list)|[?#]/i.test(path);
}

/** Whether a link is to something to be kept or played rather than to be read. */
export function leadsToFile(link: Element): boolean {
  return files.test(attr(link, "href") ?? "");
}

/** How many cards at least, and what share of them, have a link that is not one of a post. */
const common = { count: 3, share: 0.5 } as const;
/** Where the links of an element lead, as written: a tree does not change once it is parsed. */
const written = new WeakMap<Element, ReadonlySet<string>>();

/** The addresses, as written, that most of some cards link to: a writer's, a menu's, never a post's own. */
export function sharedAddresses(cards: readonly Element[]): ReadonlySet<string> {
  if (cards.length < common.count) return nothing;
  const counts = new Map<string, number>();
  for (const card of cards) {
    for (const href of hrefsOf(card)) counts.set(href, (counts.get(href) ?? 0) + 1);
  }
  const isShared = (href: string, count: number) =>
    (count >= common.count && count > cards.length * common.share) || (count > 1 && isFolder(href, cards));
  return new Set([...counts].filter(([href, count]) => isShared(href, count)).map(([href]) => href));
}

/** The links of a card to folders that its other links lie in: the category that its post is filed under. */
export function folderLinks(card: Element, shared: ReadonlySet<string> = nothing): Element[] {
  return within(card, "a[href]").filter((link) => {
    const href = attr(link, "href") ?? "";
    return shared.has(href) && isFolder(href, [card]);
  });
}

/** Whether an address is the folder of what else the cards link to that link to it. */
function isFolder(href: string, cards: readonly Element[]): boolean {
  const among = cards.map(hrefsOf).filter((hrefs) => hrefs.has(href));
  const isAbove = (other: string) => other.length > href.length && /^[^#?]/.test(other.slice(href.length));
  return (
    /[^/]\/$/.test(href) &&
    among.every(
      (hrefs) =>
        hrefs.size <= mostParts && [...hrefs].some((other) => other.startsWith(href) && isAbove(other)),
    )
  );
}

function hrefsOf(card: Element): ReadonlySet<string> {
  const known = written.get(card);
  if (known !== undefined) return known;
  const hrefs = new Set(within(card, "a[href]").map((link) => attr(link, "href") ?? ""));
  written.set(card, hrefs);
  return hrefs;
}

/** The parts of a card that tell which of its links is the post's. */
export interface Known {
  readonly title: Element | null;
  readonly date: Element | null;
}

/**
 * The link of a card that leads to its post: the title's own, else one named like it, else the one around the date,
 * else the likeliest. Of several, the one that leads further down from where the list is.
 */
export function linkElement(links: readonly Element[], { title, date }: Known, base: string): Element | null {
  const isBelow = (link: Element) => leadsBelow(addressOf(link, base) ?? "", base);
  if (title !== null) {
    const own = links.filter((link) => holds(link, title) || holds(title, link));
    const [first] = own;
    // What a script leads on from is often around a link that says the same with everything in it.
    if (first !== undefined) return own.find(({ name }) => name === "a") ?? first;
    const said = lineIn(title);
    const exact = links.filter((link) => namesOf(link).includes(said));
    const named =
      exact.length > 0 ? exact : links.filter((link) => namesOf(link).some((it) => it.includes(said)));
    if (named.length > 0) return named.find(isBelow) ?? named[0] ?? null;
  }
  const ofDate = date === null ? undefined : links.find((link) => holds(link, date) || holds(date, link));
  if (ofDate !== undefined && !isDayArchive(addressOf(ofDate, base) ?? "")) return ofDate;
  return likeliest(links, base, isBelow);
}

function namesOf(link: Element): string[] {
  return [lineIn(link), attr(link, "aria-label") ?? "", attr(link, "title") ?? ""];
}

function likeliest(
  links: readonly Element[],
  base: string,
  isBelow: (link: Element) => boolean,
): Element | null {
  const counts = new Map<string, number>();
  for (const link of links) {
    const to = addressOf(link, base) ?? "";
    counts.set(to, (counts.get(to) ?? 0) + 1 + Math.min(weightOf(lineIn(link)), 20) / 100);
  }
  const worthOf = (link: Element) => (counts.get(addressOf(link, base) ?? "") ?? 0) + (isBelow(link) ? 1 : 0);
  return links.reduce<Element | null>(
    (best, link) => (best === null || worthOf(link) > worthOf(best) ? link : best),
    null,
  );
}

/** Whether an address is one below the page's own: `/releases/tag/3.2` for `/releases`. Nothing is below the root. */
function leadsBelow(url: string, base: string): boolean {
  if (url === "") return false;
  const [to, from] = [new URL(url), new URL(base)];
  const folder = from.pathname.replace(/\/$/, "");
  return folder !== "" && to.host === from.host && to.pathname.startsWith(`${folder}/`);
}

/** All posts of a day, a month or a year, as blogs have them: `/2026/01/14/`. */
function isDayArchive(url: string): boolean {
  return url !== "" && /\/(?:19|20)\d\d(?:\/\d{1,2}){0,2}\/?$/.test(new URL(url).pathname);
}
