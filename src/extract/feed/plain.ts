import { squash, visible } from "../../base/text.ts";
import { textOf } from "../clean.ts";
import { type Element, isBlock } from "../document.ts";
import { impliedEnds, voids } from "../tags.ts";
import { meaning } from "./references.ts";

/** A tag that needs no care. */
interface Tag {
  readonly name: string;
  readonly kind: "start" | "end" | "void";
  /** What stands for it in the text: the edge of a line, of a cell, or nothing. */
  readonly edge: string;
  /** What it would end, open right around it. */
  readonly ends: ReadonlySet<string> | undefined;
}

const names = (
  "a abbr address article aside b big blockquote br caption center cite code dd del dfn div dl dt em figcaption figure font " +
  "footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small span strike strong " +
  "sub sup table tbody td tfoot th thead time tr tt u ul var wbr"
).split(" ");

/** An end of a line; no text has it, because it is none that anybody can see. */
const edgeOfLine = "\u0001";

/** Tags by what stands between `<` and `>`, without attributes. */
const tags: ReadonlyMap<string, Tag> = new Map(
  names.flatMap((name): [string, Tag][] => {
    const once = isBlock({ name } as Element) ? edgeOfLine : /^t[dh]$/.test(name) ? " " : "";
    const ends = impliedEnds.get(name);
    const empty: Tag = { name, kind: "void", edge: once + once, ends };
    if (voids.has(name)) return [name, `${name}/`, `${name} /`].map((written) => [written, empty]);
    const start: Tag = { name, kind: "start", edge: once, ends };
    return [
      [name, start],
      [`/${name}`, { ...start, kind: "end" }],
    ];
  }),
);

/** Longer markup, and markup nested deeper, is left to the parser. */
const [longest, deepest] = [64_000, 60];

/**
 * The same as `textOf`, much faster for markup that is written as it should be: tags in pairs, of names that need no
 * care. All other markup goes to the parser.
 */
export function plainText(html: string): string {
  const simple = html.length > longest || html.includes(edgeOfLine) ? null : simpleText(html);
  return simple === null ? textOf(html) : visible(simple).trim();
}

/** Null for what only a parser knows how to read. */
function simpleText(html: string): string | null {
  const stack: string[] = [];
  let out = "";
  let at = 0;
  let pres = 0;
  let reference = html.indexOf("&");
  for (;;) {
    const open = html.indexOf("<", at);
    const end = open < 0 ? html.length : open;
    if (reference >= 0 && reference < at) reference = html.indexOf("&", at);
    const text = reference >= 0 && reference < end ? characters(html.slice(at, end)) : html.slice(at, end);
    if (text === null) return null;
    out += pres > 0 ? text.replaceAll("\n", edgeOfLine) : text;
    if (open < 0) return inLines(out);
    if (html.startsWith("!--", open + 1)) {
      const mark = html.indexOf("-->", open + 4);
      if (mark < 0) return inLines(out);
      at = mark + 3;
      continue;
    }
    const close = html.indexOf(">", open);
    const tag = tags.get(html.slice(open + 1, close)) ?? tagAt(html, open, close);
    if (tag === undefined || !fits(tag, stack)) return null;
    if (tag.name === "pre") pres += tag.kind === "start" ? 1 : -1;
    out += tag.edge;
    at = close + 1;
  }
}

const written = /^[A-Za-z][A-Za-z\d]*((?:\s+[\w:.-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*)\s*\/?$/;

/** A tag with attributes, or in capitals; none that holds a `>`, and none that is hidden. */
function tagAt(html: string, open: number, close: number): Tag | undefined {
  const inside = html.slice(open + 1, close);
  const found = written.exec(inside);
  if (found === null || close < 0) return tags.get(inside.toLowerCase().trimEnd());
  const name = /^[A-Za-z\d]+/.exec(inside)?.[0].toLowerCase() ?? "";
  const tag = tags.get(name);
  const isOdd = /hidden/i.test(found[1] ?? "") || (inside.endsWith("/") && tag?.kind !== "void");
  return isOdd ? undefined : tag;
}

/** Whether a tag may stand here without ending anything that is not named; what it opens or closes is noted. */
function fits({ name, kind, ends }: Tag, stack: string[]): boolean {
  if (kind === "end") return stack.pop() === name;
  if (ends?.has(stack[stack.length - 1] ?? "")) return false;
  if (kind === "start") stack.push(name);
  return stack.length < deepest;
}

/** Text with its references as characters; null where a reference is not written in full, or means nothing. */
function characters(text: string): string | null {
  let isPlain = true;
  const meant = text.replace(/&(?:#\d{2,6};|[A-Za-z][A-Za-z\d]{1,30};|[#A-Za-z])/g, (reference) => {
    const said = reference.endsWith(";") ? meaning(reference) : "";
    isPlain &&= said !== "";
    return said;
  });
  return isPlain ? meant : null;
}

/** White space as one space, lines without any at their ends, none empty. */
function inLines(text: string): string {
  let out = "";
  for (const line of text.split(edgeOfLine)) {
    const said = squash(line);
    if (said !== "") out += out === "" ? said : `\n${said}`;
  }
  return out;
}
