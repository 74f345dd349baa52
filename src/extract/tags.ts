const listed = (names: string): ReadonlySet<string> => new Set(names.split(" "));

/** Elements that have no end tag and hold nothing. */
export const voids = listed(
  "area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr",
);

/** Elements whose content is neither read nor markup. */
export const raw = listed("script style xmp noembed noframes iframe");

/** Elements whose content is text with character references, never markup (WHATWG HTML §13.1.2, escapable raw text). */
export const textOnly = listed("title textarea");

/** Names that are tags; another one without attributes is text that nobody escaped (`Vec<T>`). */
export const names = listed(
  "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br " +
    "button canvas caption center cite code col colgroup command content data datalist dd del details dfn dialog dir div " +
    "dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr " +
    "html i iframe image img input ins isindex kbd keygen label legend li link listing main map mark marquee math menu " +
    "menuitem meta meter nav nobr noembed noframes noscript object ol optgroup option output p param picture plaintext " +
    "portal pre progress q rb rp rt rtc ruby s samp script search section select shadow slot small source spacer span " +
    "strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul " +
    "var video wbr xmp g defs desc path symbol use text tspan mask marker pattern filter stop switch view metadata " +
    "semantics annotation mrow mi mo mn ms mtext msup msub msubsup mfrac msqrt mroot mtable mtr mtd mover munder mstyle",
);

const blocks =
  "p address article aside blockquote details div dl fieldset figcaption figure footer form header hr main nav ol pre " +
  "section table ul";
const headings = "h1 h2 h3 h4 h5 h6";
const controls = "select button datalist textarea";

/**
 * Which open elements end by themselves when one of this name opens right inside them: the parser's own table, because
 * what is counted here must be as deep as what is parsed there.
 */
export const impliedEnds: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  (
    [
      ["tr", "tr th td"],
      ["th", "th"],
      ["td", "thead th td"],
      ["tbody tfoot", "thead tbody"],
      ["body", "head"],
      ["a", "a"],
      ["li", "li"],
      [blocks, "p"],
      [headings, `p ${headings}`],
      [`${controls} input output`, `${controls} option optgroup`],
      ["option", "option"],
      ["optgroup", "optgroup option"],
      ["dd dt", "dd dt"],
      ["rt rp", "rt rp"],
    ] as const
  ).flatMap(([openers, ended]) => openers.split(" ").map((name) => [name, listed(ended)] as const)),
);
