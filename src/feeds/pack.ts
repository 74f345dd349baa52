import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants, gunzip, gzip } from "node:zlib";
import { errnoOf } from "../base/errors.ts";
import type { Coding } from "../domain/shelf.ts";

/** What the names of packed forms end with, where web servers look for them (`gzip_static`, `precompressed`). */
export const endings: Readonly<Record<Coding, string>> = { br: ".br", gzip: ".gz" };

const [toBrotli, toGzip] = [promisify(brotliCompress), promisify(gzip)];
const [fromBrotli, fromGzip] = [promisify(brotliDecompress), promisify(gunzip)];

/** From here on up brotli takes five times as long for the last percent, and gzip twice as long. */
const [quality, level] = [5, 6];

/** The same bytes give the same packed bytes: gzip's header tells no time (RFC 1952 §2.3.1, MTIME 0). */
export function pack(coding: Coding, bytes: Buffer): Promise<Buffer> {
  switch (coding) {
    case "br":
      return toBrotli(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: quality,
          [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      });
    case "gzip":
      return toGzip(bytes, { level });
    default:
      return coding satisfies never;
  }
}

/** Whether `packed` is a form of `bytes` and of nothing else. It is not unpacked further than they are long. */
export async function isPacked(coding: Coding, packed: Buffer, bytes: Buffer): Promise<boolean> {
  const unpack = coding === "br" ? fromBrotli : fromGzip;
  try {
    return (await unpack(packed, { maxOutputLength: Math.max(1, bytes.length) })).equals(bytes);
  } catch (thrown) {
    if (errnoOf(thrown) === null) throw thrown;
    return false;
  }
}
