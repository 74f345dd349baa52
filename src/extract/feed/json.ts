/** JSON that is not well-formed, as far as it can be read. */
export interface MendedJson {
  readonly value: unknown;
  /** The text ends before the JSON does; the value it breaks off in was left out. */
  readonly isCutOff: boolean;
}

/** The text as far as it is told: what was mended, and where the rest that stands as it is starts. */
interface Told {
  readonly mended: string;
  readonly from: number;
}

/** How deep the values lie that a text can be cut behind: items are in an array in an object. */
const deepestCut = 2;
/** Deeper than anything that is read of a feed. */
const deepest = 500;

/**
 * Reads JSON that `JSON.parse` refuses: with line ends in strings, commas before a closing bracket, something behind it,
 * or cut off, which gives the values that are whole before the cut. One linear pass; null when nothing can be made of it.
 */
export function mendedJson(text: string): MendedJson | null {
  const open: string[] = [];
  let told: Told = { mended: "", from: 0 };
  let cut = "";
  let comma = -1;
  const upTo = (end: number) => told.mended + text.slice(told.from, end);
  const cutAt = (end: number) => {
    if (open.length <= deepestCut) cut = upTo(end) + open.toReversed().join("");
  };
  for (let at = next(text, 0); at < text.length; at = next(text, at + 1)) {
    const found = text[at] ?? "";
    if (found === '"') {
      const end = endOfString(text, at);
      if (end === null) break;
      const said = text.slice(at, end);
      if (hasControls(said)) told = { mended: upTo(at) + withoutControls(said), from: end };
      at = end - 1;
    } else if (found === ",") {
      comma = at;
      cutAt(at);
    } else if (found === "{" || found === "[") {
      open.push(found === "{" ? "}" : "]");
      if (open.length > deepest) return null;
    } else {
      if (comma >= 0 && text.slice(comma + 1, at).trim() === "")
        told = { mended: upTo(comma), from: comma + 1 };
      if (open.pop() !== found) return null;
      if (open.length === 0) return parsed(upTo(at + 1), false);
      cutAt(at + 1);
    }
    if (found !== ",") comma = -1;
  }
  return parsed(cut, true);
}

function parsed(text: string, isCutOff: boolean): MendedJson | null {
  try {
    return { value: JSON.parse(text), isCutOff };
  } catch {
    return null;
  }
}

const sign = /["{}[\],]/g;

/** Where the next sign that means something is; the length of the text when there is none. */
function next(text: string, from: number): number {
  sign.lastIndex = from;
  return sign.exec(text)?.index ?? text.length;
}

/** Index behind a string that starts at `from`; null when it does not end. */
function endOfString(text: string, from: number): number | null {
  for (let at = from + 1; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') return at + 1;
    if (sign === "\\") at += 1;
  }
  return null;
}

function hasControls(text: string): boolean {
  return /[^\u0020-\uffff]/.test(text);
}

/** What JSON wants to be escaped in strings (RFC 8259 §7). */
function withoutControls(text: string): string {
  return text.replace(/[^\u0020-\uffff]/g, (control) => JSON.stringify(control).slice(1, -1));
}
