import type { Page } from "../../src/domain/page.ts";

/** When test pages are read. */
export const readAt = Date.parse("2026-01-14T12:00:00Z");

/** A web page with this body, at `https://site.example/list/`. */
export function aPage(text: string, options: Partial<Page> = {}): Page {
  return {
    url: "https://site.example/list/",
    contentType: "text/html",
    text,
    zone: "UTC",
    readAt,
    ...options,
  };
}

/** A feed at `https://site.example/feed`. */
export function aFeed(text: string): Page {
  return aPage(text, { url: "https://site.example/feed", contentType: "application/xml" });
}

/** RSS 2.0 with these items. */
export function rss(items: string, channel = ""): Page {
  return aFeed(`<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
    xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Site</title>${channel}${items}</channel></rss>`);
}

/** Atom 1.0 with these entries. */
export function atom(entries: string): Page {
  return aFeed(`<feed xmlns="http://www.w3.org/2005/Atom"><title>Site</title>${entries}</feed>`);
}

/** A listing of cards, one per title. */
export function cards(titles: readonly string[], around = { before: "", after: "" }): Page {
  const list = titles.map(
    (title, index) =>
      `<article><h2><a href="/p/${index + 1}">${title}</a></h2><time datetime="2026-01-${String(13 - (index % 12)).padStart(2, "0")}">day</time>
       <p>What ${title} is about, told in a sentence or two.</p><span>${index} views</span></article>`,
  );
  return aPage(
    `<html lang="en"><title>List</title><body>${around.before}<main>${list.join("")}</main>${around.after}</body></html>`,
  );
}
