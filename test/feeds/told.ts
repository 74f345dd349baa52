import { ElementType, Parser as HtmlParser, parseDocument } from "htmlparser2";
import RssParser from "rss-parser";
import type { FeedItem } from "../../src/feeds/item.ts";
import {
  childrenOf,
  element,
  elementsOf,
  parseXml,
  textOf,
  type XmlElement,
  type XmlNode,
} from "../../src/feeds/xml.ts";

/** An item as a reader tells it: texts read as their type says, dates as milliseconds. */
export interface Told {
  readonly id: string;
  readonly title: string;
  readonly link: string;
  readonly summary: string;
  readonly content: string;
  readonly author: string;
  readonly categories: readonly string[];
  readonly published: number;
}

/** The XML as a strict parser has it, and as a forgiving one has. */
export const trees: Readonly<Record<string, (xml: string) => XmlElement>> = {
  strict: parseXml,
  forgiving: (xml) => {
    const root = parseDocument(xml, { xmlMode: true }).children.find(({ type }) => type === ElementType.Tag);
    const tree = root === undefined ? undefined : treeOf(root);
    if (tree === undefined || typeof tree === "string") throw new Error("there is no element");
    return tree;
  },
};

type Node = ReturnType<typeof parseDocument>["children"][number];

function treeOf(node: Node): XmlNode {
  if ("data" in node) return node.data;
  if (!("name" in node)) return "";
  const children = node.children.map(treeOf);
  const holdsElements = children.some((child) => typeof child !== "string");
  return element(
    node.name,
    node.attribs,
    holdsElements ? children.filter((child) => typeof child !== "string" || child.trim() !== "") : children,
  );
}

/** The entries of Atom. */
export function atomTold(feed: XmlElement): readonly Told[] {
  return childrenOf(feed, "entry").map((entry) => {
    const one = (name: string) => childrenOf(entry, name)[0];
    const read = (name: string) => asText(textOf(one(name)), one(name)?.attributes.type);
    const alternate = childrenOf(entry, "link").find(({ attributes }) => attributes.rel === "alternate");
    const author = one("author");
    return {
      id: textOf(one("id")),
      title: read("title"),
      link: alternate?.attributes.href ?? "",
      summary: read("summary"),
      content: textOf(one("content")),
      author: author === undefined ? "" : textOf(childrenOf(author, "name")[0]),
      categories: childrenOf(entry, "category").map(
        ({ attributes }) => `${attributes.term}|${attributes.label}`,
      ),
      published: Date.parse(textOf(one("published"))),
    };
  });
}

/** The items of RSS. */
export function rssTold(rss: XmlElement): readonly Told[] {
  return childrenOf(rss, "channel")
    .flatMap((channel) => childrenOf(channel, "item"))
    .map((item) => {
      const text = (name: string) => textOf(childrenOf(item, name)[0]);
      return {
        id: text("guid"),
        title: text("title"),
        link: text("link"),
        summary: asText(text("description"), "html"),
        content: text("content:encoded"),
        author: text("dc:creator"),
        categories: childrenOf(item, "category").map(textOf),
        published: Date.parse(text("pubDate")),
      };
    });
}

interface Raw {
  readonly _?: string;
  readonly $?: Readonly<Record<string, string>>;
}

/** The items of either as rss-parser has them. */
export async function parsedTold(xml: string): Promise<readonly Told[]> {
  const parser = new RssParser<
    object,
    { id?: string; raw?: Raw[]; titles?: Raw[]; summaries?: Raw[]; summary?: string; author?: string }
  >({
    customFields: {
      item: [
        ["category", "raw", { keepArray: true }],
        ["title", "titles", { keepArray: true }],
        ["summary", "summaries", { keepArray: true }],
      ],
    },
  });
  const { items } = await parser.parseString(xml);
  return items.map((item) => {
    const isAtom = item.id !== undefined;
    const raw = (item.raw ?? []) as readonly (Raw | string)[];
    return {
      id: item.id ?? item.guid ?? "",
      title: asText(item.title ?? "", item.titles?.[0]?.$?.type),
      link: item.link ?? "",
      summary: isAtom
        ? asText(item.summary ?? "", item.summaries?.[0]?.$?.type)
        : asText(item.content ?? "", "html"),
      content: (isAtom ? item.content : (item as Readonly<Record<string, string>>)["content:encoded"]) ?? "",
      author: item.author ?? item.creator ?? "",
      categories: raw.map((one) =>
        typeof one === "string" ? one : one._ === undefined ? `${one.$?.term}|${one.$?.label}` : one._,
      ),
      published: Date.parse(item.pubDate ?? ""),
    };
  });
}

/** What a reader of Atom has to tell of these items. */
export function atomExpected(items: readonly FeedItem[]): readonly Told[] {
  return items.map((item) => ({
    ...common(item),
    summary: item.summary ?? (item.html === null ? item.title : ""),
    categories: item.categories.map(({ slug, name }) => `${slug}|${name}`),
    published: item.publishedAt,
  }));
}

/** What a reader of RSS has to tell: names of categories alone, dates to the second. */
export function rssExpected(items: readonly FeedItem[]): readonly Told[] {
  return items.map((item) => ({
    ...common(item),
    summary: item.summary ?? (item.html === null ? "" : item.title),
    categories: item.categories.map(({ name }) => name),
    published: Math.floor(item.publishedAt / 1_000) * 1_000,
  }));
}

function common({ tag, title, link, html, author }: FeedItem) {
  return { id: tag, title, link, content: html ?? "", author: author ?? "" };
}

/** How many elements of each name stand right in one. */
export function countsIn(parent: XmlElement): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name } of elementsOf(parent)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** A text as its type says it is to be read. */
function asText(text: string, type: string | undefined): string {
  if (type !== "html") return text;
  let plain = "";
  const parser = new HtmlParser({ ontext: (data) => (plain += data) });
  parser.end(text);
  return plain;
}
