/** How much a page looks as if it were written in a charset. */
export interface Look {
  readonly charset: string;
  /** 0 (not at all) to 1 (nothing speaks against it). */
  readonly score: number;
  /** How many characters the score rests on. */
  readonly characters: number;
}

/** One character beyond ASCII: how many bytes it takes, and what it says for the charset; null says nothing. */
interface Character {
  readonly length: number;
  readonly grade: number | null;
  readonly isKana?: boolean;
}

/** Reads the character at `at`; null when there is none in this charset. */
type Reader = (bytes: Uint8Array, at: number) => Character | null;

const frequent = 1;
const seldom = 0.1;

const sampleBytes = 32 * 1_024;

/** The part of a page that is judged: 32 KB from the first byte beyond ASCII on, and the byte before that. */
export function sampleOf(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  return bytes.subarray(Math.max(0, first - 1), Math.max(0, first) + sampleBytes);
}

/**
 * The charsets that pages without a label are in, the best look first. The frequent characters of the East Asian
 * standards stand together (level 1 of GB 2312, Big5 and JIS X 0208; the syllables of KS X 1001), so a page read in
 * the wrong charset shows by how many of its characters are rare ones. Of equals the first listed wins.
 */
export function looksOf(bytes: Uint8Array): readonly Look[] {
  const sample = sampleOf(bytes);
  const looks = Object.entries(readers).map(([charset, read]) => judge(charset, sample, read));
  return looks.sort((a, b) => b.score - a.score);
}

function judge(charset: string, bytes: Uint8Array, read: Reader): Look {
  let [characters, sum, kana] = [0, 0, 0];
  for (let at = 0; at < bytes.length; at++) {
    if ((bytes[at] ?? 0) < 0x80) continue;
    const character = read(bytes, at);
    if (character === null) {
      if (at >= bytes.length - 3) break;
      characters++;
      sum -= 2;
      continue;
    }
    at += character.length - 1;
    if (character.isKana) kana++;
    if (character.grade === null) continue;
    characters++;
    sum += character.grade;
  }
  const isJapanese = charset === "shift_jis" || charset === "euc-jp";
  const share = characters === 0 ? 0 : Math.max(0, sum / characters);
  return { charset, characters, score: isJapanese && kana === 0 ? share / 2 : share };
}

/** The characters of a charset whose every character beyond ASCII takes two bytes. */
function pairs(grade: (lead: number, trail: number) => Omit<Character, "length"> | null): Reader {
  return (bytes, at) => {
    const trail = bytes[at + 1];
    const found = trail === undefined ? null : grade(bytes[at] ?? 0, trail);
    return found === null ? null : { ...found, length: 2 };
  };
}

function isIn(byte: number, from: number, to: number): boolean {
  return byte >= from && byte <= to;
}

const eucKr = pairs((lead, trail) => {
  if (!isIn(trail, 0xa1, 0xfe)) return isIn(lead, 0x81, 0xc6) && trail >= 0x41 ? { grade: seldom } : null;
  if (isIn(lead, 0xa1, 0xa3)) return { grade: null };
  return isIn(lead, 0xa4, 0xfd) ? { grade: isIn(lead, 0xb0, 0xc8) ? frequent : seldom } : null;
});

const big5 = pairs((lead, trail) => {
  if (!isIn(lead, 0x81, 0xfe) || !(isIn(trail, 0x40, 0x7e) || isIn(trail, 0xa1, 0xfe))) return null;
  if (isIn(lead, 0xa1, 0xa3)) return { grade: null };
  return { grade: isIn(lead, 0xa4, 0xc6) ? frequent : seldom };
});

const eucJp: Reader = (bytes, at) => {
  const lead = bytes[at] ?? 0;
  const trail = bytes[at + 1] ?? 0;
  if (lead === 0x8f) return { length: 3, grade: seldom };
  if (lead === 0x8e) return isIn(trail, 0xa1, 0xdf) ? { length: 2, grade: seldom } : null;
  if (!isIn(lead, 0xa1, 0xf4) || !isIn(trail, 0xa1, 0xfe)) return null;
  if (isIn(lead, 0xa1, 0xa3)) return { length: 2, grade: null };
  const isKana = isIn(lead, 0xa4, 0xa5);
  return { length: 2, isKana, grade: isKana || isIn(lead, 0xb0, 0xcf) ? frequent : seldom };
};

const shiftJis: Reader = (bytes, at) => {
  const lead = bytes[at] ?? 0;
  const trail = bytes[at + 1] ?? 0;
  if (isIn(lead, 0xa1, 0xdf)) return { length: 1, grade: seldom };
  if (!isIn(lead, 0x81, 0xfc) || lead === 0xa0 || !isIn(trail, 0x40, 0xfc) || trail === 0x7f) return null;
  const isKana = (lead === 0x82 && trail >= 0x9f) || (lead === 0x83 && trail <= 0x96);
  if (lead === 0x81 || (lead === 0x82 && !isKana)) return { length: 2, grade: null };
  return { length: 2, isKana, grade: isKana || isIn(lead, 0x88, 0x98) ? frequent : seldom };
};

const gb18030: Reader = (bytes, at) => {
  const lead = bytes[at] ?? 0;
  const trail = bytes[at + 1] ?? 0;
  if (!isIn(lead, 0x81, 0xfe)) return null;
  if (isIn(trail, 0x30, 0x39)) {
    return isIn(bytes[at + 2] ?? 0, 0x81, 0xfe) && isIn(bytes[at + 3] ?? 0, 0x30, 0x39)
      ? { length: 4, grade: seldom }
      : null;
  }
  if (!isIn(trail, 0x40, 0xfe) || trail === 0x7f) return null;
  if (isIn(lead, 0xa1, 0xa3)) return { length: 2, grade: null };
  if (trail < 0xa1) return { length: 2, grade: 0 };
  return { length: 2, grade: isIn(lead, 0xb0, 0xd7) ? frequent : seldom };
};

/** Letters with accents and typographic marks stand alone between ASCII letters. */
const windows1252: Reader = (bytes, at) => {
  const byte = bytes[at] ?? 0;
  const isAlone = (bytes[at - 1] ?? 0) < 0x80 && (bytes[at + 1] ?? 0) < 0x80;
  const isUsual =
    isIn(byte, 0xc0, 0xff) ||
    [0x80, 0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99].includes(byte) ||
    [0xa0, 0xa1, 0xa3, 0xa7, 0xa9, 0xab, 0xae, 0xb0, 0xb4, 0xb7, 0xbb, 0xbf].includes(byte);
  return { length: 1, grade: isAlone && isUsual ? frequent : 0 };
};

/** Cyrillic words are runs of letters, most of them small. */
const windows1251: Reader = (bytes, at) => {
  const byte = bytes[at] ?? 0;
  const isAlone = (bytes[at - 1] ?? 0) < 0x80 && (bytes[at + 1] ?? 0) < 0x80;
  if (isAlone) return { length: 1, grade: seldom };
  return { length: 1, grade: isIn(byte, 0xe0, 0xff) || byte === 0xb8 ? frequent : seldom };
};

const readers: Readonly<Record<string, Reader>> = {
  "euc-kr": eucKr,
  "euc-jp": eucJp,
  gb18030,
  big5,
  shift_jis: shiftJis,
  "windows-1252": windows1252,
  "windows-1251": windows1251,
};
