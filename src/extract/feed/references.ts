import { parseDocument } from "htmlparser2";

const reference = /&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});/g;

/**
 * Text with its character references as the characters they mean: those of XML, of HTML (which XML does not know), and
 * numbers, of which 128 to 159 are meant as in windows-1252. What means nothing, a bare `&` too, stays as it is
 * written; nothing that a document declares is expanded, and no result is read again.
 */
export function dereferenced(text: string): string {
  return text.includes("&") ? text.replace(reference, meaning) : text;
}

/** What one reference (`&amp;`, `&#38;`) means; itself when it means nothing. */
export function meaning(written: string): string {
  const said = known.get(written);
  if (said !== undefined) return said;
  const meant = written[1] === "#" ? numbered(written) : named(written);
  if (known.size < mostKnown) known.set(written, meant);
  return meant;
}

const known = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&apos;", "'"],
]);
/** More than anybody uses; what is made up must not fill the memory. */
const mostKnown = 10_000;

function named(written: string): string {
  const node = parseDocument(written).children[0];
  return node !== undefined && "data" in node ? node.data : written;
}

/** What windows-1252 has from 128 on, where Unicode has controls; Node's own decoder leaves them controls. */
const windows1252 = [..."€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ"];

/** The character that windows-1252 has at a place where Unicode has a control (128 to 159). */
export function fromWindows1252(code: number): string {
  return windows1252[code - 0x80]?.trim() ?? "";
}

function numbered(written: string): string {
  const code = /^&#x/i.test(written) ? Number.parseInt(written.slice(3), 16) : Number(written.slice(2, -1));
  if (code > 0x10_ff_ff || (code >= 0xd8_00 && code < 0xe0_00)) return "";
  if (code >= 0x80 && code < 0xa0) return fromWindows1252(code);
  // Controls mean nothing and are not allowed in XML 1.0 (§2.2).
  return code < 32 && code !== 9 && code !== 10 && code !== 13 ? "" : String.fromCodePoint(code);
}
