import type { Feed } from "feed";
import { escapeHtml } from "../base/text.ts";
import { type FeedHead, type ForPeople, mediaNamespace, noteElement, type Pieces } from "./draft.ts";
import type { FeedItem } from "./item.ts";
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

/** The Atom 1.0 file (RFC 4287): what `feed` drafted, and what it cannot say. `items` are those of the draft, in order. */
export function atomOf(draft: Feed, head: FeedHead, items: readonly FeedItem[]): Pieces {
  const feed = parseXml(draft.atom1());
  const written = childrenOf(feed, "entry");
  const rest = elementsOf(feed).filter(({ name }) => name !== "entry");
  const frame = writeXml(
    element("feed", { ...feed.attributes, "xmlns:media": mediaNamespace, "xml:lang": head.language }, [
      ...rest.map((child) => headPart(child, head)),
      ...peoplePart(head.people),
    ]),
    head.people?.styles,
  );
  const entries = items.flatMap((item, place) => entryOf(written[place], item));
  return {
    ...splitBefore(frame, "</feed>"),
    items: entries.map((entry) => writePiece(entry, 1)),
    between: "",
    afterLast: "",
  };
}

function headPart(child: XmlElement, head: FeedHead): XmlElement {
  switch (child.name) {
    case "title":
      return textConstruct("title", head.title);
    case "subtitle":
      return textConstruct("subtitle", head.subtitle);
    case "author":
      return person(head.author);
    case "generator":
      return element("generator", {}, head.generator);
    case "link":
      return element("link", { ...child.attributes, type: linkType(child.attributes.rel) });
    default:
      return child;
  }
}

/** The twin says what the feed is; the page that shows what the feed shows is its `alternate`. */
function peoplePart(people: ForPeople | null): XmlElement[] {
  if (people === null) return [];
  return [
    element("link", { rel: "describedby", href: people.twinUrl, type: "text/html" }),
    element("icon", {}, people.icon),
    noteElement(people),
  ];
}

function linkType(rel: string | undefined): string | null {
  if (rel === "self") return "application/atom+xml";
  return rel === "alternate" ? "text/html" : null;
}

/** `via` is where the information came from, `enclosure` a file that goes with it (RFC 4287 §4.2.7.2). */
function entryOf(written: XmlElement | undefined, item: FeedItem): XmlElement[] {
  if (written === undefined) return [];
  return [
    element("entry", {}, [
      ...elementsOf(written).map((child) => entryPart(child, item)),
      ...(isBare(item) ? [textConstruct("summary", item.title)] : []),
      ...(item.author === null ? [] : [person(item.author)]),
      ...item.categories.map(({ slug, name }) => element("category", { term: slug, label: name })),
      ...item.via.map(({ name, url }) => element("link", { rel: "via", href: url, title: name })),
      ...item.enclosures.map(({ url, type, length }) =>
        element("link", { rel: "enclosure", href: url, type, length }),
      ),
      ...(item.image === null ? [] : [element("media:thumbnail", { url: item.image })]),
    ]),
  ];
}

/** An entry says something besides its title, be it the title again: validators ask for text (§4.1.1.1). */
function isBare(item: FeedItem): boolean {
  return item.summary === null && item.html === null;
}

function entryPart(child: XmlElement, item: FeedItem): XmlElement {
  switch (child.name) {
    case "title":
      return textConstruct("title", item.title);
    case "summary":
      return textConstruct("summary", item.summary ?? item.title);
    case "content":
      return element("content", child.attributes, item.html ?? "");
    case "link":
      return element("link", { rel: "alternate", ...child.attributes });
    default:
      return child;
  }
}

/**
 * Plain text (§3.1.1.1), unless there is an end tag in it: readers that guess would take that for markup, so it is
 * markup in which everything is escaped.
 */
function textConstruct(name: string, text: string): XmlElement {
  const looksLikeMarkup = /<\/\w/.test(text);
  return looksLikeMarkup
    ? element(name, { type: "html" }, escapeHtml(text))
    : element(name, { type: "text" }, text);
}

function person(name: string): XmlElement {
  return element("author", {}, [element("name", {}, name)]);
}
