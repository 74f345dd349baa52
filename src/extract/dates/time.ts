import type { TimeOfDay } from "./moment.ts";
import { numberPattern, readNumber } from "./words.ts";

/** A time of day found in a text, and the index behind it. */
export interface FoundTime extends TimeOfDay {
  readonly end: number;
}

const lead = "[\\s,·|\\-–—]{0,4}(?:(?:um|at|à|às|om|kl\\.?|a las?|alle(?:\\sore)?|ore|@)\\s{0,2})?";
const latin = new RegExp(
  `(?:T|${lead})(\\d{1,2})(?::(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?|\\s?h\\s?(\\d{2})(?:\\s?min(?:\\s(\\d{2})\\s?s)?)?|\\.(\\d{2})(?=\\s?Uhr))(?![\\d:])\\s?([ap])?(?:\\.?\\s?m\\b\\.?)?(?:\\s?Uhr)?`,
  "iuy",
);
const cjk = new RegExp(
  `[\\s,]{0,3}(上午|下午|晚上|凌晨|清晨|早上|早晨|中午|傍晚|午前|午後|오전|오후|AM|PM)?\\s?(${numberPattern})(?:[时時点點시]|:(?=\\d))\\s?(?:(半)|(${numberPattern})(?:[分분]|(?!\\d))(?:\\s?(${numberPattern})[秒초]|:(\\d{2}))?)?`,
  "uy",
);
const zone =
  /\s?(?:(?:UTC|GMT)\s?)?([+-])(\d{2}):?(\d{2})?(?!\d)(?:\s?\(?(?:UTC|GMT|[A-Z]{3,4})\)?)?|\s?\(?([A-Z]{1,4})\)?(?![\p{L}\d])/uy;

const offsets: Readonly<Record<string, number>> = {
  Z: 0,
  UT: 0,
  UTC: 0,
  GMT: 0,
  WET: 0,
  EST: -5,
  EDT: -4,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CST: -6,
  CET: 1,
  CEST: 2,
  WEST: 1,
  MEZ: 1,
  MESZ: 2,
  BST: 1,
  EET: 2,
  EEST: 3,
  MSK: 3,
  HKT: 8,
  JST: 9,
  KST: 9,
};

/** The time of day that starts at `from` (after at most a comma, a dash or "at"), or null. */
export function timeAt(text: string, from: number): FoundTime | null {
  return latinTime(text, from) ?? cjkTime(text, from);
}

function latinTime(text: string, from: number): FoundTime | null {
  latin.lastIndex = from;
  const match = latin.exec(text);
  if (match === null) return null;
  const [, hours = "", minutes, seconds, fraction = "0", hMinutes, hSeconds, dotMinutes, half] = match;
  const hour = Number(hours);
  const zoned = zoneAt(text, from + match[0].length);
  return {
    hour: half === undefined ? hour : (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0),
    minute: Number(minutes ?? hMinutes ?? dotMinutes),
    second: Number(seconds ?? hSeconds ?? 0),
    ms: Math.floor(Number(`0.${fraction}`) * 1000),
    offsetMinutes: zoned?.offsetMinutes ?? null,
    end: zoned?.end ?? from + match[0].length,
  };
}

function cjkTime(text: string, from: number): FoundTime | null {
  cjk.lastIndex = from;
  const match = cjk.exec(text);
  const hour = readNumber(match?.[2] ?? "");
  if (match === null || hour === null || hour > 24) return null;
  return {
    hour: hourOf(hour, match[1] ?? ""),
    minute: match[3] === "半" ? 30 : (readNumber(match[4] ?? "") ?? 0),
    second: readNumber(match[5] ?? match[6] ?? "") ?? 0,
    ms: 0,
    offsetMinutes: null,
    end: from + match[0].length,
  };
}

/** An hour in its part of the day: 下午3 is 15, 凌晨12 is 0, 中午1 is 13. */
function hourOf(hour: number, part: string): number {
  if (hour === 12 && /上午|凌晨|午前|오전|AM/.test(part)) return 0;
  const isLate = /下午|晚上|傍晚|午後|오후|PM/.test(part) || (part === "中午" && hour < 3);
  return isLate && hour < 12 ? hour + 12 : hour;
}

function zoneAt(text: string, from: number): { offsetMinutes: number; end: number } | null {
  zone.lastIndex = from;
  const match = zone.exec(text);
  if (match === null) return null;
  const [all, sign, hours, minutes = "0", name] = match;
  const named = name === undefined ? undefined : offsets[name];
  if (name !== undefined && named === undefined) return null;
  const size = named === undefined ? Number(hours) * 60 + Number(minutes) : named * 60;
  return { offsetMinutes: sign === "-" ? -size : size, end: from + all.length };
}
