import { removeElement } from "domutils";
import { ElementType, parseDocument } from "htmlparser2";
import { narrowed, squash } from "../base/text.ts";
import { safeHttpUrl } from "../base/url.ts";
import type { Element, Node, Root } from "./element.ts";
import { flattened } from "./flatten.ts";
import { all, isTag, one } from "./query.ts";

export type { Element, Node, Root } from "./element.ts";
export { all, isTag, matches, one, takeOut } from "./query.ts";

function dataOf(node: Node): string | null {
  return node.type === ElementType.Text && "data" in node ? node.data : null;
}

/** A parsed page: its tree without what nobody reads, and what addresses in it are relative to. */
export interface Tree {
  readonly root: Root;
  /** The page's address, or that of its `<base href>`. */
  readonly base: string;
  readonly language: string | null;
  readonly title: string | null;
  /** The bodies of its JSON scripts: text, not parsed. */
  readonly scripts: readonly { readonly type: string; readonly json: string }[];
  /** What was left out of it, in sentences. */
  readonly notes: readonly string[];
}

/** Deepest nesting that is read; tags below it are dropped before any parser sees them. */
export const maxPageDepth = 128;
/** Most elements of a page that are read; 500 posts seldom have half of them. */
export const maxElements = 20_000;

/** Parses HTML into a tree without templates, scripts, styles, `<noscript>` and comments. Never throws. */
export function parseHtml(html: string, url: string): Tree {
  const flat = flattened(html, { maxDepth: maxPageDepth, maxElements });
  const root = parseDocument(flat.markup);
  const scripts: Element[] = [];
  const unread: Element[] = [];
  for (const child of root.children) setApart(child, scripts, unread);
  for (const element of unread) removeElement(element);
  const baseHref = one(root, "base[href]");
  const heading = one(root, "head title") ?? one(root, "title");
  return {
    root,
    base: safeHttpUrl(baseHref === null ? null : attr(baseHref, "href"), url) ?? url,
    language: attrOf(one(root, "html"), "lang") ?? attrOf(one(root, "html"), "xml:lang"),
    title: heading === null ? null : textIn(heading) || null,
    scripts: scripts.map((script) => ({
      type: (attr(script, "type") ?? "").toLowerCase(),
      json: rawText(script),
    })),
    notes: [
      ...(flat.isTooDeep
        ? [`Tags nested deeper than ${maxPageDepth} levels were left out; their text was kept.`]
        : []),
      ...(flat.isTooLong
        ? [`The page holds more than ${maxElements} elements; what comes after them was left out.`]
        : []),
    ],
  };
}

const neverRead = new Set(["template", "script", "noscript", "svg", "select"]);

/** Collects scripts, and what is left out of the tree: pictures that hold a link are read. */
function setApart(node: Node, scripts: Element[], unread: Element[]): void {
  if (!isTag(node)) return;
  if (node.name === "script") scripts.push(node);
  if ((neverRead.has(node.name) || "hidden" in node.attribs) && !isReadAllTheSame(node)) unread.push(node);
  if (node.name === "template") return;
  for (const child of node.children) setApart(child, scripts, unread);
}

/** Pictures that hold a link are read, and what a page that is made by scripts has for those who run none: a list of links. */
function isReadAllTheSame(element: Element): boolean {
  if (element.name === "svg") return holdsLink(element);
  return element.name === "noscript" && all(element, "a[href]").length >= leastLinks;
}

/** A picture for those who run no scripts stands in one link; a list has so many. */
const leastLinks = 3;

function holdsLink(element: Element): boolean {
  return element.children.some(
    (child) => isTag(child) && (child.name === "a" || (child.name !== "template" && holdsLink(child))),
  );
}

function attrOf(element: Element | null, name: string): string | null {
  return element === null ? null : attr(element, name)?.trim() || null;
}

/** An attribute's value, or null. */
export function attr(element: Element, name: string): string | null {
  return element.attribs[name] ?? null;
}

/** The elements directly below. */
export function childElements(element: Element | Root): Element[] {
  return element.children.filter((child): child is Element => isTag(child));
}

const blocks = new Set(
  (
    "address article aside blockquote body br caption dd details dialog div dl dt fieldset figcaption figure footer form " +
    "h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol optgroup option p pre section summary table tbody " +
    "tfoot thead tr ul video"
  ).split(" "),
);
const cells = new Set(["td", "th"]);
const unreadable = new Set(["script", "style", "template", "noscript", "title", "textarea"]);

/** Whether an element is the sign beside a heading that links to it: it says nothing. */
function isPermalink({ name, attribs, children: [sign] }: Element): boolean {
  if (name !== "a" || sign === undefined || attribs.href?.includes("#") !== true) return false;
  return /^\s*[¶§#🔗⚓]\ufe0f?\s*$/u.test(dataOf(sign) ?? "");
}

/** Whether an element starts a line of its own. */
export function isBlock(element: Element): boolean {
  return blocks.has(element.name);
}

/**
 * The text of an element, a line for each block, runs of white space as one space; `<pre>` keeps its lines. Of a longer
 * text, about the first `most` characters.
 */
export function textIn(
  element: Element | Root,
  leaveOut: ReadonlySet<Node> = nothing,
  most = Number.POSITIVE_INFINITY,
): string {
  const out: string[] = [];
  collect(element, out, leaveOut, false, most);
  const joined = out.join("");
  const narrow = joined.includes("  ") || otherGap.test(joined) ? joined.replace(/[^\S\n]+/g, " ") : joined;
  return narrow.replace(/ ?\n[ \n]*/g, "\n").trim();
}

const nothing: ReadonlySet<Node> = new Set();
const otherGap = /[^\S\n ]/;
/** Lines already put together: a tree does not change once it is parsed. */
const lines = new WeakMap<Element | Root, string>();

/** Collects the text below `of` until there are `most` characters of it; how many are still wanted then. */
function collect(
  of: Element | Root,
  out: string[],
  leaveOut: ReadonlySet<Node>,
  inPre: boolean,
  most: number,
): number {
  let wanted = most;
  for (const child of of.children) {
    if (wanted <= 0) break;
    if (leaveOut.has(child)) continue;
    const data = dataOf(child);
    if (data !== null) {
      const said = inPre ? data.slice(0, wanted) : narrowed(startOf(data, wanted));
      out.push(said);
      wanted -= said === " " ? 0 : said.length;
    } else if (isTag(child) && !unreadable.has(child.name) && !isPermalink(child)) {
      const edge = isBlock(child) ? "\n" : cells.has(child.name) ? " " : "";
      out.push(edge);
      wanted = collect(child, out, leaveOut, inPre || child.name === "pre", wanted);
      out.push(edge);
    }
  }
  return wanted;
}

/** The start of a text, four times as much as wanted because white space in it will shrink. */
function startOf(data: string, wanted: number): string {
  if (data.length <= wanted * 4) return data;
  const start = data.search(/\S/);
  return start < 0 ? " " : `${start > 0 ? " " : ""}${data.slice(start, start + wanted * 4)}`;
}

/** The text directly in an element, as it is written. */
export function rawText(element: Element): string {
  return element.children.map((child) => dataOf(child) ?? "").join("");
}

/** Whether an element says more than so many characters, white space apart: asked of what only a short line can be. */
export function isLonger(element: Element | Root, most: number): boolean {
  return unsaid(element, most) < 0;
}

/** How many characters are missing until there are more than `most` below `of`; less than nothing when there are. */
function unsaid(of: Element | Root, most: number): number {
  let left = most;
  for (const child of of.children) {
    const data = dataOf(child);
    if (data !== null) {
      for (let n = 0; n < data.length && left >= 0; n++) if (!isGap(data.charCodeAt(n))) left -= 1;
    } else if (isTag(child) && !unreadable.has(child.name) && !isPermalink(child)) left = unsaid(child, left);
    if (left < 0) break;
  }
  return left;
}

/** What `\s` matches, as far as pages have it. */
function isGap(code: number): boolean {
  return (
    code <= 32 || code === 0xa0 || (code >= 0x2000 && code <= 0x202f) || code === 0x3000 || code === 0xfeff
  );
}

/** Longest line, in characters: what titles, labels and dates are looked for in. */
const longestLine = 2_000;

/** The text of an element on one line, of a long text about its first 2,000 characters. */
export function lineIn(element: Element | Root): string {
  const [first] = element.children;
  if (first === undefined) return "";
  // Most elements that are asked hold a text and nothing else: it is put together faster than it is remembered.
  const data = element.children.length === 1 ? dataOf(first) : null;
  if (data !== null) return squash(startOf(data, longestLine));
  const known = lines.get(element);
  if (known !== undefined) return known;
  const out: string[] = [];
  collect(element, out, nothing, false, longestLine);
  const line = squash(out.join(""));
  lines.set(element, line);
  return line;
}
