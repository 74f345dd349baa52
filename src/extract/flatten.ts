import { type Markup, nesting, type Tag } from "./nesting.ts";
import { names, raw, textOnly } from "./tags.ts";

/** Markup that a parser may see, and whether something was left out of it. */
export interface Flat {
  readonly markup: string;
  /** Tags nested deeper than the limit were dropped. */
  readonly isTooDeep: boolean;
  /** It held more elements than the limit; what came after them is gone. */
  readonly isTooLong: boolean;
}

/**
 * `markup` made safe for a parser, in one linear pass before any parser sees it: tags nested deeper than
 * `maxDepth` are dropped (their text stays), comments, processing instructions and document types are gone, HTML
 * scripts and styles too (but JSON scripts, with `<` escaped), and XML CDATA is escaped text. Nothing is decoded,
 * so a parser cannot see a tag in the result that was not counted here.
 */
export function flatten(markup: string, maxDepth: number, kind: Markup = "html"): string {
  return flattened(markup, { maxDepth, maxElements: Number.POSITIVE_INFINITY }, kind).markup;
}

/** As `flatten`, with a limit on elements as well, and with what was left out. */
export function flattened(
  markup: string,
  { maxDepth, maxElements }: { readonly maxDepth: number; readonly maxElements: number },
  kind: Markup = "html",
): Flat {
  const out: string[] = [];
  /** What stands before it is in `out`, or left out. What stays as it is comes in long pieces. */
  let done = 0;
  /** Puts a text in the place of what is written; null where that may stay. */
  const put = (text: string | null, from: number, to: number) => {
    if (text === null) return;
    out.push(markup.slice(done, from), text);
    done = to;
  };
  const nest = nesting(markup, maxDepth, kind);
  let at = 0;
  while (at < markup.length && nest.kept() <= maxElements) {
    const open = markup.indexOf("<", at);
    if (open < 0) break;
    const special = skipDeclaration(markup, open, kind);
    const tag = special === null ? readTag(markup, open, kind) : null;
    if (tag === null || (kind === "html" && isText(tag))) {
      at = special?.end ?? open + 1;
      put(special?.text ?? "&lt;", open, at);
      continue;
    }
    at = tag.end;
    if (tag.isClosing) {
      put(nest.close(tag.name) ? plainEnd(markup, tag) : "", open, at);
    } else if (kind === "html" && raw.has(tag.name)) {
      at = endOfRaw(markup, tag);
      put(jsonScript(markup.slice(open, tag.end), markup.slice(tag.end, at)), open, at);
    } else if (kind === "html" && textOnly.has(tag.name) && !nest.endsItself(tag)) {
      at = endOfRaw(markup, tag);
      put(nest.open(tag), open, tag.end);
      const text = textBefore(markup.slice(tag.end, at));
      put(nest.close(tag.name) ? `${text}</${tag.name}>` : text, tag.end, at);
    } else {
      put(nest.open(tag), open, at);
    }
  }
  const isTooLong = nest.kept() > maxElements;
  out.push(markup.slice(done, isTooLong ? at : markup.length));
  return { markup: out.join(""), isTooDeep: nest.isTooDeep(), isTooLong };
}

function isText(tag: Tag): boolean {
  if (tag.isClosing || names.has(tag.name) || /[:-]/.test(tag.name)) return false;
  return tag.end - tag.start === tag.name.length + 2;
}

/** An end tag with nothing but its name; null where it is written so. */
function plainEnd(markup: string, { name, start, end }: Tag): string | null {
  return end - start === name.length + 3 && markup[end - 1] === ">" ? null : `</${name}>`;
}

/** A comment, CDATA section, declaration or instruction at `open`, as what stands for it; null when it is none. */
function skipDeclaration(markup: string, open: number, kind: Markup): { text: string; end: number } | null {
  const next = markup[open + 1];
  if (next === "?") return { text: "", end: after(markup, kind === "xml" ? "?>" : ">", open + 2) };
  if (next !== "!") return null;
  if (markup.startsWith("<!--", open)) return { text: "", end: after(markup, "-->", open + 4) };
  if (kind === "xml" && markup.startsWith("<![CDATA[", open)) {
    const end = after(markup, "]]>", open + 9);
    const text = markup.slice(open + 9, markup.endsWith("]]>", end) ? end - 3 : end);
    return { text: text.replace(/&/g, "&amp;").replace(/</g, "&lt;"), end };
  }
  return { text: "", end: endOfDeclaration(markup, open + 2) };
}

/** The end of `<!DOCTYPE … [ … ]>`, the internal subset included: what it declares is never expanded. */
function endOfDeclaration(markup: string, from: number): number {
  const close = after(markup, ">", from);
  const subset = markup.slice(from, close).indexOf("[");
  return subset < 0 ? close : after(markup, ">", after(markup, "]", from + subset));
}

function after(markup: string, mark: string, from: number): number {
  const found = markup.indexOf(mark, from);
  return found < 0 ? markup.length : found + mark.length;
}

const letter = /[\p{L}_]/uy;

/** Whether a name starts here. */
function startsName(markup: string, at: number, kind: Markup): boolean {
  const code = markup.charCodeAt(at) | 32;
  if (code >= 97 && code <= 122) return true;
  letter.lastIndex = at;
  return kind === "xml" && letter.test(markup);
}

const [slash, equals, more] = ["/", "=", ">"].map((sign) => sign.charCodeAt(0));

function isGap(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 12 || code === 13;
}

/** Index of the first white space or `>` at or after `from`, or of one of two other signs; the end without any. */
function endOfWord(markup: string, from: number, other?: number, another?: number): number {
  for (let at = from; at < markup.length; at += 1) {
    const code = markup.charCodeAt(at);
    if (code === more || code === other || code === another || isGap(code)) return at;
  }
  return markup.length;
}

function afterGap(markup: string, from: number): number {
  let at = from;
  while (at < markup.length && isGap(markup.charCodeAt(at))) at += 1;
  return at;
}

/** The tag at `open`, its ends where the parser finds them (WHATWG HTML §13.2.5); null when it is text. */
function readTag(markup: string, open: number, kind: Markup): Tag | null {
  const isClosing = markup.charCodeAt(open + 1) === slash;
  const nameAt = open + (isClosing ? 2 : 1);
  if (!startsName(markup, nameAt, kind)) return null;
  const nameTo = endOfWord(markup, nameAt, slash);
  const written = markup.slice(nameAt, nameTo);
  const name = kind === "html" ? written.toLowerCase() : written;
  return isClosing
    ? { name, isClosing, start: open, slashAt: null, end: after(markup, ">", nameTo) }
    : startTag(markup, name, open, nameTo);
}

/** The start tag whose `<` is at `start` and whose name ends at `from`. */
function startTag(markup: string, name: string, start: number, from: number): Tag {
  const isClosing = false;
  let slashAt: number | null = null;
  let at = from;
  while (at < markup.length) {
    at = afterGap(markup, at);
    const code = markup.charCodeAt(at);
    if (code === more) return { name, isClosing, start, slashAt, end: at + 1 };
    if (code === slash) {
      slashAt = at;
      at += 1;
      continue;
    }
    slashAt = null;
    at = endOfWord(markup, at + 1, slash, equals);
    const equalsAt = afterGap(markup, at);
    if (markup.charCodeAt(equalsAt) !== equals) continue;
    const value = afterGap(markup, equalsAt + 1);
    const quote = markup[value];
    at = quote === '"' || quote === "'" ? after(markup, quote, value + 1) : endOfWord(markup, value);
  }
  return { name, isClosing, start, slashAt: null, end: markup.length };
}

/** Index of the first match at or after `from`; the end of the markup without one. */
function find(pattern: RegExp, markup: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(markup)?.index ?? markup.length;
}

function endOfRaw(markup: string, tag: Tag): number {
  const close = new RegExp(`</${tag.name}[\\s/>]`, "gi");
  return after(markup, ">", find(close, markup, tag.end));
}

/** What stands before the end tag, as text. */
function textBefore(rest: string): string {
  return rest.replace(/<\/(?:title|textarea)[^<>]*>$/i, "").replace(/</g, "&lt;");
}

function jsonScript(tag: string, rest: string): string {
  if (!/^<script\b[^>]*\btype\s*=\s*["']?application\/(?:[\w.+-]*\+)?json\b/i.test(tag)) return "";
  const body = rest.replace(/<\/script[^>]*>$/i, "");
  return `${tag}${body.replace(/</g, "\\u003c")}</script>`;
}
