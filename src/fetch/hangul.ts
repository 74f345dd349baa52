/** Pairs of bytes to UTF-16 code units; 0 where there is no character. Made when first needed. */
let table: Uint16Array | undefined;

/**
 * Text in windows-949 (the `euc-kr` of the Encoding Standard §14.1): Node's own decoder knows only the 2,350
 * syllables of KS X 1001 and reads the others as garbage. With `strict`, null when there is a byte that belongs
 * to no character; else U+FFFD stands for it. A character cut off at the very end is left out.
 */
export function decodeKorean(bytes: Uint8Array, strict: boolean): string | null {
  table ??= makeTable();
  const units = new Uint16Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] ?? 0;
    if (lead >= 0x80) {
      const trail = bytes[at + 1];
      if (trail === undefined) break;
      const unit = table[(lead << 8) | trail] ?? 0;
      if (unit === 0 && strict) return null;
      units[length++] = unit === 0 ? 0xfffd : unit;
      if (unit !== 0 || trail >= 0x80) at++;
    } else {
      units[length++] = lead;
    }
  }
  return new TextDecoder("utf-16le").decode(units.subarray(0, length));
}

/** KS X 1001 as Node has it, and every other syllable in the order of Unicode in the cells around it. */
function makeTable(): Uint16Array {
  const made = new Uint16Array(0x10000);
  const decoder = new TextDecoder("euc-kr");
  const taken = new Set<number>();
  for (let lead = 0xa1; lead <= 0xfe; lead++) {
    for (let trail = 0xa1; trail <= 0xfe; trail++) {
      const text = decoder.decode(Uint8Array.of(lead, trail));
      const unit = text.length === 1 ? text.charCodeAt(0) : 0xfffd;
      if (unit === 0xfffd) continue;
      made[(lead << 8) | trail] = unit;
      taken.add(unit);
    }
  }
  const cells = extensionCells();
  for (let syllable = 0xac00; syllable <= 0xd7a3; syllable++) {
    if (taken.has(syllable)) continue;
    const cell = cells.next();
    if (!cell.done) made[cell.value] = syllable;
  }
  return made;
}

function* extensionCells(): Generator<number, void> {
  for (let lead = 0x81; lead <= 0xc6; lead++) {
    const last = lead < 0xa1 ? 0xfe : 0xa0;
    for (let trail = 0x41; trail <= last; trail++) {
      const isGap = (trail > 0x5a && trail < 0x61) || (trail > 0x7a && trail < 0x81);
      if (!isGap) yield (lead << 8) | trail;
    }
  }
}
