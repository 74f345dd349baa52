import { parsedUrl } from "../../base/url.ts";
import {
  calledIn,
  channelParts,
  holders,
  innerParts,
  itemParts,
  localOf,
  type Scope,
  scopeOf,
} from "./names.ts";
import { cleanAttributes, cleanPart, type OpenPart } from "./part.ts";
import { attributesIn } from "./scan.ts";

/** What an element is here; elements in a part that holds no parts are markup. */
export type Role = "outside" | "channel" | "item" | "part" | "markup" | "skipped";

/** An open element. */
export interface Frame {
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope | null;
  /** What `xml:base` says (XML Base §4.2); null where nothing does. */
  readonly base: string | null;
  /** Its attributes in the clean XML. */
  readonly attributes: string;
  /** Where text goes. */
  readonly part: OpenPart | null;
  /** Where the parts within go, in the clean XML. */
  readonly parts: string[];
  /** How many parts of each name there are. */
  readonly alike: Map<string, number>;
}

/** What was heard so far. */
export interface Story {
  readonly url: string;
  /** How many items are told. */
  readonly most: number;
  /** The open elements. */
  readonly stack: Frame[];
  /** Start tags left out because they were too deep, whose end tags go with them. */
  readonly dropped: Map<string, number>;
  readonly facts: string[];
  readonly items: string[];
  readonly texts: string[];
  /** The names of all parts. */
  readonly names: Set<string>;
  /** The name of the root without its prefix; null until there is one. */
  root: string | null;
  isEnded: boolean;
}

/** The names that are roots of feeds, and those that are no feed's. */
export const roots: ReadonlySet<string> = new Set(["rss", "feed", "rdf", "channel"]);
export const pages: ReadonlySet<string> = new Set(["html", "head", "body"]);

/** Most parts of one name that one item is given; of what there are many of, fewer are kept. */
const mostAlike = 200;
const [noParts, noCounts]: [string[], Map<string, number>] = [[], new Map()];

const read: Readonly<Record<Role, ReadonlySet<string>>> = {
  outside: new Set(),
  channel: channelParts,
  item: itemParts,
  part: innerParts,
  markup: new Set(),
  skipped: new Set(),
};

/** Whether a part of this name is read here. */
export function isPart(role: Role, called: string): boolean {
  return read[role].has(called);
}

/** Elements outside of the feed are passed; its root is its channel, too. */
export function outermost(story: Story, name: string, written: string): Frame {
  const local = localOf(name);
  const passed = { name, scope: null, base: null, attributes: "", part: null };
  if (story.root !== null || !roots.has(local))
    return { ...passed, role: "outside", parts: noParts, alike: noCounts };
  story.root = local;
  const attributes = attributesIn(written);
  const language = attributes.get("xml:lang");
  if (language !== undefined) tell(story, story.facts, "lang", language);
  addOldAttributes(story, story.facts, attributes);
  const base = baseIn(attributes, null, story.url);
  const scope = scopeOf(attributes, null);
  return { ...passed, role: "channel", scope, base, parts: story.facts, alike: new Map() };
}

/** An element of markup. */
export function markupFrame(above: Frame, name: string): Frame {
  const { scope, base, attributes, part, parts, alike } = above;
  return { name, role: "markup", scope, base, attributes, part, parts, alike };
}

/** What items are called, without a prefix. */
export const itemName = /^(?:item|entry)$/;

/** What an element within the feed is. */
export function frameOf(story: Story, above: Frame, name: string, written: string): Frame {
  const attributes = attributesIn(written);
  const scope = scopeOf(attributes, above.scope);
  const base = baseIn(attributes, above.base, story.url);
  const local = localOf(name);
  if (above.role === "channel" && local === "channel") return { ...above, name, scope, base };
  if (itemName.test(local) && isBetweenItems(story, above)) {
    if (story.items.length >= story.most) return skipped(above, name, scope, base);
    const parts: string[] = [];
    addOldAttributes(story, parts, attributes);
    const clean = cleanAttributes(attributes, null);
    return { name, role: "item", scope, base, attributes: clean, part: null, parts, alike: new Map() };
  }
  const called = calledIn(name, scope, story.root === "feed");
  if (!isPart(above.role, called) || isTooMany(above, called)) return skipped(above, name, scope, base);
  story.names.add(called);
  const parts: string[] | null = holders.has(called) ? [] : null;
  const clean = cleanAttributes(attributes, base);
  const part: OpenPart = { name: called, attributes: clean, said: "", isMarkup: false, parts };
  const alike = parts === null ? noCounts : new Map<string, number>();
  return { name, role: "part", scope, base, attributes: "", part, parts: parts ?? noParts, alike };
}

/** Addresses in what names a person are no name. */
const address = /^(?:uri|url|homepage)$/;

function skipped(above: Frame, name: string, scope: Scope | null, base: string | null): Frame {
  const part = above.part === null || address.test(localOf(name)) ? null : above.part;
  return { name, role: "skipped", scope, base, attributes: "", part, parts: noParts, alike: noCounts };
}

/** Whether an item may start here: anywhere in the channel but in another item. */
function isBetweenItems({ stack }: Story, above: Frame): boolean {
  return above.role === "channel" || (above.role === "skipped" && !stack.some(({ role }) => role === "item"));
}

function isTooMany({ alike }: Frame, called: string): boolean {
  const count = alike.get(called) ?? 0;
  alike.set(called, count + 1);
  return count >= mostAlike;
}

function tell(story: Story, parts: string[], name: string, said: string): void {
  story.names.add(name);
  const part = { name, attributes: "", said, isMarkup: false, parts: null };
  parts.push(cleanPart(part, story.texts, false));
}

/** CDF writes in attributes what the others write in elements. */
function addOldAttributes(story: Story, parts: string[], attributes: ReadonlyMap<string, string>): void {
  if (story.root !== "channel") return;
  const [href, changed] = [attributes.get("href"), attributes.get("lastmod")];
  if (href !== undefined) tell(story, parts, "link", href);
  if (changed !== undefined) tell(story, parts, "updated", changed);
}

function baseIn(attributes: ReadonlyMap<string, string>, outer: string | null, url: string): string | null {
  const said = attributes.get("xml:base");
  if (said === undefined) return outer;
  const against = outer ?? url;
  return parsedUrl(said, against)?.href ?? against;
}
