import { findAll, textContent } from "domutils";
import { parseDocument } from "htmlparser2";
import { beforeAll, describe, expect, test } from "vitest";
import { squash } from "../../src/base/text.ts";
import { personalise, personalSlots } from "../../src/digest/personal.ts";
import { type DigestRenderer, digestRenderer } from "../../src/digest/render.ts";
import { composeMessage } from "../../src/mail/message.ts";
import { aPost, aSheet, aSite, monday, templates, wordsOf } from "./posts.ts";

type Element = ReturnType<typeof findAll>[number];

let renderer: DigestRenderer;
beforeAll(async () => {
  renderer = await digestRenderer({ folder: templates, compiled: templates });
});

const urls = {
  preferences: "https://digest.example.org/preferences/1abc",
  unsubscribe: "https://digest.example.org/unsubscribe/1abc",
};

function all(html: string, name: string): readonly Element[] {
  return findAll((element) => element.name === name, parseDocument(html).children);
}

const texts = (html: string, name: string) => all(html, name).map((element) => squash(textContent(element)));
const links = (html: string) => all(html, "a").map((element) => element.attribs.href);

describe("a digest", () => {
  const posts = [
    aPost({ id: 1, title: "Lead", in: ["NLP"], at: monday - 1 }),
    aPost({
      id: 2,
      title: "Second",
      in: ["NLP"],
      alsoAt: [{ source: "b", sourceName: "Other Blog", url: null }],
    }),
    aPost({ id: 3, title: "Third", in: ["Python"], isDated: false }),
  ];

  test("groups its posts by category, each with link, source and date", () => {
    const { html, text, subject } = renderer.renderVariant(aSheet(posts), wordsOf("en"));

    expect(subject).toBe("Notes on Models, weekly: Lead");
    expect(texts(html, "h1")).toEqual(["Notes on Models, weekly"]);
    expect(texts(html, "h2")).toEqual(["NLP 2", "Python 1"]);
    expect(texts(html, "h3")).toEqual(["Lead", "Second", "Third"]);
    expect(links(html)).toContain("https://blog.example.org/2");
    expect(texts(html, "p")).toContain("Blog · 4 January 2026 · also at Other Blog");
    expect(texts(html, "p")).toContain("Blog · first seen 4 January 2026");
    expect(text.indexOf("NLP · 2\n-------\n\nLead\n")).toBeGreaterThan(0);
    expect(text).toContain("\nWhat post 3 is about.\nhttps://blog.example.org/3\n");
  });

  test("says who sends it, why, how to change and to leave, and the imprint, in both parts", () => {
    const { html, text } = personalise(renderer.renderVariant(aSheet(posts), wordsOf("en")), urls);

    for (const said of ["Sent every week by Notes on Models.", "1 Sample Street", "hello@example.org"]) {
      expect(texts(html, "body").join()).toContain(said);
      expect(text).toContain(said);
    }
    expect(links(html)).toEqual(expect.arrayContaining([urls.preferences, urls.unsubscribe]));
    expect(text).toContain(`Unsubscribe\n${urls.unsubscribe}\n`);
    expect(html + text).not.toMatch(/[\ufdd0\ufdd1]/);
  });

  test("has contents only where there are more than three categories", () => {
    const four = ["A", "B", "C", "D"].map((name, id) => aPost({ id, in: [name] }));

    expect(links(renderer.renderVariant(aSheet(four.slice(1)), wordsOf("en")).html)).not.toContain("#c1");
    const { html } = renderer.renderVariant(aSheet(four), wordsOf("en"));
    expect(links(html)).toEqual(expect.arrayContaining(["#c1", "#c2", "#c3", "#c4"]));
    expect(all(html, "h2").map(({ attribs }) => attribs.id)).toEqual(["c1", "c2", "c3", "c4"]);
  });

  test("says how many more are on the web, with a link to the issue's page", () => {
    const { html, text } = renderer.renderVariant(aSheet(posts, { maxPosts: 2 }), wordsOf("en"));

    expect(texts(html, "h2")).toEqual(["NLP 1 of 2", "Python 1"]);
    expect(links(html)).toContain("https://digest.example.org/issues/12");
    expect(text).toContain("1 more post on the web\nhttps://digest.example.org/issues/12");
  });

  test("speaks the language asked for, all of it", () => {
    const site = { ...aSite, imprint: "" };
    const mine = posts.map((post) => ({
      ...post,
      title: "标题",
      summary: "摘要",
      sourceName: "博客",
      alsoAt: [],
    }));
    const { html, text, key, language } = renderer.renderVariant(aSheet(mine, { site }), wordsOf("zh-CN"));

    expect([key, language]).toEqual(["zh|*", "zh"]);
    expect(all(html, "html")[0]?.attribs).toMatchObject({ lang: "zh", dir: "ltr" });
    expect(html).toContain("line-height:1.75");
    expect(text).toContain("第 12 期 · 2025年12月29日—2026年1月5日\n3 篇新文章，2 个分类\n");
    expect(
      text.replace(/Notes on Models(?:, weekly)?|NLP|Python|https?:\S+|\W/gu, "").replace(/\d|_/g, ""),
    ).toMatch(/^(?:preferences|unsubscribe)*$/);
  });

  test("loads nothing from anywhere and hides nothing", () => {
    const { html } = renderer.renderVariant(aSheet(posts), wordsOf("en"));

    expect(all(html, "img").concat(all(html, "link"), all(html, "script"))).toEqual([]);
    expect(html).not.toMatch(/@import|url\(|googleapis|display:\s*none|font-size:\s*1px/);
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    const tables = all(html, "table");
    expect(tables.length).toBeGreaterThan(0);
    expect(tables.every(({ attribs }) => attribs.role === "presentation")).toBe(true);
  });

  test("is the same for the same issue, by whichever renderer", async () => {
    const again = await digestRenderer({ folder: templates, compiled: templates });

    expect(again.renderVariant(aSheet(posts), wordsOf("zh"))).toEqual(
      renderer.renderVariant(aSheet(posts), wordsOf("zh")),
    );
  });
});

describe("a digest made of attacks", () => {
  const attacks = [
    "</td><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{unsubscribeUrl}} {{{title}}} {{&title}} {{#sections}}",
    "<mj-include path='/etc/passwd' /></mj-text>",
    "]]><!-- <![endif]-->",
    `mine: ${personalSlots.unsubscribe}`,
    "line\r\nBcc: evil@example.org",
    "&lt;b&gt; &amp;",
  ];
  const shown = (attack: string) => squash(attack.replace(/[\ufdd0\ufdd1]/g, ""));

  test.each(attacks)("%j is shown as it is, wherever it stands", (attack) => {
    const post = aPost({ id: 1, title: attack, summary: attack, sourceName: attack, in: [attack] });
    const alsoAt = [{ source: "x", sourceName: attack, url: null }];
    const site = { ...aSite, title: attack, imprint: attack };
    const sheet = aSheet([{ ...post, alsoAt }], { site });
    const hostile = { ...sheet, issue: { ...sheet.issue, title: attack } };

    const variant = renderer.renderVariant(hostile, wordsOf("en"));
    const { html, text } = personalise(variant, urls);

    expect(texts(html, "h3")).toEqual([shown(attack)]);
    expect(texts(html, "h2")[0]).toBe(`${shown(attack)} 1`);
    expect(texts(html, "p")).toContain(shown(attack));
    expect(all(html, "script").concat(all(html, "img"))).toEqual([]);
    expect(html.split(urls.unsubscribe)).toHaveLength(2);
    expect(text.split(urls.unsubscribe)).toHaveLength(2);
    expect(variant.subject).not.toMatch(/[\r\n\ufdd0]/);
  });

  test("an address that is none of the web's, or far too long, becomes the post's page at our site", () => {
    const bad = ["javascript:alert(1)", "data:text/html,x", `https://a.example/${"x".repeat(2_000)}`];
    const posts = bad.map((url, id) => aPost({ id, url }));

    const { html } = renderer.renderVariant(aSheet(posts), wordsOf("en"));

    expect(links(html).filter((href) => href?.includes("/p/"))).toEqual(
      [2, 1, 0].map((id) => `${aSite.url}/p/${id}`),
    );
    expect(links(html).every((href) => /^(?:https:\/\/digest\.example\.org|\ufdd0)/.test(href ?? ""))).toBe(
      true,
    );
  });

  test("an address that asks for the subscriber's own link does not get it", () => {
    const url = `https://evil.example/?${personalSlots.unsubscribe}`;

    const { html, text } = personalise(renderer.renderVariant(aSheet([aPost({ url })]), wordsOf("en")), urls);

    expect(html.split(urls.unsubscribe)).toHaveLength(2);
    expect(text.split(urls.unsubscribe)).toHaveLength(2);
  });
});

/** How long the HTML is as a part of the mail, encoded, bytes. */
async function htmlPartOf(html: string): Promise<number> {
  const raw = await composeMessage({
    from: { name: "Notes", address: "digest@example.org" },
    ...{
      to: "anna@example.net",
      subject: "x",
      date: monday,
      messageId: "<1@digest.example.org>",
      language: "en",
    },
    ...{ html, text: "x", list: null },
  });
  return raw.length - raw.indexOf("Content-Type: text/html");
}

describe("however much there is", () => {
  const long = (id: number, mark: string) =>
    aPost({
      id,
      title: `${id} ${mark.repeat(200)}`,
      summary: mark.repeat(300),
      url: `https://blog.example.org/${"p/".repeat(200)}${id}`,
      in: [`Category ${id % 20}`],
    });

  test.each(["x ", "字", "é", "<", "🙂"])(
    "500 long posts of %j stay below what mail programs cut off",
    async (mark) => {
      const posts = Array.from({ length: 500 }, (_, id) => long(id, mark));

      const { html, text, subject } = renderer.renderVariant(aSheet(posts, { maxPosts: 500 }), wordsOf("en"));

      const shown = all(html, "h3").length;
      expect(shown).toBeGreaterThanOrEqual(20);
      expect(Buffer.byteLength(html)).toBeLessThanOrEqual(80_000);
      expect(await htmlPartOf(html)).toBeLessThanOrEqual(95_000);
      expect(text).toContain(`${500 - shown} more posts on the web`);
      expect([...subject].length).toBeLessThanOrEqual(78);
    },
  );

  test("a usual issue of sixty posts keeps every post and its summary", () => {
    const posts = Array.from({ length: 60 }, (_, id) =>
      aPost({ id, summary: "字".repeat(90), title: "题".repeat(30) }),
    );

    const { html } = renderer.renderVariant(aSheet(posts), wordsOf("zh"));

    expect(all(html, "h3")).toHaveLength(60);
    expect(html.split("字".repeat(60)).length).toBe(61);
  });
});

describe("a confirmation", () => {
  test("has its link in both parts, the subject in one line, and nothing of the list", () => {
    const link = "https://digest.example.org/confirm/token";
    const site = { ...aSite, title: "Notes\r\nBcc: x <b>" };

    const { html, text, subject } = renderer.renderConfirm({ site, link }, wordsOf("en"));

    expect(links(html)).toEqual([link, link]);
    expect(text).toContain(`\n${link}\n\nThe link works for 3 days.`);
    expect(subject).toBe("Confirm your subscription to Notes Bcc: x <b>");
    expect(all(html, "b")).toEqual([]);
    expect(html).not.toContain("nsubscribe");
  });
});
