import type { Feed } from "feed";
import { type FeedHead, mediaNamespace, noteElement, type Pieces } from "./draft.ts";
import { anyBytes, type FeedItem } from "./item.ts";
import { asMarkup } from "./markup.ts";
import {
  childrenOf,
  element,
  elementsOf,
  parseXml,
  splitBefore,
  writePiece,
  writeXml,
  type XmlElement,
} from "./xml.ts";

const namespaces = {
  "xmlns:atom": "http://www.w3.org/2005/Atom",
  "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
  "xmlns:dc": "http://purl.org/dc/elements/1.1/",
  "xmlns:media": mediaNamespace,
} as const;

/**
 * The RSS 2.0 file, as the RSS Board's best-practices profile wants it: names in `dc:creator`, since `author` is for mail
 * addresses; plain titles; one enclosure. Readers find the image of an item in `media:thumbnail`. `items` are those of the draft, in order.
 */
export function rssOf(draft: Feed, head: FeedHead, items: readonly FeedItem[]): Pieces {
  const channel = childrenOf(parseXml(draft.rss2()), "channel").at(0);
  if (channel === undefined) throw new Error("the draft has no channel");
  const written = childrenOf(channel, "item");
  const rest = elementsOf(channel).filter(({ name }) => name !== "item");
  const frame = writeXml(
    element("rss", { version: "2.0", ...namespaces }, [
      element("channel", {}, [
        ...rest.map((child) => channelPart(child, head)),
        element("dc:creator", {}, head.author),
        ...(head.people === null ? [] : [noteElement(head.people)]),
      ]),
    ]),
    head.people?.styles,
  );
  const elements = items.flatMap((item, place) => itemElement(written[place], item));
  return {
    ...splitBefore(frame, "</channel>"),
    items: elements.map((one) => writePiece(one, 2)),
    between: "",
    afterLast: "",
  };
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
  const named = item.enclosures.filter(({ url }) => namesDomain.test(url));
  const enclosure = named.find(({ type }) => type !== null) ?? named[0];
  const others = item.via.filter(({ url }) => url !== item.source?.url);
  return [
    element("item", {}, [
      ...elementsOf(written).flatMap((child) => itemPart(child, item)),
      ...(item.author === null ? [] : [element("dc:creator", {}, item.author)]),
      ...item.categories.map(({ name }) => element("category", {}, name)),
      ...(enclosure === undefined ? [] : [enclosureElement(enclosure)]),
      ...(item.image === null ? [] : [element("media:thumbnail", { url: item.image })]),
      ...(item.source === null ? [] : [element("source", { url: item.source.url }, item.source.name)]),
      ...others.map(({ name, url }) => element("atom:link", { rel: "via", href: url, title: name })),
    ]),
  ];
}

/** A title is plain, a description is markup; before content there is one, be it the title again (RSS profile). */
function itemPart(child: XmlElement, { title, summary, html }: FeedItem): readonly XmlElement[] {
  const description = element("description", {}, asMarkup(summary ?? title));
  switch (child.name) {
    case "title":
      return [element("title", {}, title)];
    case "description":
      return [description];
    case "content:encoded": {
      const content = element("content:encoded", {}, html ?? "");
      return summary === null ? [description, content] : [content];
    }
    default:
      return [child];
  }
}

/** An enclosure lies at a domain or an IPv4 address, says the profile; not at `localhost`. */
const namesDomain = /^https?:\/\/(?:[a-z\d-]+\.)+[a-z\d][a-z\d-]*(?::\d+)?\//;

/** A length nobody knows is 0 and a type nobody knows is that of any bytes: both attributes are required. */
function enclosureElement({ url, type, length }: FeedItem["enclosures"][number]): XmlElement {
  return element("enclosure", { url, length: length ?? 0, type: type ?? anyBytes });
}
