import fc from "fast-check";
import { expect, test } from "vitest";
import { extract } from "../../src/extract/registry.ts";
import { decodeBytes } from "../../src/fetch/decode.ts";
import { aFeed } from "./pages.ts";

const said = fc.constantFrom(
  "plain",
  "Grüße, 世界 🌱",
  "a &amp; b",
  "&lt;p&gt;escaped&lt;/p&gt;",
  "<![CDATA[<p>as it is</p> ]] > <item></item>]]>",
  "<!-- </item> -->left out",
);
const title = fc.constantFrom("One", "Zwei — &quot;2&quot;", "<![CDATA[3 < 4]]>");
const category = fc.constantFrom(
  "",
  '<category domain="a>b">x</category>',
  "<category/>",
  '<x:y a="/item>"/>',
);

/** Formats: how an item and a feed are written. */
const formats = {
  rss: {
    item: (inside: string) => `<item>${inside.replaceAll("BODY", "description")}</item>`,
    feed: (items: string) =>
      `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]><rss version="2.0"><channel><title>T</title>${items}</channel></rss>`,
  },
  atom: {
    item: (inside: string) => `<entry>${inside.replaceAll("BODY", "summary")}</entry>`,
    feed: (items: string) => `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>${items}</feed>`,
  },
  rdf: {
    item: (inside: string) => `<r:item>${inside.replaceAll("BODY", "r:description")}</r:item>`,
    feed: (items: string) =>
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:r="http://purl.org/rss/1.0/"><r:channel/>${items}</rdf:RDF>`,
  },
} as const;

const feeds = fc
  .record({
    format: fc.constantFrom(...(Object.keys(formats) as (keyof typeof formats)[])),
    parts: fc.array(fc.tuple(title, said, category), { minLength: 1, maxLength: 4 }),
    gap: fc.constantFrom("", "\n  ", "<!-- gap -->"),
  })
  .map(({ format, parts, gap }) => {
    const { item, feed } = formats[format];
    const items = parts.map(
      ([name, body, more], n) =>
        `${item(`<title>${n} ${name}</title><guid>g${n}</guid><id>g${n}</id><BODY>${body}</BODY>${more}`)}${gap}`,
    );
    return { items: items.map((one) => one.trim().replace(/<!-- gap -->$/, "")), text: feed(items.join("")) };
  });

const read = async (bytes: Buffer) => {
  const { text } = decodeBytes(bytes, "application/xml; charset=utf-8");
  return await extract(aFeed(text), { kind: "feed" }, null).catch(() => null);
};

const jsonItem = fc.record(
  {
    title: fc.constantFrom("One", 'Zwei "2"', "a}, {b", "[c]\\\\"),
    content_html: fc.constantFrom("<p>世界 🌱</p>", '<a href="x">],}</a>\n', "\\"),
    tags: fc.constantFrom([], ["x", "y"]),
    attachments: fc.constantFrom([], [{ url: "https://site.example/a.mp3", size_in_bytes: 5 }]),
  },
  { requiredKeys: ["title"] },
);

test("a JSON Feed cut off at any byte gives the items that end before the cut, whole, and no other", async () => {
  const json = fc.tuple(fc.array(jsonItem, { minLength: 1, maxLength: 4 }), fc.constantFrom(0, 2), fc.nat());
  await fc.assert(
    fc.asyncProperty(json, async ([written, space, at]) => {
      const version = "https://jsonfeed.org/version/1.1";
      const items = written.map((item, n) => ({ id: `g${n}`, ...item }));
      const bytes = Buffer.from(JSON.stringify({ version, title: "T", items, language: "de" }, null, space));
      const cut = at % bytes.length;
      const whole = (await read(bytes))?.items ?? [];
      expect(whole).toHaveLength(items.length);

      const got = (await read(bytes.subarray(0, cut)))?.items ?? [];

      const text = bytes.toString();
      const ends = items.map(({ id }, n) => {
        const start = text.indexOf(`"${id}"`);
        const next = n + 1 < items.length ? text.indexOf(`"g${n + 1}"`) : text.lastIndexOf("]");
        const end = text.lastIndexOf("}", n + 1 < items.length ? text.lastIndexOf("{", next) : next);
        expect(start).toBeGreaterThan(0);
        return Buffer.byteLength(text.slice(0, end + 1));
      });
      expect(got).toEqual(whole.slice(0, ends.filter((end) => end <= cut).length));
    }),
    { numRuns: 1_500 },
  );
});

test("a feed cut off at any byte gives the items that end before the cut, whole, and no other", async () => {
  await fc.assert(
    fc.asyncProperty(feeds, fc.nat(), async ({ items, text }, at) => {
      const bytes = Buffer.from(text);
      const cut = at % bytes.length;
      const whole = (await read(bytes))?.items ?? [];
      expect(whole).toHaveLength(items.length);

      const got = (await read(bytes.subarray(0, cut)))?.items ?? [];

      let from = 0;
      const ends = items.map((item) => {
        from = text.indexOf(item, from) + item.length;
        return Buffer.byteLength(text.slice(0, from));
      });
      expect(got).toEqual(whole.slice(0, ends.filter((end) => end <= cut).length));
    }),
    { numRuns: 1_500 },
  );
});
