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
  if (!areTame(pieces.filter(({ length }) => length > 0))) return raw;
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
/** Pieces that were found tame: most are the same in every mail, and nobody writes into them. */
const tame = new WeakSet<Buffer>();

/** Only CRLF ends a line, the last one too, and no line begins with a dot. */
function areTame(pieces: readonly Buffer[]): boolean {
  return (
    pieces.at(-1)?.at(-1) === lineFeed &&
    pieces.every((piece, n) => {
      const beginsLine = n === 0 || pieces[n - 1]?.at(-1) === lineFeed;
      return isTame(piece) && !(beginsLine && piece[0] === dot);
    })
  );
}

/** As much of that as one piece shows; no line end may be cut in two. */
function isTame(piece: Buffer): boolean {
  if (tame.has(piece)) return true;
  if (piece[0] === lineFeed || piece.at(-1) === carriageReturn || piece.includes("\n.")) return false;
  let lines = 0;
  for (let at = piece.indexOf(lineFeed); at !== -1; at = piece.indexOf(lineFeed, at + 1)) {
    if (piece[at - 1] !== carriageReturn) return false;
    lines += 1;
  }
  for (let at = piece.indexOf(carriageReturn); at !== -1; at = piece.indexOf(carriageReturn, at + 1)) {
    lines -= 1;
  }
  if (lines === 0) tame.add(piece);
  return lines === 0;
}
