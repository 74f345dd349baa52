import { decodeKorean } from "./hangul.ts";

/** Labels that are in use without being in the Encoding Standard. */
const unlisted: Readonly<Record<string, string>> = {
  cp932: "shift_jis",
  cp936: "gb18030",
  cp949: "euc-kr",
  cp950: "big5",
  ms936: "gb18030",
  ms949: "euc-kr",
  ms950: "big5",
  gb_18030: "gb18030",
  sjis_win: "shift_jis",
};

/**
 * The charset a label stands for (Encoding Standard §4.2), or null when nobody knows it. The GB family is one:
 * whatever is labelled gb2312 or gbk is read as gb18030, which contains them.
 */
export function charsetOf(label: string): string | null {
  const name = label.trim().toLowerCase();
  try {
    const { encoding } = new TextDecoder(name);
    return encoding === "gbk" ? "gb18030" : encoding;
  } catch {
    return unlisted[name] ?? null;
  }
}

/** 0x80 to 0x9F of windows-1252, which some versions of Node read as controls. */
const c1 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

/** Decoders of Node's that let some bytes pass which are no characters, and what those come out as. */
const passing = ["big5", "euc-jp", "shift_jis"];
const passed = /[\x80-\x9f\uf8f8]/g;

/**
 * `bytes` read in `charset` (a name that `charsetOf` gave). With `strict`, null when there is a byte that belongs
 * to no character; else U+FFFD stands for it. A character cut off at the very end is left out.
 */
export function readAs(charset: string, bytes: Uint8Array, strict: true): string | null;
export function readAs(charset: string, bytes: Uint8Array, strict: false): string;
export function readAs(charset: string, bytes: Uint8Array, strict: boolean): string | null {
  if (charset === "windows-1252") return readLatin(bytes);
  if (charset === "euc-kr") return decodeKorean(bytes, strict);
  try {
    const text = new TextDecoder(charset, { fatal: strict }).decode(bytes, { stream: true });
    if (!passing.includes(charset) || text.search(passed) < 0) return text;
    return strict ? null : text.replaceAll(passed, "\ufffd");
  } catch {
    return null;
  }
}

function readLatin(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes);
  for (let at = 0; at < units.length; at++) {
    const unit = units[at] ?? 0;
    if (unit >= 0x80 && unit < 0xa0) units[at] = c1.charCodeAt(unit - 0x80);
  }
  return new TextDecoder("utf-16le").decode(units);
}

/** How much of a page is looked at for a label. */
const prologue = 4_096;
/** Most claims that are heard: each may cost a reading of the whole page. */
const mostClaims = 4;

/**
 * The charsets a document claims for itself, strongest first: HTTP header, XML declaration, `<meta>` in the first
 * 4 KB, four at most. One that is written in ASCII cannot be in UTF-16, whatever it says (HTML §13.2.3.2).
 */
export function claimsOf(bytes: Uint8Array, contentType: string | null): readonly string[] {
  const head = Buffer.from(bytes.subarray(0, prologue))
    .toString("latin1")
    .replace(/<!--[\s\S]*?-->/g, "");
  const xml = /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"']{1,40})["']/i.exec(head);
  const metas = head.matchAll(/<meta\b[^>]{0,500}?\bcharset\s*=\s*["']?\s*([^\s"'>;/]{1,40})/gi);
  const inside = [xml, ...metas]
    .map((found) => charsetOf(found?.[1] ?? ""))
    .map((charset) => (charset?.startsWith("utf-16") ? "utf-8" : charset));
  const outside = /;\s*charset\s*=\s*["']?\s*([^\s"';,]{1,40})/i.exec(contentType ?? "");
  const claims = [charsetOf(outside?.[1] ?? ""), ...inside];
  return [...new Set(claims.filter((charset) => charset !== null))].slice(0, mostClaims);
}
