import fc from "fast-check";
import { expect, test } from "vitest";
import { textOf } from "../../src/extract/clean.ts";
import { plainText } from "../../src/extract/feed/plain.ts";

const pieces = (
  "<p> </p> <b> </b> <br> <br/> <div_class='a'> </div> <ul> <li> </li> </ul> <a_title='a>b'> </a> <pre> </pre> <td> </td> <tr> </tr> " +
  "<table> </table> <h2> </h2> <img_src='a'> <span_hidden> </span> <script>x</script> <Vec> <P/> </br> <wbr> <q> </q> <dd> <dt> </dt> " +
  "word &amp; &lt;p&gt; &nbsp; &#39; &#8217; &#150; &hellip; &foo; &notit; &copy &#12; &#13; &#0; &#55296; & <3 <!--c--> 中文 。"
)
  .split(" ")
  .map((piece) => piece.replace("_", " "));
const soup = fc.array(fc.constantFrom(...pieces, " ", "  ", "\n", "\t", "\u00a0", "\u3000", "\u200b"), {
  maxLength: 25,
});

const leaf = fc.constantFrom("word ", " ", "\n", "a &amp; b", "<br>", "&#8217;s", "\u00a0", "<img src='x'>");
const names = ["p", "b", "div", "a", "ul", "li", "pre", "span", "td", "tr", "table", "h2", "blockquote"];
const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc
      .tuple(fc.constantFrom(...names), fc.array(tie("tree"), { maxLength: 4 }))
      .map(([name, inside]) => `<${name}>${inside.join("")}</${name}>`),
  ),
}));

test("plain text is the same whether the markup is simple or needs a parser", () => {
  const html = fc.oneof(soup, fc.array(tree, { maxLength: 6 })).map((parts) => parts.join(""));
  fc.assert(
    fc.property(html, (text) => {
      expect(plainText(text)).toBe(textOf(text));
    }),
    { numRuns: 5_000 },
  );
});
