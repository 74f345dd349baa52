import {
  auto,
  everything,
  filled,
  megabyte,
  nearlyMost,
  page,
  pours,
  redirects,
  type Talk,
  type Trap,
  type Visit,
} from "../trap.ts";

const html = (body: (visit: Visit) => string | Uint8Array) => page("text/html; charset=utf-8", body);
const cards = (from: number, more = "") =>
  `<main>${Array.from(
    { length: 12 },
    (_, n) =>
      `<article><h2><a href="/post/${from + n}">Post number ${from + n}</a></h2><time>2026-01-0${(n % 9) + 1}</time><p>What it is about.</p></article>`,
  ).join("")}</main>${more}`;
const numberIn = (path: string) => Number(/\d+$/.exec(path)?.[0] ?? 1);

const markup: readonly Trap[] = [
  {
    name: "1,000,000 divs in each other",
    read: auto,
    talk: html(() => "<div>".repeat(1_000_000)),
    comesTo: "items",
  },
  {
    name: "an attribute of 5 MB",
    read: auto,
    talk: html(() => `<p title="${"x".repeat(5 * megabyte)}">x`),
    comesTo: "items",
  },
  {
    name: "1,000,000 attributes",
    isHeavy: true,
    read: auto,
    talk: html(() => `<p ${Array.from({ length: 1_000_000 }, (_, n) => `a${n}`).join(" ")}>x`),
    comesTo: "either",
  },
  { name: "1,000,000 items", read: auto, talk: html(() => "<li>item".repeat(1_000_000)), comesTo: "items" },
  {
    name: "an item of 8 MB of &lt;",
    isHeavy: true,
    read: auto,
    talk: html(() => filled("&lt;")),
    comesTo: "items",
  },
  {
    name: "500,000 tags never closed",
    read: auto,
    talk: html(() => "<b><i><a href=x>".repeat(170_000)),
    comesTo: "items",
  },
  { name: "8 MB of <", isHeavy: true, read: auto, talk: html(() => filled("<")), comesTo: "either" },
  { name: "comments never closed", read: auto, talk: html(() => filled("<!--")), comesTo: "items" },
  {
    name: "quotes never closed",
    isHeavy: true,
    read: auto,
    talk: html(() => filled("<a b='")),
    comesTo: "items",
  },
  {
    name: "a selector that matches everything",
    read: everything,
    talk: html(() => cards(1).repeat(400)),
    comesTo: "items",
  },
  { name: "8 MB of Chinese", read: auto, talk: html(() => filled("中文字，")), comesTo: "items" },
  {
    name: "8 MB of Chinese in one card",
    isHeavy: true,
    read: everything,
    talk: html(() => Buffer.concat([Buffer.from("<p>"), filled("中文字，", nearlyMost - 9)])),
    comesTo: "either",
  },
  {
    name: "things like dates",
    isHeavy: true,
    read: auto,
    talk: html(() =>
      `<article><time>${"1 ".repeat(200_000)}</time>${"2026-1-1T1:1:1 3 days ago ".repeat(99_000)}</article>`.repeat(
        2,
      ),
    ),
    comesTo: "either",
  },
  {
    name: "titles without end",
    isHeavy: true,
    read: auto,
    talk: html(() => `<article><h2><a href=x>${"Word ".repeat(180_000)}</a></h2></article>`.repeat(8)),
    comesTo: "either",
  },
  {
    name: "JSON-LD 1,000,000 deep",
    read: auto,
    talk: html(() => `<script type="application/ld+json">${'{"@graph":['.repeat(300_000)}</script>`),
    comesTo: "items",
  },
  {
    name: "100,000 advertised feeds",
    read: auto,
    talk: html(
      ({ canary }) =>
        `${`<link rel=alternate type=application/rss+xml href="ftp${canary.slice(4)}">`.repeat(100_000)}${cards(1)}`,
    ),
    comesTo: "items",
  },
  {
    name: "a page that refreshes to somewhere else",
    read: auto,
    talk: page(
      "text/html",
      ({ canary }) =>
        `<meta http-equiv=refresh content="0;url=${canary}/">${cards(1)}<iframe src="${canary}"></iframe><img src="${canary}"><script src="${canary}"></script>`,
      ["refresh: 0;url=http://127.0.0.1/"],
    ),
    comesTo: "items",
  },
];

const bytes: readonly Trap[] = [
  {
    name: "8 MB of NUL bytes",
    read: auto,
    talk: page("text/html", () => Buffer.alloc(nearlyMost)),
    comesTo: /binary data/,
  },
  {
    name: "8 MB of UTF-16 in halves of pairs",
    read: auto,
    talk: page("text/html", () => Buffer.concat([Buffer.from([0xff, 0xfe]), filled(Buffer.from([0, 0xd8]))])),
    comesTo: /binary data/,
  },
  {
    name: "8 MB of UTF-16",
    isHeavy: true,
    read: auto,
    talk: page("text/html", () => filled(Buffer.from("<p>中", "utf16le"))),
    comesTo: "items",
  },
  {
    name: "a page that claims twenty charsets and is in none",
    read: auto,
    talk: page("text/html", () => {
      const names =
        "gbk big5 shift_jis euc-jp euc-kr iso-2022-jp windows-1251 koi8-r iso-8859-3 iso-8859-6 iso-8859-7 iso-8859-8 windows-1253 windows-1255 windows-874 macintosh x-mac-cyrillic ibm866 iso-8859-16";
      const claims = names
        .split(" ")
        .map((name) => `<meta charset=${name}>`)
        .join("");
      return Buffer.concat([
        Buffer.from(claims),
        filled("A", nearlyMost - 2_000),
        Buffer.from([0xff, 0xff, 0x80, 0xa0, 0xff]),
      ]);
    }),
    comesTo: "items",
  },
  {
    name: "a ZIP archive called a page",
    read: auto,
    talk: page("text/html", () =>
      Buffer.concat([
        Buffer.from("PK\x03\x04"),
        filled(Buffer.from(Array.from({ length: 251 }, (_, n) => (n * 7) % 256)), megabyte),
      ]),
    ),
    comesTo: /binary data/,
  },
  {
    name: "a ZIP archive called one",
    read: auto,
    talk: page("application/zip", () => "PK\x03\x04"),
    comesTo: /an archive/,
  },
  { name: "a PDF", read: auto, talk: page("application/pdf", () => "%PDF-1.7"), comesTo: /a PDF/ },
];

const longUrl = `/${"x".repeat(1_900)}`;
const fine: Talk = html(() => cards(1));
const robots = (body: () => string) => page("text/plain", body);
const half = 500_000;

const listings: readonly Trap[] = [
  {
    name: "a listing whose next page is always another",
    read: auto,
    pages: 20,
    talk: html(({ path }) =>
      cards(numberIn(path) * 100, `<a rel=next href="/${numberIn(path) + 1}">next</a>`),
    ),
    comesTo: "items",
  },
  {
    name: "a listing whose next page is the one before",
    read: auto,
    pages: 50,
    talk: html(({ path }) => cards(1, `<a rel=next href="${path === "/a" ? "/b" : "/a"}">next</a>`)),
    comesTo: "items",
  },
  {
    name: "a robots.txt of 500 KB of stars",
    read: auto,
    path: longUrl,
    robots: robots(() => `user-agent: *\ndisallow: ${"*".repeat(half)}`),
    talk: fine,
    comesTo: /robots\.txt|items/,
  },
  {
    name: "a robots.txt of 500 KB of stars and letters",
    read: auto,
    path: longUrl,
    robots: robots(() => `user-agent: *\ndisallow: /${"*x".repeat(half / 2)}y`),
    talk: fine,
    comesTo: "items",
  },
  {
    name: "a robots.txt of 6,000 rules full of stars",
    read: auto,
    path: longUrl,
    robots: robots(() => `user-agent: *\n${`disallow: ${"*x".repeat(35)}y\n`.repeat(6_000)}`),
    talk: fine,
    comesTo: "items",
  },
  {
    name: "a robots.txt of 19,000 robots times 30,000 rules",
    read: auto,
    robots: robots(
      () =>
        `${Array.from({ length: 15_000 }, (_, n) => `user-agent:${n}\n`).join("")}user-agent: *\n${"allow:/x\n".repeat(25_000)}`,
    ),
    talk: fine,
    comesTo: "items",
  },
  {
    name: "a robots.txt without end",
    read: auto,
    robots: pours("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n", filled("x", 65_536)),
    talk: fine,
    comesTo: /larger than 8 MB/,
  },
  {
    name: "a robots.txt that redirects without end",
    read: auto,
    robots: redirects(({ path }) => `${path}x`),
    talk: fine,
    comesTo: /more than 5 times/,
  },
];

export const pageTraps: readonly Trap[] = [...markup, ...bytes, ...listings];
