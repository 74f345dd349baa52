import { compile, is, selectAll, selectOne } from "css-select";
import { type getAttributeValue, removeElement } from "domutils";
import { ElementType, parseDocument } from "htmlparser2";
import { squash } from "../base/text.ts";
import { safeHttpUrl } from "../base/url.ts";
import { flatten } from "./flatten.ts";

/** An element of a parsed page. */
export type Element = Parameters<typeof getAttributeValue>[0];
/** Anything in a parsed page. */
export type Node = Element["children"][number];
/** A whole parsed page. */
export type Root = ReturnType<typeof parseDocument>;

/** Whether a node is an element. */
export function isTag(node: Node): node is Element {
  return ElementType.isTag(node);
}

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
}

/** Deepest nesting that is read; tags below it are dropped before any parser sees them. */
export const maxPageDepth = 256;

/** Parses HTML into a tree without templates, scripts, styles, `<noscript>` and comments. Never throws. */
export function parseHtml(html: string, url: string): Tree {
  const root = parseDocument(flatten(html, maxPageDepth));
  const scripts = all(root, "script").map((script) => ({
    type: (attr(script, "type") ?? "").toLowerCase(),
    json: rawText(script),
  }));
  for (const unread of all(root, "template, script, noscript, svg, select, [hidden]")) {
    if (unread.name !== "svg" || one(unread, "a") === null) removeElement(unread);
  }
  const baseHref = one(root, "base[href]");
  const heading = one(root, "head title") ?? one(root, "title");
  return {
    root,
    base: safeHttpUrl(baseHref === null ? null : attr(baseHref, "href"), url) ?? url,
    language: attrOf(one(root, "html"), "lang") ?? attrOf(one(root, "html"), "xml:lang"),
    title: heading === null ? null : textIn(heading) || null,
    scripts,
  };
}

function attrOf(element: Element | null, name: string): string | null {
  return element === null ? null : attr(element, name)?.trim() || null;
}

type Query = ReturnType<typeof compile<Node, Element>>;

/** Compiling costs more than matching; a page asks for the same few hundred selectors again and again. */
const queries = new Map<string, Query>();
const mostQueries = 2_000;

/** A selector compiled; those that look at where they are asked from (`:scope`, a leading `>`) cannot be. */
function queryFor(selector: string): Query | string {
  if (/:scope|(?:^|,)\s*[>+~]/.test(selector)) return selector;
  const known = queries.get(selector);
  if (known !== undefined) return known;
  const query = compile<Node, Element>(selector);
  if (queries.size >= mostQueries) queries.clear();
  queries.set(selector, query);
  return query;
}

/** All elements below `within` that a selector matches, in page order. Throws on a selector that is not CSS. */
export function all(within: Root | Element, selector: string): Element[] {
  return selectAll<Node, Element>(queryFor(selector), within as Node);
}

/** The first element below `within` that a selector matches, or null. */
export function one(within: Root | Element, selector: string): Element | null {
  return selectOne<Node, Element>(queryFor(selector), within as Node);
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

/** Whether an element starts a line of its own. */
export function isBlock(element: Element): boolean {
  return blocks.has(element.name);
}

/** The text of an element, a line for each block, runs of white space as one space; `<pre>` keeps its lines. */
export function textIn(element: Element | Root, leaveOut: ReadonlySet<Node> = nothing): string {
  const known = leaveOut.size === 0 ? texts.get(element) : undefined;
  if (known !== undefined) return known;
  const out: string[] = [];
  collect(element, out, leaveOut, false);
  const text = out
    .join("")
    .replace(/[^\S\n]+/gu, " ")
    .replace(/ ?\n[ \n]*/g, "\n")
    .trim();
  if (leaveOut.size === 0) texts.set(element, text);
  return text;
}

const nothing: ReadonlySet<Node> = new Set();
/** Texts already put together: a tree does not change once it is parsed. */
const texts = new WeakMap<Element | Root, string>();

function collect(of: Element | Root, out: string[], leaveOut: ReadonlySet<Node>, inPre: boolean): void {
  for (const child of of.children) {
    if (leaveOut.has(child)) continue;
    const data = dataOf(child);
    if (data !== null) {
      out.push(inPre ? data : data.replace(/\s+/gu, " "));
    } else if (isTag(child) && !unreadable.has(child.name)) {
      const edge = isBlock(child) ? "\n" : cells.has(child.name) ? " " : "";
      out.push(edge);
      collect(child, out, leaveOut, inPre || child.name === "pre");
      out.push(edge);
    }
  }
}

/** The text directly in an element, as it is written. */
export function rawText(element: Element): string {
  return element.children.map((child) => dataOf(child) ?? "").join("");
}

/** The text of an element on one line. */
export function lineIn(element: Element | Root): string {
  return squash(textIn(element));
}

/** Text that stands in `element` itself, not in its child elements. */
export function ownText(element: Element): string {
  return squash(rawText(element));
}

/** Whether a selector matches the element itself. */
export function matches(element: Element, selector: string): boolean {
  return is<Node, Element>(element, queryFor(selector));
}
