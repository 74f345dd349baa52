import { Readable, Transform } from "node:stream";
import type { Joiner } from "../base/bytes.ts";

const finalDot = Buffer.from(".\r\n");

/**
 * A mail as the library sends it. The library looks at every byte for lines that begin with a dot and for line ends
 * that are none (RFC 5321 §4.5.2, §2.3.8), which costs more than everything else about a mail; where there are none,
 * as in everything that we encode, the bytes go out as they are, with their final dot. They lie in `memory`.
 */
export function outgoing(pieces: readonly Buffer[], memory: Joiner): Buffer | Readable {
  const whole = memory.join([...pieces, finalDot]);
  const raw = whole.subarray(0, -finalDot.length);
  if (!isTame(raw)) return raw;
  const source = new Readable({
    read() {
      this.push(raw);
      this.push(null);
    },
  });
  const pipe = source.pipe.bind(source);
  source.pipe = (wire, options) => {
    if (!(wire instanceof Transform)) return pipe(wire, options);
    wire._transform = (chunk: Buffer, _, done) => done(null, chunk);
    wire._flush = (done) => done();
    wire.end(whole);
    return wire;
  };
  return source;
}

const [lineFeed, carriageReturn, dot] = [10, 13, 46];

/** Only CRLF ends a line, the last one too, and no line begins with a dot. */
function isTame(raw: Buffer): boolean {
  if (raw[0] === dot || raw.at(-1) !== lineFeed || raw.includes("\n.")) return false;
  let lines = 0;
  for (let at = raw.indexOf(lineFeed); at !== -1; at = raw.indexOf(lineFeed, at + 1)) {
    if (raw[at - 1] !== carriageReturn) return false;
    lines += 1;
  }
  for (let at = raw.indexOf(carriageReturn); at !== -1; at = raw.indexOf(carriageReturn, at + 1)) lines -= 1;
  return lines === 0;
}
