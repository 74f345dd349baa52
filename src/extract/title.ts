import { cut, squash } from "../base/text.ts";
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

/** The first line, with the next ones where it was only wrapped: a long line whose sentence goes on in lower case. */
function unwrapped([first = "", ...rest]: readonly string[]): string {
  const next = rest[0] ?? "";
  const goesOn = first.length >= 50 && !/\p{P}$/u.test(first) && /^\p{Ll}/u.test(next);
  return goesOn ? `${first} ${next}` : first;
}
