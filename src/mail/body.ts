/** A text as it is sent, with places where each mail has a word of its own. */
export interface Body {
  /** RFC 2045 §6. */
  readonly encoding: "quoted-printable" | "base64";
  /** The encoded bytes in pieces, with a line end after the last; a piece is not to be written to. */
  fill(words: Readonly<Record<string, string>>): readonly Buffer[];
}

/** What stands in a text where a word belongs, by the word's name. */
export type Places = Readonly<Record<string, string>>;

type Part = { readonly said: string } | { readonly word: string };

/**
 * Encodes a text once, so that filling it costs little more than a copy: quoted-printable where that is shorter,
 * base64 else. Words stand on lines of their own between lines that never change. There are no two white spaces
 * in a row in what comes out, and none at the end of a line: nothing that a relay could mend.
 */
export function encodeBody(text: string, places: Places): Body {
  const canonical = text.replace(/\r\n?|\n/g, "\r\n");
  const parts = cutAt(canonical, places);
  const bytes = Buffer.from(parts.map((part) => ("said" in part ? part.said : "")).join(""));
  const marked = bytes.reduce((sum, byte) => sum + (byte > 126 || byte === 61 ? 1 : 0), 0);
  return 2 * marked < bytes.length / 3 ? quotedPrintable(parts) : base64(parts);
}

function cutAt(text: string, places: Places): readonly Part[] {
  const names = new Map(Object.entries(places).map(([name, place]) => [place, name]));
  if (names.size === 0) return [{ said: text }];
  return text.split(new RegExp(`(${[...names.keys()].join("|")})`, "u")).map((piece): Part => {
    const word = names.get(piece);
    return word === undefined ? { said: piece } : { word };
  });
}

function wordOf(words: Readonly<Record<string, string>>, name: string): string {
  const word = words[name];
  if (word === undefined) throw new Error(`there is no word for "${name}"`);
  return word;
}

function quotedPrintable(parts: readonly Part[]): Body {
  const last = parts.length - 1;
  const made = parts.map((part, n) => {
    if ("word" in part) return part;
    const lines = quoted(part.said, n === last);
    const before = n === 0 || (n === last && lines === "") || lines.startsWith("\r\n") ? "" : softBreak;
    const after = n === last || lines === "" || lines.endsWith("\r\n") ? "" : softBreak;
    return Buffer.from(`${before}${lines}${after}${n === last ? "\r\n" : ""}`, "latin1");
  });
  return {
    encoding: "quoted-printable",
    fill: (words) =>
      made.map((part) =>
        Buffer.isBuffer(part) ? part : Buffer.from(quoted(wordOf(words, part.word), false), "latin1"),
      ),
  };
}

const softBreak = "=\r\n";
/** Of the 76 characters of a line, one is for the soft break. */
const room = 75;

/** Quoted-printable (RFC 2045 §6.7) that begins and ends a line; `isEnd` where a line end follows. */
function quoted(text: string, isEnd: boolean): string {
  return Buffer.from(text)
    .toString("latin1")
    .replace(/[^\r\n !-<>-~]|(?<=[ \t]) | (?=\r\n)/g, hex)
    .replace(/ $/, isEnd ? "=20" : " ")
    .split("\r\n")
    .map(folded)
    .join("\r\n");
}

function hex(byte: string): string {
  return `=${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

// No row begins with a dot, which on the wire (RFC 5321 §4.5.2) would have to be doubled.
function folded(line: string): string {
  const rows: string[] = [];
  for (let rest = line; rest !== ""; ) {
    const safe = rest.replace(/^\./, "=2E");
    const sign = safe.length > room ? safe.lastIndexOf("=", room - 1) : -1;
    const end = sign > room - 3 ? sign : room;
    rows.push(safe.slice(0, end));
    rest = safe.slice(end);
  }
  return rows.join(softBreak);
}

/** A piece of a text in base64, for one of the three ways in which what comes before it may end. */
interface Aligned {
  /** The bytes that make the group before it whole. */
  readonly head: Buffer;
  readonly lines: Buffer;
  /** The bytes, at most two, that begin a group. */
  readonly rest: Buffer;
}

function base64(parts: readonly Part[]): Body {
  const made = parts.map((part) => ("word" in part ? part : alignments(Buffer.from(part.said))));
  return {
    encoding: "base64",
    fill: (words) => {
      const out: Buffer[] = [];
      let open: Buffer = nothing;
      for (const part of made) {
        if ("word" in part) {
          open = Buffer.concat([open, Buffer.from(wordOf(words, part.word))]);
          continue;
        }
        const { head, lines, rest } = part[open.length % 3] ?? none;
        open = Buffer.concat([open, head]);
        if (open.length % 3 !== 0) continue;
        out.push(linesOf(open), lines);
        open = rest;
      }
      return [...out, linesOf(open)];
    },
  };
}

const nothing = Buffer.alloc(0);
const none: Aligned = { head: nothing, lines: nothing, rest: nothing };

function alignments(bytes: Buffer): readonly Aligned[] {
  return [0, 2, 1].map((missing) => {
    const end = bytes.length - ((bytes.length - missing) % 3);
    return bytes.length < missing
      ? { ...none, head: bytes }
      : {
          head: bytes.subarray(0, missing),
          lines: linesOf(bytes.subarray(missing, end)),
          rest: bytes.subarray(end),
        };
  });
}

/** Base64 (RFC 2045 §6.8) in lines of at most 76 characters, each with its end. */
function linesOf(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("base64").replace(/.{1,76}/g, "$&\r\n"), "latin1");
}
