import { SaxesParser } from "saxes";

/** An attribute; `name` has the prefix that its namespace is known by. */
export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** An element, with the line it begins in, from 1. */
export interface Node {
  /** Its name, behind `dc:` and the like where its namespace is a known one, `?` where it is not. */
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly children: Node[];
  /** The text right below it. */
  text: string;
  readonly line: number;
  readonly path: string;
}

/** A declaration of a namespace, `""` for the default one. */
export interface Declared {
  readonly prefix: string;
  readonly uri: string;
}

export interface Document {
  readonly root: Node;
  readonly declared: readonly Declared[];
  /** The lines in which markup characters are written as hexadecimal references: the RSS profile asks for those. */
  readonly marked: ReadonlySet<number>;
}

/** The namespaces that feeds use, by the prefix they are known by. */
export const namespaces: Readonly<Record<string, string>> = {
  atom: "http://www.w3.org/2005/Atom",
  content: "http://purl.org/rss/1.0/modules/content/",
  dc: "http://purl.org/dc/elements/1.1/",
  media: "http://search.yahoo.com/mrss/",
  slash: "http://purl.org/rss/1.0/modules/slash/",
  itunes: "http://www.itunes.com/dtds/podcast-1.0.dtd",
  xhtml: "http://www.w3.org/1999/xhtml",
  xml: "http://www.w3.org/XML/1998/namespace",
};

const prefixes = new Map(Object.entries(namespaces).map(([prefix, uri]) => [uri, prefix]));

/** Reads a whole document; elements of Atom in Atom have no prefix. Throws where it is not well-formed. */
export function read(text: string): Document {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: Node[] = [];
  const declared: Declared[] = [];
  let root: Node | null = null;
  let home = "";
  let line = 1;
  const add = (data: string) => {
    const node = open.at(-1);
    if (node !== undefined) node.text += data;
  };
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("opentagstart", () => {
    line = parser.line;
  });
  parser.on("opentag", ({ uri, local, attributes, ns }) => {
    const known = prefixes.get(uri);
    if (root === null) home = known === "atom" ? "atom" : "";
    declared.push(...Object.entries(ns ?? {}).map(([prefix, namespace]) => ({ prefix, uri: namespace })));
    const isHome = uri === "" || known === home;
    const name = isHome ? local : `${known ?? "?"}:${local}`;
    const node: Node = {
      name,
      attributes: Object.values(attributes)
        .filter((one) => one.prefix !== "xmlns" && one.name !== "xmlns")
        .map((one) => ({
          name: one.prefix === "" ? one.local : `${prefixes.get(one.uri) ?? "?"}:${one.local}`,
          value: one.value,
        })),
      children: [],
      text: "",
      line,
      path: `${open.at(-1)?.path ?? ""}/${name}`,
    };
    open.at(-1)?.children.push(node);
    root ??= node;
    open.push(node);
  });
  parser.on("closetag", () => void open.pop());
  parser.write(text).close();
  if (root === null) throw new Error("there is no element in it");
  const lines = text.split("\n");
  const marked = new Set(lines.flatMap((one, n) => (one.includes("&#x") ? [n + 1] : [])));
  return { root, declared, marked };
}

/** The value of an attribute, or undefined. */
export function attributeOf(node: Node, name: string): string | undefined {
  return node.attributes.find((one) => one.name === name)?.value;
}

/** The children called `name`. */
export function named(node: Node, name: string): readonly Node[] {
  return node.children.filter((child) => child.name === name);
}

/** All nodes, the root first. */
export function everyNode(node: Node): readonly Node[] {
  return [node, ...node.children.flatMap(everyNode)];
}
