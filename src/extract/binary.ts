import { AppError } from "../base/errors.ts";
import type { Page } from "../domain/page.ts";

/** Media types that are no text, and what they are called. */
const types: readonly (readonly [RegExp, string])[] = [
  [/^image\//, "an image"],
  [/^audio\//, "audio"],
  [/^video\//, "a video"],
  [/^(?:font\/|application\/(?:x-)?font)/, "a font"],
  [/^application\/(?:x-)?pdf$/, "a PDF document"],
  [
    /^application\/(?:msword|rtf|epub\+zip|vnd\.(?:ms-|openxmlformats|oasis\.opendocument))/,
    "an office document",
  ],
  [/^application\/(?:x-)?(?:zip|gzip|bzip2?|tar|xz|zstd|7z-compressed|rar\S*|vnd\.rar)/, "an archive"],
  [
    /^application\/(?:octet-stream|wasm|java-archive|vnd\.android|x-(?:msdownload|executable|sqlite3))/,
    "binary data",
  ],
];

/** How much of a text is looked at, in characters. */
const sample = 60_000;
/** More than one NUL in so many characters, or one other sign of bytes that are no text, and it is none. */
const rareNul = 1_000;
const rareOdd = 10;

/**
 * Refuses what is no text: throws `AppError("unreadable")` for a media type of pictures, sound, documents or archives,
 * and for a text full of controls or of replacement characters, whatever it is called.
 */
export function refuseBinary({ contentType, text }: Page): void {
  const called = types.find(([type]) => type.test(contentType))?.[1];
  if (called !== undefined) {
    const type = contentType.replace(/[^\w.+/-]/g, "").slice(0, 80);
    throw new AppError("unreadable", `The address answers with ${called} (${type}), not a page.`);
  }
  const start = text.slice(0, sample);
  const nuls = start.split("\0").length - 1;
  const odd = start.match(/[^\P{Cc}\t\n\f\r]|\ufffd/gu)?.length ?? 0;
  if (nuls * rareNul > start.length || odd * rareOdd > start.length)
    throw new AppError("unreadable", "The address answers with binary data, not a page.");
}
