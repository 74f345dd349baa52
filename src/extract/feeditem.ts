import { visible } from "../base/text.ts";
import { safeHttpUrl } from "../base/url.ts";
import type { Enclosure, Item } from "../domain/page.ts";
import { isMarkup, sanitizeItemHtml } from "./clean.ts";
import type { DateContext } from "./dates/moment.ts";
import { readDate } from "./dates.ts";
import { plainText } from "./feed/plain.ts";
import { dereferenced } from "./feed/references.ts";
import { blankItem } from "./item.ts";
import {
  allOf,
  attribute,
  type Nodes,
  nodes,
  type Part,
  partText,
  type TextPart,
  textPart,
} from "./nodes.ts";
import { madeTitle } from "./title.ts";

/** Where a feed stands and how it writes text. */
export interface FeedContext extends DateContext {
  readonly url: string;
  readonly isAtom: boolean;
}

/** An item of a feed: RSS, RDF and Atom names alike. Nothing in it can fail; what is not understood is null. */
export function feedItem(of: Nodes, context: FeedContext): Item {
  const body = bodyOf(of, context.isAtom);
  const text =
    body === null ? null : (body.isHtml ? plainText(body.text) : visible(body.text).trim()) || null;
  const html = body?.isHtml && isMarkup(body.text) ? htmlOf(body.text, body.base, context.url) : null;
  const title = titleOf(of, context.isAtom);
  const made = title === null && text !== null ? madeTitle(text) : null;
  const updated = dateFrom(of, updateDates, context);
  const published = dateFrom(of, publicationDates, context) ?? updated;
  const enclosures = enclosuresOf(of, context.url);
  return {
    ...blankItem,
    title: title ?? made,
    titleIsMade: title === null && made !== null,
    url: linkOf(of, context.url),
    guid: idOf(of),
    publishedAt: published?.at ?? null,
    dateOnly: published?.dateOnly ?? false,
    updatedAt: updated?.at ?? null,
    categories: categoriesOf(of),
    author: authorOf(of, ["author", "dc.creator", "itunes.author", "atom.author", "dc.author"]),
    text,
    html,
    image: imageOf(of, enclosures, html, context.url),
    enclosures,
  };
}

const publicationDates = "pubdate published issued dc.date dcterms.issued created dcterms.created".split(" ");
/** Dublin Core's date is that of any event; where nothing says when the item was changed, it may be that. */
const updateDates = "updated modified dcterms.modified atom.updated dc.date".split(" ");

const contents = "content.encoded content xhtml.body xhtml.div body div fullitem".split(" ");
const summaries =
  "description summary itunes.summary media.description dc.description abstract itunes.subtitle".split(" ");

/** The post itself, else what is said about it. */
function bodyOf(of: Nodes, isAtom: boolean): TextPart | null {
  const said = textPart(of, contents, isAtom) ?? textPart(of, summaries, isAtom);
  if (said === null) return textPart(groupsOf(of), ["media.description"], isAtom);
  return isAtom || !said.isHtml ? said : { ...said, text: escapedOnce(said.text) };
}

/** Markup that was escaped twice, and shows its tags as text: there is none, and it starts with one once it is read. */
function escapedOnce(text: string): string {
  return twiceEscaped.test(text) && !/<[a-z!/]/i.test(text) ? dereferenced(text) : text;
}

const twiceEscaped =
  /^\s*&lt;(?:p|div|span|a|img|br|h[1-6]|ul|ol|table|blockquote|figure|strong|em|b|i)(?:\s[^<>]{0,500}?)?\/?&gt;/i;

/** What stands in the groups of an item as if it stood in the item (Media RSS, media:group). */
function groupsOf(of: Nodes): Nodes {
  const groups = nodes(of, "media.group");
  const names = ["media.description", "media.content", "media.thumbnail"];
  return Object.fromEntries(names.map((name) => [name, groups.flatMap((group) => nodes(group, name))]));
}

function htmlOf(html: string, base: string | null, url: string): string {
  return base === null || base === url ? html : sanitizeItemHtml(html, base);
}

/** A title as plain text: RSS titles are markup where they look it, Atom's where their type says so. */
export function titleOf(of: Nodes, isAtom: boolean): string | null {
  const found = textPart(of, ["title", "dc.title", "media.title", "itunes.title"], isAtom);
  if (found === null) return null;
  const text = found.isHtml && isMarkup(found.text) ? plainText(found.text) : visible(found.text);
  return text.replace(/\s+/g, " ").trim() || null;
}

const ids = ["guid", "id", "atom.id", "dc.identifier"];

function idOf(of: Nodes): string | null {
  const named = allOf(of, ids).map(partText);
  return named.find((id) => id !== "") ?? attribute(of, "about");
}

/** The first of these dates that is understood. */
export function dateFrom(of: Nodes, names: readonly string[], context: DateContext) {
  for (const name of names) {
    for (const part of nodes(of, name)) {
      const date = readDate(partText(part), context);
      if (date !== null) return date;
    }
  }
  return null;
}

/** Where the post (or the site) is: Atom's alternate link, the text of RSS's, a guid that is an address. */
export function linkOf(of: Nodes, url: string): string | null {
  const links = allOf(of, ["link", "atom.link"]);
  const alternates = links.filter((link) => /^(?:alternate)?$/i.test(attribute(link, "rel") ?? ""));
  const pages = alternates.filter((link) => /html|^$/i.test(attribute(link, "type") ?? ""));
  for (const part of [...nodes(of, "feedburner.origlink"), ...pages, ...alternates]) {
    const written = attribute(part, "href") ?? partText(part);
    const address = safeHttpUrl(written, attribute(part, "base") ?? url);
    if (written !== "" && address !== null) return address;
  }
  const guid = nodes(of, "guid")[0];
  const isAddress = guid !== undefined && attribute(guid, "ispermalink") !== "false";
  const addresses = [
    isAddress ? partText(guid) : "",
    attribute(of, "about") ?? "",
    ...nodes(of, "id").map(partText),
  ];
  const found = addresses.map((id) => (/^https?:/i.test(id) ? safeHttpUrl(id) : null));
  return found.find((address) => address !== null) ?? null;
}

const categoryParts = ["category", "dc.subject", "media.category", "itunes.category", "atom.category"];

function categoryName(part: Part): string {
  const said = attribute(part, "term") ?? partText(part);
  return said || (attribute(part, "label") ?? attribute(part, "text") ?? "");
}

function categoriesOf(of: Nodes): string[] {
  const found = new Set<string>();
  const add = (name: string) => found.add(visible(isMarkup(name) ? plainText(name) : name).trim());
  for (const part of allOf(of, categoryParts)) {
    add(categoryName(part));
    for (const inner of nodes(part, "itunes.category")) add(categoryName(inner));
  }
  for (const part of nodes(of, "tags")) partText(part).split(",").forEach(add);
  found.delete("");
  return [...found];
}

/** The first person named, as `Name <mail>`; RSS's `mail (Name)` too (RSS 2.0, author). */
export function authorOf(of: Nodes, names: readonly string[]): string | null {
  for (const part of allOf(of, names)) {
    const inner = (name: string) =>
      nodes(part, name).map(partText)[0] ?? nodes(part, `itunes.${name}`).map(partText)[0];
    const person = personOf(inner("name") ?? partText(part), inner("email") ?? null);
    if (person !== null) return person;
  }
  return null;
}

const longestName = 1_000;

/** `Name <mail>`, or whichever there is, out of a name (perhaps with a mail address in it) and a mail address. */
export function personOf(name: string, email: string | null): string | null {
  // Nobody's name is longer, and the search for an address in it takes the square of its length.
  const written = name.slice(0, longestName);
  const text = visible(
    isMarkup(written) && !/<[^<>\s]+@[^<>\s]+>/.test(written) ? plainText(written) : written,
  ).trim();
  const found = /[^\s<>()"',;:]+@[^\s<>()"',;:]+/.exec(text)?.[0] ?? null;
  const mail = email?.trim() || found;
  const called = (found === null ? text : text.replace(found, ""))
    .replace(/[<>()"]|mailto:/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  if (called === "" || mail === null) return called || mail;
  return `${called} <${mail}>`;
}

function enclosuresOf(of: Nodes, url: string): Enclosure[] {
  const isEnclosure = (link: Part) => attribute(link, "rel") === "enclosure";
  const media = [of, ...nodes(of, "media.group")].flatMap((group) => nodes(group, "media.content"));
  const parts = [
    ...nodes(of, "enclosure"),
    ...nodes(of, "link").filter(isEnclosure),
    ...nodes(of, "atom.link").filter(isEnclosure),
    ...media.filter((part) => !/image/.test(`${attribute(part, "medium")} ${attribute(part, "type")}`)),
  ];
  const found = new Map<string, Enclosure>();
  for (const part of parts) {
    const address = safeHttpUrl(
      attribute(part, "url") ?? attribute(part, "href"),
      attribute(part, "base") ?? url,
    );
    const length = Number(attribute(part, "length") ?? attribute(part, "filesize") ?? "");
    if (address !== null && !found.has(address))
      found.set(address, {
        url: address,
        type: attribute(part, "type"),
        length: length > 0 ? Math.round(length) : null,
      });
  }
  return [...found.values()];
}

function imageOf(
  of: Nodes,
  enclosures: readonly Enclosure[],
  html: string | null,
  url: string,
): string | null {
  const groups = [of, ...nodes(of, "media.group")];
  const media = groups.flatMap((group) => [
    ...nodes(group, "media.thumbnail"),
    ...nodes(group, "media.content"),
  ]);
  const shown = media.find(
    (part) => !/video|audio|application/.test(`${attribute(part, "medium")} ${attribute(part, "type")}`),
  );
  const named = attribute(shown, "url") ?? attribute(nodes(of, "itunes.image")[0], "href");
  const enclosed = enclosures.find(({ type }) => type?.startsWith("image/"))?.url;
  const inText = /<img\b[^>]{0,2000}?\ssrc\s*=\s*["']?([^"'\s>]+)/i.exec(html ?? "")?.[1];
  return safeHttpUrl(named ?? enclosed ?? inText?.replaceAll("&amp;", "&"), url);
}
