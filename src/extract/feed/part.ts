import { escapeHtml } from "../../base/text.ts";
import { codes, keptAttributes, localOf } from "./names.ts";
import { dereferenced } from "./references.ts";

/** A part of the channel or of an item while it is heard. */
export interface OpenPart {
  readonly name: string;
  /** Its attributes in the clean XML. */
  readonly attributes: string;
  /** What it says: text, or markup once an element was found in it. */
  said: string;
  isMarkup: boolean;
  /** The parts in it, in the clean XML; null where elements in it are markup. */
  readonly parts: string[] | null;
}

/** Longest text that stands in the clean XML itself, in characters. */
const longestInline = 200;
/** Longest attribute: half an address would be another. */
const longestAttribute = 8_192;
/** What a text in the clean XML starts with that stands elsewhere; no text of a feed keeps such a character. */
const elsewhere = "\ufdd0";

/** Puts a text that is long aside: what the clean XML says in its place. */
function inline(text: string, texts: string[]): string {
  if (text.length <= longestInline && !text.startsWith(elsewhere)) return escaped(text);
  texts.push(text);
  return `${elsewhere}${texts.length - 1}`;
}

/** A text of the clean XML, or what was put aside for it. */
export function whole(written: string, texts: readonly string[]): string {
  return written.startsWith(elsewhere) ? (texts[Number(written.slice(1))] ?? "") : written;
}

function escaped(text: string): string {
  return /[&<>"']/.test(text) ? escapeHtml(text) : text;
}

/** The attributes that are read, as they stand in the clean XML. */
export function cleanAttributes(attributes: ReadonlyMap<string, string>, base: string | null): string {
  const kept = new Map<string, string>(base === null ? [] : [["base", base]]);
  for (const [name, written] of attributes) {
    const local = localOf(name);
    if (!keptAttributes.has(local) || kept.has(local) || name.startsWith("xmlns")) continue;
    if (local !== "base" && written.length <= longestAttribute) kept.set(local, dereferenced(written));
  }
  let clean = "";
  for (const [name, value] of kept) clean += ` ${name}="${escaped(value)}"`;
  return clean;
}

/** A part in the clean XML. */
export function cleanPart(part: OpenPart, texts: string[], isInner: boolean): string {
  const name = isInner ? part.name : (codes.get(part.name) ?? part.name);
  const isHolding = part.parts !== null && part.parts.length > 0;
  const inside = isHolding ? (part.parts ?? []).join("") : inline(part.said.trim(), texts);
  return `<${name}${part.attributes}${part.isMarkup ? ' markup="yes"' : ""}>${inside}</${name}>`;
}

/** Adds text to a part: literally, or with character references. */
export function say(part: OpenPart, written: string, isLiteral: boolean): void {
  if (part.isMarkup) part.said += isLiteral ? asMarkup(written) : written;
  else part.said += isLiteral ? written : dereferenced(written);
}

/** Adds a tag: what the part said before was text, and is markup from now on. */
export function sayTag(part: OpenPart, tag: string): void {
  if (!part.isMarkup) part.said = asMarkup(part.said);
  part.isMarkup = true;
  part.said += tag;
}

function asMarkup(text: string): string {
  return /[&<]/.test(text) ? text.replace(/&/g, "&amp;").replace(/</g, "&lt;") : text;
}
