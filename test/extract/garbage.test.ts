import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import type { Reading } from "../../src/domain/page.ts";
import { extract } from "../../src/extract/registry.ts";
import { aPage, atom, cards, rss } from "./pages.ts";

const listings = new URL("../listings/", import.meta.url);
const fixtures = readdirSync(listings, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(new URL(`${name}/`, listings)).map((file) => `${name}/${file}`))
  .filter((file) => /page\.(?:html|txt)$/.test(file))
  .map((file) => readFileSync(new URL(file, listings), "utf8"));
const seeds = [
  ...fixtures,
  cards(["One thing", "Another thing"]).text,
  rss("<item><title>a</title><link>/x</link><pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate></item>").text,
  atom('<entry><title>a</title><link href="/x"/><updated>2026-01-05T10:00:00Z</updated></entry>').text,
  '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"a","content_html":"<p>b</p>"}]}',
];
const readings: readonly Reading[] = [
  { kind: "auto" },
  { kind: "feed" },
  { kind: "text" },
  { kind: "selectors", item: "div, li, article", date: "time", link: "a@href" },
];

const pieces = fc.constantFrom(
  "<",
  ">",
  "</div>",
  "<div>",
  "&",
  "\0",
  "\ud800",
  "]]>",
  "<![CDATA[",
  '"',
  "{",
  "}",
  "2026-13-45",
  "<!--",
  "<a href='http://[x'>",
  "<base href=x:>",
);
const mutation = fc.record({ at: fc.nat(), drop: fc.nat({ max: 60 }), put: pieces });
const page = fc
  .tuple(fc.constantFrom(...seeds), fc.array(mutation, { maxLength: 8 }))
  .map(([seed, mutations]) =>
    mutations.reduce((text, { at, drop, put }) => {
      const from = at % (text.length + 1);
      return text.slice(0, from) + put + text.slice(from + drop);
    }, seed),
  );

test("no page makes an extractor throw anything but that it is unreadable", async () => {
  await fc.assert(
    fc.asyncProperty(
      page,
      fc.constantFrom(...readings),
      fc.constantFrom("", "text/html", "text/plain"),
      async (text, reading, contentType) => {
        try {
          const { items } = await extract(aPage(text, { contentType }), reading, null);
          for (const { url, image } of items) {
            for (const address of [url, image])
              expect(address === null || /^https?:\/\//.test(address)).toBe(true);
          }
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError);
          expect(thrown).toHaveProperty("code", "unreadable");
        }
      },
    ),
    { numRuns: 150 },
  );
});
