import { cut, squash } from "../base/text.ts";
import { type Element, isTag, lineIn, type Node } from "./document.ts";
import { cjkCount } from "./labels.ts";

/** Longest made title, in characters: of Chinese, Japanese or Korean text, and of other text. */
export const madeTitleLength = { cjk: 40, other: 80 } as const;

const sentenceEnd = /[。！？!?…]+[」』”’)]*|\.{3,}|[.](?=\s+\p{Lu}|$)/u;

/**
 * A title for a post that shows none: the first heading-like phrase of its text (a short first line), else the
 * first sentence, cut between words. Null for a text that says nothing.
 */
export function madeTitle(text: string): string | null {
  const lines = text.split("\n").map(squash);
  const first = lines.findIndex((line) => /[\p{L}\p{N}]/u.test(line));
  if (first < 0) return null;
  const line = unwrapped(lines.slice(first, first + 4));
  const start = line.slice(0, 160);
  const limit =
    cjkCount(start) * 2 > [...start.replace(/\s/g, "")].length * 0.6
      ? madeTitleLength.cjk
      : madeTitleLength.other;
  const isHeading = lines.length > first + 1 && line.length <= limit && !/[\p{P}]$/u.test(line);
  if (isHeading) return line;
  const end = sentenceEnd.exec(start);
  const asks = end !== null && /^[！？!?]/.test(end[0]) ? end[0].length : 0;
  const sentence = end !== null && end.index > 3 ? start.slice(0, end.index + asks) : line;
  return cut(sentence, limit);
}

/** What a badge on a title says of its post: that it is new, on top, chosen. */
const badge =
  /^[[【(（]?(?:置顶|置頂|[顶頂精荐热熱新图圖]|精华|精華|推荐|推薦|热门|熱門|最新|原创|原創|转载|轉載|new|hot|top|pinned|sticky|featured|공지|필독|인기|새 ?글|추천|重要|固定|注目|必読)[\])】）]?!*$/iu;

/** Whether a text is such a badge and nothing else. */
export function isBadge(text: string): boolean {
  return badge.test(text);
}

/** What an element says as a title: its line without a badge before or behind it, an element of its own. */
export function titleIn(element: Element): string {
  const line = lineIn(element);
  for (const [from, step] of [
    [0, 1],
    [-1, -1],
  ] as const) {
    const said = badgeIn(element, from, step);
    const rest = said === null ? "" : from === 0 ? line.slice(said.length) : line.slice(0, -said.length);
    if (/[\p{L}\p{N}]/u.test(rest)) return rest.trim();
  }
  return line;
}

/** The badge that an element begins with (`at` 0, `step` 1) or ends with (-1 and -1); null when it has none. */
function badgeIn(element: Element, at: number, step: number): string | null {
  for (let child: Node | undefined = element.children.at(at); child !== undefined; ) {
    if (!isTag(child)) {
      if ("data" in child && child.data.trim() !== "") return null;
      child = (step > 0 ? child.next : child.prev) ?? undefined;
    } else if (lineIn(child) === "") child = (step > 0 ? child.next : child.prev) ?? undefined;
    else if (isBadge(lineIn(child))) return lineIn(child);
    else child = child.children.at(at);
  }
  return null;
}

/** The first line, with the next ones where it was only wrapped: a long line whose sentence goes on in lower case. */
function unwrapped([first = "", ...rest]: readonly string[]): string {
  const next = rest[0] ?? "";
  const goesOn = first.length >= 50 && !/\p{P}$/u.test(first) && /^\p{Ll}/u.test(next);
  return goesOn ? `${first} ${next}` : first;
}
