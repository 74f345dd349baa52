import { Parser as HtmlParser } from "htmlparser2";
import RssParser from "rss-parser";
import type { BuiltFeed } from "../../src/feeds/build.ts";
import { childrenOf, parseXml, textOf, type XmlElement } from "../../src/feeds/xml.ts";

/** What a reader makes of one item. */
export interface ReadItem {
  readonly id: string;
  readonly title: string;
  readonly link: string;
}

/** The items of all three files as five readers see them: three that are not ours, and the strict one. */
export async function readEverywhere(
  files: BuiltFeed["files"],
): Promise<Record<string, readonly ReadItem[]>> {
  const [atom, rss] = [files.atom.toString(), files.rss.toString()];
  return {
    "atom, rss-parser": await rssParserItems(atom),
    "rss, rss-parser": await rssParserItems(rss),
    "atom, htmlparser2": forgivingItems(atom, "entry"),
    "rss, htmlparser2": forgivingItems(rss, "item"),
    "atom, strict": childrenOf(parseXml(atom), "entry").map((entry) => ({
      id: textOf(childrenOf(entry, "id")[0]),
      title: asText(textOf(childrenOf(entry, "title")[0]), childrenOf(entry, "title")[0]?.attributes.type),
      link: hrefOf(entry, "alternate") ?? "",
    })),
    "rss, strict": rssItems(parseXml(rss)).map((item) => ({
      id: textOf(childrenOf(item, "guid")[0]),
      title: textOf(childrenOf(item, "title")[0]),
      link: textOf(childrenOf(item, "link")[0]),
    })),
    "json, JSON.parse": jsonFeed(files).items.map(({ id, title, url }) => ({ id, title, link: url })),
  };
}

/** The items of an RSS file. */
export function rssItems(root: XmlElement): readonly XmlElement[] {
  return childrenOf(root, "channel").flatMap((channel) => childrenOf(channel, "item"));
}

/** Where the first link of this kind leads. */
export function hrefOf(parent: XmlElement, rel: string): string | undefined {
  return childrenOf(parent, "link").find(({ attributes }) => attributes.rel === rel)?.attributes.href;
}

export interface JsonItem {
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly content_html?: string;
  readonly content_text?: string;
  readonly summary?: string;
  readonly image?: string;
  readonly date_published: string;
  readonly date_modified: string;
  readonly authors?: readonly { readonly name: string }[];
  readonly tags?: readonly string[];
  readonly attachments?: readonly {
    readonly url: string;
    readonly mime_type: string;
    readonly size_in_bytes?: number;
  }[];
}

/** The JSON file, parsed. */
export function jsonFeed(
  files: BuiltFeed["files"],
): Record<string, unknown> & { items: readonly JsonItem[] } {
  return JSON.parse(files.json.toString());
}

async function rssParserItems(text: string): Promise<readonly ReadItem[]> {
  const parser = new RssParser<object, { id?: string; nodes?: { $?: { type?: string } }[] }>({
    customFields: { item: [["title", "nodes", { keepArray: true }]] },
  });
  const { items } = await parser.parseString(text);
  return items.map(({ id, guid, title, nodes, link }) => ({
    id: id ?? guid ?? "",
    title: asText(title ?? "", nodes?.[0]?.$?.type),
    link: link ?? "",
  }));
}

/** An Atom text as its type says it is to be read (RFC 4287 §3.1). */
function asText(text: string, type: string | undefined): string {
  if (type !== "html") return text;
  let plain = "";
  const parser = new HtmlParser({ ontext: (data) => (plain += data) });
  parser.end(text);
  return plain;
}

function forgivingItems(text: string, name: string): readonly ReadItem[] {
  const items: { id: string; title: string; link: string }[] = [];
  const path: string[] = [];
  let titleType: string | undefined;
  const parser = new HtmlParser(
    {
      onopentag(tag, { rel, href, type }) {
        path.push(tag);
        const item = items.at(-1);
        if (tag === "title") titleType = type;
        if (tag === name) items.push({ id: "", title: "", link: "" });
        else if (item && tag === "link" && rel === "alternate" && path.at(-2) === name)
          item.link = href ?? "";
      },
      ontext(data) {
        const item = items.at(-1);
        const [inside, tag] = path.slice(-2);
        if (item === undefined || inside !== name) return;
        if (tag === "id" || tag === "guid") item.id += data;
        else if (tag === "title") item.title += data;
        else if (tag === "link") item.link += data;
      },
      onclosetag(tag) {
        path.pop();
        const item = items.at(-1);
        if (tag === "title" && item) item.title = asText(item.title, titleType);
      },
    },
    { xmlMode: true },
  );
  parser.end(text);
  return items;
}
