import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ShownPost } from "../../src/domain/post.ts";
import { buildFeed } from "../../src/feeds/build.ts";
import { oneLine } from "../../src/feeds/clean.ts";
import { childrenOf, parseXml, textOf } from "../../src/feeds/xml.ts";
import { anything } from "./chance.ts";
import { anAbout, aPost } from "./posts.ts";
import { jsonFeed, type ReadItem, readEverywhere, rssItems } from "./readers.ts";

async function titlesEverywhere(posts: readonly ShownPost[]): Promise<Record<string, readonly string[]>> {
  const read = await readEverywhere(buildFeed(anAbout(), posts).files);
  return Object.fromEntries(
    Object.entries(read).map(([reader, items]) => [reader, items.map(({ title }) => title)]),
  );
}

describe("titles", () => {
  test.each([
    "AT&T",
    "Use <b>",
    "a ]]> b ]]> c",
    "]]>]]>]]>",
    "&amp;lt;",
    "<![CDATA[x]]>",
    '"it\'s"',
    "大模型 🦜",
  ])("%s reads the same in every format and reader", async (title) => {
    const everywhere = await titlesEverywhere([aPost({ title })]);

    for (const [reader, titles] of Object.entries(everywhere)) expect(titles, reader).toEqual([title]);
  });

  test("a title of any code units reads as its clean self, and its neighbours stay", async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (title) => {
        const posts = [aPost({ id: 1 }), aPost({ id: 2, title, titleIsMade: false }), aPost({ id: 3 })];
        const expected = oneLine(title) || "All about number 2.";

        const everywhere = await titlesEverywhere(posts);

        for (const [reader, titles] of Object.entries(everywhere)) {
          expect(titles, reader).toEqual(["Post 1", expected, "Post 3"]);
        }
      }),
      { numRuns: 80 },
    );
  });
});

describe("hostile posts", () => {
  const controls = Array.from({ length: 32 }, (_, code) => `x${String.fromCharCode(code)}y`).join("");
  const hostile: Readonly<Record<string, Partial<ShownPost>>> = {
    "every ASCII control everywhere": {
      title: controls,
      text: controls,
      html: `<p>${controls}</p>`,
      author: controls,
    },
    "lone surrogates": { title: "\ud800 a \udfff", html: "<p>\udc00\ud800</p>", text: "\ud800" },
    noncharacters: { title: "\ufffe a \uffff \u{1fffe}", html: "<p>\ufffe</p>" },
    "]]> in every position": { title: "]]>a]]>b]]>", html: "]]><p title=']]>'>]]>]]></p>]]>", text: "]]>" },
    "a script": {
      title: "<script>alert(1)</script>",
      html: "<script>alert(1)</script>",
      text: "<script>x</script>",
    },
    "a title of 10 KB": { title: "词 &<>".repeat(2_000) },
    "an overridden direction": { title: "\u202egnp.exe\u2066", author: "\u202eeve" },
    "a javascript: link": {
      url: "javascript:alert(1)",
      image: "javascript:alert(1)",
      sourceUrl: "javascript:alert(1)",
    },
    "nothing but an id": { title: "", text: null, url: null, publishedAt: null, shownIn: [], sourceName: "" },
    "a thousand categories": {
      shownIn: Array.from({ length: 1_000 }, (_, n) => ({ slug: `c-${n}`, name: `<${n}> & "co"` })),
    },
    "a category that is markup": { shownIn: [{ slug: '"><x>', name: "</category>" }] },
    "a date that is none": { publishedAt: Number.NaN, orderAt: 1e20 },
    "an enclosure that is none": { enclosures: [{ url: "data:,x", type: "<>", length: -1 }] },
    "an author that is markup": { author: "</name> & <b> <eve@evil.example>" },
    "a link of odd characters": { url: "https://notes.example/a|b[1]^`%zz?q={x}#a#b\u0001" },
  };

  test.each(Object.entries(hostile))("%s does no harm to the file or to other posts", async (_, said) => {
    const posts = [aPost({ id: 1 }), aPost({ id: 2, ...said }), aPost({ id: 3 })];

    const { files, leftOut } = buildFeed(anAbout(), posts);

    expect(leftOut).toEqual([]);
    const everywhere = await readEverywhere(files);
    const seen = new Set(Object.values(everywhere).map((items) => JSON.stringify(items)));
    expect(seen.size, "all readers agree").toBe(1);
    const items: readonly ReadItem[] = everywhere["atom, strict"] ?? [];
    expect(items.map(({ id }) => id)).toEqual(posts.map(({ tag }) => tag));
    expect(items[1]?.title).toMatch(/\S/);
    expect(items[1]?.link).toMatch(/^https:\/\/[\w\-.~!$&'()*+,;=:@/?%#]+$/);
  });
});

describe("content", () => {
  const contentOf = (said: Partial<ShownPost>) => {
    const { files } = buildFeed(anAbout(), [aPost(said)]);
    const entry = childrenOf(parseXml(files.atom.toString()), "entry")[0];
    const item = rssItems(parseXml(files.rss.toString()))[0];
    if (entry === undefined || item === undefined) throw new Error("no item");
    return {
      atom: textOf(childrenOf(entry, "content")[0]),
      rss: textOf(childrenOf(item, "content:encoded")[0]),
      json: jsonFeed(files).items[0],
    };
  };

  test("markup of a post stands in every format as it is", () => {
    const html = '<p>a &amp; <a href="https://x.example/?a=1&amp;b=2">b</a> 汉字</p>';

    const { atom, rss, json } = contentOf({ html });

    expect([atom, rss, json?.content_html]).toEqual([html, html, html]);
  });

  test("a text without markup is markup in XML and text in JSON", () => {
    const { atom, rss, json } = contentOf({ text: "1 < 2 & 3\nnext\n\n<script>x</script>" });

    const html = "<p>1 &#60; 2 &#38; 3<br>next</p>\n<p>&#60;script&#62;x&#60;/script&#62;</p>";
    expect([atom, rss]).toEqual([html, html]);
    expect(json?.content_text).toBe("1 < 2 & 3\nnext\n\n<script>x</script>");
  });

  test.each([
    "<p>a</p><script>alert(1)</script>",
    '<img src="https://x.example/i.png" onerror="alert(1)">',
    '<a href="javascript:alert(1)">a</a>',
    '<a href="/relative">a</a>',
    '<p style="position:fixed">a</p>',
    '<iframe src="https://x.example/"></iframe>',
    '<svg><a xlink:href="javascript:alert(1)">a</a></svg>',
    "<SCRIPT SRC=//x.example></SCRIPT>",
  ])("markup that does more than show gives way to the text: %s", (html) => {
    const { atom, rss, json } = contentOf({ html, text: "What it says." });

    expect([atom, rss]).toEqual(["<p>What it says.</p>", "<p>What it says.</p>"]);
    expect(json?.content_html).toBeUndefined();
    expect(json?.content_text).toBe("What it says.");
  });

  test("a text that only repeats the title is not said twice", () => {
    const { atom, rss, json } = contentOf({ title: "Short news", text: "Short\n news" });

    expect([atom, rss]).toEqual(["", ""]);
    expect(json?.summary).toBeUndefined();
    expect(json?.content_text).toBe("Short news");
  });
});
