import { describe, expect, test } from "vitest";
import { tameMarkup } from "../../src/feeds/markup.ts";

describe("tameMarkup", () => {
  test.each([
    ["<p>a &amp; b <i>c</i><br>d</p>", "<p>a &amp; b <i>c</i><br>d</p>"],
    ["<p>a<p>b", "<p>a</p><p>b</p>"],
    ["<p>a <span>b<div>c</div></span></p>", "<div>a <span>b<div>c</div></span></div>"],
    [
      '<a href="https://a.example/">a <i><a href="https://b.example/">b</a></i></a>',
      '<a href="https://a.example/">a <i>b</i></a>',
    ],
    ["<h2>a<my-part><h3>b</h3></my-part></h2>", "<h2>ab</h2>"],
    ["<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"],
    ["<li>a <span><li>b</li></span></li>", "<li>a <span><div>b</div></span></li>"],
    ["<li>a <ul><li>b</li></ul></li>", "<li>a <ul><li>b</li></ul></li>"],
    ["<table><colgroup><col></colgroup><tr><td>a</td></tr></table>", "<table><tr><td>a</td></tr></table>"],
    ["<table><tr>a<td>b</td></tr></table>", "<div><div>a<div>b</div></div></div>"],
    ["<td>a</td>", "<div>a</div>"],
    ["<ruby><span><rt>a</rt></span></ruby>", "<ruby><span><span>a</span></span></ruby>"],
    ['<bdo dir="rtl">a</bdo>', '<bdi dir="rtl">a</bdi>'],
    ["<blink>a</blink><my-part>b</my-part>", "ab"],
    ['<p class="x" id="y" lang="de">a</p>', '<p lang="de">a</p>'],
    ["AT&T &copy &#1;]]>", "AT&amp;T © ]]&gt;"],
    [
      '<img alt="&quot;" src="https://a.example/?a=1&amp;copy=2">',
      '<img alt="&quot;" src="https://a.example/?a=1&amp;copy=2">',
    ],
    ["<img alt=x><!-- c --><b>", "<b></b>"],
  ])("%s is written as %s", (html, tame) => {
    expect(tameMarkup(html)).toBe(tame);
    expect(tameMarkup(tame)).toBe(tame);
  });

  test.each([
    "<script>x</script>",
    '<p onclick="x">',
    '<p style="x">',
    '<a href="/x">',
    '<a href="javascript:x">',
    "<b>".repeat(200),
  ])("%s is refused as a whole", (html) => {
    expect(tameMarkup(html)).toBeNull();
  });
});
