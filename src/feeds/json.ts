import type { Feed } from "feed";
import { isoInstant } from "../base/clock.ts";
import type { FeedHead, ForPeople, Pieces } from "./draft.ts";
import { anyBytes, type FeedItem } from "./item.ts";

/** What JSON Feed 1.1 is told by its `version`. */
export const jsonFeedVersion = "https://jsonfeed.org/version/1.1";

/** The JSON Feed 1.1 file: what `feed` drafted as 1.0, put right. `items` are those of the draft, in order. */
export function jsonOf(draft: Feed, head: FeedHead, items: readonly FeedItem[]): Pieces {
  const drafted: object = JSON.parse(draft.json1());
  const { author: _author, items: _items, ...kept } = { author: null, items: null, ...drafted };
  const feed = {
    ...kept,
    version: jsonFeedVersion,
    title: head.title,
    description: head.subtitle,
    ...peoplePart(head.people),
    authors: [{ name: head.author }],
    ...(head.language === null ? {} : { language: head.language }),
    ...(head.hub === null ? {} : { hubs: [{ type: "WebSub", url: head.hub }] }),
    items: [],
  };
  const end = "]\n}\n";
  return {
    opening: `${JSON.stringify(feed, null, 2)}\n`.slice(0, -end.length),
    items: items.map(
      (item) => `\n    ${JSON.stringify(itemObject(item), null, 2).replaceAll("\n", "\n    ")}`,
    ),
    between: ",",
    afterLast: "\n  ",
    closing: end,
  };
}

function peoplePart(people: ForPeople | null): object {
  return people === null
    ? {}
    : { user_comment: `${people.note.text.trim()} ${people.twinUrl}`, favicon: people.icon };
}

/** An item needs content, be it only its summary or its title. */
function itemObject(item: FeedItem): object {
  return {
    id: item.tag,
    url: item.link,
    title: item.title,
    ...contentOf(item),
    ...(item.summary === null ? {} : { summary: item.summary }),
    ...(item.image === null ? {} : { image: item.image }),
    date_published: isoInstant(item.publishedAt),
    date_modified: isoInstant(item.updatedAt),
    ...(item.author === null ? {} : { authors: [{ name: item.author }] }),
    ...(item.categories.length === 0 ? {} : { tags: [...new Set(item.categories.map(({ name }) => name))] }),
    ...(item.enclosures.length === 0 ? {} : { attachments: item.enclosures.map(attachment) }),
  };
}

function contentOf(item: FeedItem): object {
  if (item.html !== null && item.text === null) return { content_html: item.html };
  return { content_text: item.text ?? item.summary ?? item.title };
}

/** An attachment needs a type. */
function attachment({ url, type, length }: FeedItem["enclosures"][number]): object {
  return { url, mime_type: type ?? anyBytes, ...(length === null ? {} : { size_in_bytes: length }) };
}
