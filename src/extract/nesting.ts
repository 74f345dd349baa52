import { impliedEnds, voids } from "./tags.ts";

/** What is being read: HTML has void elements and raw-text elements, XML has CDATA and a document type. */
export type Markup = "html" | "xml";

/** A tag as it is written. */
export interface Tag {
  readonly name: string;
  readonly isClosing: boolean;
  /** Index of its `<`. */
  readonly start: number;
  /** Index of the `/` of `<br/>`; null without one. */
  readonly slashAt: number | null;
  /** Index after the `>`. */
  readonly end: number;
}

/**
 * Keeps the open elements as the parser will have them, so that an end tag that ends nothing does not count, and one
 * that ends an outer element ends all that was left open in it.
 */
export function nesting(markup: string, maxDepth: number, kind: Markup) {
  const stack: string[] = [];
  /** Tags that were dropped at the deepest level, whose end tags must be dropped with them. */
  const dropped = new Map<string, number>();
  let isTooDeep = false;
  let kept = 0;
  const shorten = (length: number) => {
    stack.length = length;
    if (dropped.size > 0) dropped.clear();
  };
  /** Whether a `/` may end it: within pictures and formulas only (WHATWG HTML §13.1.2.1). */
  const endsItself = ({ slashAt }: Tag) =>
    slashAt !== null && (kind === "xml" || stack.includes("svg") || stack.includes("math"));
  /** What stands for a start tag; null where it may stay as it is. */
  const open = (tag: Tag): string | null => {
    // To the parser `<image>` is one thing here and another there, and a form in a form is nothing.
    if (kind === "html" && (tag.name === "image" || (tag.name === "form" && stack.includes("form"))))
      return "";
    const ended = kind === "html" ? impliedEnds.get(tag.name) : undefined;
    while (ended?.has(stack.at(-1) ?? "")) shorten(stack.length - 1);
    const isEmpty = kind === "html" ? voids.has(tag.name) : tag.slashAt !== null;
    if (stack.length >= maxDepth) {
      isTooDeep ||= !isEmpty;
      if (!isEmpty && !endsItself(tag)) dropped.set(tag.name, (dropped.get(tag.name) ?? 0) + 1);
      return "";
    }
    kept += 1;
    if (isEmpty) return null;
    // Whether `<path/>` ends itself depends on where it stands; written out, it does everywhere.
    if (endsItself(tag)) return `${markup.slice(tag.start, tag.slashAt ?? tag.end)}></${tag.name}>`;
    stack.push(tag.name);
    return null;
  };
  /** Whether an end tag of this name is one to the parser. */
  const close = (name: string): boolean => {
    const missing = dropped.get(name) ?? 0;
    if (missing > 0) {
      dropped.set(name, missing - 1);
      return false;
    }
    const found = stack.lastIndexOf(name);
    if (found < 0) return kind === "html" && /^(?:p|br)$/.test(name) && stack.length < maxDepth;
    shorten(found);
    return true;
  };
  return { open, close, endsItself, isTooDeep: () => isTooDeep, kept: () => kept };
}
