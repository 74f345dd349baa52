import fc from "fast-check";
import type { Page } from "../../src/domain/page.ts";

/** A post on an invented page. */
export interface Told {
  readonly title: string;
  readonly url: string;
  /** `2026-01-05`, or null where the page shows no dates. */
  readonly on: string | null;
}

/** An invented page, what is on it, and how it was made, for whoever has to look into it. */
export interface Invented {
  readonly page: Page;
  readonly posts: readonly Told[];
  readonly template: unknown;
}

const words: Readonly<Record<string, readonly string[]>> = {
  en: "winter harbour lantern bridge orchard ferry meadow copper library window journal kiln saddle marsh".split(
    " ",
  ),
  de: "Winter Hafen Laterne Brücke Obstgarten Fähre Wiese Kupfer Bücherei Fenster Tagebuch Ofen Sattel".split(
    " ",
  ),
  fr: "hiver port lanterne pont verger bac prairie cuivre librairie fenêtre journal four selle marais".split(
    " ",
  ),
  zh: "冬天 港口 灯笼 石桥 果园 渡船 草地 铜器 书店 窗户 日记 窑炉 马鞍 湿地".split(" "),
  ja: "冬 港 提灯 石橋 果樹園 渡し船 草原 銅器 図書館 窓辺 日記 窯 鞍 湿原".split(" "),
  ko: "겨울 항구 등불 돌다리 과수원 나룻배 초원 구리 도서관 창문 일기 가마 안장 습지".split(" "),
};
const glue: Readonly<Record<string, readonly [string, string, string]>> = {
  en: [
    "On the ",
    " and the ",
    "What there is to say about it takes two sentences. This is the second one of them.",
  ],
  de: ["Über ", " und ", "Was darüber zu sagen ist, braucht zwei Sätze. Das hier ist der zweite davon."],
  fr: ["Sur ", " et ", "Ce qu'il y a à en dire tient en deux phrases. Voici la seconde des deux."],
  zh: ["关于", "与", "关于这件事要说的话有两句，这是第一句。第二句写在这里，到此为止。"],
  ja: ["", "と", "これについて言うべきことは二つの文で足ります。これがその二つ目の文です。"],
  ko: ["", "과 ", "이 일에 대해 할 말은 두 문장이면 충분하다. 이것이 그 두 번째 문장이다."],
};
const locales: Readonly<Record<string, string>> = {
  ...{ en: "en-GB", de: "de-DE", fr: "fr-FR", zh: "zh-CN", ja: "ja-JP", ko: "ko-KR" },
};
const buttons: Readonly<Record<string, string>> = {
  ...{
    en: "Read more",
    de: "Weiterlesen",
    fr: "Lire la suite",
    zh: "阅读全文",
    ja: "続きを読む",
    ko: "더 보기",
  },
};
const by: Readonly<Record<string, string>> = {
  ...{ en: "Posted on", de: "Veröffentlicht am", fr: "Publié le", zh: "发布于", ja: "公開日:", ko: "작성일" },
};
const classes = ["entry", "post", "card", "item", "teaser", "box", "row-a", "u-block", "kx", null] as const;

const template = fc.record({
  language: fc.constantFrom(...Object.keys(words)),
  count: fc.integer({ min: 3, max: 24 }),
  seed: fc.nat({ max: 9_999 }),
  depth: fc.integer({ min: 0, max: 3 }),
  list: fc.constantFrom("ul", "ol", "div", "section", "table"),
  card: fc.constantFrom("article", "div", "section"),
  cardClass: fc.constantFrom(...classes),
  title: fc.constantFrom("h2", "h3", "h4", "bare", "strong"),
  titleClass: fc.constantFrom("title", "headline", "kz", null),
  date: fc.constantFrom("time", "time-text", "text", "iso", "dots", "sentence", "split", "ago", "none"),
  dateFirst: fc.boolean(),
  category: fc.constantFrom("none", "link", "label"),
  summary: fc.boolean(),
  /** A box around what is in a card; a picture, an author, a button and a count beside it. */
  ...{ isBoxed: fc.boolean(), hasPicture: fc.boolean(), hasAuthor: fc.boolean() },
  ...{ hasButton: fc.boolean(), hasCount: fc.boolean() },
  /** Something for sale after each so many cards. */
  offers: fc.constantFrom(0, 0, 3, 7),
  path: fc.constantFrom("/blog/", "/2026/", "/news/item.php?id=", "/p/", "/"),
  menu: fc.integer({ min: 0, max: 9 }),
  sidebar: fc.constantFrom("none", "before", "after"),
  footer: fc.boolean(),
});

type Template = typeof template extends fc.Arbitrary<infer T> ? T : never;

/** Without dates, fewer than five cards are no list for anybody. */
function isList({ date, count }: Template): boolean {
  return date !== "none" || count >= 5;
}

/** Listings in templates that nobody wrote: tags, classes, order of the parts, languages, and what stands around. */
export const invented: fc.Arbitrary<Invented> = template.filter(isList).map((how) => {
  const posts = Array.from({ length: how.count }, (_, n) => post(how, n));
  const text = `<!doctype html><html lang="${how.language}"><head><title>Listing</title></head><body>${menu(how)}${
    how.sidebar === "before" ? sidebar(how, posts) : ""
  }${nested(list(how, posts), how)}${how.sidebar === "after" ? sidebar(how, posts) : ""}${footer(how)}</body></html>`;
  const page = {
    ...{ url: "https://invented.example/list", contentType: "text/html", text, zone: "UTC" },
    readAt: Date.parse("2026-01-14T12:00:00Z"),
  };
  return { page, posts, template: how };
});

function post({ language, seed, path, date }: Template, n: number): Told {
  const known = words[language] ?? [];
  const at = (place: number) => known[place % known.length] ?? "";
  const [lead, and] = glue[language] ?? ["", " "];
  const days = 1 + n * (1 + (seed % 5));
  const on = new Date(Date.UTC(2026, 0, 14) - days * 86_400_000).toISOString().slice(0, 10);
  const isDated = date !== "none";
  const title = `${lead}${at(seed + n)}${and}${at(seed + n * 3 + 5 + Math.floor(n / known.length))}`;
  return { title, url: `https://invented.example${path}${seed}-${n + 1}`, on: isDated ? on : null };
}

function classed(name: string | null): string {
  return name === null ? "" : ` class="${name}"`;
}

function card(how: Template, { title, url, on }: Told, n: number): string {
  const link = `<a href="${url}">${title}</a>`;
  const head =
    how.title === "bare"
      ? link
      : how.title === "strong"
        ? `<p${classed(how.titleClass)}><strong>${link}</strong></p>`
        : `<${how.title}${classed(how.titleClass)}>${link}</${how.title}>`;
  const category = ["Maps", "Tools", "Rivers"][n % 3];
  const filed =
    how.category === "link"
      ? `<a href="/category/${category?.toLowerCase()}">${category}</a>`
      : how.category === "label"
        ? `<span class="tag">${category}</span>`
        : "";
  const [, , said = ""] = glue[how.language] ?? [];
  const parts = how.dateFirst ? [dated(how, on), filed, head] : [head, dated(how, on), filed];
  const inner = [
    how.hasPicture ? `<a href="${url}"><img src="/pictures/${n}.jpg" alt=""></a>` : "",
    ...parts,
    how.hasAuthor ? '<span class="author">Ada Lund</span>' : "",
    how.summary ? `<p>${title}. ${said}</p>` : "",
    how.hasButton ? `<a class="more" href="${url}">${buttons[how.language]}</a>` : "",
    how.hasCount ? `<span>${(n * 7) % 31} ♥</span>` : "",
  ].join(" ");
  return how.isBoxed ? `<div class="in">${inner}</div>` : inner;
}

function dated({ date, language }: Template, on: string | null): string {
  if (on === null) return "";
  const long = new Intl.DateTimeFormat(locales[language], { dateStyle: "long", timeZone: "UTC" }).format(
    new Date(on),
  );
  switch (date) {
    case "time":
      return `<time datetime="${on}">${long}</time>`;
    case "time-text":
      return `<time>${long}</time>`;
    case "text":
      return `<span class="when">${long}</span>`;
    case "iso":
      return `<span>${on}</span>`;
    case "sentence":
      return `<small>${by[language]} ${long}</small>`;
    case "split":
      return `<div class="day"><b>${Number(on.slice(8))}</b><i>${on.slice(0, 7)}</i></div>`;
    case "ago":
      return `<span>${new Intl.RelativeTimeFormat(language).format(-Math.round((Date.UTC(2026, 0, 14) - Date.parse(on)) / 86_400_000), "day")}</span>`;
    case "none":
      return "";
    case "dots":
      return `<em>${on.replaceAll("-", ".")}</em>`;
    default:
      return date satisfies never;
  }
}

const offer = '<a href="https://advertiser.example/buy"><img src="/ad.png" alt="Buy boots"></a>';

function list(how: Template, posts: readonly Told[]): string {
  const cards = posts.flatMap((one, n) => {
    const isOffer = how.offers > 0 && n % how.offers === how.offers - 1;
    return isOffer ? [card(how, one, n), offer] : [card(how, one, n)];
  });
  if (how.list === "table")
    return `<table>${cards.map((inner) => `<tr${classed(how.cardClass)}><td>${inner}</td></tr>`).join("\n")}</table>`;
  const tag = how.list === "ul" || how.list === "ol" ? "li" : how.card;
  return `<${how.list}>${cards.map((inner) => `<${tag}${classed(how.cardClass)}>${inner}</${tag}>`).join("\n")}</${how.list}>`;
}

function nested(inner: string, { depth }: Template): string {
  return depth === 0
    ? inner
    : `<div class="wrap${"x".repeat(depth)}">${nested(inner, { depth: depth - 1 } as Template)}</div>`;
}

function menu({ menu: count }: Template): string {
  const entries = ["Home", "About us", "Contact", "Projects", "Press", "Team", "Jobs", "Shop", "Help"];
  const links = entries
    .slice(0, count)
    .map((name) => `<li><a href="/${name.toLowerCase()}">${name}</a></li>`);
  return count === 0 ? "" : `<nav><ul>${links.join("")}</ul></nav>`;
}

function sidebar(how: Template, posts: readonly Told[]): string {
  const popular = posts.slice(0, 5).map(({ title, url }) => `<li><a href="${url}">${title}</a></li>`);
  return how.sidebar === "none" ? "" : `<aside><h3>Popular</h3><ul>${popular.join("")}</ul></aside>`;
}

function footer({ footer: isThere }: Template): string {
  return isThere
    ? '<footer><p>© 2026 <a href="/imprint">Imprint</a> <a href="/privacy">Privacy policy</a></p></footer>'
    : "";
}
