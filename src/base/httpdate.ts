import type { Instant } from "./clock.ts";

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const fixdate = /^\w{3}, (\d\d?) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC)$/i;
const rfc850 = /^\w{6,9}, (\d\d)-(\w{3})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/i;
const asctime = /^\w{3} (\w{3}) {1,2}(\d\d?) (\d\d):(\d\d):(\d\d) (\d{4})$/i;

/** An HTTP date in any of its three forms (RFC 9110 §5.6.7), or null. */
export function httpDate(written: string | null): Instant | null {
  const text = (written ?? "").trim();
  const long = fixdate.exec(text) ?? rfc850.exec(text);
  if (long !== null) {
    const [, day, month, year, hours, minutes, seconds] = long;
    return instant(fullYear(year), month, day, [hours, minutes, seconds]);
  }
  const short = asctime.exec(text);
  if (short === null) return null;
  const [, month, day, hours, minutes, seconds, year] = short;
  return instant(fullYear(year), month, day, [hours, minutes, seconds]);
}

function fullYear(written = ""): number {
  if (written.length === 4) return Number(written);
  return Number(written) + (Number(written) < 70 ? 2000 : 1900);
}

function instant(
  year: number,
  month = "",
  day: string | undefined,
  time: readonly (string | undefined)[],
): Instant | null {
  const index = months.indexOf(month.toLowerCase());
  const [hours, minutes, secs] = time.map(Number);
  const at = Date.UTC(year, index, Number(day), hours, minutes, secs);
  return index < 0 || Number.isNaN(at) ? null : at;
}
