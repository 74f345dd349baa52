import type { ShownPost } from "../../src/domain/post.ts";
import type { FeedAbout } from "../../src/feeds/build.ts";

/** 2026-01-05T07:00:00Z: when everything here happens. */
export const monday = Date.UTC(2026, 0, 5, 7);

/** A post of a small blog; say only what matters. */
export function aPost(said: Partial<ShownPost> = {}): ShownPost {
  const id = said.id ?? 1;
  return {
    id,
    source: "notes",
    key: `url:https://notes.example/${id}`,
    keys: { guid: null, url: `url:https://notes.example/${id}`, text: null },
    title: `Post ${id}`,
    titleIsMade: false,
    url: `https://notes.example/${id}`,
    publishedAt: monday - id * 60_000,
    dateOnly: false,
    dateOn: null,
    categories: [],
    author: null,
    text: `All about number ${id}.`,
    html: null,
    image: null,
    enclosures: [],
    tag: `tag:digest.example.org,2026-01-05:${id}`,
    firstSeenAt: monday,
    orderAt: monday - id * 60_000,
    updatedAt: monday + id,
    held: false,
    releasedAs: id,
    sourceName: "Notes",
    sourceUrl: "https://notes.example/",
    shownIn: [{ slug: "tech", name: "Tech" }],
    alsoAt: [],
    ...said,
  };
}

/** A feed of everything; say only what matters. */
export function anAbout(said: Partial<FeedAbout> = {}): FeedAbout {
  const site = "https://digest.example.org";
  return {
    title: "The digest",
    subtitle: "Everything that is new",
    language: "en",
    author: "The editors",
    site,
    pageUrl: `${site}/`,
    urls: {
      atom: `${site}/feeds/all.atom`,
      rss: `${site}/feeds/all.rss`,
      json: `${site}/feeds/all.json`,
    },
    generator: "Postwire",
    hub: null,
    tag: "tag:digest.example.org,2026-01-05:all",
    emptyAt: monday,
    people: {
      twinUrl: `${site}/feeds/all.html`,
      note: { text: "This is a feed. ", link: "More about it", language: "en" },
      styles: "feed.css",
      icon: `${site}/feeds/icon.svg`,
    },
    ...said,
  };
}
