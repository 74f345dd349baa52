import { isAscii } from "node:buffer";
import { claimsOf, readAs } from "./charset.ts";
import { type Look, looksOf, sampleOf } from "./look.ts";

/** A body as text. */
export interface Decoded {
  readonly text: string;
  /** The charset it was read in, as the Encoding Standard calls it. */
  readonly charset: string;
  /** A sentence for the operator when something was odd, else null. */
  readonly note: string | null;
}

/**
 * Bytes to text; never throws. What the bytes can only be comes first, what somebody says about them second:
 * a byte order mark decides at once, then UTF-16 shows by its zero bytes, UTF-8 by its strict form; then the HTTP
 * header, the XML declaration and `<meta>` are tried strictly, and what fits none of them or plainly looks like
 * something else is judged by its looks. No byte order mark is left in the text.
 */
export function decodeBytes(bytes: Uint8Array, contentType: string | null): Decoded {
  return (
    byMark(bytes) ??
    byZeros(bytes) ??
    asAscii(bytes) ??
    asUtf8(bytes, contentType) ??
    byClaim(bytes, contentType)
  );
}

function byMark(bytes: Uint8Array): Decoded | null {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return markedAs("utf-8", bytes.subarray(3));
  if (first === 0xff && second === 0xfe) return markedAs("utf-16le", bytes.subarray(2));
  if (first === 0xfe && second === 0xff) return markedAs("utf-16be", bytes.subarray(2));
  return null;
}

function markedAs(charset: string, bytes: Uint8Array): Decoded {
  const text = readAs(charset, bytes, true);
  return text === null ? mended(charset, bytes) : { text, charset, note: null };
}

/** UTF-16 without a mark: in markup nearly every other byte is zero. */
function byZeros(bytes: Uint8Array): Decoded | null {
  const sample = bytes.subarray(0, 1_024);
  const zeros = [0, 0];
  sample.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  if (Math.max(even, odd) < Math.max(2, sample.length / 20) || Math.min(even, odd) * 10 > Math.max(even, odd))
    return null;
  const charset = even > odd ? "utf-16be" : "utf-16le";
  const text = readAs(charset, bytes, true);
  return text === null ? null : { text, charset, note: null };
}

const japaneseEscapes = ["\x1b$@", "\x1b$B", "\x1b(I", "\x1b(J"];

/** ISO-2022-JP is written in ASCII bytes, and so is every charset where nothing but ASCII is said. */
function asAscii(bytes: Uint8Array): Decoded | null {
  if (!isAscii(bytes)) return null;
  const plain = Buffer.from(bytes).toString("latin1");
  const isEscaped = japaneseEscapes.some((opening) => plain.includes(opening));
  const text = isEscaped ? readAs("iso-2022-jp", bytes, true) : null;
  return text === null
    ? { text: plain, charset: "utf-8", note: null }
    : { text, charset: "iso-2022-jp", note: null };
}

/**
 * UTF-8, also when it is cut off within the last character, and also when some bytes are broken: nothing else
 * looks like mostly whole UTF-8 by chance.
 */
function asUtf8(bytes: Uint8Array, contentType: string | null): Decoded | null {
  const strict = readAs("utf-8", bytes, true);
  if (strict !== null) {
    return /[\x80-\uffff]/.test(strict) ? { text: strict, charset: "utf-8", note: null } : null;
  }
  const sample = readAs("utf-8", sampleOf(bytes), false);
  const broken = sample.match(/\ufffd/g)?.length ?? 0;
  const whole = sample.match(/[\x80-\ufffc]/g)?.length ?? 0;
  const isLikely = claimsOf(bytes, contentType).includes("utf-8")
    ? whole >= broken
    : whole >= 8 && whole >= broken * 4;
  return isLikely ? mended("utf-8", bytes) : null;
}

/** What may be said against a claim. */
interface Rivals {
  readonly claims: readonly string[];
  readonly looks: readonly Look[];
  readonly bytes: Uint8Array;
}

function byClaim(bytes: Uint8Array, contentType: string | null): Decoded {
  const claims = claimsOf(bytes, contentType);
  const looks = looksOf(bytes);
  for (const charset of claims) {
    const text = charset === "utf-8" ? null : readAs(charset, bytes, true);
    if (text === null) continue;
    const asClaimed = { text, charset, note: saidOtherwise(claims[0], charset) };
    return contradicted(charset, { claims, looks, bytes }) ?? asClaimed;
  }
  const least = Math.max(0.5, (looks[0]?.score ?? 0) - 0.2);
  for (const look of looks) {
    const decoded = look.score >= least ? asLook(look, claims[0], bytes) : null;
    if (decoded !== null) return decoded;
  }
  return mended(likeliest(claims, looks), bytes);
}

/** The text in another charset than the claim, where that is plainly the better look; there a broken byte is only that. */
function contradicted(claim: string, rivals: Rivals): Decoded | null {
  const stronger = strongerThan(claim, rivals);
  return stronger === null ? null : asLook(stronger, claim, rivals.bytes);
}

/** The text in the charset it looks like: strictly, or mended where nothing else can be meant; else null. */
function asLook(
  { charset, score, characters }: Look,
  claim: string | undefined,
  bytes: Uint8Array,
): Decoded | null {
  const text = readAs(charset, bytes, true);
  if (text !== null) return { text, charset, note: saidOtherwise(claim, charset) };
  const isSure = characters >= plenty.characters && score >= plenty.score;
  return isSure ? mended(charset, bytes) : null;
}

/** So many characters, so well explained, leave no doubt: the standards share few bytes for what is written often. */
const plenty = { characters: 100, score: 0.92, lead: 0.025 } as const;

/**
 * A claim can be strictly possible and plainly wrong: every byte is a character of windows-1252, which many servers
 * claim for whatever they serve, and most pairs of bytes are characters in all of East Asia. Another claim of the same
 * page needs less evidence than a mere look. Korean syllables lie within the frequent Chinese characters, and no
 * Chinese text keeps to them.
 */
function strongerThan(claim: string, { claims, looks }: Pick<Rivals, "claims" | "looks">): Look | null {
  const own = looks.find(({ charset }) => charset === claim)?.score ?? 0.25;
  const least = claim === "windows-1252" ? 6 : 20;
  const isWithin = (charset: string) => claim === "gb18030" && charset === "euc-kr";
  const isPlain = ({ charset, score, characters }: Look) =>
    score >= own + 0.4 && (claims.includes(charset) || (score >= 0.9 && characters >= least));
  const isSure = ({ charset, score, characters }: Look) =>
    characters >= plenty.characters &&
    score >= plenty.score &&
    score >= own + (isWithin(charset) ? 0 : plenty.lead);
  return looks.find((look) => look.charset !== claim && (isPlain(look) || isSure(look))) ?? null;
}

function likeliest(claims: readonly string[], looks: readonly Look[]): string {
  const claim = looks.find(({ charset, score }) => claims.includes(charset) && score >= 0.3);
  const look = looks.find(({ score }) => score >= 0.3);
  const stronger = claim === undefined ? null : strongerThan(claim.charset, { claims, looks });
  return stronger?.charset ?? claim?.charset ?? look?.charset ?? claims[0] ?? "windows-1252";
}

function mended(charset: string, bytes: Uint8Array): Decoded {
  return { text: readAs(charset, bytes, false), charset, note: replaced(charset) };
}

function replaced(charset: string): string {
  return `Some bytes are not ${charset}; they were replaced.`;
}

function saidOtherwise(claim: string | undefined, charset: string): string | null {
  if (claim === charset) return null;
  return claim === undefined
    ? `The page does not say its charset; it was read as ${charset}.`
    : `The page says ${claim}, but it is written in ${charset}.`;
}
