import { nameOf, uri } from "./clean.ts";
import { element, parseXml, writeXml, type XmlElement } from "./xml.ts";

/** A feed in a list of feeds. */
export interface Outline {
  readonly title: string;
  readonly xmlUrl: string;
  readonly htmlUrl: string;
  /** The folder it stands in, or null. */
  readonly group: string | null;
}

/**
 * A list of feeds as OPML 2.0, in the order given, groups where their first feed stands. The same feeds give the same
 * bytes. An outline without a proper address is left out.
 */
export function buildOpml(title: string, outlines: readonly Outline[]): Buffer {
  const groups = new Map<string, XmlElement[]>();
  for (const outline of outlines) {
    const group = nameOf(outline.group ?? "");
    const feeds = groups.get(group) ?? [];
    feeds.push(...outlineElement(outline));
    groups.set(group, feeds);
  }
  const body = [...groups].flatMap(([group, feeds]) =>
    group === "" || feeds.length === 0 ? feeds : [element("outline", { text: group, title: group }, feeds)],
  );
  const text = writeXml(
    element("opml", { version: "2.0" }, [
      element("head", {}, [element("title", {}, nameOf(title))]),
      element("body", {}, body),
    ]),
  );
  parseXml(text);
  return Buffer.from(text);
}

function outlineElement(outline: Outline): XmlElement[] {
  const xmlUrl = uri(outline.xmlUrl);
  if (xmlUrl === null) return [];
  const name = nameOf(outline.title) || new URL(xmlUrl).host;
  const attributes = { type: "rss", text: name, title: name, xmlUrl, htmlUrl: uri(outline.htmlUrl) };
  return [element("outline", attributes)];
}
