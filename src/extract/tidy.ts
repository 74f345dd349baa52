import { safeHttpUrl } from "../base/url.ts";
import { type Element, isTag, type Node } from "./document.ts";
import { impliedEnds } from "./tags.ts";

// What the sanitiser makes of most markup can be told without it, from its tree, or because all of it may stay as it is.
// Here is what is beyond doubt; all else is for the sanitiser.

const listed = (names: string): ReadonlySet<string> => new Set(names.split(" "));

const kept = listed(
  "a abbr b bdi blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr " +
    "i img ins kbd li mark ol p pre q s samp section small span strong sub summary sup table tbody td tfoot th thead " +
    "time tr u ul var",
);
const unwrapped = listed(
  "address article aside button center font footer form header label main nav picture source",
);
const silent = listed("textarea option");
const empty = listed("br hr img source");
const addresses: Readonly<Record<string, string>> = { a: "href", img: "src" };
const words: Readonly<Record<string, readonly string[]>> = {
  a: ["title"],
  img: ["alt", "title", "width", "height"],
  time: ["datetime"],
};
/** Attributes that stay on some elements or on all of them. */
const doubtful = listed("lang colspan rowspan scope start reversed dir");
const deepest = 60;

/** Signs that come out of a parser as they went in, but for those that are markup. */
const sign = "\\t\\n\\r !#-%'-;=?-~\\xa0-\\ud7ff\\ue000-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{1fffd}";
const plain = new RegExp(`^[${sign}"&<>]*$`, "u");
const mark = /[&<>]/;

function escaped(text: string): string {
  return mark.test(text) ? text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;") : text;
}

/**
 * The markup of parsed elements as `sanitizeItemHtml` gives it for what they were written as, addresses absolute against
 * `base`. Null where that takes the sanitiser: for anything unusual, and for more than `most` characters.
 */
export function tidied(nodes: readonly Node[], base: string, most: number): string | null {
  const out: string[] = [];
  let left = most;
  const add = (node: Node, level: number): boolean => {
    if (node.type === "text" && "data" in node) {
      left -= node.data.length;
      out.push(escaped(node.data));
      return left > 0 && plain.test(node.data);
    }
    if (!isTag(node) || level > deepest) return false;
    const { name, children } = node;
    left -= lengthOf(node);
    if (left < 0) return false;
    if (silent.has(name)) return true;
    const tag = kept.has(name) ? openTag(node, base) : unwrapped.has(name) ? "" : null;
    if (tag === null || (empty.has(name) && children.length > 0)) return false;
    out.push(tag);
    for (const child of children) if (!add(child, level + 1)) return false;
    if (kept.has(name) && !empty.has(name)) out.push(`</${name}>`);
    return true;
  };
  return nodes.every((node) => add(node, 0)) ? out.join("") : null;
}

/** About how much an element's tags are when they are written; without bound where its attributes have odd names. */
function lengthOf({ name, attribs }: Element): number {
  let length = name.length * 2 + 5;
  for (const key in attribs) {
    if (!/^[a-z][a-z\d:_.-]*$/.test(key)) return Number.POSITIVE_INFINITY;
    length += key.length + (attribs[key]?.length ?? 0) + 4;
  }
  return length;
}

/** A tag with what is kept of its attributes, nothing for a picture without address; null where that is in doubt. */
function openTag({ name, attribs }: Element, base: string): string | null {
  let tag = `<${name}`;
  const place = addresses[name];
  if (place !== undefined) {
    const written = attribs[place] ?? "";
    const url = safeHttpUrl(written, base);
    if (url === null && (name === "img" || /^\s*mailto:/i.test(written))) return name === "img" ? "" : null;
    if (url !== null) tag += ` ${place}="${escaped(url)}"`;
  }
  for (const key in attribs) {
    const value = attribs[key] ?? "";
    if (doubtful.has(key) || !plain.test(value)) return null;
    if (words[name]?.includes(key) !== true) continue;
    if (value === "" && key !== "alt") return null;
    tag += ` ${key}="${escaped(value).replace(/"/g, "&quot;")}"`;
  }
  return `${tag}${empty.has(name) ? " />" : ">"}`;
}

const attribute = ` [a-z]+="(?:[${sign}]|&(?:amp|lt|gt|quot);)*"`;
const piece = new RegExp(`[${sign}"]+|&(?:amp|lt|gt);|<(/?)([a-z][a-z\\d]*)((?:${attribute})*)( /)?>`, "uy");

/** Whether markup is such that the sanitiser would leave it as it is, beyond doubt. */
export function isTidy(html: string): boolean {
  const open: string[] = [];
  piece.lastIndex = 0;
  while (piece.lastIndex < html.length) {
    const match = piece.exec(html);
    if (match === null) return false;
    const [, closing, name, attributes = "", slash] = match;
    if (name === undefined) continue;
    if (!kept.has(name) || !areTidy(name, attributes)) return false;
    if (closing === "/") {
      if (attributes !== "" || slash !== undefined || open.pop() !== name) return false;
    } else if (impliedEnds.get(name)?.has(open.at(-1) ?? "") || empty.has(name) !== (slash !== undefined)) {
      return false;
    } else if (slash === undefined && open.push(name) > deepest) {
      return false;
    }
  }
  return open.length === 0;
}

/** Whether all attributes of a tag are kept, its address the first. */
function areTidy(name: string, written: string): boolean {
  const place = addresses[name];
  const seen = new Set<string>();
  for (const [, key = "", value = ""] of written.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
    if (seen.has(key)) return false;
    if (key === place) {
      if (seen.size > 0 || !isAddress(value)) return false;
    } else if (words[name]?.includes(key) !== true || (value === "" && key !== "alt")) {
      return false;
    }
    seen.add(key);
  }
  return name !== "img" || seen.has("src");
}

function isAddress(written: string): boolean {
  const address = written.replaceAll("&amp;", "&");
  return !/[<>"]|&(?:lt|gt|quot);/.test(address) && safeHttpUrl(address) === address;
}
