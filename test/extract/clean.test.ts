import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sanitizeItemHtml, textOf } from "../../src/extract/clean.ts";
import { flatten } from "../../src/extract/flatten.ts";

const base = "https://site.example/a/";

describe("markup of an item", () => {
  test("keeps formatting, lists, tables, figures, links and images, with absolute addresses", () => {
    const html =
      '<h2>T</h2><p>a <strong>b</strong> <a href="../x" title="t">x</a> <a href="mailto:a@b.example">m</a></p>' +
      '<figure><img src="i.png" alt="An i"><figcaption>c</figcaption></figure><table><tr><td colspan="2">1</td></tr></table>';
    expect(sanitizeItemHtml(html, base)).toBe(
      '<h2>T</h2><p>a <strong>b</strong> <a href="https://site.example/x" title="t">x</a> <a href="mailto:a@b.example">m</a></p>' +
        '<figure><img src="https://site.example/a/i.png" alt="An i" /><figcaption>c</figcaption></figure><table><tr><td colspan="2">1</td></tr></table>',
    );
  });

  test.each([
    ["<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"],
    ['<p onclick="x()" style="color:red" class="c" id="i">a</p>', "<p>a</p>"],
    ['<a href="javascript:alert(1)">a</a>', "<a>a</a>"],
    ['<a href=" java\nscript:alert(1)">a</a>', "<a>a</a>"],
    ['<a href="data:text/html,x">a</a>', "<a>a</a>"],
    ['<img src="data:image/svg+xml,x" onerror="x()">', ""],
    ['<img src="x" onerror="x()">', '<img src="https://site.example/a/x" />'],
    ["<svg><script>x()</script></svg><iframe src=//e.example></iframe>a", "a"],
    ["<scr<script>ipt>alert(1)</script>", "&lt;scr"],
    ["<form action=/x><input name=a><p>a</p></form>", "<p>a</p>"],
    ["<!--><img src=x onerror=x()>-->a", "a"],
  ])("loses what runs or styles: %s", (html, safe) => {
    expect(sanitizeItemHtml(html, base)).toBe(safe);
  });

  test("is cut at 128 KB, and never within a tag", () => {
    const html = sanitizeItemHtml(`${"<p>字字字字</p>".repeat(20_000)}`, base);
    expect(Buffer.byteLength(html)).toBeLessThan(131_072 + 100);
    expect(html.endsWith("</p>")).toBe(true);
  });

  test("nested without end nests no deeper than 64", () => {
    const html = sanitizeItemHtml(`${"<div>".repeat(400_000)}deep`, base);
    expect(html.match(/<div>/g)).toHaveLength(64);
  });

  test("whatever it was, is the same when it is cleaned again and holds nothing that runs", () => {
    const bits = fc.constantFrom(
      "<",
      ">",
      '"',
      "'",
      "=",
      "/",
      " ",
      "a",
      "img",
      "script",
      "onerror",
      "src",
      "javascript:",
      "&lt;",
      "<!--",
      "-->",
      "<p>",
      "</",
      "svg",
      "<a href=",
    );
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 30 }), (parts) => {
        const once = sanitizeItemHtml(parts.join(""), base);
        expect(sanitizeItemHtml(once, base)).toBe(once);
        expect(once).not.toMatch(/<script|<svg|<[^>]*\son\w+=|(?:href|src)="javascript/i);
      }),
    );
  });
});

describe("the text of markup", () => {
  test.each([
    ["<p>a</p><p>b</p>", "a\nb"],
    ["a<br>b", "a\nb"],
    ["<ul><li>a</li><li>b <i>c</i></li></ul>", "a\nb c"],
    ["a &amp; b &lt;c&gt; &eacute;&#233;", "a & b <c> éé"],
    ["a<script>x()</script><style>p{}</style><!-- c -->b", "ab"],
    ["<template>no</template>yes", "yes"],
    ["Vec<T> and Map<K>", "Vec<T> and Map<K>"],
    ["<td>a</td><td>b</td>", "a b"],
    ["a < b", "a < b"],
    ["<pre>a\n  b</pre>", "a\nb"],
  ])("%s", (html, text) => {
    expect(textOf(html)).toBe(text);
  });
});

test("flattening finds the same depth however tags are hidden from it", () => {
  for (const start of ["<!-->", "<a b='>'>", '<a ="">', "<script>", "<!x [>", "<textarea>"]) {
    const flat = flatten(`${start}${"<b>".repeat(500)}`, 64);
    expect(flat.match(/<b>/g)?.length ?? 0).toBeLessThanOrEqual(64);
  }
});
