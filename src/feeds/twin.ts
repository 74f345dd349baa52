import type { Words } from "../base/words.ts";
import { type FeedFormat, feedFormats, feedTypes, formatNames } from "../domain/address.ts";
import { frozenPost } from "../domain/frozen.ts";
import type { ShownPost } from "../domain/post.ts";
import type { Site } from "../domain/site.ts";
import { oneLine } from "./clean.ts";
import { itemOf } from "./item.ts";
import { keyOfPost, type Memory, memoryOf } from "./memory.ts";
import { element, splitBefore, writeHtml, writePiece, type XmlElement, type XmlNode } from "./xml.ts";

/** What a twin says of its feed. */
export interface TwinAbout {
  readonly title: string;
  /** What can be read in the feed, in a sentence. */
  readonly subtitle: string;
  readonly site: Site;
  /** The words of the site's language. */
  readonly words: Words;
  /** The page that shows what the feed shows, and the list of all feeds. */
  readonly pageUrl: string;
  readonly listUrl: string;
  /** Where each format of the feed is served. */
  readonly urls: Readonly<Record<FeedFormat, string>>;
  /** The style sheet and the icon, as the page refers to them. */
  readonly styles: string;
  readonly icon: string;
}

/**
 * The twin of a feed, for people: what it is, how to subscribe, its addresses, its posts in their order. A page that
 * needs no script and nothing of our server; well-formed as XML too. The same posts give the same bytes. A post that
 * no feed can hold is left out. What `memory` has of posts is taken from there.
 */
export function buildTwin(
  about: TwinAbout,
  posts: readonly ShownPost[],
  memory: Memory<string> = memoryOf(0),
): Buffer {
  const shown = posts.map((post) => postText(post, about, memory)).join("");
  const { opening, closing } = splitBefore(frameOf(about, shown === ""), "</section>");
  return Buffer.from(opening + shown + closing);
}

/** The page around its posts. */
function frameOf(about: TwinAbout, isEmpty: boolean): string {
  const { words, site } = about;
  return writeHtml(
    element("html", { lang: words.language, dir: words.dir }, [
      headOf(about),
      element("body", {}, [
        element("header", { class: "top" }, [
          link(site.url, oneLine(site.title), "name"),
          element("nav", { "aria-label": words.say("page.nav") }, [
            link(about.listUrl, words.say("twin.all")),
          ]),
        ]),
        element("main", { id: "main" }, [
          ...introduction(about),
          element("section", {}, [
            element("h2", { class: "label" }, words.say("home.title")),
            ...(isEmpty ? [element("p", { class: "empty" }, words.say("category.empty"))] : []),
          ]),
        ]),
        element("footer", { class: "foot" }, [element("p", {}, words.say("page.made"))]),
      ]),
    ]),
  );
}

function headOf({ title, pageUrl, urls, styles, icon }: TwinAbout): XmlElement {
  return element("head", {}, [
    element("meta", { charset: "utf-8" }),
    element("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    element("title", {}, oneLine(title)),
    element("link", { rel: "stylesheet", href: styles }),
    element("link", { rel: "icon", type: "image/svg+xml", href: icon }),
    element("link", { rel: "canonical", href: pageUrl }),
    ...feedFormats.map((format) =>
      element("link", {
        rel: "alternate",
        type: feedTypes[format],
        title: `${oneLine(title)} (${formatNames[format]})`,
        href: urls[format],
      }),
    ),
  ]);
}

function introduction({ title, subtitle, urls, words, pageUrl }: TwinAbout): readonly XmlElement[] {
  return [
    element("h1", {}, oneLine(title)),
    element("p", {}, oneLine(subtitle)),
    element("p", {}, `${words.say("feeds.what")}${words.say("page.gap")}${words.say("twin.any")}`),
    element(
      "ul",
      { class: "addresses" },
      feedFormats.map((format) =>
        element("li", {}, [link(urls[format], formatNames[format]), element("code", {}, urls[format])]),
      ),
    ),
    element("p", {}, [link(pageUrl, words.say("twin.page"))]),
  ];
}

function postText(post: ShownPost, { site, words }: TwinAbout, memory: Memory<string>): string {
  const key = `${keyOfPost(post)} ${site.url} ${site.timeZone} ${words.language}`;
  const known = memory.get(key);
  if (known !== null) return known;
  const text = postElement(post, site, words)
    .map((one) => writePiece(one, 4))
    .join("");
  memory.keep(key, text, text.length);
  return text;
}

function postElement(post: ShownPost, site: Site, words: Words): readonly XmlElement[] {
  const item = itemOf(post, site.url);
  if ("reason" in item) return [];
  const { on, isDated, sourceName, summary } = frozenPost(post, site);
  const day = words.day(on);
  const meta: XmlNode[] = [
    ...(sourceName === "" ? [] : [`${oneLine(sourceName)} · `]),
    element("time", { datetime: on }, isDated ? day : words.say("post.seen", { date: day })),
  ];
  return [
    element("article", { class: "post" }, [
      element("h3", {}, [link(item.link, item.title)]),
      element("p", { class: "meta" }, meta),
      ...(summary === "" ? [] : [element("p", { class: "summary" }, oneLine(summary))]),
    ]),
  ];
}

function link(href: string, text: string, name: string | null = null): XmlElement {
  return element("a", { href, class: name }, text);
}
