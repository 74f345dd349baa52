import { describe, expect, test } from "vitest";
import { buildOpml } from "../../src/feeds/opml.ts";
import { childrenOf, parseXml, textOf } from "../../src/feeds/xml.ts";

const outline = {
  title: "All",
  xmlUrl: "https://d.example/a.atom",
  htmlUrl: "https://d.example/",
  group: null,
};

function bodyOf(bytes: Buffer) {
  const root = parseXml(bytes.toString());
  const body = childrenOf(root, "body")[0];
  return { root, outlines: body === undefined ? [] : childrenOf(body, "outline") };
}

describe("buildOpml", () => {
  test("lists feeds with text, address and page, folders where their first feed stands", () => {
    const { root, outlines } = bodyOf(
      buildOpml("Feeds of <us>", [
        outline,
        { ...outline, title: "NLP & co", group: "Categories" },
        { ...outline, title: "Notes", group: "Sources" },
        { ...outline, title: "大模型", group: "Categories" },
      ]),
    );

    expect([root.name, root.attributes.version]).toEqual(["opml", "2.0"]);
    expect(textOf(childrenOf(childrenOf(root, "head")[0] ?? root, "title")[0])).toBe("Feeds of <us>");
    expect(outlines.map(({ attributes }) => attributes.text)).toEqual(["All", "Categories", "Sources"]);
    expect(outlines[0]?.attributes).toEqual({
      type: "rss",
      text: "All",
      title: "All",
      xmlUrl: "https://d.example/a.atom",
      htmlUrl: "https://d.example/",
    });
    const inside = outlines[1] === undefined ? [] : childrenOf(outlines[1], "outline");
    expect(inside.map(({ attributes }) => attributes.text)).toEqual(["NLP & co", "大模型"]);
  });

  test("leaves out what has no proper address, and a folder with nothing else in it", () => {
    const { outlines } = bodyOf(
      buildOpml("Feeds", [{ ...outline, xmlUrl: "javascript:alert(1)", group: "G" }, outline]),
    );

    expect(outlines.map(({ attributes }) => attributes.text)).toEqual(["All"]);
  });

  test("is well-formed whatever the names are, and the same bytes each time", () => {
    const outlines = [{ ...outline, title: '"><x> ]]> \u0000\ud800\n', group: "\ufffe&" }];

    const bytes = buildOpml("\u0001", outlines);

    const folder = bodyOf(bytes).outlines[0];
    expect(folder?.attributes.text).toBe("&");
    expect(folder && childrenOf(folder, "outline")[0]?.attributes.text).toBe('"><x> ]]>');
    expect(buildOpml("\u0001", outlines).equals(bytes)).toBe(true);
  });

  test("without feeds is a proper list all the same", () => {
    expect(bodyOf(buildOpml("Feeds", [])).outlines).toEqual([]);
  });
});
