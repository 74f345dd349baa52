import { describe, expect, test } from "vitest";
import { nextPage } from "../../src/extract/auto/pager.ts";
import { parseHtml } from "../../src/extract/document.ts";

const home = "https://site.example/list/";
const posts = new Set([`${home}a-post`]);
const next = (body: string, url = home) => nextPage(parseHtml(`<body>${body}</body>`, url), url, posts);
const rest = (url: string | null) => url?.replace("https://site.example", "") ?? null;

describe("the next page by its words", () => {
  test.each([
    ["Older posts", "archive-2.html"],
    ["« Earlier links", "/2"],
    ["Show older", "?max_id=1120"],
    ["Previous announcements", "/old"],
    ["Ältere Beiträge →", "/aktuelles-2.html"],
    ["Frühere Meldungen", "/archiv"],
    ["Articles plus anciens", "?debut=6"],
    ["Entradas más antiguas", "/page/2/"],
    ["Noticias anteriores", "?start=10"],
    ["Avvisi precedenti", "/avvisi.asp?pag=2"],
    ["Postagens mais antigas", "/pagina2/"],
    ["Starsze wpisy", "/strona/2"],
    ["下一页 >", "index_1.html"],
    ["下一頁", "?page=2"],
    ["较早的文章", "/page/2/"],
    ["過去の記事", "/index2.html"],
    ["次の20件", "?start=20"],
    ["이전 글", "/board?page=2"],
    ["지난 소식 보기", "/old"],
    ["التالي", "?page=2"],
    ["הבא", "?page=2"],
  ])("%s", (words, href) => {
    expect(next(`<a href="${href}">${words}</a>`)).toBe(new URL(href, home).href);
  });

  test.each([
    ["More episodes", "?page=2"],
    ["もっと見る", "?page=2"],
    ["더 보기", "/list?offset=20"],
    ["加载更多", "/list/page/2/"],
    ["Weitere Meldungen", "?seite=2"],
    ["»", "page/2"],
  ])("%s, where the address is of the same list", (words, href) => {
    expect(next(`<a href="${href}">${words}</a>`)).toBe(new URL(href, home).href);
    expect(next(`<a href="/another/place">${words}</a>`)).toBeNull();
  });
});

describe("the next page by its number", () => {
  const pager = (from: number, to: number, href: (n: number) => string, mark = "b") =>
    Array.from({ length: to - from + 1 }, (_, n) => n + from)
      .map((n) => (n === from ? `<${mark}>${n}</${mark}>` : `<a href="${href(n)}">${n}</a>`))
      .join(" ");

  test.each([
    ["by the pager's own word", pager(1, 3, (n) => `/pagina${n}/`), "/pagina2/"],
    ["counted from nothing", pager(1, 3, (n) => `?page=${n - 1}`), "/list/?page=1"],
    ["counted in posts", pager(1, 3, (n) => `?first=${(n - 1) * 20}`), "/list/?first=20"],
    ["in a name", pager(1, 4, (n) => `news-${n}.html`), "/list/news-2.html"],
    ["without a word", pager(1, 3, (n) => `/${n}`), "/2"],
    [
      "in a list of their own",
      '<ul><li class="is-active"><a href="?p=1">1</a></li><li><a href="?p=2">2</a></li></ul>',
      "/list/?p=2",
    ],
    ["alone, with a word", '<a href="/list/page/2">Page 2 »</a>', "/list/page/2"],
    ["in Arabic", '<span>١</span> <a href="?page=2">٢</a> <a href="?page=3">٣</a>', "/list/?page=2"],
  ])("%s", (_, body, to) => {
    expect(rest(next(body))).toBe(to);
  });

  test("is the one after this page's, never one before it", () => {
    const body =
      '<a href="?page=1">1</a> <a href="?page=2">2</a> <a href="?page=3">3</a> <a href="?page=4">4</a>';
    expect(rest(next(body, `${home}?page=2`))).toBe("/list/?page=3");
    expect(rest(next(`${body} <a href="?page=3">Older posts</a>`, `${home}?page=4`))).toBeNull();
  });
});

test("what a script would load at the end is the next page", () => {
  expect(rest(next('<button data-next="/list?page=2">Load more</button>'))).toBe("/list?page=2");
  expect(rest(next('<div hx-get="/list/page/2" hx-trigger="revealed"></div>'))).toBe("/list/page/2");
  expect(next('<div hx-get="/search/suggestions?q=1"></div>')).toBeNull();
});

test.each([
  ["a post", '<a href="a-post#more">weiter</a> <a rel="next" href="a-post">Next</a>'],
  [
    "a calendar",
    "<table><tr><td>1</td><td><a href='/2026/01/02'>2</a></td><td><a href='/2026/01/03'>3</a></td></tr></table>",
  ],
  ["comments that are counted", "<p><a href='/p/5#comments'>2</a></p><p><a href='/p/6#comments'>1</a></p>"],
  [
    "the page before",
    '<a href="/list/page/2">Previous</a> <a href="?page=2">Vorherige Seite</a> <a href="?page=2">이전</a>',
  ],
  ["another site", '<a href="https://other.example/?page=2">Next</a>'],
  ["a script", '<a href="javascript:fn_page(2)">2</a> <a href="#">Next</a>'],
  ["more of something else", '<a href="/about?page=2">More</a> <a href="/archive">Mehr erfahren</a>'],
])("%s is no next page", (_, body) => {
  expect(next(body)).toBeNull();
});
