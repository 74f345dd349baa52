import { feed, filled, megabyte, nearlyMost, page, type Trap, type Visit } from "../trap.ts";

const rss = (items: string, start = "") =>
  `<?xml version="1.0"?>${start}<rss version="2.0"><channel><title>T</title>${items}</channel></rss>`;
const item = (inside: string) => `<item><title>A title</title>${inside}</item>`;
const xml = (body: (visit: Visit) => string | Uint8Array) => page("application/rss+xml", body);
const json = (body: () => string | Uint8Array) => page("application/feed+json", body);
const jsonFeed = (items: string) =>
  `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[${items}]}`;
const around = (start: string, piece: string, end: string) =>
  Buffer.concat([
    Buffer.from(start),
    filled(piece, nearlyMost - start.length - end.length),
    Buffer.from(end),
  ]);

const laughs = Array.from({ length: 12 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join("");

const entities: readonly Trap[] = [
  {
    name: "a billion laughs",
    read: feed,
    talk: xml(() =>
      rss(item("<description>&l12;</description>"), `<!DOCTYPE rss [<!ENTITY l0 "lol">${laughs}]>`),
    ),
    comesTo: "items",
  },
  {
    name: "one entity of 100 KB, used 100,000 times",
    read: feed,
    talk: xml(() =>
      rss(
        item(`<description>${"&a;".repeat(100_000)}</description>`),
        `<!DOCTYPE rss [<!ENTITY a "${"a".repeat(100_000)}">]>`,
      ),
    ),
    comesTo: "items",
  },
  {
    name: "external entities, stylesheets and inclusions",
    read: feed,
    talk: xml(({ canary }) =>
      rss(
        item(
          `<description>&x;&f;</description><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${canary}/i"/>`,
        ),
        `<?xml-stylesheet href="${canary}/s"?><!DOCTYPE rss SYSTEM "${canary}/d" [<!ENTITY x SYSTEM "${canary}/x">
         <!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "${canary}/p"> %p;]>`,
      ),
    ),
    comesTo: "items",
  },
  {
    name: "a document type that never ends",
    read: feed,
    talk: xml(() => around("<!DOCTYPE rss [", '<!ENTITY a "a">', "")),
    comesTo: /no RSS, Atom or JSON feed/,
  },
];

const large: readonly Trap[] = [
  {
    name: "a million items",
    isHeavy: true,
    read: feed,
    talk: xml(() => rss("<item/>".repeat(1_000_000))),
    comesTo: "either",
  },
  {
    name: "a feed 1,000,000 deep",
    isHeavy: true,
    read: feed,
    talk: xml(() => rss(item("<a>".repeat(1_000_000)))),
    comesTo: "items",
  },
  {
    name: "one item of 8 MB of &lt;",
    isHeavy: true,
    read: feed,
    talk: xml(() => around(rss("").slice(0, -16), "&lt;", "")),
    comesTo: /breaks off before its first item/,
  },
  {
    name: "one description of 8 MB of &lt;b",
    isHeavy: true,
    read: feed,
    talk: xml(() =>
      around("<rss><channel><item><description>", "&lt;b ", "</description></item></channel></rss>"),
    ),
    comesTo: "either",
  },
  {
    name: "one item of 200,000 categories",
    isHeavy: true,
    read: feed,
    talk: xml(() =>
      rss(item(Array.from({ length: 200_000 }, (_, n) => `<category>${n}</category>`).join(""))),
    ),
    comesTo: "either",
  },
  {
    name: "one item of 100,000 files",
    isHeavy: true,
    read: feed,
    talk: xml(() =>
      rss(
        item(Array.from({ length: 100_000 }, (_, n) => `<enclosure url="http://a.example/${n}"/>`).join("")),
      ),
    ),
    comesTo: "either",
  },
  {
    name: "a guid, a link and an author of 2 MB each",
    isHeavy: true,
    read: feed,
    talk: xml(() => {
      const long = "x".repeat(2 * megabyte);
      return rss(item(`<guid>${long}</guid><link>http://a.example/${long}</link><author>${long}</author>`));
    }),
    comesTo: "either",
  },
  {
    name: "500 items of 16 KB of ligatures that NFKC makes eighteen times as long",
    isHeavy: true,
    read: feed,
    talk: xml(() => rss(item(`<description>${"\ufdfa".repeat(5_200)}</description>`).repeat(500))),
    comesTo: "items",
  },
  {
    name: "a feed that calls itself by its prototype",
    read: feed,
    talk: xml(() =>
      rss(
        item(
          "<__proto__>x</__proto__><constructor>y</constructor><toString/><link>http://a.example/</link>",
        ).repeat(9),
      ),
    ),
    comesTo: "items",
  },
  {
    name: "500,000 name spaces",
    isHeavy: true,
    read: feed,
    talk: xml(() => `<rss ${"xmlns:a='b' ".repeat(500_000)}><channel>${item("")}</channel></rss>`),
    comesTo: "items",
  },
  {
    name: "a root whose prefix is an expression that never ends",
    read: feed,
    talk: xml(() => `<x(x+)+:rss><channel>${item("").repeat(3)}</channel></${"x".repeat(200)}`),
    comesTo: "items",
  },
];

const inJson: readonly Trap[] = [
  {
    name: "JSON 1,000,000 deep",
    read: feed,
    talk: json(
      () => `{"version":"https://jsonfeed.org/version/1.1","items":${"[".repeat(1e6)}${"]".repeat(1e6)}}`,
    ),
    comesTo: "items",
  },
  {
    name: "JSON of 8 MB of brackets",
    read: feed,
    talk: json(() => around('{"version":"https://jsonfeed.org/version/1.1","items":', "[", "")),
    comesTo: /cannot be read/,
  },
  {
    name: "JSON of 4,000,000 empty objects",
    isHeavy: true,
    read: feed,
    talk: json(() => around('{"version":"https://jsonfeed.org/version/1.1","items":[', "{},", "{}]}")),
    comesTo: /\w/,
  },
  {
    name: "a JSON string of 8 MB",
    isHeavy: true,
    read: feed,
    talk: json(() =>
      around(
        '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","content_html":"',
        "<b>",
        '"}]}',
      ),
    ),
    comesTo: "items",
  },
  {
    name: "JSON with a prototype",
    read: feed,
    talk: json(() =>
      jsonFeed(
        '{"__proto__":{"title":"p","isAdmin":true},"id":"1","title":"a"},{"constructor":{"prototype":{"x":1}},"id":"2"}',
      ),
    ),
    comesTo: "items",
  },
  {
    name: "JSON with 1,000,000 tags",
    isHeavy: true,
    read: feed,
    talk: json(() =>
      jsonFeed(
        `{"id":"1","title":"a","tags":[${Array.from({ length: 900_000 }, (_, n) => `"${n}"`).join(",")}]}`,
      ),
    ),
    comesTo: "either",
  },
];

export const feedTraps: readonly Trap[] = [...entities, ...large, ...inJson];
