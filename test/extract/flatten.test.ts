import fc from "fast-check";
import { parseDocument } from "htmlparser2";
import { describe, expect, test } from "vitest";
import {
  childElements,
  type Element,
  maxElements,
  parseHtml,
  type Root,
} from "../../src/extract/document.ts";
import { flatten, flattened } from "../../src/extract/flatten.ts";
import type { Markup } from "../../src/extract/nesting.ts";
import { extract } from "../../src/extract/registry.ts";
import { aPage } from "./pages.ts";

/** How deep a parser nests the elements of what `flatten` lets through. */
function depthOf(markup: string, kind: Markup = "html"): number {
  let level: readonly (Root | Element)[] = [
    parseDocument(flatten(markup, 64, kind), { xmlMode: kind === "xml" }),
  ];
  let depth = -1;
  for (; level.length > 0; depth += 1) level = level.flatMap((element) => childElements(element));
  return depth;
}

const long = "x".repeat(120);

describe("no markup nests deeper in the parser than was counted", () => {
  test.each([
    "<div></x>",
    "<div/>",
    "<div><title></div></title>",
    "<div><textarea></div></textarea>",
    "<p><ul><b></p>",
    "<ul><li>",
    "<table><tr><td>",
    "<option><b>",
    "<form><form><div></form>",
    "<svg><desc><div><title></div></title>",
    "<svg><foreignObject><b/>",
    "<image><div></image>",
    "<form><li><p>",
    "<div\u00a0x></div>",
    `<b-${long}a></b-${long}b>`,
    '<div><i a=b=" c="></i></div><b x=\'">\'>',
    '<i a=b="><div><div>">',
    '<div><i ="></div>" ">',
    '<div><i a="x"b=">"></i x="></div>">',
  ])("%s", (markup) => {
    expect(depthOf(markup.repeat(500))).toBeLessThanOrEqual(64);
  });

  test.each(["<B></b>", "<a:b></a:c>", "<a><b x=y/></a>", "<b/><c>"])("%s in a feed", (markup) => {
    expect(depthOf(markup.repeat(500), "xml")).toBeLessThanOrEqual(64);
  });
});

const pieces = (
  "<div> </div> <p> </p> <b> <b/> </b> <a> </a> <li> </li> <ul> </ul> <td> <tr> </tr> <table> </table> <svg> </svg> <mi> " +
  "<foreignObject> </foreignObject> <desc> </desc> <title> <title/> </title> <textarea> </textarea> <path/> <form> </form> " +
  "<image> </image> <br/> </br> <h1> <h2> </h1> <option> <select> </select> <script> </script> <plaintext> <Foo> <x-y> " +
  '</x-y> = " \' > < / x <!-- --> <![CDATA[ ]]> <i\u00a0a= <i\u00a0a=" <i\u00a0/ </ &lt;'
)
  .split(" ")
  .map((piece) => piece.replace("\u00a0", " "));

test.each(["html", "xml"] as const)("whatever the pieces are put together in %s", (kind) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 10 }), (unit) => {
      expect(depthOf(unit.join("").repeat(100), kind)).toBeLessThanOrEqual(64);
    }),
    { numRuns: 500 },
  );
});

test("a page of empty elements written like XML is read, not overflowed by", async () => {
  const { items } = await extract(aPage("<div/>".repeat(200_000)), { kind: "auto" }, null);
  expect(items).toEqual([]);
});

test("what ends in time nests no deeper than it looks, and comes through as it is", () => {
  const markup = `${"<p>a <b>b</b><br/><ul><li>c<li>d</ul>".repeat(100)}<a href=/x><svg><use/><a/></svg>e</a>`;
  const { markup: flat, isTooDeep } = flattened(markup, { maxDepth: 8, maxElements: 10_000 });
  expect(isTooDeep).toBe(false);
  expect(flat).toBe(markup.replace("<use/><a/>", "<use></use><a></a>"));
});

describe("what a limit leaves out is said", () => {
  const card = (index: number, text: string) =>
    `<li><h2><a href="/p/${index}">Post number ${index}</a></h2><time>2026-01-${10 + (index % 4)}</time>${text}</li>`;
  const isOfDepth = (note: string) => note.startsWith("Tags nested deeper than");

  test.each([{ kind: "auto" } as const, { kind: "selectors", item: "li" } as const])(
    "cards with tags never closed are found each, with a note (kind $kind)",
    async (reading) => {
      const list = Array.from({ length: 20 }, (_, index) =>
        card(index, `${"<b>".repeat(5_000)}what it is about, told in a sentence.`),
      );
      const { items, notes } = await extract(aPage(`<ul>${list.join("")}</ul>`), reading, null);
      expect(items.map(({ url }) => url)).toEqual(list.map((_, index) => `https://site.example/p/${index}`));
      expect(items.every(({ text }) => text?.includes("told in a sentence"))).toBe(true);
      expect(notes.filter(isOfDepth)).toHaveLength(1);
    },
  );

  test("text below the deepest level is kept, with a note (kind text)", async () => {
    const text = `${"<b>".repeat(1_000)}One post with more than twelve words in it, which makes it weigh enough…`;
    const { items, notes } = await extract(aPage(text), { kind: "text" }, null);
    expect(items).toHaveLength(1);
    expect(notes.filter(isOfDepth)).toHaveLength(1);
  });

  test("of a page with more elements than are read the first are taken, with a note", async () => {
    const list = Array.from({ length: 30_000 }, (_, index) => card(index, "")).join("");
    expect(childElements(parseHtml(list, "https://site.example/").root).length).toBeLessThan(maxElements);
    const { items, notes } = await extract(aPage(`<ul>${list}</ul>`), { kind: "auto" }, null);
    expect(items).toHaveLength(500);
    expect(notes).toContain(
      `The page holds more than ${maxElements} elements; what comes after them was left out.`,
    );
  });

  test("a page within the limits has no such note", async () => {
    const { notes } = await extract(aPage(`<ul>${card(1, "")}${card(2, "")}</ul>`), { kind: "auto" }, null);
    expect(notes.filter((note) => /left out/.test(note))).toEqual([]);
  });
});
