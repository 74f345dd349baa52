import render from "dom-serializer";
import { parseDocument } from "htmlparser2";
import { escapeHtml, visible } from "../base/text.ts";
import { attr, childElements, type Element, type Root, rawText } from "./document.ts";
import { flatten } from "./flatten.ts";

/** A feed told again in one shape, well-formed whatever the original was. */
export interface Retold {
  /**
   * RSS 2.0 in form, whatever the feed was: every part of the channel and of an item is an element `kept:NAME`
   * (lower case, known namespaces under their usual prefix), so that rss-parser maps all parts and interprets none.
   * Its own reading fails on one bad date or link, and is quadratic on long markup.
   */
  readonly xml: string;
  readonly isAtom: boolean;
  /** The file ended before the feed did; the item it broke off in was left out. */
  readonly isCutOff: boolean;
}

const maxFeedDepth = 128;

/**
 * Tells a feed again so that any parser can read it: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, under any prefix and
 * letter case. Mends what often is wrong: text before the first tag, control characters, bare `&`, HTML entities that
 * XML does not know, tags never closed, a file that breaks off. Document types go: nothing declared is ever expanded.
 * Null when there is no feed in the text.
 */
export function retell(text: string, url: string): Retold | null {
  const mended = flatten(withoutNamedEntities(visible(text)), maxFeedDepth, "xml");
  const root = rootOf(parseDocument(mended, { xmlMode: true }));
  if (root === null) return null;
  const kind = localName(root);
  const channel =
    kind === "feed" ? root : childElements(root).find((child) => localName(child) === "channel");
  const items = itemsOf(root, channel ?? root);
  const isCutOff = !endsWith(mended, root.name);
  const whole = isCutOff ? items.slice(0, -1) : items;
  const told = whole.map((item) => `<item${keptAttributes(item)}>${partsOf(item, url)}</item>`).join("");
  const facts = channel === undefined ? "" : partsOf(channel, url);
  const lang = attr(root, "xml:lang") ?? "";
  return {
    xml: `<rss version="2.0"><channel><kept:lang>${escapeHtml(lang)}</kept:lang>${facts}${told}</channel></rss>`,
    isAtom: kind === "feed",
    isCutOff,
  };
}

/** Whether the last thing in it is the end tag of this element. */
function endsWith(markup: string, name: string): boolean {
  const flat = markup.trimEnd();
  const tag = flat.slice(flat.lastIndexOf("</") + 2);
  return tag.endsWith(">") && tag.slice(0, -1).trim() === name;
}

function rootOf(document: Root): Element | null {
  const root = childElements(document).find((element) => /^(?:rss|feed|rdf)$/.test(localName(element)));
  return root ?? null;
}

function itemsOf(root: Element, channel: Element): Element[] {
  const isItem = (element: Element) => /^(?:item|entry)$/.test(localName(element));
  const within = childElements(channel).filter(isItem);
  return channel === root ? within : [...within, ...childElements(root).filter(isItem)];
}

function localName(element: Element): string {
  return element.name.slice(element.name.indexOf(":") + 1).toLowerCase();
}

/** Namespaces by a part of their address, with the prefix their elements get here; "" for those of the feed formats. */
const namespaces: readonly (readonly [RegExp, string])[] = [
  [/\/2005\/atom|purl\.org\/atom/i, "atom"],
  [/purl\.org\/rss\/1\.0\/modules\/content/i, "content"],
  [/purl\.org\/rss\/1\.0\/modules\/syndication/i, "sy"],
  [/purl\.org\/rss\/1\.0\/?$|netscape\.com|backend\.userland\.com|channel\.netscape/i, ""],
  [/purl\.org\/dc\/elements/i, "dc"],
  [/purl\.org\/dc\/terms/i, "dcterms"],
  [/itunes\.com|example\.com\/DTDs\/Podcast/i, "itunes"],
  [/search\.yahoo\.com\/mrss/i, "media"],
  [/1999\/xhtml/i, "xhtml"],
];

function keptName(element: Element): string {
  const colon = element.name.indexOf(":");
  const local = localName(element);
  const prefix = colon < 0 ? "" : element.name.slice(0, colon);
  const space = namespaceOf(element, prefix);
  const known = namespaces.find(([address]) => address.test(space ?? ""))?.[1] ?? prefix.toLowerCase();
  const isHome = known === "" || (known === "atom" && rootName(element) === "feed");
  return (isHome ? local : `${known}.${local}`).replace(/[^\p{L}\p{N}._-]/gu, "_");
}

function namespaceOf(element: Element, prefix: string): string | null {
  const name = prefix === "" ? "xmlns" : `xmlns:${prefix}`;
  return inherited(element, name);
}

function rootName(element: Element): string {
  let at = element;
  while (at.parent !== null && "attribs" in at.parent) at = at.parent;
  return localName(at);
}

function inherited(element: Element, attribute: string): string | null {
  for (let at: Element | null = element; at !== null; ) {
    const value = attr(at, attribute);
    if (value !== null) return value;
    at = at.parent !== null && "attribs" in at.parent ? at.parent : null;
  }
  return null;
}

/** The base that `xml:base` gives an element (XML Base §4.2), or null where nothing says one. */
function baseOf(element: Element, url: string): string | null {
  const chain: string[] = [];
  for (let at: Element | null = element; at !== null; ) {
    const base = attr(at, "xml:base");
    if (base !== null) chain.unshift(base);
    at = at.parent !== null && "attribs" in at.parent ? at.parent : null;
  }
  if (chain.length === 0) return null;
  return chain.reduce((base, next) => (URL.canParse(next, base) ? new URL(next, base).href : base), url);
}

function keptAttributes(element: Element): string {
  return Object.entries(element.attribs)
    .filter(([name]) => !name.startsWith("xmlns"))
    .map(([name, value]) => ` ${name.slice(name.indexOf(":") + 1).toLowerCase()}="${escapeHtml(value)}"`)
    .filter((written) => /^ [a-z_][\w.-]*=/.test(written) && !written.startsWith(" base="))
    .join("");
}

const persons = /^(?:author|contributor|source|group|image|owner|textinput)$/;

function partsOf(of: Element, url: string): string {
  return childElements(of)
    .filter((child) => !/^(?:item|entry|items|channel)$/.test(localName(child)))
    .map((child) => told(child, url))
    .join("");
}

function told(element: Element, url: string): string {
  const name = `kept:${keptName(element)}`;
  const base = baseOf(element, url);
  const attributes = `${keptAttributes(element)}${base === null ? "" : ` base="${escapeHtml(base)}"`}`;
  const children = childElements(element);
  if (children.length > 0 && persons.test(localName(element)))
    return `<${name}${attributes}>${children.map((child) => told(child, url)).join("")}</${name}>`;
  const text = children.length > 0 ? innerMarkup(element) : rawText(element);
  return `<${name}${attributes}>${escapeHtml(text)}</${name}>`;
}

/** XHTML content as HTML: what stands inside, without prefixes. */
function innerMarkup(element: Element): string {
  return render(element.children, { encodeEntities: "utf8" }).replace(/(<\/?)[a-z]+:(?=[a-z])/gi, "$1");
}

const xmlEntities = new Set(["amp", "lt", "gt", "quot", "apos"]);

/** Entities of HTML, which XML does not know, as the characters they mean; unknown ones as text. */
function withoutNamedEntities(text: string): string {
  const known = new Map<string, string>();
  return text.replace(/&([A-Za-z][A-Za-z\d]{1,31});/g, (written, name: string) => {
    if (xmlEntities.has(name)) return written;
    const meant = known.get(name) ?? escapeHtml(decoded(written));
    known.set(name, meant);
    return meant;
  });
}

function decoded(entity: string): string {
  const node = parseDocument(entity).children[0];
  return node !== undefined && "data" in node ? node.data : entity;
}
