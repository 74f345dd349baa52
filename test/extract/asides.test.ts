import { describe, expect, test } from "vitest";
import { asideIn } from "../../src/extract/asides.ts";
import { bylineIn } from "../../src/extract/byline.ts";
import { extract } from "../../src/extract/registry.ts";
import { aPage, readAt } from "./pages.ts";

const context = { zone: "UTC", readAt };

describe("a byline", () => {
  test.each([
    ["by Jane Doe", "Jane Doe"],
    ["By Jane Doe and Omar van der Linde", "Jane Doe and Omar van der Linde"],
    ["Written by: María-José O’Neill", "María-José O’Neill"],
    ["von Anna Beck", "Anna Beck"],
    ["Geschrieben von Der Vorstand", "Der Vorstand"],
    ["Par Maëlle Kervoal", "Maëlle Kervoal"],
    ["por Lucía Paredes", "Lucía Paredes"],
    ["Publicado por Redacción", "Redacción"],
    ["di Marco Rossi", "Marco Rossi"],
    ["Autorin: Hanne Voß", "Hanne Voß"],
    ["作者：王小明", "王小明"],
    ["文／王小明", "王小明"],
    ["記者王小明／台北報導", "王小明"],
    ["本报记者 张三", "张三"],
    ["文：山田太郎", "山田太郎"],
    ["글 홍길동", "홍길동"],
    ["홍길동 기자", "홍길동"],
    ["작성자 : 관리자", "관리자"],
    ["بقلم ليلى حداد", "ليلى حداد"],
    ["מאת דנה כהן", "דנה כהן"],
  ])("%s names %s", (text, name) => {
    expect(bylineIn(text)).toBe(name);
  });

  test.each([
    "By the river, where the mill was",
    "By hand",
    "Von der Quelle bis zur Mündung in einem Tag",
    "Por fin llueve en el valle",
    "Par temps de pluie, on reste à la maison",
    "文化祭の準備が始まりました",
    "記者會將於明日上午舉行，歡迎各界參加",
    "글쓰기 모임을 엽니다",
    "Jane Doe",
  ])("%s is none", (text) => {
    expect(bylineIn(text)).toBeNull();
  });
});

describe("a line that is no part of a text", () => {
  test.each([
    ["Posted on January 5, 2026 by Jane Doe", "Jane Doe"],
    ["12. Januar 2026, von Jörn Petersen", "Jörn Petersen"],
    ["Published: 5 January 2026 | 12 comments | 4 min read", null],
    ["12 points by heddle 16 hours ago | hide | 9 comments", "heddle"],
    ["Publié le 5 janvier 2026 par Inès Castelain", "Inès Castelain"],
    ["发布时间：2026-01-05 来源：本站 作者：张三 阅读(123)", "张三"],
    ["浏览次数：1024次", null],
    ["阅读(123) 评论(4)", null],
    ["公開日：2026年1月5日", null],
    ["작성일 2026.01.05 조회 12", null],
    ["조회수 1,204", null],
    ["تاريخ النشر: 2026-01-05", null],
    ["פורסם ב 05/05/2025", null],
    ["Posted on by |", null],
    ["Download / Transcript / Show notes", null],
    ["Last post by Bram V.", null],
    ["(clocks.example.com)", null],
  ] as const)("%s, by %s", (line, author) => {
    expect(asideIn(line, context)).toEqual({ author, rest: "" });
  });

  test.each([
    "The press opens on 5 January 2026 at ten",
    "Orders close on January 31, 2026.",
    "Sixty-one people came; 3 comments were made, all of them kind",
    "3 likes are enough to win the jar",
    "由于2026年1月5日停水，请提前储水",
    "Von 12 Uhr an ist die Strasse gesperrt",
    "Version 2.4 reads 12 formats",
  ])("%s is one", (line) => {
    expect(asideIn(line, context)).toBeNull();
  });
});

test("a writer in plain words is the post's author, and no part of its title, text or categories", async () => {
  const posts = [
    ["Frost on the inner side", "by Jane Doe"],
    ["The pump was mended", "by Omar Said"],
    ["Nine maps of the marsh", "by Jane Doe"],
  ];
  const cards = posts.map(
    ([title, by], n) =>
      `<li><a href="/p/${n}">${title}</a> <span>Jan ${9 - n}, 2026</span> <span>${by}</span><p>What it says in a sentence or two.</p></li>`,
  );
  const { items } = await extract(aPage(`<body><ul>${cards.join("")}</ul></body>`), { kind: "auto" }, null);
  expect(items.map(({ title, author, text, categories }) => ({ title, author, text, categories }))).toEqual(
    posts.map(([title, by]) => ({
      title,
      author: by?.slice(3),
      text: `${title}\nWhat it says in a sentence or two.`,
      categories: [],
    })),
  );
});
