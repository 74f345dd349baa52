import render from "dom-serializer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sanitizeItemHtml } from "../../src/extract/clean.ts";
import { parseHtml } from "../../src/extract/document.ts";
import { isTidy, tidied } from "../../src/extract/tidy.ts";

const base = "https://site.example/a/";

/** What the sanitiser itself makes of it: it takes a comment away, and nothing with a comment is tidy. */
const bySanitiser = (html: string) => sanitizeItemHtml(`<!---->${html}`, base);

const bits = fc.constantFrom(
  ..."<p> </p> <b> </b> <ul> <li> </ul> <td> <h2> </h2> <br> <section> </section> <header> <option> <svg> <x-y>".split(
    " ",
  ),
  ...[
    "word",
    " ",
    "中",
    "\u{1f600}",
    "\r\n",
    "&amp;",
    "&lt;",
    "&nbsp;",
    "'",
    '"',
    "<",
    "&",
    "\u0085",
    "&#1;",
  ],
  ...[
    '<a href="/b?c=1&amp;d" title="e">',
    '<a href="javascript:x">',
    '<a href="mailto:a@b.example">',
    "</a>",
  ],
  ...['<img src="i.png" alt="">', "<img>", '<p class="x" onclick="y">', '<td colspan="2">', '<i lang="de">'],
  ...[
    '<time datetime="2026-01-05">',
    "</time>",
    '<a title="">',
    '<b x"y>',
    "<p hidden>",
    "<pre>",
    "<textarea>",
  ],
);
const markup = fc.array(bits, { maxLength: 12 }).map((parts) => parts.join(""));

test("what is told without the sanitiser is what the sanitiser says", () => {
  fc.assert(
    fc.property(markup, (html) => {
      const { root } = parseHtml(html, base);
      const told = tidied(root.children, base, 10_000);

      expect(told?.trim() ?? null).toBe(told === null ? null : bySanitiser(render(root.children)));
      expect(sanitizeItemHtml(html, base)).toBe(bySanitiser(html));
      expect(isTidy(html) ? html.trim() : null).toBe(isTidy(html) ? bySanitiser(html) : null);
    }),
    { numRuns: 300 },
  );
});

test("most of what a page shows is told without it", () => {
  const card =
    '<p class="lead">A &amp; b, <a class="x" href="../c?d=1&amp;e=2">c</a> <img src="i.png" width="9"><br>d</p><font>e</font>';
  const tidy =
    '<p>A &amp; b, <a href="https://site.example/c?d=1&amp;e=2">c</a> <img src="https://site.example/a/i.png" width="9" /><br />d</p>e';

  expect(tidied(parseHtml(card, base).root.children, base, 1_000)).toBe(tidy);
  expect(isTidy(tidy)).toBe(true);
  expect(tidied(parseHtml(card, base).root.children, base, 100)).toBeNull();
});

test.each([
  '<a href="/relative">a</a>',
  '<a href="javascript:x">a</a>',
  '<img alt="" />',
  "<p><p>a</p></p>",
  "<b><i>a</b></i>",
  "<p>a",
  "a</p>",
  "<script>a</script>",
  '<p title="a">a</p>',
  '<a title="a" title="b">a</a>',
  "<br>",
  "a & b",
  "a&nbsp;b",
  `${"<b>".repeat(61)}${"</b>".repeat(61)}`,
])("the sanitiser sees %s", (html) => {
  expect(isTidy(html)).toBe(false);
});
