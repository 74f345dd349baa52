import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exactDate } from "../../src/extract/dates/exact.ts";
import { findDate, readDate } from "../../src/extract/dates.ts";

const readAt = Date.parse("2026-01-14T04:00:00Z");
const shanghai = { zone: "Asia/Shanghai", readAt };
const utc = { zone: "UTC", readAt };

function read(text: string, context = shanghai): string | null {
  const date = readDate(text, context);
  if (date === null) return null;
  const iso = new Date(date.at).toISOString().replace(".000Z", "Z");
  return date.dateOnly ? `day from ${iso}` : iso;
}

describe("a day", () => {
  test.each([
    "2026-01-05",
    "2026-1-5",
    "2026/01/05",
    "2026.01.05",
    "2026. 1. 5.",
    "20260105",
    "２０２６年１月５日",
    "2026年1月5日",
    "2026年1月5日(月)",
    "二〇二六年一月五日",
    "令和8年1月5日",
    "2026년 1월 5일",
    "Jan 5, 2026",
    "Jan. 5th, 2026",
    "5 January 2026",
    "Mon 5 January 2026",
    "5. Januar 2026",
    "Montag, 5. Januar 2026",
    "5 janvier 2026",
    "5 de enero de 2026",
    "05.01.2026",
    "1月5日",
    "01-05",
    "9天前",
    "九天前",
    "9 days ago",
    "vor 9 Tagen",
    "上周一",
  ])("written as %s is its first moment in the zone", (text) => {
    expect(read(text)).toBe("day from 2026-01-04T16:00:00Z");
  });

  test.each([
    ["今天", "2026-01-13T16:00:00Z"],
    ["昨天", "2026-01-12T16:00:00Z"],
    ["前天", "2026-01-11T16:00:00Z"],
    ["昨日", "2026-01-12T16:00:00Z"],
    ["어제", "2026-01-12T16:00:00Z"],
    ["yesterday", "2026-01-12T16:00:00Z"],
    ["gestern", "2026-01-12T16:00:00Z"],
    ["十二天前", "2026-01-01T16:00:00Z"],
    ["二十三天前", "2025-12-21T16:00:00Z"],
    ["上周三", "2026-01-06T16:00:00Z"],
    ["12月25日", "2025-12-24T16:00:00Z"],
  ])("told as %s is counted from when the page was read", (text, iso) => {
    expect(read(text)).toBe(`day from ${iso}`);
  });
});

describe("an instant", () => {
  test.each([
    ["2026-01-05T10:20:30Z", "2026-01-05T10:20:30Z"],
    ["2026-01-05T10:20:30.125+08:00", "2026-01-05T02:20:30.125Z"],
    ["2026-01-05 10:20", "2026-01-05T02:20:00Z"],
    ["2023-06-23 10:52:01 +0000 UTC", "2023-06-23T10:52:01Z"],
    ["Mon, 05 Jan 2026 10:20:30 GMT", "2026-01-05T10:20:30Z"],
    ["05 Jan 26 10:20 EST", "2026-01-05T15:20:00Z"],
    ["Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"],
    ["Sun Nov  6 08:49:37 1994", "1994-11-06T00:49:37Z"],
    ["January 5, 2026 at 3:04 PM", "2026-01-05T07:04:00Z"],
    ["5. Januar 2026, 18:00 Uhr", "2026-01-05T10:00:00Z"],
    ["2026年1月5日 下午3:05", "2026-01-05T07:05:00Z"],
    ["2026年1月5日 12时30分", "2026-01-05T04:30:00Z"],
    ["1月5日 12:00", "2026-01-05T04:00:00Z"],
    ["heute, 18:00", "2026-01-14T10:00:00Z"],
    ["昨天 18:30", "2026-01-13T10:30:00Z"],
    ["3小时前", "2026-01-14T01:00:00Z"],
    ["半小时前", "2026-01-14T03:30:00Z"],
    ["3시간 전", "2026-01-14T01:00:00Z"],
    ["il y a 2 heures", "2026-01-14T02:00:00Z"],
    ["刚刚", "2026-01-14T04:00:00Z"],
    ["1736035200", "2025-01-05T00:00:00Z"],
    ["1736035200000", "2025-01-05T00:00:00Z"],
  ])("written as %s is %s", (text, iso) => {
    expect(read(text)).toBe(iso);
  });
});

describe("what is not understood", () => {
  test.each([
    "",
    "soon",
    "2026-02-30",
    "2026-13-01",
    "July 2020",
    "1/5/2026",
    "12",
    "v2.10.3",
    "25:61",
    "2026-01-05 is the day we met",
  ])("is null, never now: %s", (text) => {
    expect(read(text)).toBeNull();
  });
});

test("a date that names no year is in the year the page gives", () => {
  expect(readDate("11-05", { ...utc, year: 2019 })?.at).toBe(Date.UTC(2019, 10, 5));
});

test("a day in a zone that skips its midnight starts when the day does", () => {
  const date = readDate("2018-11-04", { zone: "America/Sao_Paulo", readAt });
  expect(date).toEqual({ at: Date.parse("2018-11-04T03:00:00Z"), dateOnly: true });
});

test("a date is found where it stands in a longer text", () => {
  const text = "Posted on January 5, 2026 by Anna";
  const found = findDate(text, utc);
  expect(text.slice(found?.start, found?.end)).toBe("January 5, 2026");
  expect(found?.isWeak).toBe(false);
});

test("a date beyond doubt wins over a word like today", () => {
  expect(findDate("today we look back at 2026-01-05", utc)?.at).toBe(Date.UTC(2026, 0, 5));
});

const instants = fc.date({ min: new Date("1995-01-01"), max: new Date("2099-01-01"), noInvalidDate: true });

test("every instant comes back from its ISO, HTTP and JavaScript form", () => {
  fc.assert(
    fc.property(instants, (date) => {
      const seconds = Math.floor(date.getTime() / 1000) * 1000;
      expect(readDate(date.toISOString(), utc)?.at).toBe(date.getTime());
      expect(readDate(date.toUTCString(), utc)?.at).toBe(seconds);
      expect(readDate(new Date(seconds).toString(), utc)?.at).toBe(seconds);
    }),
  );
});

test("every day comes back from its form in five languages", () => {
  fc.assert(
    fc.property(
      instants,
      fc.constantFrom("en-US", "en-GB", "de", "fr", "zh-CN", "ja", "ko"),
      (date, language) => {
        const written = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(
          date,
        );
        const day = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
        expect(readDate(written, utc)).toEqual({ at: day, dateOnly: true });
      },
    ),
  );
});

test("no text makes it throw", () => {
  const pieces = fc.constantFrom(
    "2026",
    "年",
    "月",
    "日",
    "-",
    "/",
    ":",
    "12",
    "今天",
    "ago",
    "Jan",
    " ",
    "前",
    "T",
    "Z",
    "+99:99",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), fc.string({ unit: "grapheme" }), (parts, noise) => {
      const date = readDate(parts.join(""), shanghai) ?? findDate(`${noise}${parts.join("")}`, shanghai);
      expect(date === null || Number.isInteger(date.at)).toBe(true);
    }),
  );
});

test("a date as machines write it is what it is when it is searched for", () => {
  const parts = fc.record({
    date: fc.date({ min: new Date("1971-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
    offset: fc.integer({ min: -18 * 60, max: 18 * 60 }),
    form: fc.constantFrom("iso", "space", "colon", "rfc822", "short"),
  });
  fc.assert(
    fc.property(parts, ({ date, offset, form }) => {
      const two = (number: number) => String(Math.abs(Math.trunc(number))).padStart(2, "0");
      const zone = `${offset < 0 ? "-" : "+"}${two(offset / 60)}${form === "colon" ? ":" : ""}${two(offset % 60)}`;
      const local = new Date(Math.floor(date.getTime() / 1_000) * 1_000 + offset * 60_000);
      const iso = local.toISOString().slice(0, 19);
      const written = {
        iso: `${iso}${zone}`,
        space: `${iso.replace("T", " ")} ${zone}`,
        colon: `${iso}.250${zone}`,
        rfc822: `${local.toUTCString().slice(0, -4)} ${zone}`,
        short: `${local.toUTCString().slice(5, -4)} ${zone}`,
      }[form];

      const exact = exactDate(written, utc);
      const { at, dateOnly } = findDate(written, utc) ?? {};

      expect(exact).toEqual({ at, dateOnly });
    }),
  );
});

test.each([
  ["Mon, 05 Jan 2026 07:00:00 GMT", "2026-01-05T07:00:00Z"],
  ["5 Jan 2026 07:00 Z", "2026-01-05T07:00:00Z"],
  ["2026-01-05T07:00:60+08:00", "2026-01-04T23:00:59Z"],
  ["2026-02-30T07:00:00Z", null],
  ["Mon, 05 Jan 2026 25:00:00 GMT", null],
])("%s, exactly, is %s", (written, instant) => {
  const exact = exactDate(written, utc);

  expect(exact === null ? null : new Date(exact.at).toISOString().replace(".000Z", "Z")).toBe(instant);
});
