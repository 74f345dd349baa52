import { hash } from "node:crypto";

const otherGap = /[^\S ]/;

/** Every run of white space as one space. */
export function narrowed(text: string): string {
  return text.includes("  ") || otherGap.test(text) ? text.replace(/\s+/g, " ") : text;
}

/** Every run of white space as one space, none at the ends. */
export function squash(text: string): string {
  return narrowed(text.trim());
}

/** Controls, bidi overrides and marks, zero-width characters, soft hyphens, tag characters, noncharacters. */
const unseen =
  /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Noncharacter_Code_Point}\u00ad\u115f\u1160\u180e\u200b\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffd\u{e0000}-\u{e0fff}]/gu;
/** A joiner that joins nothing: not after a letter of a script that needs one, nor between two emoji. */
const idleJoiner =
  /(?<![\p{M}\p{Emoji_Modifier}\p{Extended_Pictographic}\p{Script=Arabic}\p{Script=Bengali}\p{Script=Devanagari}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Oriya}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}])\p{Join_Control}|(?<=[\p{Emoji_Modifier}\p{Extended_Pictographic}\p{Script=Arabic}]|\ufe0f)\p{Join_Control}(?![\p{L}\p{Extended_Pictographic}])/gu;

/** What every text has one of that is not visible as it is; most have none, and are done with at one look. */
const mayHide = new RegExp(
  "[^\\t\\n\\u0020-\\u007e\\u00a0-\\u00ac\\u00ae-\\u061b\\u061d-\\u115e\\u1161-\\u180d\\u180f-\\u200a\\u2010-\\u2029\\u202f-\\u205f" +
    "\\u2070-\\u3163\\u3165-\\ud7ff\\ue000-\\ufdcf\\ufdf0-\\ufefe\\uff00-\\uff9f\\uffa1-\\uffef]",
);

/** Whether a text surely has nothing in it that `visible` would change. */
export function isVisible(text: string): boolean {
  return !mayHide.test(text);
}

/**
 * `text` without what nobody can see but a terminal, a browser or an XML parser obeys: controls (but tab and line
 * ends), bidi overrides, zero-width characters (but joiners that join), lone surrogates, noncharacters.
 */
export function visible(text: string): string {
  if (isVisible(text)) return text;
  return text
    .replace(/\r\n?/g, "\n")
    .replace(unseen, (mark) => (mark === "\n" || mark === "\t" ? mark : ""))
    .replace(idleJoiner, "");
}

/** What stays of a text when only its letters and digits count: NFKC, lower case, of any script. */
export function normalized(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{S}]+/gu, "");
}

/** The first 32 hex digits (128 bits) of the SHA-256 of `text`. */
export function digestOf(text: string): string {
  return hash("sha256", text, "hex").slice(0, 32);
}

const words = new Intl.Segmenter(undefined, { granularity: "word" });

/**
 * At most `limit` code points of `text` (white space squashed), cut between words — Chinese and Japanese
 * ones too — and ended with `…` when something was left out.
 */
export function cut(text: string, limit: number): string {
  const flat = squash(text);
  if (flat.length <= limit || [...flat].length <= limit) return flat;
  const room = [...flat].slice(0, limit - 1).join("");
  let end = 0;
  for (const { segment, index } of words.segment(room)) {
    if (index + segment.length < room.length) end = index + segment.length;
  }
  const kept = end > room.length / 2 ? room.slice(0, end) : room;
  return `${kept.replace(/[\s\p{P}]+$/u, "")}…`;
}

/**
 * How a name stands in an address: NFKC, lower case, runs of anything but letters and digits (of any script)
 * become `-`. Empty for a name without either.
 */
export function slugOf(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
}

/** `&`, `<`, `>`, `"` and `'` as character references: safe as HTML text and in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
