import type { Extraction, Item, Page, Reading, Selectors } from "../domain/page.ts";
import { advertisedFeed } from "./auto/advertised.ts";
import { joined, readAgain, saysMore } from "./auto/again.ts";
import { candidates } from "./auto/candidates.ts";
import { type Detected, type Detection, detect, shownAddresses } from "./auto/detect.ts";
import { nextPage } from "./auto/pager.ts";
import { agreement, enriched, structuredItems } from "./auto/structured.ts";
import { refuseBinary } from "./binary.ts";
import { parseHtml, type Tree, textIn } from "./document.ts";
import { isFeedText } from "./feed/retell.ts";
import { readFeed } from "./feed.ts";
import { blankExtraction } from "./item.ts";
import { isJson } from "./jsonfeed.ts";
import { runName, withRuns } from "./runs.ts";
import { isHtml, readText } from "./text.ts";

/**
 * Reads a page that nothing is known of: a feed as a feed, plain text as a plain-text listing, a web page by its
 * repeated cards, with what its structured data adds. What was found out is in `learned`; given back at the next look,
 * plain selectors are enough, and only when they find nothing is the page looked at anew. A page that is no
 * listing gives no items and a note that says so.
 */
export async function readAuto(page: Page, learned: Reading | null): Promise<Extraction> {
  if (isFeed(page)) return readFeed(page);
  refuseBinary(page);
  if (isPlain(page)) return readText(page);
  const tree = parseHtml(page.text, page.url);
  const told = structuredItems(tree, page);
  const facts = {
    feedUrl: advertisedFeed(tree),
    title: tree.title,
    language: tree.language,
  };
  const found = again(tree, page, told, learned) ?? anew(tree, page, told);
  const items = enriched(found.items, told);
  const more = datedIn(items) - datedIn(found.items);
  const posts = new Set(found.items.flatMap(({ url }) => url ?? []));
  return {
    ...found,
    ...facts,
    next: nextPage(tree, page.url, posts),
    items,
    notes: [
      ...new Set([...tree.notes, ...found.notes]),
      ...(more > 0 ? [`${more} more dates came from the page's structured data (JSON-LD).`] : []),
      ...notesOn(found, facts.feedUrl, learned),
    ],
  };
}

function isFeed({ text }: Page): boolean {
  return isJson(text) ? /jsonfeed\.org\/version/i.test(text) : isFeedText(text);
}

function isPlain(page: Page): boolean {
  if (/^text\/(?:plain|markdown)$/.test(page.contentType)) return true;
  return !isHtml(page) && !/<[a-z!][^>]*>/i.test(page.text.slice(0, 2_000));
}

const readAnew = "The page was read anew.";

/**
 * The page read with what was learned before; null when that finds nothing any more. Where parts are gone, or posts
 * stand beside the list, a new reading takes its place if it gives the same posts and says more. If none does, that is
 * written down: such a page is read as it is from then on, and not searched at each look.
 */
function again(tree: Tree, page: Page, told: readonly Item[], learned: Reading | null): Extraction | null {
  if (learned?.kind === "text") return readText(page, tree);
  if (learned?.kind !== "selectors") return null;
  const old = readAgain(tree, page, learned);
  if (old === null || old.worn === null || old.worn === learned.lookedInto) return old?.extraction ?? null;
  const { items } = old.extraction;
  const fresh = anew(tree, page, told);
  const better =
    fresh.items.length > 0 && saysMore(fresh.items, items, learned)
      ? fresh
      : joined(tree, page, old.extraction, learned);
  return better === null
    ? { ...old.extraction, learned: { ...learned, lookedInto: old.worn } }
    : { ...better, notes: [...better.notes, `${old.worn} ${readAnew}`] };
}

/** How many of the posts in structured data the page must also show as links, to be believed. */
const agreeing = 0.6;

/** The page read as if nothing were known of it; without posts, what it holds instead is in the notes. */
function anew(tree: Tree, page: Page, told: readonly Item[]): Extraction {
  const { found: detected, notes } = detectedOn(tree, page);
  const isTold = told.length > 1 && agreement(told, shownAddresses(tree)) >= agreeing;
  if (isTold && agreement(told, addressesOf(detected)) < agreeing) {
    return {
      ...blankExtraction,
      items: told,
      confidence: 0.8,
      notes: [`${told.length} posts were found in the page's structured data (JSON-LD).`],
    };
  }
  if (detected === null) return asText(page, tree) ?? { ...blankExtraction, notes };
  const { extraction, learned, score } = detected;
  return {
    ...extraction,
    learned,
    confidence: Math.round(Math.min(1, score.quality) * 100) / 100,
    notes: [sentence(extraction.items, learned), ...notes, ...extraction.notes],
  };
}

/** The list that is found among the elements of a page, or among what only rules and line breaks tell apart. */
function detectedOn(tree: Tree, page: Page): Detection {
  const plain = detect(tree, page);
  const cut = withRuns(tree, page);
  if (cut === null) return plain;
  const runs = detect(
    cut,
    page,
    candidates(cut).filter(({ elements }) => elements[0]?.name === runName),
  );
  const isBetter = (runs.found?.score.total ?? 0) > (plain.found?.score.total ?? 0);
  return isBetter ? runs : plain;
}

function addressesOf(detected: Detected | null): ReadonlySet<string> {
  return new Set(detected?.extraction.items.flatMap(({ url }) => url ?? []));
}

function datedIn(items: readonly Item[]): number {
  return items.filter(({ publishedAt }) => publishedAt !== null).length;
}

function sentence(items: readonly Item[], { item }: Selectors): string {
  const dated = datedIn(items);
  const linked = items.filter(({ url }) => url !== null).length;
  return `${items.length} posts were found as repeated cards ("${item}"): ${dated} with a date, ${linked} with an address.`;
}

/** A page that is one block of text, read as a plain-text listing; null when it is not, or holds no posts. */
function asText(page: Page, tree: Tree): Extraction | null {
  const text = textIn(tree.root);
  if (text.split("\n", 3).length < 3 || !/(?:\.{3}|…)$/m.test(text)) return null;
  const read = readText(page, tree);
  return read.items.length > 1 && read.items.some(({ text }) => /(?:\.{3}|…)$/.test(text ?? ""))
    ? read
    : null;
}

function notesOn(found: Extraction, feedUrl: string | null, learned: Reading | null): string[] {
  const isLost = learned !== null && found.learned !== learned && found.items.length > 0;
  const isSaid = found.notes.some((note) => note.endsWith(readAnew));
  return [
    ...(feedUrl === null ? [] : [`The page advertises a feed: ${feedUrl}`]),
    ...(isLost && !isSaid ? [`What was learned before finds nothing any more. ${readAnew}`] : []),
    ...(found.items.length === 0 ? ["No list of posts was found on this page."] : []),
  ];
}
