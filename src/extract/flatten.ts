/** What `flatten` is reading: HTML has void elements and raw-text elements, XML has CDATA and a document type. */
export type Markup = "html" | "xml";

const voids = new Set(
  "area base br col embed hr img input link meta param source track wbr basefont frame keygen".split(" "),
);
/** They close themselves when the next one opens, so they do not nest by themselves. */
const selfEnding = new Set("p li dt dd tr td th option optgroup thead tbody tfoot rt rp colgroup".split(" "));
const raw = new Set(["script", "style", "xmp", "noembed", "noframes", "iframe"]);

/** Names that are tags; another one without attributes is text that nobody escaped (`Vec<T>`). */
const names = new Set(
  (
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br " +
    "button canvas caption center cite code col colgroup command content data datalist dd del details dfn dialog dir div " +
    "dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr " +
    "html i iframe image img input ins isindex kbd keygen label legend li link listing main map mark marquee math menu " +
    "menuitem meta meter nav nobr noembed noframes noscript object ol optgroup option output p param picture plaintext " +
    "portal pre progress q rb rp rt rtc ruby s samp script search section select shadow slot small source spacer span " +
    "strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul " +
    "var video wbr xmp g defs desc path symbol use text tspan mask marker pattern filter stop switch view metadata " +
    "semantics annotation mrow mi mo mn ms mtext msup msub msubsup mfrac msqrt mroot mtable mtr mtd mover munder mstyle"
  ).split(" "),
);

interface Tag {
  readonly name: string;
  readonly isClosing: boolean;
  readonly isEmpty: boolean;
  /** Index after the `>`. */
  readonly end: number;
}

/**
 * `markup` made safe for a parser, in one linear pass before any parser sees it: tags nested deeper than
 * `maxDepth` are dropped (their text stays), comments, processing instructions and document types are gone, HTML
 * scripts and styles too (but JSON scripts, with `<` escaped), and XML CDATA is escaped text. Nothing is decoded,
 * so a parser cannot see a tag in the result that was not counted here.
 */
export function flatten(markup: string, maxDepth: number, kind: Markup = "html"): string {
  const out: string[] = [];
  let depth = 0;
  let at = 0;
  while (at < markup.length) {
    const open = markup.indexOf("<", at);
    if (open < 0) break;
    out.push(markup.slice(at, open));
    const special = skipDeclaration(markup, open, kind);
    const tag = special === null ? readTag(markup, open) : null;
    if (special !== null) {
      out.push(special.text);
      at = special.end;
    } else if (tag === null || (kind === "html" && isText(open, tag))) {
      out.push("&lt;");
      at = open + 1;
    } else if (kind === "html" && raw.has(tag.name) && !tag.isClosing) {
      const end = endOfRaw(markup, tag);
      out.push(jsonScript(markup.slice(open, tag.end), markup.slice(tag.end, end)));
      at = end;
    } else {
      const nests = !tag.isEmpty && !(kind === "html" && (voids.has(tag.name) || selfEnding.has(tag.name)));
      if (nests && tag.isClosing) depth -= depth > 0 ? 1 : 0;
      if (depth < maxDepth) out.push(markup.slice(open, tag.end));
      if (nests && !tag.isClosing) depth += 1;
      at = tag.end;
    }
  }
  out.push(markup.slice(at));
  return out.join("");
}

function isText(open: number, tag: Tag): boolean {
  if (tag.isClosing || names.has(tag.name) || /[:-]/.test(tag.name)) return false;
  return tag.end - open === tag.name.length + 2;
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

function readTag(markup: string, open: number): Tag | null {
  const nameAt = markup[open + 1] === "/" ? open + 2 : open + 1;
  const namePattern = /[\p{L}_][^\s/>]{0,99}/uy;
  namePattern.lastIndex = nameAt;
  const name = namePattern.exec(markup)?.[0];
  if (name === undefined) return null;
  const close = endOfTag(markup, nameAt + name.length);
  return {
    name: name.toLowerCase(),
    isClosing: nameAt === open + 2,
    isEmpty: markup[close - 2] === "/",
    end: close,
  };
}

function endOfTag(markup: string, from: number): number {
  let at = from;
  while (at < markup.length) {
    const char = markup[at];
    if (char === ">") return at + 1;
    at += 1;
    if (char !== "=") continue;
    while (/\s/.test(markup[at] ?? "")) at += 1;
    const quote = markup[at];
    if (quote === '"' || quote === "'") at = after(markup, quote, at + 1);
  }
  return markup.length;
}

function endOfRaw(markup: string, tag: Tag): number {
  const close = new RegExp(`</${tag.name}[\\s/>]`, "gi");
  close.lastIndex = tag.end;
  const found = close.exec(markup);
  return found === null ? markup.length : after(markup, ">", found.index);
}

function jsonScript(tag: string, rest: string): string {
  if (!/^<script\b[^>]*\btype\s*=\s*["']?application\/(?:[\w.+-]*\+)?json\b/i.test(tag)) return "";
  const body = rest.replace(/<\/script[^>]*>$/i, "");
  return `${tag}${body.replace(/</g, "\\u003c")}</script>`;
}
