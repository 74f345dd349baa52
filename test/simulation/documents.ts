import { httpDate } from "./headers.ts";
import type { Story } from "./stories.ts";

/** How a feed wants to be asked. */
export interface Wishes {
  readonly ttlMinutes: number | null;
  /** `sy:updatePeriod`. */
  readonly period: "hourly" | "daily" | null;
  /** UTC; Sunday is 0. */
  readonly skipHours: readonly number[];
  readonly skipDays: readonly number[];
}

export const noWishes: Wishes = { ttlMinutes: null, period: null, skipHours: [], skipDays: [] };

export type Form = "rss" | "atom" | "json" | "listing";

export const typeOf: Readonly<Record<Form, string>> = {
  rss: "application/rss+xml; charset=utf-8",
  atom: "application/atom+xml",
  json: "application/feed+json",
  listing: "text/html; charset=utf-8",
};

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

export interface Document {
  readonly form: Form;
  readonly name: string;
  /** Where the links of its posts lead: `http://host`. */
  readonly site: string;
  readonly stories: readonly Story[];
  readonly wishes: Wishes;
  /** The address of the next page, for a listing. */
  readonly next: string | null;
  /** Something in it that is different each time and no post: an advertisement, a token. */
  readonly noise: string;
}

/** A document as its server sends it. */
export function written(document: Document): string {
  switch (document.form) {
    case "rss":
      return rss(document);
    case "atom":
      return atom(document);
    case "json":
      return json(document);
    case "listing":
      return listing(document);
    default:
      return document.form satisfies never;
  }
}

function rss({ name, site, stories, wishes, noise }: Document): string {
  const { ttlMinutes, period, skipHours, skipDays } = wishes;
  const asked = [
    ttlMinutes === null ? "" : `<ttl>${ttlMinutes}</ttl>`,
    period === null ? "" : `<sy:updatePeriod>${period}</sy:updatePeriod>`,
    skipHours.length === 0
      ? ""
      : `<skipHours>${skipHours.map((at) => `<hour>${at}</hour>`).join("")}</skipHours>`,
    skipDays.length === 0
      ? ""
      : `<skipDays>${skipDays.map((at) => `<day>${weekdays[at]}</day>`).join("")}</skipDays>`,
  ].join("");
  const items = stories.map(
    ({ id, at, title, text }) =>
      `<item><guid isPermaLink="false">${id}</guid><title>${title}</title><link>${site}/p/${id}</link><pubDate>${httpDate(at)}</pubDate><description>${text}</description></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>${name}</title><link>${site}/</link><description>${name}</description>${asked}${items.join("")}</channel></rss><!--${noise}-->`;
}

function atom({ name, site, stories, noise }: Document): string {
  const updated = new Date(stories[0]?.at ?? 0).toISOString();
  const entries = stories.map(
    ({ id, at, title, text }) =>
      `<entry><id>tag:${name}:${id}</id><title>${title}</title><link href="${site}/p/${id}"/><updated>${new Date(at).toISOString()}</updated><summary>${text}</summary></entry>`,
  );
  return `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>tag:${name}</id><title>${name}</title><updated>${updated}</updated><author><name>${name}</name></author>${entries.join("")}</feed><!--${noise}-->`;
}

function json({ name, site, stories }: Document): string {
  return JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title: name,
    home_page_url: `${site}/`,
    items: stories.map(({ id, at, title, text }) => ({
      ...{ id, title, url: `${site}/p/${id}`, content_text: text },
      date_published: new Date(at).toISOString(),
    })),
  });
}

function listing({ name, stories, next, noise }: Document): string {
  const cards = stories.map(
    ({ id, at, title, text }) =>
      `<article class="post"><h2><a href="/p/${id}">${title}</a></h2><time datetime="${new Date(at).toISOString()}">${new Date(at).toDateString()}</time><p>${text}</p></article>`,
  );
  const further = next === null ? "" : `<nav><a rel="next" href="${next}">Older posts</a></nav>`;
  return `<!doctype html><html lang="en"><head><title>${name}</title></head><body><h1>${name}</h1><main>${cards.join("\n")}</main>${further}<!-- ${noise} --></body></html>`;
}

/** What stands in the place of a page while it is being repaired, or once its name was sold. */
export function notice(sentence: string): string {
  return `<!doctype html><html lang="en"><head><title>${sentence}</title></head><body><h1>${sentence}</h1><p>There is nothing else to see here.</p></body></html>`;
}
