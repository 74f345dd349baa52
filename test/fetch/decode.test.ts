import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBytes } from "../../src/fetch/decode.ts";

/** Charset, text, and the text in that charset (base64). */
const written: readonly (readonly [string, string, string])[] = [
  [
    "gb18030",
    "清华大学发布最新研究成果，提出新的训练方法。本周技术动态汇总，欢迎订阅。",
    "x+W7qrTz0ae3orK81+7QwtHQvr+zybn7o6zM4bP20MK1xNG1wbe3vbeooaOxvtbcvLzK9bavzKy749fco6y7ttOttqnUxKGj",
  ],
  [
    "big5",
    "臺灣大學發表最新研究成果，提出新的訓練方法。歡迎訂閱本週技術動態。",
    "u0/GV6Rqvse1b6rts8y3c6zjqHOmqKpHoUG0o6VYt3OqurBWvW2k6KproUPFd6rvrXG+XKW7tmen3rNOsMq6QaFD",
  ],
  [
    "shift_jis",
    "東京都は新しい計画を発表しました。詳細はこちらをご覧ください。",
    "k4yLnpNzgs2QVoK1gqKMdonmgvCUrZVcgrWC3IK1gr2BQo/ajdeCzYKxgr+C54LwgrKXl4Ktgr6Cs4KigUI=",
  ],
  [
    "euc-jp",
    "東京都は新しい計画を発表しました。詳細はこちらをご覧ください。",
    "xey1/sXUpM+/t6S3pKS317LopPLIr8m9pLek3qS3pL+ho77cutmkz6SzpMGk6aTypLTN96SvpMCktaSkoaM=",
  ],
  [
    "euc-kr",
    "서울시는 새로운 계획을 발표했다. 똠방각하 펲 홈페이지에서 확인할 수 있다.",
    "vK2/773DtMIgu/W3zr/uILDoyLnAuyC538elx9+02S4gjGO55rCix88gvIQgyKjG5MDMwfa/obytIMiuwM7H0iC89iDA1rTZLg==",
  ],
  [
    "windows-1252",
    "Les dernières nouvelles de l’été : à propos de la réunion générale à Genève, 5 €",
    "TGVzIGRlcm5p6HJlcyBub3V2ZWxsZXMgZGUgbJLpdOkgOiDgIHByb3BvcyBkZSBsYSBy6XVuaW9uIGfpbulyYWxlIOAgR2Vu6HZlLCA1IIA=",
  ],
  [
    "windows-1251",
    "Сегодня опубликовано новое исследование о языковых моделях",
    "0eXj7uTt/yDu7/Ph6+jq7uLg7e4g7e7i7uUg6PHx6+Xk7uLg7ejlIO4g/+f76u7i+/Ug7O7k5ev/9Q==",
  ],
];
const bytesOf = (base64: string) => Buffer.from(base64, "base64");
const page = (head: string, body: Uint8Array, tail = "</p></body></html>") =>
  Buffer.concat([Buffer.from(`${head}<body class="list"><p>`), body, Buffer.from(tail)]);
const hex = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex");

describe("the charsets pages are written in", () => {
  test.each(written)("%s is read where it is claimed, without a note", (charset, text, base64) => {
    const bytes = bytesOf(base64);
    const meta = `<html><head><meta http-equiv="Content-Type" content="text/html; charset=${charset}"></head>`;

    expect(decodeBytes(bytes, `text/html; charset="${charset}"`)).toEqual({ text, charset, note: null });
    expect(decodeBytes(page(meta, bytes), "text/html")).toMatchObject({ charset, note: null });
    expect(decodeBytes(page(`<?xml version="1.0" encoding='${charset}'?>`, bytes), null).text).toContain(
      text,
    );
  });

  test.each(written)("%s is read where nothing is claimed", (charset, text, base64) => {
    const decoded = decodeBytes(page("<html>", bytesOf(base64)), null);

    expect(decoded.text).toBe(`<html><body class="list"><p>${text}</p></body></html>`);
    expect(decoded.charset).toBe(charset);
    expect(decoded.note).toMatch(/does not say/);
  });

  test.each(written)("%s is read where UTF-8 is claimed", (charset, text, base64) => {
    const decoded = decodeBytes(page('<meta charset="utf-8">', bytesOf(base64)), "text/html; charset=UTF-8");

    expect(decoded.text).toContain(text);
    expect(decoded.note).toBe(`The page says utf-8, but it is written in ${charset}.`);
  });

  test.each(written.slice(0, 5))(
    "%s is read where Latin-1 is claimed, as servers do",
    (charset, text, base64) => {
      const decoded = decodeBytes(page("<html>", bytesOf(base64)), "text/html; charset=ISO-8859-1");

      expect(decoded.text).toContain(text);
      expect(decoded.note).toBe(`The page says windows-1252, but it is written in ${charset}.`);
    },
  );

  test.each(written)("UTF-8 is read where %s is claimed", (charset, text) => {
    const decoded = decodeBytes(Buffer.from(text), `text/html; charset=${charset}`);

    expect(decoded).toEqual({ text, charset: "utf-8", note: null });
  });

  test("a few characters of the frequent ones tell Chinese from Korean and Japanese", () => {
    expect(decodeBytes(hex("c8cb c3f1 c9fa bbee"), null)).toMatchObject({
      text: "人民生活",
      charset: "gb18030",
    });
    expect(decodeBytes(hex("b0f8 c1f6 bbe7 c7d7"), null)).toMatchObject({ charset: "euc-kr" });
    expect(decodeBytes(hex("a5cb a5e5 a1bc a5b9"), null)).toMatchObject({
      text: "ニュース",
      charset: "euc-jp",
    });
  });

  test("ISO-2022-JP shows by its escapes", () => {
    const bytes = hex("3c703e 1b2442 467c 4b5c 386c 1b2842 3c2f703e");

    expect(decodeBytes(bytes, null)).toEqual({ text: "<p>日本語</p>", charset: "iso-2022-jp", note: null });
  });

  test("the whole of windows-1252 is known", () => {
    expect(decodeBytes(hex("80 41 93 41 94"), "text/html; charset=latin1").text).toBe("€A“A”");
  });

  test("ASCII is UTF-8, whatever it is called", () => {
    const said = '<meta charset="utf-16"><p>plain</p>';

    expect(decodeBytes(Buffer.from(said), "text/html; charset=utf-16le")).toEqual({
      text: said,
      charset: "utf-8",
      note: null,
    });
    expect(decodeBytes(new Uint8Array(), null)).toEqual({ text: "", charset: "utf-8", note: null });
  });
});

describe("marks and zeros", () => {
  const markup = "<html><p>汉字 and letters</p></html>";
  const little = Buffer.from(markup, "utf16le");
  const big = Buffer.from(little).swap16();

  test.each([
    ["utf-8", hex("efbbbf"), Buffer.from(markup)],
    ["utf-16le", hex("fffe"), little],
    ["utf-16be", hex("feff"), big],
  ])("a mark of %s decides at once and is not kept", (charset, mark, bytes) => {
    const decoded = decodeBytes(Buffer.concat([mark, bytes]), "text/html; charset=big5");

    expect(decoded).toEqual({ text: markup, charset, note: null });
  });

  test("UTF-16 without a mark shows by its zeros", () => {
    expect(decodeBytes(little, "text/html; charset=utf-8")).toMatchObject({
      text: markup,
      charset: "utf-16le",
    });
    expect(decodeBytes(big, null)).toMatchObject({ text: markup, charset: "utf-16be" });
  });

  test("a mark before bytes that are something else is believed, with a note", () => {
    expect(decodeBytes(hex("efbbbf 41 ff"), null)).toMatchObject({
      text: "A\ufffd",
      note: expect.stringMatching(/not utf-8/),
    });
  });
});

describe("broken text", () => {
  const sentence = "今日はいい天気ですね。ニュースをお届けします。";

  test.each([1, 2])("UTF-8 cut off %i bytes before the end stays UTF-8", (missing) => {
    const bytes = Buffer.from(sentence).subarray(0, -missing);

    expect(decodeBytes(bytes, "text/html; charset=shift_jis")).toEqual({
      text: sentence.slice(0, -1),
      charset: "utf-8",
      note: null,
    });
  });

  test("a last letter that could begin a character of UTF-8 does not make the page UTF-8", () => {
    expect(decodeBytes(hex("63 61 66 e9"), null)).toMatchObject({ text: "café", charset: "windows-1252" });
  });

  test("UTF-8 with some broken bytes stays UTF-8, whatever is claimed, with a note", () => {
    const bytes = Buffer.concat([Buffer.from(sentence), hex("e4bd"), Buffer.from(`<br>${sentence}`)]);

    const decoded = decodeBytes(bytes, "text/html; charset=gb2312");

    expect(decoded.text).toBe(`${sentence}\ufffd<br>${sentence}`);
    expect(decoded.note).toBe("Some bytes are not utf-8; they were replaced.");
  });

  test.each(written.slice(0, 5))("%s with a broken byte is mended, not misread", (charset, text, base64) => {
    const bytes = Buffer.concat([bytesOf(base64), hex("ff"), Buffer.from("<br>"), bytesOf(base64)]);

    for (const type of [null, `text/html; charset=${charset}`, "text/html; charset=utf-8"]) {
      const decoded = decodeBytes(bytes, type);
      expect(decoded.text).toContain(`<br>${text}`);
      expect(decoded.charset).toBe(charset);
      expect(decoded.note).toMatch(/replaced/);
    }
  });

  test("a double-byte character cut off at the end is left out", () => {
    const [, text = "", base64 = ""] = written[0] ?? [];

    expect(decodeBytes(bytesOf(base64).subarray(0, -1), "text/html; charset=gbk").text).toBe(
      text.slice(0, -1),
    );
  });
});

describe("claims", () => {
  const [gb = "", text = "", base64 = ""] = written[0] ?? [];
  const body = bytesOf(base64);

  test.each(["gb2312", "GBK", "gb_2312-80", "x-gbk", "cp936", "chinese"])("%s is gb18030", (label) => {
    expect(decodeBytes(body, `text/html;charset=${label}`)).toEqual({ text, charset: gb, note: null });
  });

  test.each([
    ["<meta charset=gbk>", null],
    ["<META content='text/html;charset=gbk' http-equiv=content-type>", null],
    [`<script>${"x".repeat(3_900)}</script><meta charset="gbk" />`, null],
    ["<!-- <meta charset=big5> --><meta charset=gbk>", null],
    ["<meta charset=nonsense><meta charset=gbk>", "text/html; charset=unknown-8bit"],
    ["<meta charset=big5>", "text/html; charset=gbk"],
  ])("%.40s… with %s is read as gb18030", (head, type) => {
    expect(decodeBytes(page(head, body), type)).toMatchObject({ charset: "gb18030", note: null });
  });

  test("a header that says Latin-1 gives way to a meta that says better", () => {
    const decoded = decodeBytes(
      page("<meta charset=gbk>", hex("d0c2 ceC5")),
      "text/html; charset=iso-8859-1",
    );

    expect(decoded.text).toContain("新闻");
  });

  test("a claim that is strictly impossible gives way to the next", () => {
    const [, japanese = "", sjis = ""] = written[2] ?? [];

    const decoded = decodeBytes(page("<meta charset=shift_jis>", bytesOf(sjis)), "text/html; charset=euc-jp");

    expect(decoded.text).toContain(japanese);
    expect(decoded.note).toBe("The page says euc-jp, but it is written in shift_jis.");
  });

  test("beyond the fourth are not heard: each could cost a reading of the whole page", () => {
    const charsetOf = (claims: string) => {
      const metas = claims.split(" ").map((name) => `<meta charset=${name}>`);
      return decodeBytes(Buffer.from(`${metas.join("")} ka\u00ffe`, "latin1"), null).charset;
    };

    expect(charsetOf("gbk big5 euc-jp iso-8859-2")).toBe("iso-8859-2");
    expect(charsetOf("gbk big5 euc-jp shift_jis iso-8859-2")).not.toBe("iso-8859-2");
  });
});

describe("whatever comes", () => {
  test("any bytes under any claim give a text that is well-formed, and nothing is thrown", () => {
    const claims = [
      "utf-8",
      "gbk",
      "big5",
      "shift_jis",
      "euc-jp",
      "euc-kr",
      "iso-2022-jp",
      "utf-16",
      "koi8-r",
      "x",
    ];
    const claim = fc.option(fc.constantFrom(...claims).map((label) => `text/html; charset=${label}`));

    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), claim, (bytes, type) => {
        const { text } = decodeBytes(bytes, type);
        expect(text).toBe(Buffer.from(text, "utf16le").toString("utf16le"));
        expect(decodeBytes(bytes, type).text).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test("any text in UTF-8 comes back as it was", () => {
    const han = fc.integer({ min: 0x4e00, max: 0x9fff }).map((code) => String.fromCodePoint(code));
    const words = fc.string({ unit: fc.oneof(fc.constantFrom("a", " ", "é", "あ", "글", "😀", "я"), han) });

    fc.assert(
      fc.property(words, fc.constantFrom("gbk", "shift_jis", "utf-8", "latin1"), (text, label) => {
        expect(decodeBytes(Buffer.from(`<p>${text}</p>`), `text/html; charset=${label}`).text).toBe(
          `<p>${text}</p>`,
        );
      }),
    );
  });

  test("any frequent characters of GB 2312, claimed, come back as they were", () => {
    const pair = fc.tuple(fc.integer({ min: 0xb0, max: 0xd6 }), fc.integer({ min: 0xa1, max: 0xfe }));

    fc.assert(
      fc.property(fc.array(pair, { minLength: 5 }), (chosen) => {
        const bytes = page("<meta charset=gb2312>", Uint8Array.from(chosen.flat()));
        expect(decodeBytes(bytes, null).text).toBe(new TextDecoder("gb18030").decode(bytes));
      }),
    );
  });
});
