import { Tokenizer } from "htmlparser2";
import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";
import type { Findings } from "./finding.ts";
import { htmlElements } from "./values.ts";

type Child = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;

const risky = new Set(
  "applet base body bdo embed frame head html iframe link meta object param script style title".split(" "),
);
const empty = new Set("area br col hr img input link meta param source track wbr".split(" "));
const attributes = new Set(
  (
    "abbr align alt axis bgcolor border cellpadding cellspacing char charoff charset cite class clear color cols colspan compact " +
    "controls coords data datetime decoding dir disabled download face for headers height hidden href hreflang hspace id ismap " +
    "itemid itemprop itemscope itemtype kind label lang loading loop max media min muted name noshade nowrap open poster preload " +
    "referrerpolicy rel rev reversed rows rowspan rules scope shape size sizes span src srclang srcset start summary tabindex " +
    "target title translate type usemap valign value vspace width wrap xml:lang"
  ).split(" "),
);

/** A `&` that begins no reference and stands before something: the parser of the validator is older and stricter there. */
const looseReference = /&(?!#\d+;|#x[\da-f]+;|[a-z][a-z\d]*;|[\s<&"]|$)/i;

/**
 * What is said of markup (feedvalidator `validators.py`, `HTMLValidator`): the parser of HTML (§13.2) had to mend it, or
 * it holds what a reader has to take out.
 */
export function checkHtml(findings: Findings, section: string, at: string, html: string): void {
  let isMended = looseReference.test(html);
  const fragment = parseFragment(html, {
    sourceCodeLocationInfo: true,
    onParseError: () => {
      isMended = true;
    },
  });
  const elements = elementsOf(fragment.childNodes);
  const places = elements.map(({ sourceCodeLocation }) => sourceCodeLocation?.startTag?.startOffset ?? -1);
  // What was moved, doubled or dropped stands in another order or number than it was written in.
  const inOrder = places
    .filter((place) => place >= 0)
    .every((place, n, all) => n === 0 || place > (all[n - 1] ?? 0));
  const written = elements.filter(({ sourceCodeLocation }) => sourceCodeLocation?.startTag);
  isMended ||= !inOrder || written.length !== startTagsIn(html) || !elements.every(isClosed);
  if (isMended) findings.add("NotHtml", section, at, html);
  for (const element of elements) checkElement(findings, section, at, element);
  checkAddresses(findings, section, at, html);
}

function elementsOf(nodes: readonly Child[]): readonly Element[] {
  return nodes.flatMap((node) => ("tagName" in node ? [node, ...elementsOf(node.childNodes)] : []));
}

/** Closed where it was opened; a body of a table alone may be unsaid. */
function isClosed({ tagName, sourceCodeLocation }: Element): boolean {
  if (!sourceCodeLocation?.startTag) return tagName === "tbody";
  return empty.has(tagName) || Boolean(sourceCodeLocation.endTag);
}

function startTagsIn(html: string): number {
  let count = 0;
  const nothing = () => {};
  const tokenizer = new Tokenizer(
    { xmlMode: false, decodeEntities: false },
    {
      ...{ onattribdata: nothing, onattribentity: nothing, onattribend: nothing, onattribname: nothing },
      ...{
        oncdata: nothing,
        onclosetag: nothing,
        oncomment: nothing,
        ondeclaration: nothing,
        onend: nothing,
      },
      ...{ onopentagend: nothing, onprocessinginstruction: nothing, onselfclosingtag: nothing },
      ...{ ontext: nothing, ontextentity: nothing, isInForeignContext: () => false },
      onopentagname: () => void count++,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return count;
}

function checkElement(findings: Findings, section: string, at: string, { tagName, attrs }: Element): void {
  if (!htmlElements.has(tagName)) findings.add("NotHtml", section, at, tagName);
  else if (risky.has(tagName)) findings.add("SecurityRisk", section, at, tagName);
  for (const { name, value } of attrs) {
    if (name === "style") findings.add("DangerousStyleAttr", section, at, value);
    else if (!attributes.has(name) && !name.startsWith("data-"))
      findings.add("SecurityRiskAttr", section, at, name);
  }
}

/** Relative addresses of links and images (`absUrlMixin`). */
function checkAddresses(findings: Findings, section: string, at: string, html: string): void {
  for (const [, href = ""] of html.matchAll(/<(?:a\s+href|img\s+[^>]*src)=["'](.*?)["'][\s>]/gi)) {
    if (!/^\s*\w+:/.test(href)) findings.add("ContainsRelRef", section, at, href);
  }
}
