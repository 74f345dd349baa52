import { escapeHtml, squash, visible } from "../base/text.ts";
import { safeHttpUrl } from "../base/url.ts";

/** What XML 1.0 §2.2 does not know or advises against (controls, noncharacters), and the mark of broken decoding. */
const unwritable = /(?![\t\n])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\ufffd]/gu;

/** `text` as XML may hold it: without controls (but tab and line feed), lone surrogates and noncharacters. */
export function xmlText(text: string): string {
  return cleared(text, (one) => one.replace(/\r\n?/g, "\n").replace(unwritable, ""));
}

/** `text` with nothing in it that cannot be seen. */
export function plainText(text: string): string {
  return cleared(text, visible).trim();
}

/** `text` on one line, with nothing in it that cannot be seen: a title, a name. May come out empty. */
export function oneLine(text: string): string {
  return squash(plainText(text));
}

/** `text` decoded and cleaned: what is taken out of it may have kept apart what belongs together. */
function cleared(text: string, clean: (text: string) => string): string {
  const next = clean(decoded(text));
  return next === text ? text : cleared(next, clean);
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** UTF-8 that was taken for Latin-1 on its way (`CafÃ©`) as it was meant; any other text as it is. */
function decoded(text: string): string {
  if (!/[\u00c2\u00c3][\u0080-\u00bf]/.test(text) || /[^\0-\u00ff]/.test(text)) return text;
  try {
    return strictUtf8.decode(Buffer.from(text, "latin1"));
  } catch {
    return text;
  }
}

/** `text` on one line, as a name that nobody takes for markup: an end tag in it is pulled apart. */
export function nameOf(text: string): string {
  return oneLine(text).replace(/<(?=\/\w)/g, "< ");
}

/** Plain text as markup: a paragraph between empty lines, a break at each other line end. Empty for blank text. */
export function paragraphs(text: string): string {
  return plainText(text)
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => `<p>${escapeHtml(part).replaceAll("\n", "<br>")}</p>`)
    .join("\n");
}

/**
 * An address as feeds hold it: absolute http(s), only characters that RFC 3986 §2 knows, or null. Browsers let
 * `|`, `[` or a stray `%` pass in a path; strict readers do not.
 */
export function uri(candidate: string | null): string | null {
  const safe = safeHttpUrl(candidate);
  if (safe === null) return null;
  const { origin, pathname, search, hash } = new URL(safe);
  const strict = (part: string) =>
    part
      .replace(/%(?![\da-f]{2})/gi, "%25")
      .replace(/[^\w\-.~!$&'()*+,;=:@/?%]/g, (mark) => encodeURIComponent(mark));
  return `${origin}${strict(pathname)}${strict(search)}${hash === "" ? "" : `#${strict(hash.slice(1))}`}`;
}

/** An address of somebody else, as `uri` writes it; null where its host is a bare IPv6 address, which no validator takes. */
export function foreignUri(candidate: string | null): string | null {
  const url = uri(candidate);
  return url?.includes("//[") ? null : url;
}

/** The name in `Name <mail>` or `mail (Name)`, without any mail address; null where there is none. */
export function personName(author: string | null): string | null {
  const name = nameOf(oneLine(author ?? "").replace(/\S{1,64}@\S{1,255}/g, " "))
    .replace(/^\((.*)\)$/, "$1")
    .replace(/^"(.*)"$/, "$1")
    .trim();
  return name === "" ? null : name;
}

/** `type/subtype` in lower case (RFC 6838 §4.2), parameters gone; null when it is none. */
export function mediaType(type: string | null): string | null {
  const bare = (type ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/.test(bare) ? bare : null;
}

/** A language tag in its canonical form (BCP 47), or null. */
export function languageTag(tag: string): string | null {
  const bare = tag.trim().replaceAll("_", "-");
  return /^[a-z]{2,3}(?:-[a-z0-9]{1,8})*$/i.test(bare) && isKnown(bare)
    ? (Intl.getCanonicalLocales(bare)[0] ?? null)
    : null;
}

function isKnown(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
