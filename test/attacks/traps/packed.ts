import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { auto, filled, head, megabyte, page, pours, type Trap } from "../trap.ts";

const zeros = (megabytes: number) => Buffer.alloc(megabytes * megabyte);
const noise = (bytes: number) =>
  Buffer.from(Array.from({ length: bytes }, (_, at) => (Math.imul(at, 2_654_435_761) >>> 13) % 251));
const packed = (coding: string, body: () => Uint8Array) =>
  page("text/html", body, [`content-encoding: ${coding}`]);
/** Which limit is broken first is a matter of how the pieces come. */
const tooMuch = /more than 200 times its size|larger than 8 MB/;
const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } };

/** Bodies that are small on the wire and large, or nothing at all, once they are unpacked. */
export const packedTraps: readonly Trap[] = [
  {
    name: "a gzip bomb, 1000:1",
    read: auto,
    talk: packed("gzip", () => gzipSync(zeros(20))),
    comesTo: tooMuch,
  },
  {
    name: "a Brotli bomb",
    read: auto,
    talk: packed("br", () => brotliCompressSync(zeros(20), quick)),
    comesTo: tooMuch,
  },
  {
    name: "a gzip bomb that no header speaks of",
    read: auto,
    talk: page("application/octet-stream", () => gzipSync(zeros(20))),
    comesTo: tooMuch,
  },
  {
    name: "a gzip bomb in a gzip",
    read: auto,
    talk: packed("gzip", () => gzipSync(gzipSync(zeros(20)))),
    comesTo: /compressed twice/,
  },
  {
    name: "a hundred gzip bombs, one after the other",
    read: auto,
    talk: packed("gzip", () => {
      const one = gzipSync(zeros(1));
      return Buffer.concat(Array.from({ length: 100 }, () => one));
    }),
    comesTo: tooMuch,
  },
  {
    name: "four codings in a list",
    read: auto,
    talk: packed("gzip, br, gzip, deflate", () => gzipSync(zeros(1))),
    comesTo: /compressed more than once/,
  },
  {
    name: "four thousand codings in a list",
    read: auto,
    talk: packed("gzip,".repeat(4_000), () => gzipSync(zeros(1))),
    comesTo: /compressed more than once/,
  },
  {
    name: "two headers that name a coding",
    read: auto,
    talk: page("text/html", () => gzipSync(gzipSync("x")), [
      "content-encoding: gzip",
      "content-encoding: gzip",
    ]),
    comesTo: /compressed more than once/,
  },
  {
    name: "deflate that is not asked for and none",
    read: auto,
    talk: packed("deflate", () => Buffer.from("<p>not packed")),
    comesTo: /compressed as "deflate", which was not asked for/,
  },
  {
    name: "gzip that is none",
    read: auto,
    talk: packed("gzip", () => filled("<p>not packed")),
    comesTo: /not compressed in the way its headers say/,
  },
  {
    name: "gzip that ends in the middle",
    read: auto,
    talk: packed("gzip", () => gzipSync(noise(100_000)).subarray(0, 5_000)),
    comesTo: /ends in the middle/,
  },
  {
    name: "gzip that unpacks to nothing, for ever",
    read: auto,
    talk: pours(
      `${head}content-encoding: gzip\r\n\r\n${gzipSync("").subarray(0, 10).toString("latin1")}`,
      Buffer.alloc(60_000, Buffer.from("000000ffff", "hex")),
    ),
    comesTo: /larger than 8 MB/,
  },
];
