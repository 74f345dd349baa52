import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { xmlText } from "../../src/feeds/clean.ts";
import { element, parsePieces, parseXml, textOf, writeXml } from "../../src/feeds/xml.ts";

const anything = fc.string({ unit: "binary" }).map((text) => xmlText(text));

describe("writeXml", () => {
  test("what is written is read as it was, attributes with line ends too", () => {
    fc.assert(
      fc.property(anything, anything, (text, value) => {
        const written = writeXml(element("a", { b: value }, [element("c", {}, `x${text}`)]));

        const read = parseXml(written);

        expect(read.attributes.b).toBe(value);
        expect(read.children).toEqual([element("c", {}, `x${text}`)]);
      }),
    );
  });

  test("a carriage return is read as one", () => {
    expect(textOf(parseXml(writeXml(element("a", {}, "x\r\ny"))))).toBe("x\r\ny");
  });
});

describe("parseXml", () => {
  test.each([
    ["an unclosed element", "<a><b></a>"],
    ["a bare ampersand", "<a>AT&T</a>"],
    ["an entity of HTML", "<a>&nbsp;</a>"],
    ["an undeclared prefix", "<a><dc:b/></a>"],
    ["]]> in text", "<a>x ]]> y</a>"],
    ["a control character", "<a>\u0001</a>"],
    ["a control character by reference", "<a>&#1;</a>"],
    ["a noncharacter", "<a>\ufffe</a>"],
    ["an attribute twice", '<a b="1" b="2"/>'],
    ["a second root", "<a/><b/>"],
    ["text after the end", "<a/>x"],
    ["half a document", "<a><b>"],
    ["nothing", ""],
  ])("refuses %s", (_, text) => {
    expect(() => parseXml(text)).toThrow();
  });
});

describe("parsePieces", () => {
  test("reads pieces as the document they make", () => {
    expect(parsePieces("<a>", ["<b/>", "\n<c>x</c>"], "</a>")).toEqual(parseXml("<a><b/>\n<c>x</c></a>"));
  });

  test.each([
    ["two that are whole only together", ["<b>", "</b>"]],
    ["one that ends more than it began", ["</a>"]],
    ["half a tag", ["<b"]],
    ["half a reference", ["x &am", "p; y"]],
  ])("refuses %s", (_, pieces) => {
    expect(() => parsePieces("<a>", pieces, "</a>")).toThrow();
  });
});
