/** What a scan tells of, in the order of the text. */
export interface Hearer {
  /** A start tag: its name in lower case, and its attributes as they are written. False to hear no more. */
  readonly open: (name: string, attributes: string, isEmpty: boolean) => boolean;
  /** An end tag, whether or not anything of this name is open. */
  readonly close: (name: string) => void;
  /** Text between tags; what stands in a CDATA section is meant literally, the rest has character references. */
  readonly text: (written: string, isLiteral: boolean) => void;
}

/**
 * Reads XML as it is found, in one linear pass: never throws, expands nothing, and leaves it to the hearer what belongs
 * together. Comments, instructions and document types go, with all that a document type declares; a `<` that starts
 * nothing is text. A tag that the text breaks off in is not told of.
 */
export function scan(markup: string, hearer: Hearer): void {
  const lastInstruction = markup.lastIndexOf("?>");
  let at = 0;
  while (at < markup.length) {
    const open = markup.indexOf("<", at);
    const end = open < 0 ? markup.length : open;
    if (end > at) hearer.text(markup.slice(at, end), false);
    if (open < 0) return;
    const next = markup.charCodeAt(open + 1);
    if (next === sign.slash) at = endTag(markup, open, hearer);
    else if (next === sign.question) at = open < lastInstruction ? after(markup, "?>", open + 2) : open + 2;
    else if (next === sign.mark) at = declaration(markup, open, hearer);
    else at = startTag(markup, open, hearer);
  }
}

const sign = { mark: 33, double: 34, single: 39, slash: 47, equals: 61, end: 62, question: 63 } as const;

const otherNameStart = /[\p{L}_]/uy;

function isName(markup: string, at: number): boolean {
  const code = markup.charCodeAt(at) | 32;
  if (code >= 97 && code <= 122) return true;
  otherNameStart.lastIndex = at;
  return otherNameStart.test(markup);
}

function endOfName(markup: string, from: number): number {
  let at = from;
  for (;;) {
    const code = markup.charCodeAt(at);
    if (code === sign.end || code === sign.slash || isSpace(code) || Number.isNaN(code)) return at;
    at += 1;
  }
}

function endTag(markup: string, open: number, hearer: Hearer): number {
  if (!isName(markup, open + 2)) return asText(open, hearer);
  const end = markup.indexOf(">", open);
  if (end < 0) return markup.length;
  hearer.close(markup.slice(open + 2, Math.min(end, endOfName(markup, open + 2))).toLowerCase());
  return end + 1;
}

function startTag(markup: string, open: number, hearer: Hearer): number {
  if (!isName(markup, open + 1)) return asText(open, hearer);
  const nameTo = endOfName(markup, open + 1);
  const end = endOfTag(markup, nameTo);
  if (end === null) return markup.length;
  const written = markup.slice(nameTo, end);
  const isEmpty = written.endsWith("/") && !valueAtEnd.test(written.slice(-longestTail));
  const attributes = isEmpty ? written.slice(0, -1) : written;
  const goesOn = hearer.open(markup.slice(open + 1, nameTo).toLowerCase(), attributes, isEmpty);
  return goesOn ? end + 1 : markup.length;
}

/** `href=/a/>`: the slash belongs to a value without quotes. */
const valueAtEnd = /=[^\s"']+$/;
const longestTail = 2_000;

function asText(open: number, hearer: Hearer): number {
  hearer.text("<", true);
  return open + 1;
}

/** Where the `>` of a start tag is: not within a quoted value. Null when there is none. */
function endOfTag(markup: string, from: number): number | null {
  let at = from;
  for (;;) {
    const code = markup.charCodeAt(at);
    if (code === sign.end) return at;
    if (Number.isNaN(code)) return null;
    at += 1;
    if (code !== sign.equals) continue;
    while (isSpace(markup.charCodeAt(at))) at += 1;
    const quote = markup.charCodeAt(at);
    if (quote !== sign.double && quote !== sign.single) continue;
    const mate = markup.indexOf(quote === sign.double ? '"' : "'", at + 1);
    // No value holds a tag (XML 1.0 §2.3): this quote was never closed.
    if (mate < 0 || holdsTag(markup, at, mate)) return endFrom(markup, at);
    at = mate + 1;
  }
}

function endFrom(markup: string, from: number): number | null {
  const end = markup.indexOf(">", from);
  return end < 0 ? null : end;
}

function holdsTag(markup: string, from: number, to: number): boolean {
  return /<[a-z!/?]/i.test(markup.slice(from, to));
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function declaration(markup: string, open: number, hearer: Hearer): number {
  if (markup.startsWith("<![CDATA[", open)) {
    const end = markup.indexOf("]]>", open + 9);
    hearer.text(markup.slice(open + 9, end < 0 ? markup.length : end), true);
    return end < 0 ? markup.length : end + 3;
  }
  if (markup.startsWith("<!--", open)) return after(markup, "-->", open + 4);
  // `<!DOCTYPE … [ … ]>`: the subset within goes too.
  const close = after(markup, ">", open + 2);
  const subset = markup.slice(open, close).indexOf("[");
  return subset < 0 ? close : after(markup, ">", after(markup, "]", open + subset));
}

function after(markup: string, mark: string, from: number): number {
  const found = markup.indexOf(mark, from);
  return found < 0 ? markup.length : found + mark.length;
}

const attribute = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

const none: ReadonlyMap<string, string> = new Map();

/** The attributes of a start tag as they are written, names in lower case; of several of one name the first. */
export function attributesIn(written: string): ReadonlyMap<string, string> {
  if (!written.includes("=")) return none;
  const found = new Map<string, string>();
  for (const [, name = "", double, single, plain] of written.matchAll(attribute)) {
    const lower = name.toLowerCase();
    if (!found.has(lower)) found.set(lower, double ?? single ?? plain ?? "");
  }
  return found;
}
