import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ordersIn } from "../../src/extract/dates/order.ts";
import { readDate } from "../../src/extract/dates.ts";
import { isLong } from "../support/long.ts";

const numRuns = isLong ? 20_000 : 300;
const zones = ["UTC", "Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "America/New_York"];
const languages =
  "en-US en-GB en-AU en-IN en-CA de de-AT de-CH fr fr-CA fr-CH es es-MX es-AR it pt-BR pt-PT nl zh-CN zh-TW ja ja-JP-u-ca-japanese ko".split(
    " ",
  );

const readAt = Date.parse("2026-01-14T04:00:00Z");
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** An instant to the second, and the zone it is told in. Dates that clocks skip or tell twice are another test's. */
const told = fc.record({
  at: fc
    .integer({ min: Date.UTC(1995, 0, 1) / 1_000, max: Date.UTC(2069, 11, 30) / 1_000 })
    .map((seconds) => seconds * 1_000),
  zone: fc.constantFrom(...zones),
});

interface Local {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

function localOf(at: number, zone: string): Local {
  const parts = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone: zone, hourCycle: "h23", weekday: "short" },
    ...{ year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric", second: "numeric" },
  }).formatToParts(at);
  const said = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return {
    ...{ year: Number(said("year")), month: Number(said("month")), day: Number(said("day")) },
    ...{ hour: Number(said("hour")), minute: Number(said("minute")), second: Number(said("second")) },
    weekday: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].indexOf(said("weekday")),
  };
}

/** The local day, hour and minute of what was read: comparable where the clock tells an hour twice. */
function shown(text: string, zone: string, language: string | null = null) {
  const read = readDate(text, { zone, readAt, order: ordersIn(() => "", language, readAt) });
  if (read === null) return null;
  const { weekday: _, ...local } = localOf(read.at, zone);
  return { ...local, isDay: read.dateOnly };
}

const han = (number: number): string => {
  const digits = "〇一二三四五六七八九";
  const ones = (n: number) => (n === 0 ? "" : digits[n]);
  if (number < 10) return digits[number] ?? "";
  const tens = Math.floor(number / 10);
  return `${tens === 1 ? "" : digits[tens]}十${ones(number % 10)}`;
};
const hanYear = (year: number) =>
  [...String(year)].map((digit) => "〇一二三四五六七八九"[Number(digit)]).join("");
const two = (number: number) => String(number).padStart(2, "0");
const of = (names: string, place: number) => [...names][place] ?? "";
const twelve = (hours: number) => (hours % 12 === 0 ? 12 : hours % 12);

function era({ year, month, day: dayOfMonth }: Local, names: readonly [string, string]): string | null {
  const n = year * 10_000 + month * 100 + dayOfMonth;
  if (n >= 20190501) return `${names[0]}${year - 2018}`;
  return n >= 19890108 ? `${names[1]}${year - 1988}` : null;
}

/** Ways to write a day, beyond those that `Intl` knows. */
const dayForms: Readonly<Record<string, (local: Local) => string>> = {
  "Chinese numerals": (l) => `${hanYear(l.year)}年${han(l.month)}月${han(l.day)}日`,
  "Chinese numerals with a weekday": (l) =>
    `${hanYear(l.year)}年${han(l.month)}月${han(l.day)}日 星期${of("日一二三四五六", l.weekday)}`,
  "Chinese with a weekday": (l) =>
    `${l.year}年${two(l.month)}月${two(l.day)}日（周${of("日一二三四五六", l.weekday)}）`,
  "Chinese, 号": (l) => `${l.year}年${l.month}月${l.day}号`,
  "years of the Republic": (l) => `民國${l.year - 1911}年${l.month}月${l.day}日`,
  "Japanese with a weekday": (l) => `${l.year}年${l.month}月${l.day}日(${of("日月火水木金土", l.weekday)})`,
  "Japanese with a long weekday": (l) =>
    `${l.year}年${l.month}月${l.day}日 ${of("日月火水木金土", l.weekday)}曜日`,
  "Japanese era": (l) => `${era(l, ["令和", "平成"])}年${l.month}月${l.day}日`,
  "Japanese era, short": (l) => `${era(l, ["R", "H"])}.${l.month}.${l.day}`,
  "Japanese with strokes": (l) =>
    `${l.year}/${two(l.month)}/${two(l.day)}(${of("日月火水木金土", l.weekday)})`,
  "full width": (l) =>
    `${l.year}年${l.month}月${l.day}日`.replace(/\d/g, (digit) =>
      String.fromCharCode(digit.charCodeAt(0) + 0xfee0),
    ),
  "Korean with a weekday": (l) => `${l.year}년 ${l.month}월 ${l.day}일 (${of("일월화수목금토", l.weekday)})`,
  "Korean with dots": (l) => `${l.year}. ${l.month}. ${l.day}. ${of("일월화수목금토", l.weekday)}요일`,
  dots: (l) => `${l.year}.${two(l.month)}.${two(l.day)}`,
  ISO: (l) => `${l.year}-${two(l.month)}-${two(l.day)}`,
};

const timeForms: Readonly<Record<string, (local: Local) => string>> = {
  plain: (l) => ` ${two(l.hour)}:${two(l.minute)}`,
  seconds: (l) => ` ${two(l.hour)}:${two(l.minute)}:${two(l.second)}`,
  "Chinese, by half days": (l) => ` ${l.hour < 12 ? "上午" : "下午"}${twelve(l.hour)}:${two(l.minute)}`,
  "Chinese, in words": (l) => ` ${l.hour}时${two(l.minute)}分`,
  "Japanese, by half days": (l) => ` ${l.hour < 12 ? "午前" : "午後"}${l.hour % 12}時${l.minute}分`,
  "Korean, by half days": (l) => ` ${l.hour < 12 ? "오전" : "오후"} ${twelve(l.hour)}:${two(l.minute)}`,
  none: () => "",
};

describe("every date comes back from how it is written", () => {
  test("in the long, medium and short forms of twenty-three ways to speak, with and without a time", () => {
    const forms = fc.record({
      language: fc.constantFrom(...languages),
      dateStyle: fc.constantFrom("full" as const, "long" as const, "medium" as const, "short" as const),
      timeStyle: fc.constantFrom(undefined, "short" as const, "medium" as const),
    });
    fc.assert(
      fc.property(told, forms, ({ at, zone }, { language, dateStyle, timeStyle }) => {
        const style = { dateStyle, ...(timeStyle && { timeStyle }), timeZone: zone };
        const written = new Intl.DateTimeFormat(language, style).format(at);
        const { weekday: _, ...local } = localOf(at, zone);
        const time = {
          hour: timeStyle ? local.hour : 0,
          minute: timeStyle ? local.minute : 0,
          second: timeStyle === "medium" ? local.second : 0,
        };
        expect({ written, ...shown(written, zone, language) }).toEqual({
          written,
          ...{ ...local, ...time, isDay: timeStyle === undefined },
        });
      }),
      { numRuns },
    );
  });

  test("in numerals, eras, weekdays and half days of China, Taiwan, Japan and Korea", () => {
    const forms = fc.tuple(
      fc.constantFrom(...Object.keys(dayForms)),
      fc.constantFrom(...Object.keys(timeForms)),
    );
    fc.assert(
      fc.property(told, forms, ({ at, zone }, [dayForm, timeForm]) => {
        const { weekday, ...local } = localOf(at, zone);
        const time = timeForms[timeForm]?.({ ...local, weekday }) ?? "";
        const written = `${dayForms[dayForm]?.({ ...local, weekday })}${time}`;
        const isDay = time === "";
        const hours = isDay ? { hour: 0, minute: 0 } : { hour: local.hour, minute: local.minute };
        const second = timeForm === "seconds" ? local.second : 0;
        expect({ written, ...shown(written, zone) }).toEqual({ written, ...local, ...hours, second, isDay });
      }),
      { numRuns },
    );
  });

  test("in what machines write: ISO 8601, RFC 822, RFC 850, asctime, Unix times", () => {
    const names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const long = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    fc.assert(
      fc.property(told, fc.integer({ min: -12 * 4, max: 14 * 4 }), ({ at }, quarters) => {
        const offset = quarters * 15;
        const local = localOf(at + offset * minute, "UTC");
        const month = new Date(at + offset * minute).toUTCString().slice(8, 11);
        const sign = offset < 0 ? "-" : "+";
        const zone = `${sign}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
        const clock = `${two(local.hour)}:${two(local.minute)}:${two(local.second)}`;
        const utc = localOf(at, "UTC");
        const utcClock = `${two(utc.hour)}:${two(utc.minute)}:${two(utc.second)}`;
        const utcMonth = new Date(at).toUTCString().slice(8, 11);
        const forms = [
          `${local.year}-${two(local.month)}-${two(local.day)}T${clock}${zone}`,
          `${local.year}-${two(local.month)}-${two(local.day)} ${clock} ${zone}`,
          `${names[local.weekday]}, ${two(local.day)} ${month} ${local.year} ${clock} ${zone}`,
          `${local.day} ${month} ${two(local.year % 100)} ${clock} ${zone}`,
          `${long[utc.weekday]}, ${two(utc.day)}-${utcMonth}-${two(utc.year % 100)} ${utcClock} GMT`,
          `${names[utc.weekday]} ${utcMonth} ${String(utc.day).padStart(2, " ")} ${utcClock} ${utc.year}`,
          ...(at >= 1e12 ? [String(at), String(at / 1_000)] : []),
        ];
        for (const written of forms) {
          expect({ written, at: readDate(written, { zone: "UTC", readAt })?.at }).toEqual({ written, at });
        }
      }),
      { numRuns },
    );
  });
});

describe("every length of time comes back from how it is told", () => {
  const units = { second: 1_000, minute, hour, day, week: 7 * day } as const;

  test("in the words of each language, long and short", () => {
    const said = fc.record({
      language: fc.constantFrom(...languages.filter((language) => !language.includes("-u-"))),
      style: fc.constantFrom("long" as const, "short" as const),
      unit: fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[])),
      count: fc.integer({ min: 1, max: 40 }),
      zone: fc.constantFrom(...zones),
    });
    fc.assert(
      fc.property(said, ({ language, style, unit, count, zone }) => {
        const written = new Intl.RelativeTimeFormat(language, { style }).format(-count, unit);
        const isDay = unit === "day" || unit === "week";
        const { weekday: _, ...local } = localOf(
          isDay ? noonBefore(zone, count * (unit === "week" ? 7 : 1)) : readAt - count * units[unit],
          zone,
        );
        const time = isDay ? { hour: 0, minute: 0, second: 0 } : {};
        expect({ written, ...shown(written, zone) }).toEqual({ written, ...local, ...time, isDay });
      }),
      { numRuns },
    );
  });

  test.each(languages.filter((language) => !language.includes("-u-")))(
    "today, yesterday and the day before in %s",
    (language) => {
      const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
      for (const days of [0, 1, 2]) {
        const written = words.format(-days, "day");
        const { year, month, day: dayOfMonth } = localOf(noonBefore("Asia/Shanghai", days), "Asia/Shanghai");
        expect({ written, ...shown(written, "Asia/Shanghai") }).toMatchObject({
          ...{ written, year, month, day: dayOfMonth, isDay: true },
        });
      }
    },
  );

  /** Noon, where the page was read, so many days ago: safe from clocks that change. */
  function noonBefore(zone: string, days: number): number {
    return readAt + (12 - localOf(readAt, zone).hour) * hour - days * day;
  }
});
