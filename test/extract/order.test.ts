import { describe, expect, test } from "vitest";
import { orderIn, ordersIn } from "../../src/extract/dates/order.ts";
import { readDate } from "../../src/extract/dates.ts";
import { readAt } from "./pages.ts";

test.each([
  ["a day that is no month", "12/01/2026 25/01/2025 08/01/2026", "four", null, "day-month"],
  ["a day that is no month, behind", "01/12/2026 01/25/2025", "four", null, "month-day"],
  ["what would lie ahead", "12/01/2026 09/01/2026 05/01/2026", "four", null, "day-month"],
  ["days that fall down the page", "01/12/2025 11/11/2025 09/10/2025", "four", null, "day-month"],
  ["the language, where nothing else does", "05/03/2025", "four", "fr-FR", "day-month"],
  ["the language, English as in America", "05/03/2025", "four", "en-US", "month-day"],
  ["nothing, in English", "05/03/2025 04/02/2025", "four", "en", null],
  ["nothing, where no order fits", "13/25/2025 25/13/2025", "four", "fr", null],
  ["a year that is first", "26.01.12 26.01.09 25.12.30", "two", null, "year-month"],
  ["a year that is last", "12.01.26 09.01.26 30.12.25", "two", null, "day-month"],
  ["a month without its nought", "12/1/26 9/1/26 30/12/25", "two", null, "day-month"],
  ["the language, English as in India", "05/03/2025", "four", "en-IN", "day-month"],
  ["the language, Spanish as in America", "05/03/2025", "four", "es-US", "month-day"],
  ["nothing: it is no date", "10.15.07 10.14.06", "two", "de", null],
] as const)("%s tells the order of days", (_, text, digits, language, order) => {
  expect(orderIn(text, digits, readAt, language)).toBe(order);
});

test.each([
  ["05.01.26", "2026-01-05"],
  ["5.1.26", "2026-01-05"],
  ["26.01.05", "2026-01-05"],
  ["05.01.96", "1996-01-05"],
  ["5/1/26", null],
  ["05-01-26", null],
])("%s, which is on no page, is %s", (text, day) => {
  const read = readDate(text, { zone: "UTC", readAt });
  expect(read && new Date(read.at).toISOString().slice(0, 10)).toBe(day);
});

describe("5/1/2026", () => {
  const on = (text: string, language: string | null, written = "5/1/2026") =>
    readDate(written, { zone: "UTC", readAt, order: ordersIn(() => text, language, readAt) });
  const january = { at: Date.UTC(2026, 0, 5), dateOnly: true };
  const may = { at: Date.UTC(2026, 4, 1), dateOnly: true };

  test.each([
    ["fr", january],
    ["pt-BR", january],
    ["en-GB", january],
    ["en-US", may],
    ["en", null],
    [null, null],
  ])("is what is usual in the language of the page: %s", (language, read) => {
    expect(on("", language)).toEqual(read);
  });

  test("is what the other dates of the page tell, whatever its language", () => {
    expect(on("<li>23/12/2025 <li>5/1/2026", "en-US")).toEqual(january);
    expect(on("<li>12/23/2025 <li>5/1/2026", "en-GB")).toEqual(may);
  });

  test("is two days on two pages that were read at the same time", () => {
    expect(on("", "fr")).toEqual(january);
    expect(on("", "en-US")).toEqual(may);
    expect(on("", null)).toBeNull();
  });

  test("is no date where nobody can tell", () => {
    expect(on("/2025/12/23/ 1.23/12/2025 12/11/2025", null)).toBeNull();
    expect(on("<li>12/23/2025 <li>23/12/2025", "fr")).toBeNull();
    expect(on("", null, "5/1/26")).toBeNull();
  });
});
