import { describe, expect, test } from "vitest";
import type { Reading } from "../../src/domain/page.ts";
import { extract } from "../../src/extract/registry.ts";
import { aPage, cards, rss } from "./pages.ts";

const readings: readonly Reading[] = [
  { kind: "auto" },
  { kind: "text" },
  { kind: "selectors", item: "article" },
];

describe.each(readings)("what is no text is no page for kind $kind", (reading) => {
  test.each([
    ["image/png", "an image"],
    ["image/svg+xml", "an image"],
    ["audio/mpeg", "audio"],
    ["video/mp4", "a video"],
    ["font/woff2", "a font"],
    ["application/pdf", "a PDF document"],
    ["application/zip", "an archive"],
    ["application/x-gzip", "an archive"],
    ["application/msword", "an office document"],
    ["application/octet-stream", "binary data"],
  ])("%s is refused by its name", async (contentType, called) => {
    const page = aPage(cards(["One thing", "Another thing"]).text, { contentType });
    await expect(extract(page, reading, null)).rejects.toMatchObject({
      code: "unreadable",
      message: `The address answers with ${called} (${contentType}), not a page.`,
    });
  });

  test.each([
    ["NULs", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x03 some words between them".repeat(20)],
    ["replacement characters", "ab\ufffdc\ufffd\ufffd de\ufffd".repeat(100)],
    ["controls", "\x01\x02 word \x03\x1b".repeat(100)],
  ])("text full of %s is refused, whatever it is called", async (_, text) => {
    for (const contentType of ["text/html", "text/plain", ""]) {
      await expect(extract(aPage(text, { contentType }), reading, null)).rejects.toMatchObject({
        code: "unreadable",
        message: "The address answers with binary data, not a page.",
      });
    }
  });
});

test("a stray control or replacement character in a page does no harm", async () => {
  const page = cards(["One \0 thing", "Another \ufffd thing", "A third \x07 thing", "A fourth thing"]);
  const padded = { ...page, text: `${page.text}<p>${"Words below the list. ".repeat(200)}</p>` };
  const { items } = await extract(padded, { kind: "auto" }, null);
  expect(items.map(({ title }) => title)).toContain("A fourth thing");
  expect(items).toHaveLength(4);
});

test("a feed is read as one though it is called a download", async () => {
  const page = { ...rss("<item><title>a</title></item>"), contentType: "application/octet-stream" };
  const { items } = await extract(page, { kind: "auto" }, null);
  expect(items[0]?.title).toBe("a");
});

test("the name of a type cannot bring anything else into the message", async () => {
  const page = aPage("x", { contentType: "image/\u001b[31m\u202epng" });
  await expect(extract(page, { kind: "auto" }, null)).rejects.toThrow(
    "The address answers with an image (image/31mpng), not a page.",
  );
});
