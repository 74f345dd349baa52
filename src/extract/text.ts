import { squash, visible } from "../base/text.ts";
import type { Extraction, Item, Page } from "../domain/page.ts";
import type { DateContext, Dated } from "./dates/moment.ts";
import { readDate } from "./dates.ts";
import { parseHtml, type Tree, textIn } from "./document.ts";
import { blankExtraction, blankItem } from "./item.ts";
import { isLabel, weightOf } from "./labels.ts";
import { isCategoryName } from "./parts.ts";
import { madeTitle } from "./title.ts";

type Line =
  | { readonly kind: "blank" }
  | { readonly kind: "date"; readonly date: Dated }
  | { readonly kind: "words"; readonly text: string; readonly endsPost: boolean; readonly isShort: boolean };

/** A post of a plain-text listing before it is an item. */
interface Block {
  category: string | null;
  date: Dated | null;
  lines: string[];
  /** It ended with an ellipsis. */
  isEnded: boolean;
  /** A blank line came right behind it. */
  isApart: boolean;
}

const ellipsis = /(?:\.{3}|…|⋯)[\])」』”"’]?$/u;
const endMark = /[.!?。！？…,，;；:：、]$/u;

/** Least words of a text that is a post though nothing marks it as one. */
const leastWeight = 12;

/** Most lines of a listing that are read. */
const maxLines = 10_000;

/** Whether a page is markup rather than plain text. */
export function isHtml(page: Page): boolean {
  if (/html/.test(page.contentType)) return true;
  return page.contentType === "" && /^\s*<(?:!doctype|html|head|body|div|pre|p)\b/i.test(page.text);
}

/**
 * Reads a plain-text listing: header lines, then for each post perhaps a category line, perhaps a date line, and its
 * text, then perhaps a pager. A text ends with an ellipsis, or where most do not, at a blank line or at the next
 * post's date. Posts have no address; their whole text is what they are known by. `parsed` is the page's tree, where
 * there is one already.
 */
export function readText(page: Page, parsed: Tree | null = null): Extraction {
  const tree = isHtml(page) ? (parsed ?? parseHtml(page.text, page.url)) : null;
  const text = tree === null ? visible(page.text) : textIn(tree.root);
  const written = text.split(/\r\n?|\n/);
  const lines = written.slice(0, maxLines).map((line) => lineOf(line, page));
  const labels = knownLabels(lines);
  const blocks = withoutEdges(blocksOf(lines, labels));
  const items = blocks.map(itemOf).filter((item): item is Item => item !== null);
  const dated = items.filter(({ publishedAt }) => publishedAt !== null).length;
  return {
    ...blankExtraction,
    kind: "text",
    items,
    title: tree?.title ?? null,
    language: tree?.language ?? null,
    learned: items.length > 0 ? { kind: "text" } : null,
    confidence: items.length > 1 ? 0.8 : items.length * 0.4,
    notes: [
      ...(tree?.notes ?? []),
      items.length > 0
        ? `A plain-text listing: ${items.length} posts, ${dated} of them with a date.`
        : "The text holds no posts that can be told apart.",
    ],
  };
}

function lineOf(written: string, context: DateContext): Line {
  const text = squash(written);
  if (text === "") return { kind: "blank" };
  const date = text.length <= 40 && !isLabel(text.replace(/[-/.:]/g, "x")) ? readDate(text, context) : null;
  if (date !== null) return { kind: "date", date };
  return {
    kind: "words",
    text,
    endsPost: ellipsis.test(text),
    isShort: text.length <= 60 && !endMark.test(text),
  };
}

/** Short lines right before or after a date line: what this listing calls its categories. */
function knownLabels(lines: readonly Line[]): ReadonlySet<string> {
  const labels = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    if (line.kind === "date" && before?.kind === "words" && before.isShort && isCategoryName(before.text))
      labels.add(before.text);
  }
  return labels;
}

function blocksOf(lines: readonly Line[], labels: ReadonlySet<string>): Block[] {
  const words = lines.filter((line) => line.kind === "words");
  const ended = words.filter((line) => line.endsPost).length;
  const usesEllipsis =
    ended > 0 && ended * 3 >= words.filter((line) => weightOf(line.text) >= leastWeight).length;
  const usesBlanks = lines.some((line) => line.kind === "blank");
  const usesDates = lines.filter((line) => line.kind === "date").length > 1;
  const blocks: Block[] = [];
  let open: Block | null = null;
  for (const [index, line] of lines.entries()) {
    if (line.kind === "blank") {
      if (open !== null && open.lines.length > 0) open.isApart = true;
      const isWhole = !usesEllipsis || weighs(open) >= leastWeight * 2;
      if (open !== null && open.lines.length > 0 && isWhole) open = null;
      continue;
    }
    const next = lines[index + 1];
    const isMark =
      line.kind === "date" ||
      (line.isShort && labels.has(line.text) && (next?.kind === "date" || index === 0 || open === null));
    if (open === null || (isMark && open.lines.length > 0)) {
      open = { category: null, date: null, lines: [], isEnded: false, isApart: false };
      blocks.push(open);
    }
    if (line.kind === "date") open.date = line.date;
    else if (isMark) open.category = line.text;
    else open.lines.push(line.text);
    const isWhole =
      line.kind === "words" && !isMark && (line.endsPost || (!usesEllipsis && !usesBlanks && !usesDates));
    if (isWhole) {
      open.isEnded = line.endsPost;
      open = null;
    }
  }
  return blocks;
}

function weighs(block: Block | null): number {
  return block === null ? 0 : weightOf(block.lines.join(" "));
}

/**
 * The blocks without what stands above and below the posts: header lines that stand alone or before the first text,
 * pager lines, short remarks that no category, date or ellipsis marks as a post.
 */
function withoutEdges(blocks: readonly Block[]): Block[] {
  const isMarked = (block: Block) => block.isEnded || block.date !== null || block.category !== null;
  const typical = blocks
    .slice(1)
    .filter(isMarked)
    .map(({ lines }) => lines.length)
    .sort((a, b) => a - b);
  const usualLines = typical[Math.floor(typical.length / 2)] ?? 0;
  const kept = blocks.filter(
    (block) =>
      block.lines.length > 0 &&
      (isMarked(block) || (weighs(block) >= leastWeight && !block.lines.every(isLabel))),
  );
  const first = kept[0];
  if (first === undefined || first.date !== null || first.category !== null) return kept;
  const start = first.lines.findIndex(
    (line, index) => !isHeader(line, usualLines <= 1 && index < first.lines.length - 1),
  );
  return [{ ...first, lines: first.lines.slice(Math.max(start, 0)) }, ...kept.slice(1)];
}

/** A short line without an end mark, in capitals only, or any such line where posts are one line each. */
function isHeader(line: string, postsAreLines: boolean): boolean {
  if (line.length > 40 || endMark.test(line)) return false;
  const isShouted = /\p{Lu}/u.test(line) && !/\p{Ll}/u.test(line) && !/\p{N}/u.test(line);
  return isShouted || isLabel(line) || (postsAreLines && weightOf(line) <= 6);
}

function itemOf({ category, date, lines }: Block): Item | null {
  const text = lines.join("\n");
  const title = madeTitle(text);
  if (title === null) return null;
  return {
    ...blankItem,
    title,
    titleIsMade: true,
    publishedAt: date?.at ?? null,
    dateOnly: date?.dateOnly ?? false,
    categories: category === null ? [] : [category],
    text,
  };
}
