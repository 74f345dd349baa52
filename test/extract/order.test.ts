import { expect, test } from "vitest";
import { orderIn } from "../../src/extract/dates/order.ts";
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
  ["nothing: it is no date", "10.15.07 10.14.06", "two", "de", null],
] as const)("%s tells the order of days", (_, text, digits, language, order) => {
  expect(orderIn(text, digits, readAt, language)).toBe(order);
});
