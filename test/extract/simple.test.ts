import { compile } from "css-select";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Element, isTag, type Node, parseHtml } from "../../src/extract/document.ts";
import { simpleQuestion } from "../../src/extract/simple.ts";

const word = fc.constantFrom("a", "b", "a-b", "title", "p-name", "constructor");
const name = fc.constantFrom("p", "a", "h2", "time", "x-y");
const key = fc.constantFrom("class", "id", "href", "itemprop", "rel", "data-x", "onclick", "lang", "type");
const sign = fc.constantFrom("=", "~=", "*=", "$=", "^=", "|=");
const condition = fc.oneof(
  word.map((said) => `.${said}`),
  fc.oneof(key, word).map((said) => `[${said}]`),
  fc.tuple(key, sign, word).map((parts) => `[${parts.join("")}]`),
);
const alternative = fc
  .tuple(fc.oneof(name, fc.constantFrom("", "*")), fc.array(condition, { maxLength: 2 }))
  .map(([first, conditions]) => first + conditions.join("") || "*");
const selector = fc.array(alternative, { minLength: 1, maxLength: 3 }).map((all) => all.join(", "));

const value = fc
  .array(fc.oneof(word, fc.constantFrom(" ", "\n", "A", "Title")), { maxLength: 3 })
  .map((all) => all.join(""));
const element = fc
  .tuple(name, fc.array(fc.tuple(fc.oneof(key, word), value), { maxLength: 3 }))
  .map(([tag, attributes]) => {
    const written = attributes.map(([attribute, said]) => ` ${attribute}="${said}"`).join("");
    return parseHtml(`<${tag}${written}>text</${tag}>`, "https://site.example/").root.children.find(isTag);
  });

test("what is asked simply is what compiled CSS says", () => {
  fc.assert(
    fc.property(selector, element, (css, asked) => {
      if (asked === undefined) return;
      const simple = simpleQuestion(css);

      expect(simple?.(asked) ?? null).toBe(simple === null ? null : compile<Node, Element>(css)(asked));
    }),
    { numRuns: 3_000 },
  );
});

test("names, classes and attributes are asked simply, all else is for compiled CSS", () => {
  const simple = [
    "h1, h2,h3",
    "a[href]",
    ".p-name",
    "li.post.new",
    "[class*=title]",
    "[itemprop~=headline], a[href][rel]",
    "*",
  ];
  const other = [
    "h2 a",
    "ul > li",
    "[rel~=author]",
    "a:not(.x)",
    "[lang=de]",
    'a[href="x"]',
    "a[id=X i]",
    "",
    "h1,",
    "#id",
    "A",
  ];

  expect(simple.filter((css) => simpleQuestion(css) === null)).toEqual([]);
  expect(other.filter((css) => simpleQuestion(css) !== null)).toEqual([]);
});
