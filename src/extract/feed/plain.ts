import { visible } from "../../base/text.ts";
import { textOf } from "../clean.ts";
import { type Element, isBlock } from "../document.ts";
import { impliedEnds, voids } from "../tags.ts";
import { meaning } from "./references.ts";

const read = (
  "a abbr address article aside b big blockquote br caption center cite code dd del dfn div dl dt em figcaption figure font " +
  "footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small span strike strong " +
  "sub sup table tbody td tfoot th thead time tr tt u ul var wbr"
).split(" ");

/** What stands for the edges of an element in plain text. */
const edges: ReadonlyMap<string, string> = new Map(
  read.map((name) => [name, isBlock({ name } as Element) ? "\n" : /^t[dh]$/.test(name) ? " " : ""]),
);

/** Longer markup, and markup nested deeper, is left to the parser. */
const [longest, deepest] = [64_000, 60];

const tag = /<(\/?)([A-Za-z][A-Za-z\d]*)((?:\s+[\w:.-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*)\s*(\/?)>/y;

/**
 * The same as `textOf`, much faster for markup that is written as it should be: tags in pairs, of names that need no
 * care. All other markup goes to the parser.
 */
export function plainText(html: string): string {
  const simple = html.length > longest ? null : simpleText(html);
  return simple === null ? textOf(html) : visible(simple).trim();
}

/** Null for what only a parser knows how to read. */
function simpleText(html: string): string | null {
  const stack: string[] = [];
  let out = "";
  let at = 0;
  let pres = 0;
  for (;;) {
    const open = html.indexOf("<", at);
    const text = characters(html.slice(at, open < 0 ? html.length : open));
    if (text === null) return null;
    out += pres > 0 ? text : onOneLine(text);
    if (open < 0) return squashed(out);
    if (html.startsWith("<!--", open)) {
      const end = html.indexOf("-->", open + 4);
      if (end < 0) return squashed(out);
      at = end + 3;
      continue;
    }
    tag.lastIndex = open;
    const found = tag.exec(html);
    const name = found?.[2]?.toLowerCase() ?? "";
    const edge = edges.get(name);
    if (found === null || edge === undefined || /hidden/i.test(found[3] ?? "")) return null;
    at = tag.lastIndex;
    const isOpening = found[1] === "";
    if (isOpening ? !opens(stack, name, found[4] === "/") : !closes(stack, name)) return null;
    if (name === "pre") pres += isOpening ? 1 : -1;
    out += voids.has(name) ? edge + edge : edge;
  }
}

function opens(stack: string[], name: string, isSelfClosing: boolean): boolean {
  if (voids.has(name)) return true;
  if (isSelfClosing || stack.length >= deepest) return false;
  const ended = impliedEnds.get(name);
  if (ended?.has(stack[stack.length - 1] ?? "")) return false;
  stack.push(name);
  return true;
}

function closes(stack: string[], name: string): boolean {
  return stack.pop() === name;
}

/** Text with its references as characters; null where a reference is not written in full, or means nothing. */
function characters(text: string): string | null {
  if (!text.includes("&")) return text;
  if (/&(?:#(?!(?:3[2-9]|[4-9]\d|\d{3,6});)|[A-Za-z](?![A-Za-z\d]{1,30};))/.test(text)) return null;
  let isPlain = true;
  const meant = text.replace(/&(?:#\d{2,6}|[A-Za-z][A-Za-z\d]{1,30});/g, (written) => {
    const said = meaning(written);
    isPlain &&= said !== "";
    return said;
  });
  return isPlain ? meant : null;
}

const oddSpace = /[^\S ]| {2}/;

function onOneLine(text: string): string {
  return oddSpace.test(text) ? text.replace(/\s+/gu, " ") : text;
}

function squashed(text: string): string {
  const lines = /[^\S\n ]| {2}/.test(text) ? text.replace(/[^\S\n]+/gu, " ") : text;
  return lines.replace(/ ?\n[ \n]*/g, "\n").trim();
}
