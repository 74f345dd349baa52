import type { Content, Post } from "../../domain/post.ts";
import type { posts } from "./schema.ts";

/** A row of the table. */
export type PostRow = typeof posts.$inferSelect;

/** A post as the house knows it. */
export function postOf(row: PostRow): Post {
  return Object.assign(contentOf(row), {
    id: row.id,
    source: row.sourceId,
    key: row.key,
    keys: { guid: row.guidKey, url: row.urlKey, text: row.textKey },
    tag: row.tag,
    firstSeenAt: row.firstSeenAt,
    orderAt: row.orderAt,
    updatedAt: row.updatedAt,
    held: row.state !== "shown",
    releasedAs: row.releasedAs,
  });
}

const isContent: Readonly<Record<keyof Content, true>> = {
  title: true,
  titleIsMade: true,
  url: true,
  publishedAt: true,
  dateOnly: true,
  dateOn: true,
  categories: true,
  author: true,
  text: true,
  html: true,
  image: true,
  enclosures: true,
};

/** The columns of the part that later looks may fill in. */
export const contentFields = Object.keys(isContent) as readonly (keyof Content)[];

/**
 * The part that later looks may fill in, fields always in the same order. Spelt out: made from the list of fields it
 * takes many times as long, and it is made twice for each new post.
 */
export function contentOf(row: Content): Content {
  return {
    title: row.title,
    titleIsMade: row.titleIsMade,
    url: row.url,
    publishedAt: row.publishedAt,
    dateOnly: row.dateOnly,
    dateOn: row.dateOn,
    categories: row.categories,
    author: row.author,
    text: row.text,
    html: row.html,
    image: row.image,
    enclosures: row.enclosures,
  };
}

/** Whether two are the same to the letter. */
export function isSame(one: Content, other: Content): boolean {
  return contentFields.every(
    (field) => one[field] === other[field] || JSON.stringify(one[field]) === JSON.stringify(other[field]),
  );
}
