import { SaxesParser } from "saxes";

/** An element of a parsed document: no comments, no instructions, CDATA is text like any other. */
export interface XmlElement {
  /** As written, with its prefix: `content:encoded`. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
}

/** An element, or text with nothing escaped in it. */
export type XmlNode = XmlElement | string;

/** An element; attributes that are null are left out, and a text instead of children is its only child. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | null>>,
  children: readonly XmlNode[] | string = [],
): XmlElement {
  const given: Record<string, string> = {};
  for (const [key, value] of Object.entries(attributes)) if (value !== null) given[key] = String(value);
  return { name, attributes: given, children: typeof children === "string" ? [children] : children };
}

/** The elements called `name` right below `parent`, in order. */
export function childrenOf(parent: XmlElement, name: string): readonly XmlElement[] {
  return elementsOf(parent).filter((child) => child.name === name);
}

/** All elements right below `parent`. */
export function elementsOf(parent: XmlElement): readonly XmlElement[] {
  return parent.children.filter((child) => typeof child !== "string");
}

/** The text right below `parent`, as one string; empty where there is no such element. */
export function textOf(parent: XmlElement | undefined): string {
  return parent?.children.filter((child) => typeof child === "string").join("") ?? "";
}

/**
 * The root of a document. Throws at the first thing that is not well-formed XML 1.0 with namespaces: an unknown
 * prefix or entity, a character that XML does not know, markup after the end. White space between elements is dropped.
 */
export function parseXml(text: string): XmlElement {
  return parsePieces(text, [], "");
}

/**
 * The root of a document that comes in pieces. Throws also where one between opening and closing is not whole: where
 * it leaves open what it opened, closes more, or does not end with a tag.
 */
export function parsePieces(opening: string, pieces: readonly string[], closing: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const document: XmlNode[] = [];
  const open: { name: string; attributes: Record<string, string>; children: XmlNode[] }[] = [];
  const add = (node: XmlNode) => (open.at(-1)?.children ?? document).push(node);
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("opentag", ({ name, attributes }) => {
    const values: Record<string, string> = {};
    for (const attribute of Object.values(attributes)) values[attribute.name] = attribute.value;
    open.push({ name, attributes: values, children: [] });
  });
  parser.on("closetag", () => {
    const closed = open.pop();
    if (closed !== undefined) add({ ...closed, children: withoutLayout(closed.children) });
  });
  parser.write(opening);
  const depth = open.length;
  for (const piece of pieces) {
    parser.write(piece);
    if (open.length !== depth || !piece.endsWith(">")) throw new Error("a piece of it is not whole");
  }
  parser.write(closing).close();
  const root = document.find((node) => typeof node !== "string");
  if (root === undefined) throw new Error("there is no element in it");
  return root;
}

function withoutLayout(children: readonly XmlNode[]): readonly XmlNode[] {
  const holdsElements = children.some((child) => typeof child !== "string");
  return holdsElements
    ? children.filter((child) => typeof child !== "string" || child.trim() !== "")
    : children;
}

/**
 * The document below `root`, with declaration and line ends: always the same for the same tree. `styles` is the
 * style sheet (CSS) that browsers show it with (xml-stylesheet §4).
 */
export function writeXml(root: XmlElement, styles?: string): string {
  const instruction =
    styles === undefined ? "" : `<?xml-stylesheet type="text/css" href="${escapeAttribute(styles)}"?>\n`;
  return `<?xml version="1.0" encoding="utf-8"?>\n${instruction}${written(root, "")}\n`;
}

/**
 * An element as it is written among others, so many elements deep: together with what `splitBefore` gives, a document
 * in pieces.
 */
export function writePiece(node: XmlElement, depth: number): string {
  const indent = "  ".repeat(depth);
  return `\n${indent}${written(node, indent)}`;
}

/** A written document in two, before the last end tag of an element that has children: where one more can stand. */
export function splitBefore(
  text: string,
  end: string,
): { readonly opening: string; readonly closing: string } {
  const at = text.lastIndexOf("\n", text.lastIndexOf(end));
  return { opening: text.slice(0, at), closing: text.slice(at) };
}

/** The same as HTML. An element without content must be one that HTML knows to have none (§13.1.2): `meta`, `link`. */
export function writeHtml(root: XmlElement): string {
  return `<!DOCTYPE html>\n${written(root, "")}\n`;
}

function written(node: XmlElement, indent: string): string {
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
    .join("");
  const inside = node.children.some((child) => typeof child === "string")
    ? node.children
        .map((child) => (typeof child === "string" ? escapeText(child) : written(child, "")))
        .join("")
    : elementsOf(node)
        .map((child) => `\n${indent}  ${written(child, `${indent}  `)}`)
        .join("");
  if (inside === "") return `<${node.name}${attributes}/>`;
  const end = inside.startsWith("\n") && typeof node.children[0] !== "string" ? `\n${indent}` : "";
  return `<${node.name}${attributes}>${inside}${end}</${node.name}>`;
}

/** `>` too, so that `]]>` cannot stand in text; a bare carriage return would be read as a line feed. */
function escapeText(text: string): string {
  return text.replace(/[&<>\r]/g, reference);
}

/** Line ends and tabs too: a parser reads them as spaces (XML 1.0 §3.3.3). */
function escapeAttribute(value: string): string {
  return value.replace(/[&<>"\t\n\r]/g, reference);
}

/** Hexadecimal, as the RSS profile wants it: no reader takes `&#x3C;` for markup that was escaped once too often. */
const references: ReadonlyMap<string, string> = new Map(
  [...'&<>"\t\n\r'].map((mark) => [mark, `&#x${mark.charCodeAt(0).toString(16).toUpperCase()};`]),
);

function reference(mark: string): string {
  return references.get(mark) ?? mark;
}
