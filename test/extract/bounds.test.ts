import { expect, test } from "vitest";
import { findDate, readDate } from "../../src/extract/dates.ts";
import { lineIn, one, parseHtml, textIn } from "../../src/extract/document.ts";
import { cjkCount, isLabel, weightOf } from "../../src/extract/labels.ts";
import { readAt } from "./pages.ts";

const context = { zone: "UTC", readAt };

function element(html: string) {
  const found = one(parseHtml(html, "https://site.example/").root, "div");
  if (found === null) throw new Error("there is no div");
  return found;
}

test("a text is weighed by its first 2,000 characters", () => {
  expect(weightOf("word ".repeat(400_000))).toBe(400);
  expect(cjkCount("中".repeat(400_000))).toBe(2_000);
});

test("a label is a label up to 80 characters with its signs, a lead-in before any title", () => {
  expect(isLabel(`${"»".repeat(30)} Read more ${"»".repeat(30)}`)).toBe(true);
  expect(isLabel(`Read more ${"»".repeat(300_000)}`)).toBe(true);
  expect(isLabel(`more ${"»".repeat(300_000)}`)).toBe(false);
  expect(isLabel(`Continue reading ${"What a long title ".repeat(20)}`)).toBe(true);
});

test("a date is looked for in the first 500 characters of a text, and no further", () => {
  expect(findDate(`${"x ".repeat(240)}2026-01-05`, context)?.start).toBe(480);
  expect(findDate(`${"x ".repeat(250)}2026-01-05`, context)).toBeNull();
  expect(readDate(`2026-01-05${" ".repeat(1_000_000)}`, context)?.dateOnly).toBe(true);
});

test("a line is the start of a long text, whatever white space and elements it is made of", () => {
  expect(lineIn(element(`<div>${"word ".repeat(200_000)}</div>`)).length).toBeLessThanOrEqual(8_000);
  expect(lineIn(element(`<div>${"<b>word</b> ".repeat(5_000)}</div>`)).length).toBeLessThanOrEqual(8_000);
  expect(lineIn(element(`<div>${"\n ".repeat(200_000)}A <b>${" ".repeat(90_000)}post</b></div>`))).toBe(
    "A post",
  );
});

test("a text is whole where no bound is asked for, and its start where one is", () => {
  const words = element(`<div><p>${"word ".repeat(2_000)}</p><p>end</p></div>`);
  expect(textIn(words)).toMatch(/word\nend$/);
  expect(textIn(words, new Set(), 100).length).toBeLessThanOrEqual(400);
});
