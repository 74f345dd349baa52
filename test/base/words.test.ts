import { describe, expect, test } from "vitest";
import { day, hour, minute, second } from "../../src/base/clock.ts";
import { AppError } from "../../src/base/errors.ts";
import { speech } from "../../src/base/words.ts";

const en = {
  "posts.one": "{count} post",
  "posts.other": "{count} posts",
  hello: "Hello {name}, {name}!",
  gap: " ",
};
const zh = { "posts.other": "{count} 篇文章", hello: "{name}，你好！", gap: "" };

const { in: wordsOf, languages } = speech({ en, zh }, "zh");
const english = wordsOf("en");

describe("saying something", () => {
  test.each([
    [0, "0 posts"],
    [1, "1 post"],
    [2, "2 posts"],
    [1_234, "1,234 posts"],
  ])("with %d it is %j", (count, sentence) => {
    expect(english.say("posts", { count })).toBe(sentence);
  });

  test("a language without plurals says the same of one and of many", () => {
    expect(wordsOf("zh").say("posts", { count: 1 })).toBe("1 篇文章");
    expect(wordsOf("zh").say("posts", { count: 2 })).toBe("2 篇文章");
  });

  test("the plural rules are those of the language", () => {
    const pl = { "posts.one": "wpis", "posts.few": "wpisy", "posts.many": "wpisów", "posts.other": "wpisu" };
    const polish = speech({ en: { "posts.other": "posts" }, pl }, "en").in("pl");

    expect([1, 2, 5, 22, 1.5].map((count) => polish.say("posts", { count }))).toEqual([
      "wpis",
      "wpisy",
      "wpisów",
      "wpisy",
      "wpisu",
    ]);
  });

  test("a slot is filled as often as it stands there, with the value as it is", () => {
    expect(english.say("hello", { name: "<b>$& {count}" })).toBe("Hello <b>$& {count}, <b>$& {count}!");
  });

  test("what fills no slot is not said, and a slot that nothing fills is seen", () => {
    expect(english.say("hello", { name: "Anna", age: 7 })).toBe("Hello Anna, Anna!");
    expect(english.say("hello")).toBe("Hello {name}, {name}!");
  });

  test("a sentence may be empty", () => {
    expect(wordsOf("zh").say("gap")).toBe("");
  });

  test("an unknown key is a bug, and its message names key and language", () => {
    expect(() => english.say("goodbye")).toThrow(/en.*goodbye/);
  });
});

describe("finding a language", () => {
  test.each([
    ["en", "en"],
    ["en-GB", "en"],
    ["zh-CN", "zh"],
    ["zh-Hant-TW", "zh"],
    ["fr", "zh"],
    ["english", "zh"],
    ["", "zh"],
    ["-", "zh"],
    ["__proto__", "zh"],
    [null, "zh"],
  ])("%j gets %s where the site speaks Chinese", (tag, language) => {
    expect(wordsOf(tag).language).toBe(language);
  });

  test("the exact tag comes before its beginning", () => {
    const { in: find } = speech({ en, zh, "zh-TW": { ...zh, hello: "{name}，您好！" } }, "en");

    expect(find("zh-TW").say("hello", { name: "Anna" })).toBe("Anna，您好！");
    expect(find("zh-HK").say("hello", { name: "Anna" })).toBe("Anna，你好！");
  });

  test("a site in a language that is not spoken speaks English", () => {
    expect(speech({ zh, en }, "fr").in(null).language).toBe("en");
    expect(speech({ zh, en }, "en-US").in("fr").language).toBe("en");
  });

  test("the languages are those there are sentences for", () => {
    expect(languages).toEqual(["en", "zh"]);
  });

  test.each([
    ["en", "ltr"],
    ["ar", "rtl"],
    ["fa-IR", "rtl"],
    ["he", "rtl"],
    ["far", "ltr"],
  ])("%s is written %s", (language, dir) => {
    expect(speech({ [language]: en }, language).in(null).dir).toBe(dir);
  });
});

describe("a gap between the languages", () => {
  const refused = (locales: Parameters<typeof speech>[0]) => {
    try {
      speech(locales, "en");
    } catch (error) {
      return error;
    }
    return null;
  };

  test("is refused from either side, and the message names file and key", () => {
    const { hello: _, ...less } = zh;

    for (const locales of [
      { en, zh: less },
      { zh: less, en },
    ]) {
      const refusal = refused(locales);
      expect(refusal).toBeInstanceOf(AppError);
      expect(refusal).toMatchObject({ code: "template", message: expect.stringMatching(/zh\.json.*hello/) });
      expect(refusal).toMatchObject({ hint: expect.stringContaining("en.json") });
    }
    expect(refused({ en: {}, zh })).toMatchObject({ message: expect.stringContaining("en.json") });
  });

  test("is not that one language has more plural forms than another", () => {
    expect(refused({ en, zh })).toBeNull();
  });

  test("no language at all is refused", () => {
    expect(refused({})).toMatchObject({ code: "template" });
    expect(refused({ fr: en })).toMatchObject({ message: expect.stringContaining("en.json") });
  });
});

describe("days and numbers", () => {
  test.each([
    ["en", "UTC", "5 January 2026"],
    ["zh", "UTC", "2026年1月5日"],
    ["en", "Asia/Shanghai", "6 January 2026"],
    ["zh", "America/New_York", "2026年1月5日"],
  ])("in %s and %s an instant is of the %s", (language, zone, on) => {
    expect(wordsOf(language).date(Date.UTC(2026, 0, 5, 20), zone)).toBe(on);
  });

  test("a calendar day is that day, whatever the zone of the machine", () => {
    expect(english.day("2026-01-05")).toBe("5 January 2026");
    expect(wordsOf("zh").day("2026-12-31")).toBe("2026年12月31日");
    expect(english.day("2024-02-29")).toBe("29 February 2024");
  });

  test("a number is written as the language writes it", () => {
    expect(english.number(1_234_567)).toBe("1,234,567");
    expect(speech({ de: en }, "de").in(null).number(1_234_567)).toBe("1.234.567");
  });
});

describe("fromNow", () => {
  test.each([
    [0, "now"],
    [59 * second, "now"],
    [-59 * second, "now"],
    [minute, "in 1 minute"],
    [-minute, "1 minute ago"],
    [59 * minute, "in 59 minutes"],
    [4 * hour, "in 4 hours"],
    [-23 * hour, "23 hours ago"],
    [day, "tomorrow"],
    [-day, "yesterday"],
    [-3 * day, "3 days ago"],
    [90 * day, "in 90 days"],
  ])("%d ms is %s", (ms, said) => {
    expect(english.fromNow(ms)).toBe(said);
  });

  test("it speaks the language", () => {
    expect(wordsOf("zh").fromNow(4 * hour)).toBe("4小时后");
    expect(wordsOf("zh").fromNow(-3 * day)).toBe("3天前");
  });
});
