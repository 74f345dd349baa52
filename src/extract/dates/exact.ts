import { type DateContext, type Dated, momentOf } from "./moment.ts";

const iso = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(Z|[+-]\d\d:?\d\d)$/i;
const rfc822 =
  /^(?:[a-z]{3}, )?(\d{1,2}) (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? (GMT|UTC|UT|Z|[+-]\d{4})$/i;
const months = "janfebmaraprmayjunjulaugsepoctnovdec";

const isoDay = /^(\d{4})-(\d\d)-(\d\d)$/;

/**
 * A date as machines write it, in full: ISO 8601 with its zone or as a day alone, RFC 822 with a zone in numbers or Greenwich's. Nearly
 * all of a feed's are; they need not be searched for in all the ways people write. Null for any other.
 */
export function exactDate(text: string, context: DateContext): Dated | null {
  const long = iso.exec(text);
  if (long !== null) {
    const [, year, month, day, hour, minute, second = "0", fraction = "", zone = ""] = long;
    const date = { year: Number(year), month: Number(month), day: Number(day) };
    return at(date, [hour, minute, second], Number(fraction.padEnd(3, "0").slice(0, 3)), zone, context);
  }
  const plain = isoDay.exec(text);
  if (plain !== null) {
    return momentOf(
      { year: Number(plain[1]), month: Number(plain[2]), day: Number(plain[3]) },
      null,
      context,
    );
  }
  const mail = rfc822.exec(text);
  if (mail === null) return null;
  const [, day, month = "", year, hour, minute, second = "0", zone = ""] = mail;
  const date = {
    year: Number(year),
    month: months.indexOf(month.toLowerCase()) / 3 + 1,
    day: Number(day),
  };
  return at(date, [hour, minute, second], 0, zone, context);
}

function at(
  date: Parameters<typeof momentOf>[0],
  time: readonly (string | undefined)[],
  ms: number,
  zone: string,
  context: DateContext,
): Dated | null {
  const [hour = 0, minute = 0, second = 0] = time.map(Number);
  return momentOf(date, { hour, minute, second, ms, offsetMinutes: offsetOf(zone) }, context);
}

function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  const offset = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === "-" ? -offset : offset;
}
