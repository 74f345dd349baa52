/** Checks of single values: each gives the class of what is wrong with it, or null. */

const scheme = /^([a-z][a-z\d+.-]*):/i;
const uriCharacters = /^[\w;/?:@&=+$.\-!~*'()%,#]*$/;
const registered = new Set("http https ftp mailto tag urn news nntp tel file data xmpp".split(" "));

/** An address (RFC 3986); `isWhole` where a relative one will not do. */
export function uriFault(value: string, isWhole: boolean): string | null {
  const kind = scheme.exec(value)?.[1]?.toLowerCase();
  if (kind === "tag") return isTag(value) ? null : "InvalidTAG";
  if (kind === "urn")
    return /^urn:[a-z\d][a-z\d-]{1,31}:[\w()+,.:=@;$!*'%/?#~&-]+$/i.test(value) ? null : "InvalidURN";
  if (isWhole && (kind === undefined || !/^[^:]+:(?:\/\/)?[^/]/.test(value))) return "InvalidFullLink";
  // An address in brackets is taken where a relative one would be too, and nowhere else.
  const bare = isWhole ? value : value.replace(/^(https?:)?\/\/\[[\da-f:]+\]/i, "");
  if (!uriCharacters.test(bare))
    return /[^\w;/?:@&=+$.\-!~*'()%,#\u0080-\uffff]/.test(bare) ? "InvalidUriChar" : "InvalidIRI";
  if (kind === "http" || kind === "ftp") return /^\w+:\/\/[^/]/.test(value) ? null : "InvalidLink";
  return kind !== undefined && /^[a-z]+$/.test(kind) && !registered.has(kind)
    ? "SchemeNotIANARegistered"
    : null;
}

/** A tag URI (RFC 4151 §2.1). */
function isTag(value: string): boolean {
  return /^tag:(?:[a-z\d._-]+@)?[a-z\d.-]+,\d{4}(?:-\d\d(?:-\d\d)?)?:[\w;/?:@&=+$.\-!~*'()%,]*(?:#[\w;/?:@&=+$.\-!~*'()%,]*)?$/.test(
    value,
  );
}

/** Whether an id is written as its canonical form: identities are compared letter by letter (RFC 4287 §4.2.6.1). */
export function isCanonical(value: string): boolean {
  if (/%[a-f\d]?[a-f]|%[a-f][a-f\d]/.test(value)) return false;
  if (!/^https?:/i.test(value)) return true;
  return URL.canParse(value) && new URL(value).href === value;
}

/** An address of a file at a domain: what an enclosure has (RSS 2.0, `enclosure`). */
export function isDomainUrl(value: string): boolean {
  return (
    /^https?:\/\/(?:(?:\d{1,3}\.){3}|(?:[a-z\d-]+\.)+)[a-z\d][a-z\d-]*(?::\d+)?(?:\/|$)/i.test(value) &&
    uriFault(value, true) === null
  );
}

export const isMime = (value: string) =>
  /^[^\s()<>,;:\\"/[\]?=]+\/[^\s()<>,;:\\"/[\]?=]+(?:\s*;.*)?$/.test(value);
export const isCount = (value: string) => /^\s*\+?\d+\s*$/.test(value);
export const isPositive = (value: string) => isCount(value) && Number(value) > 0;
/** The first part of a language tag is a code of ISO 639. */
export const isLanguage = (value: string) => /^[a-z]{2,3}(?:-.+)?$/i.test(value);

/** A date (RFC 3339 §5.6) that can be: not before 1990, not ahead of `now`. */
export function rfc3339Fault(value: string, now: number): string | null {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d(?:\.\d*)?)(?:Z|[+-]\d\d:\d\d)$/.exec(value);
  const [, day = "", hour, minute, second] = match ?? [];
  if (match === null || !isDay(day) || Number(hour) > 23 || Number(minute) > 60 || Number(second) > 60)
    return "InvalidRFC3339Date";
  return isPlausible(Date.parse(value), now) ? null : "ImplausibleDate";
}

function isDay(day: string): boolean {
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

function isPlausible(at: number, now: number): boolean {
  return at >= Date.UTC(1990, 0, 1) && at <= now + 600_000;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const days = "Sun Mon Tue Wed Thu Fri Sat".split(" ");

/** A date as mail has it, with four digits for the year (RFC 2822 §3.3). */
export function rfc822Fault(value: string, now: number): string | null {
  const strict =
    /^(?:(\w{3}), )?(\d\d?) (\w{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? (?:[+-]\d\d[03]0|[A-Z]{2,3}|Z)$/.exec(
      value,
    );
  if (strict === null)
    return /^(?:\w{3}\s*,\s*)?\d\d?\s+\w{3}\s+\d\d(?:\d\d)?\s+\d\d:\d\d(?::\d\d)?\s+\S+$/.test(value)
      ? "ProblematicalRFC822Date"
      : "InvalidRFC2822Date";
  const [, weekday, day, month = "", year] = strict;
  const number = months.indexOf(month);
  const date = new Date(Date.UTC(Number(year), number, Number(day)));
  if (number === -1 || date.getUTCDate() !== Number(day)) return "InvalidRFC2822Date";
  if (weekday !== undefined && days[date.getUTCDay()] !== weekday) return "IncorrectDOW";
  return isPlausible(Date.parse(value), now) ? null : "ImplausibleDate";
}

const elementNames =
  "a abbr acronym address area article aside audio b bdi bdo big blockquote body br button caption center cite code col colgroup " +
  "data dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form frame h1 h2 h3 h4 h5 h6 " +
  "head header hr html i iframe img input ins kbd label legend li link main map mark menu meta nav noscript object ol option p " +
  "param picture pre q rp rt ruby s samp script section select small source span strike strong style sub summary sup table " +
  "tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr";
/** The elements of HTML. */
export const htmlElements = new Set(elementNames.split(" "));

/**
 * Text that is taken for markup: an end tag, or a reference, where nothing in its line says that markup characters were
 * meant as such. `isRss` asks for that wherever one of them is.
 */
export function markupFault(
  text: string,
  isMarked: boolean,
  isRss: boolean,
): "tag" | "reference" | "character" | null {
  if ([...text.matchAll(/<\/(\w+)>/g)].some(([, name = ""]) => htmlElements.has(name.toLowerCase())))
    return "tag";
  if (isMarked) return null;
  if (/&#?\w/.test(text)) return "reference";
  return isRss && /&#[x0-9]|<[/a-zA-Z]/.test(text) ? "character" : null;
}

/** Characters of windows-1252 read as Latin-1, the mark of broken decoding, or UTF-8 read as Latin-1. */
export function hasBadCharacters(text: string): boolean {
  if (/[\u0080-\u009f\ufffd]/.test(text)) return true;
  if (!/[\u00c2\u00c3][\u0080-\u00bf]/.test(text) || /[^\0-\u00ff]/.test(text)) return false;
  return !Buffer.from(text, "latin1").toString("utf8").includes("\ufffd");
}
