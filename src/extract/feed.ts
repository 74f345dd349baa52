import Parser from "rss-parser";
import { day, hour, minute } from "../base/clock.ts";
import { AppError, messageOf } from "../base/errors.ts";
import { parsedUrl } from "../base/url.ts";
import type { Extraction, FeedFacts, Item, Page } from "../domain/page.ts";
import { advertisedFeed } from "./auto/advertised.ts";
import { textOf } from "./clean.ts";
import { parseHtml } from "./document.ts";
import { codes } from "./feed/names.ts";
import { whole } from "./feed/part.ts";
import { type Retold, retell } from "./feed/retell.ts";
import { authorOf, dateFrom, type FeedContext, feedItem, linkOf, titleOf } from "./feeditem.ts";
import { blankExtraction } from "./item.ts";
import { breakNote, brokenOff, isJson, readJsonFeed } from "./jsonfeed.ts";
import { maxItems } from "./limits.ts";
import { attribute, type Nodes, nodes, partText, textPart } from "./nodes.ts";

/**
 * Reads a feed: RSS 0.9x to 2.0, RDF and Atom through rss-parser, JSON Feed. One bad item, date or link costs
 * nothing but itself. Rejects with `AppError("unreadable")` when the page is no feed.
 */
export async function readFeed(page: Page): Promise<Extraction> {
  if (isJson(page.text)) return readJsonFeed(page);
  const retold = retell(page.text, page.url, maxItems + 1);
  if (retold === null) throw noFeed(page);
  const parsed = await parseRetold(retold);
  const context: FeedContext = {
    url: page.url,
    isAtom: retold.isAtom,
    zone: page.zone,
    readAt: page.readAt,
  };
  const written = Array.isArray(parsed.items) ? (parsed.items as readonly Nodes[]) : [];
  const items = written.slice(0, maxItems + 1).map((item) => feedItem(item, context));
  if (retold.isCutOff && items.length === 0) throw brokenOff();
  const facts = factsOf(parsed, context);
  return {
    ...blankExtraction,
    kind: "feed",
    items,
    title: facts.title,
    language: facts.language,
    next: nextOf(parsed, page.url),
    learned: { kind: "feed" },
    confidence: 1,
    notes: notesOn(retold, written, items),
    feed: facts,
  };
}

/** What rss-parser makes of a feed told again: each part under its own name, all of one name in order. */
export function parseRetold({ xml, texts, names }: Retold): Promise<Nodes> {
  const all = { keepArray: true };
  const fields = [...names].map((name) => [codes.get(name) ?? name, name, all]);
  const parser = new Parser<Nodes, Nodes>({
    // rss-parser's types know no names but its own; at run time any will do.
    customFields: { item: [...fields, ["$", "$", all]], feed: fields } as never,
    xml2js: { valueProcessors: [(written: string) => whole(written, texts)] },
  });
  return parser.parseString(xml).catch((thrown: unknown) => {
    throw new AppError("unreadable", `The feed cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  });
}

function factsOf(channel: Nodes, context: FeedContext): FeedFacts {
  const first = (...names: string[]) =>
    names.flatMap((name) => nodes(channel, name).map(partText)).find((text) => text !== "");
  const subtitle = textPart(
    channel,
    ["description", "subtitle", "tagline", "abstract", "itunes.subtitle", "dc.description", "itunes.summary"],
    context.isAtom,
  );
  const dates = ["lastbuilddate", "updated", "modified", "dcterms.modified", "pubdate", "dc.date"];
  return {
    title: titleOf(channel, context.isAtom),
    link: linkOf(channel, context.url),
    id: idOf(channel, context),
    subtitle: subtitle === null ? null : (subtitle.isHtml ? textOf(subtitle.text) : subtitle.text) || null,
    updatedAt: dateFrom(channel, dates, context)?.at ?? null,
    author: authorOf(channel, [
      "author",
      "managingeditor",
      "dc.creator",
      "dc.author",
      "itunes.author",
      "webmaster",
    ]),
    language: first("language", "dc.language", "lang") ?? null,
    hints: {
      restMs: restOf(first("ttl"), first("sy.updateperiod"), first("sy.updatefrequency")),
      skipHours: hoursOf(first("skiphours") ?? ""),
      skipDays: daysOf(first("skipdays") ?? ""),
    },
  };
}

/** The id of an Atom feed is an address (RFC 4287 §4.2.6): a relative one is made absolute. */
function idOf(channel: Nodes, { isAtom, url }: FeedContext): string | null {
  const part = [...nodes(channel, "id"), ...nodes(channel, "atom.id")].find((id) => partText(id) !== "");
  const id = partText(part);
  const base = attribute(part, "base") ?? url;
  if (id === "") return null;
  return isAtom && parsedUrl(id) === null ? (parsedUrl(id, base)?.href ?? id) : id;
}

const periods: Readonly<Record<string, number>> = {
  hourly: hour,
  daily: day,
  weekly: 7 * day,
  monthly: 30 * day,
  yearly: 365 * day,
};

/** How long the feed asks to be left alone: `ttl` in minutes (RSS 2.0), or the period over the times in it (mod_syndication). */
function restOf(
  ttl: string | undefined,
  period: string | undefined,
  frequency: string | undefined,
): number | null {
  const minutes = Number(ttl ?? "");
  const length = periods[(period ?? "").toLowerCase()] ?? 0;
  const times = Math.max(1, Number(frequency ?? "1") || 1);
  const rest = Math.max(minutes > 0 ? minutes * minute : 0, Math.round(length / times));
  return rest > 0 ? rest : null;
}

/** Hour 24 is 0, as in the first versions of RSS. */
function hoursOf(written: string): readonly number[] {
  const hours = [...written.matchAll(/\b\d{1,2}\b/g)].map(([digits]) => Number(digits) % 24);
  return [...new Set(hours)];
}

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

function daysOf(written: string): readonly number[] {
  return weekdays.flatMap((name, n) => (new RegExp(`\\b${name}\\b`, "i").test(written) ? [n] : []));
}

function nextOf(channel: Nodes, url: string): string | null {
  const links = [...nodes(channel, "link"), ...nodes(channel, "atom.link")];
  const next = links.filter((link) => typeof link !== "string" && isNext(link));
  return next[0] === undefined ? null : linkOf({ link: [withoutRel(next[0])] }, url);
}

function isNext(link: Nodes): boolean {
  return typeof link.$ === "object" && link.$ !== null && "rel" in link.$ && link.$.rel === "next";
}

function withoutRel(link: unknown): unknown {
  const { $ } = link as { readonly $: Readonly<Record<string, string>> };
  return { $: { href: $.href } };
}

function notesOn(retold: Retold, written: readonly Nodes[], items: readonly Item[]): string[] {
  const taken = items.length;
  const undated = items.filter(
    ({ publishedAt }, n) => publishedAt === null && hasUnreadDate(written[n] ?? {}),
  ).length;
  return [
    ...(retold.isCutOff ? [breakNote] : []),
    ...(undated > 0 ? [`A date was not understood in ${undated} of ${taken} items.`] : []),
  ];
}

function hasUnreadDate(item: Nodes): boolean {
  const context = { zone: "UTC", readAt: 0 };
  const names = ["pubdate", "published", "updated", "dc.date"].filter((name) => nodes(item, name).length > 0);
  return names.length > 0 && dateFrom(item, names, context) === null;
}

function noFeed(page: Page): AppError {
  if (page.text.trim() === "")
    return new AppError("unreadable", "The answer is empty: there is no feed in it.");
  const isPage = /<(?:!doctype\s+html|html|head|body)\b/i.test(page.text.slice(0, 5_000));
  const feedUrl = isPage ? advertisedFeed(parseHtml(page.text, page.url)) : null;
  const mend =
    feedUrl === null
      ? "If it is a listing, read it with kind: auto."
      : `It says its feed is at ${feedUrl}: put that there, or read it with kind: auto.`;
  return isPage
    ? new AppError("unreadable", "This is a web page, not a feed.", { hint: mend })
    : new AppError("unreadable", "There is no RSS, Atom or JSON feed in this.", {
        hint: "For a listing page use kind: auto, for plain text kind: text.",
      });
}
