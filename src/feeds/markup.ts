import { Parser } from "htmlparser2";
import { safeHttpUrl } from "../base/url.ts";
import { xmlText } from "./clean.ts";
import { element, type XmlElement, type XmlNode } from "./xml.ts";

/** What runs, loads, styles or asks: markup with one of these is not mended but refused. */
const loud = new Set(
  "script style link meta base title iframe frame frameset object embed applet form input button textarea select svg math template noscript".split(
    " ",
  ),
);
const addresses = new Set(["href", "src", "action", "formaction", "poster", "cite", "data", "background"]);
/** What feeds hold; of any other element only what is in it. */
const known = new Set(
  (
    "a abbr b bdi blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 " +
    "hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup table tbody td " +
    "tfoot th thead time tr u ul var wbr"
  ).split(" "),
);
const attributes = new Set(
  "href title src alt width height colspan rowspan scope start reversed datetime dir lang".split(" "),
);
const empty = new Set(["br", "hr", "img", "wbr"]);
/** Where one of these begins, an open paragraph ends (HTML §13.2.6.4.7). */
const ending = new Set(
  "blockquote dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre section summary table ul".split(
    " ",
  ),
);
const headings = new Set(["h1", "h2", "h3", "h4", "h5", "h6"]);
/** Parts of tables, and what each may stand in. */
const tableParts: ReadonlyMap<string, readonly string[]> = new Map([
  ["caption", ["table"]],
  ["thead", ["table"]],
  ["tbody", ["table"]],
  ["tfoot", ["table"]],
  ["tr", ["table", "thead", "tbody", "tfoot"]],
  ["td", ["tr"]],
  ["th", ["tr"]],
]);
/** Items that end one another, each but across what separates them. */
const items: ReadonlyMap<string, readonly string[]> = new Map([
  ["li", ["li"]],
  ["dd", ["dd", "dt"]],
  ["dt", ["dd", "dt"]],
]);
const transparent = new Set(
  "a abbr b bdi cite code del dfn div em i ins kbd mark p q rp rt ruby s samp small span strong sub sup time u var".split(
    " ",
  ),
);
/** Deepest nesting that is written. */
const maxDepth = 100;

/**
 * Markup that only shows something, written so that an HTML parser finds nothing to mend (HTML §13.2): every element is
 * closed where it was opened, none stands where it cannot. Null for markup that does more than show: an element or
 * attribute that runs, loads, styles or asks, a relative address, one of a scheme but http, https and mailto. What a
 * post keeps is sanitised; this is the second lock.
 */
export function tameMarkup(html: string): string | null {
  const tree = treeOf(html);
  return tree === null ? null : written(tree.flatMap((node) => mended(node, []))).trim();
}

function treeOf(html: string): readonly XmlNode[] | null {
  const top: XmlNode[] = [];
  const open: { name: string; attributes: Record<string, string>; children: XmlNode[] }[] = [];
  const add = (node: XmlNode) => (open.at(-1)?.children ?? top).push(node);
  let isTame = true;
  const parser = new Parser({
    onopentag(name, given) {
      isTame &&= !loud.has(name) && open.length < maxDepth && Object.entries(given).every(isTameAttribute);
      if (isTame) open.push({ name, attributes: given, children: [] });
    },
    ontext: (text) => void (isTame && add(text)),
    onclosetag() {
      const closed = isTame ? open.pop() : undefined;
      if (closed !== undefined) add(closed);
    },
  });
  parser.end(html);
  return isTame ? top : null;
}

function isTameAttribute([name, value]: readonly [string, string]): boolean {
  if (name.startsWith("on") || name === "style" || name === "srcdoc" || name.includes(":")) return false;
  return !addresses.has(name) || /^mailto:[^\s]+$/i.test(value) || safeHttpUrl(value) !== null;
}

/** The node where it may stand: as it is, under another name, or what is in it alone. `above` from the root down. */
function mended(node: XmlNode, above: readonly string[]): readonly XmlNode[] {
  if (typeof node === "string") return [node];
  if (node.name === "col" || (node.name === "img" && node.attributes.src === undefined)) return [];
  const name = nameAt(node, above);
  const children = node.children.flatMap((child) => mended(child, name === null ? above : [...above, name]));
  if (name === null) return children;
  return [element(name === "p" && endsParagraph(children) ? "div" : name, node.attributes, children)];
}

/** What the element is called there, or null where only what is in it can stay. */
function nameAt(node: XmlElement, above: readonly string[]): string | null {
  const name = node.name === "bdo" ? "bdi" : node.name;
  const parent = above.at(-1) ?? "";
  if (!known.has(name)) return null;
  if (name === "a") return above.includes("a") ? null : name;
  if (headings.has(name)) return headings.has(parent) ? null : name;
  if (name === "rt" || name === "rp") return parent === "ruby" ? name : "span";
  if (name === "table") return isSound(node) ? name : "div";
  const places = tableParts.get(name);
  if (places !== undefined) return places.includes(parent) ? name : "div";
  const enders = items.get(name);
  return enders?.includes(above.findLast((one) => !transparent.has(one)) ?? "") ? "div" : name;
}

/** Whether a table holds rows of cells, and nothing beside them. */
function isSound(table: XmlElement): boolean {
  return holdsOnly(table, (part) => {
    if (part.name === "tr") return holdsOnly(part, isCell);
    if (["thead", "tbody", "tfoot"].includes(part.name))
      return holdsOnly(part, (row) => row.name === "tr" && holdsOnly(row, isCell));
    return part.name === "colgroup" ? holdsOnly(part, isColumn) : part.name === "caption" || isColumn(part);
  });
}

function holdsOnly(parent: XmlElement, fits: (child: XmlElement) => boolean): boolean {
  return parent.children.every((child) => (typeof child === "string" ? child.trim() === "" : fits(child)));
}

function isCell({ name }: XmlElement): boolean {
  return name === "td" || name === "th";
}

function isColumn({ name }: XmlElement): boolean {
  return name === "col";
}

function endsParagraph(children: readonly XmlNode[]): boolean {
  return children.some(
    (child) => typeof child !== "string" && (ending.has(child.name) || endsParagraph(child.children)),
  );
}

function written(nodes: readonly XmlNode[]): string {
  return nodes
    .map((node) => (typeof node === "string" ? asMarkup(xmlText(node)) : writtenElement(node)))
    .join("");
}

function writtenElement({ name, attributes: given, children }: XmlElement): string {
  const kept = Object.entries(given)
    .filter(([key]) => attributes.has(key))
    .map(([key, value]) => ` ${key}="${asMarkup(xmlText(value)).replaceAll('"', "&quot;")}"`)
    .join("");
  return empty.has(name) ? `<${name}${kept}>` : `<${name}${kept}>${written(children)}</${name}>`;
}

/** A plain text as markup: `&`, `<` and `>` by name. */
export function asMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
