import type { Feed } from "feed";
import type { FeedHead } from "./draft.ts";
import type { FeedItem } from "./item.ts";
import { childrenOf, element, elementsOf, parseXml, writeXml, type XmlElement } from "./xml.ts";

const namespaces = {
  "xmlns:atom": "http://www.w3.org/2005/Atom",
  "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
  "xmlns:dc": "http://purl.org/dc/elements/1.1/",
} as const;

/**
 * The RSS 2.0 file, as the RSS Board's best-practices profile wants it: names in `dc:creator`, since `author` is for mail
 * addresses; plain titles; one enclosure. `items` are those of the draft, in order.
 */
export function rssOf(draft: Feed, head: FeedHead, items: readonly FeedItem[]): string {
  const channel = childrenOf(parseXml(draft.rss2()), "channel").at(0);
  if (channel === undefined) throw new Error("the draft has no channel");
  const written = childrenOf(channel, "item");
  const rest = elementsOf(channel).filter(({ name }) => name !== "item");
  return writeXml(
    element("rss", { version: "2.0", ...namespaces }, [
      element("channel", {}, [
        ...rest.map((child) => channelPart(child, head)),
        element("dc:creator", {}, head.author),
        ...items.flatMap((item, place) => itemElement(written[place], item)),
      ]),
    ]),
  );
}

function channelPart(child: XmlElement, head: FeedHead): XmlElement {
  switch (child.name) {
    case "title":
      return element("title", {}, head.title);
    case "description":
      return element("description", {}, head.subtitle);
    case "generator":
      return element("generator", {}, head.generator);
    default:
      return child;
  }
}

function itemElement(written: XmlElement | undefined, item: FeedItem): XmlElement[] {
  if (written === undefined) return [];
  const enclosure = item.enclosures.find(({ type }) => type !== null);
  const others = item.via.filter(({ url }) => url !== item.source?.url);
  return [
    element("item", {}, [
      ...elementsOf(written).map((child) =>
        child.name === "title" ? element("title", {}, item.title) : child,
      ),
      ...(item.author === null ? [] : [element("dc:creator", {}, item.author)]),
      ...item.categories.map(({ name }) => element("category", {}, name)),
      ...(enclosure === undefined ? [] : [enclosureElement(enclosure)]),
      ...(item.source === null ? [] : [element("source", { url: item.source.url }, item.source.name)]),
      ...others.map(({ name, url }) => element("atom:link", { rel: "via", href: url, title: name })),
    ]),
  ];
}

/** A length nobody knows is 0: the attribute is required. */
function enclosureElement({ url, type, length }: FeedItem["enclosures"][number]): XmlElement {
  return element("enclosure", { url, length: length ?? 0, type });
}
