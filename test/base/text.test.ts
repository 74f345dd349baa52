import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut, digestOf, escapeHtml, normalized, slugOf, squash, visible } from "../../src/base/text.ts";

const loneSurrogate = /\p{Cs}/u;
/** Any string: also with lone surrogates, controls and letters of every script. */
const anything = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom("a", "语", "😀", "\u200d", "\u200c", "क", "्", "م", "\ud83d", "\r", "\n", " "))
    .map((parts) => parts.join("")),
);

describe("visible", () => {
  test.each([
    ["a right-to-left override", "txt.\u202eexe.doc", "txt.exe.doc"],
    ["an override that is never closed", "\u202dprice 10", "price 10"],
    ["isolates and embeddings", "\u2066a\u2067b\u2068c\u2069\u202ad\u202be\u202c", "abcde"],
    ["direction marks", "a\u200eb\u200fc\u061cd", "abcd"],
    ["zero-width spaces", "pay\u200bpal", "paypal"],
    ["a byte order mark", "\ufeffTitle", "Title"],
    ["a word joiner and invisible operators", "a\u2060b\u2061c\u2064d", "abcd"],
    ["soft hyphens", "Zei\u00adtung", "Zeitung"],
    ["a Mongolian vowel separator", "a\u180eb", "ab"],
    ["Hangul fillers", "\u3164\uffa0\u115f\u1160x", "x"],
    ["tag characters", "Budget\u{e0049}\u{e0067}\u{e006e}\u{e007f}", "Budget"],
    ["an escape sequence of a terminal", "\u001b[31mred\u001b[0m\u0007", "[31mred[0m"],
    ["C1 controls", "a\u0085b\u009bc", "abc"],
    ["null and backspace", "a\u0000b\u0008c\u007f", "abc"],
    ["noncharacters", "a\ufffeb\uffffc\ufdd0d\u{1fffe}e", "abcde"],
    ["an interlinear annotation and the replacement character", "a\ufff9b\ufffac\ufffbd\ufffd", "abcd"],
    ["a lone high surrogate", "a\ud83db", "ab"],
    ["a lone low surrogate", "a\ude00b", "ab"],
    ["surrogates in the wrong order", "\ude00\ud83d", ""],
    ["a joiner between Latin letters", "pay\u200dpal\u200c", "paypal"],
    ["a joiner at the ends", "\u200da\u200d", "a"],
    ["joiners in a row", "😀\u200d\u200d\u200d😀", "😀😀"],
    ["a joiner after Arabic that joins nothing", "می\u200c ", "می "],
  ])("takes out %s", (_, written, seen) => {
    expect(visible(written)).toBe(seen);
  });

  test.each([
    ["an emoji", "😀"],
    ["a family", "👩\u200d👩\u200d👧\u200d👦"],
    ["a profession with a skin tone", "👩🏽\u200d💻"],
    ["a flag made with a variation selector", "🏳️\u200d🌈"],
    ["a heart on fire", "❤️\u200d🔥"],
    ["a flag of two letters", "🇩🇪"],
    ["a Bengali ra with its joiner", "র\u200d্য"],
    ["a Malayalam chillu at the end of a word", "ന\u200d്"],
    ["a Malayalam letter with its joiner at the end", "അവന്\u200d"],
    ["a Persian verb with its non-joiner", "می\u200cخواهم"],
    ["a Persian plural with its non-joiner", "خانه\u200cها"],
    ["a Hindi half letter with its joiner", "क्\u200dष"],
    ["a Hindi virama with its non-joiner", "क्\u200cष"],
    ["Sinhala with its joiner", "ක්\u200dය"],
    ["Chinese", "大模型周报：第十二期"],
    ["a letter and its combining mark", "e\u0301"],
    ["right-to-left letters", "שלום مرحبا"],
    ["tabs and line ends", "a\tb\nc"],
    ["a letter outside the first plane", "𠮷野家"],
  ])("leaves %s as it is", (_, written) => {
    expect(visible(written)).toBe(written);
  });

  test("every kind of line end becomes one newline", () => {
    expect(visible("a\r\nb\rc\nd")).toBe("a\nb\nc\nd");
  });

  test("what it gives has nothing of the kind in it, and stays as it is a second time", () => {
    const forbidden = /[\p{Cs}\p{Bidi_Control}\p{Noncharacter_Code_Point}]|(?![\t\n])\p{Cc}/u;
    fc.assert(
      fc.property(anything, (text) => {
        const seen = visible(text);

        expect(seen).not.toMatch(forbidden);
        expect(visible(seen)).toBe(seen);
      }),
    );
  });
});

describe("squash", () => {
  test("every run of white space is one space, whatever space it is", () => {
    expect(squash(" \u00a0a\t\r\n b\u3000\u2003c\u2028")).toBe("a b c");
  });
});

describe("normalized", () => {
  test.each([
    ["case, punctuation and space", "Hello,  World! — again", "helloworldagain"],
    ["full-width forms", "ＧＰＴ－４：ＮＥＷ", "gpt4new"],
    ["composed and decomposed letters", "cafe\u0301", "caf\u00e9"],
    ["ligatures", "ﬁle", "file"],
    ["Chinese punctuation", "《大模型》，周报。", "大模型周报"],
    ["invisible characters", "bud\u200bget\u202e", "budget"],
  ])("makes nothing of %s", (_, written, same) => {
    expect(normalized(written)).toBe(same);
  });

  test.each([
    ["C", "C++"],
    ["क", "कि"],
    ["1", "2"],
    ["👍", "👎"],
  ])("tells %s from %s", (one, other) => {
    expect(normalized(one)).not.toBe(normalized(other));
  });

  test("nothing but punctuation is nothing", () => {
    expect(normalized(" …—!? ")).toBe("");
  });
});

describe("cut", () => {
  test("what fits is only squashed", () => {
    expect(cut("  a\n b  ", 3)).toBe("a b");
    expect(cut("", 1)).toBe("");
  });

  test.each([
    ["between words", "The quick brown fox jumps", 14, "The quick…"],
    ["without the comma before the dots", "The quick, brown fox", 12, "The quick…"],
    ["a word longer than the room somewhere", "Donaudampfschifffahrt", 6, "Donau…"],
    ["down to the dots", "abc", 1, "…"],
    ["emoji as one character each", "😀😀😀😀", 3, "😀😀…"],
  ])("cuts %s", (_, text, limit, short) => {
    expect(cut(text, limit)).toBe(short);
  });

  test("what counts is code points: four emoji fit into four", () => {
    expect(cut("😀😀😀😀", 4)).toBe("😀😀😀😀");
  });

  test("Chinese and Japanese are cut between words, though they have no spaces", () => {
    const sentence = "人工智能正在改变我们的生活方式和工作习惯";
    const short = cut(sentence, 12);
    const kept = short.slice(0, -1);
    const segments = [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(sentence)];

    expect(sentence.startsWith(kept)).toBe(true);
    expect(segments.map(({ index }) => index)).toContain(kept.length);
    expect([...short].length).toBeLessThanOrEqual(12);
    expect([...short].length).toBeGreaterThan(6);
  });

  test("it is never longer than the limit, never splits a surrogate pair and says when something is missing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 12 }), (written, limit) => {
        const text = visible(written);
        const flat = squash(text);
        const short = cut(text, limit);

        expect([...short].length).toBeLessThanOrEqual(limit);
        expect(short).not.toMatch(loneSurrogate);
        if (short !== flat) {
          expect(short.endsWith("…")).toBe(true);
          expect(flat.startsWith(short.slice(0, -1))).toBe(true);
        }
      }),
    );
  });

  test("also text that nobody cleaned stays within the limit", () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 12 }), (text, limit) => {
        expect([...cut(text, limit)].length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

describe("slugOf", () => {
  test.each([
    ["Large Language Models", "large-language-models"],
    ["  NLP & ML / 2026!  ", "nlp-ml-2026"],
    ["大模型", "大模型"],
    ["大模型（新）", "大模型-新"],
    ["ＮＬＰ", "nlp"],
    ["Économie", "économie"],
    ["हिन्दी", "हिन्दी"],
    ["../../etc/passwd", "etc-passwd"],
    ["a\u0000b", "a-b"],
    ["---", ""],
    ["🎉", ""],
    ["", ""],
  ])("of %j is %j", (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });

  test("it is letters and digits with single hyphens between them, and a slug of its own", () => {
    fc.assert(
      fc.property(anything, (name) => {
        const slug = slugOf(name);

        expect(slug).toMatch(/^(?:[\p{L}\p{N}\p{M}]+(?:-[\p{L}\p{N}\p{M}]+)*)?$/u);
        expect(slugOf(slug)).toBe(slug);
      }),
    );
  });
});

describe("escapeHtml", () => {
  test("every character that means something in markup is a reference", () => {
    expect(escapeHtml(`<a href="x" title='y'>&amp;</a>`)).toBe(
      "&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;amp;&#60;/a&#62;",
    );
  });

  test("nothing of the kind is left in any text, and what it stood for can be read back", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const escaped = escapeHtml(text);

        expect(escaped).not.toMatch(/[<>"']|&(?!#\d+;)/);
        expect(escaped.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))).toBe(
          text,
        );
      }),
    );
  });
});

describe("digestOf", () => {
  test("is the first half of the SHA-256, of the text in UTF-8", () => {
    expect(digestOf("")).toBe("e3b0c44298fc1c149afbf4c8996fb924");
    expect(digestOf("abc")).toBe("ba7816bf8f01cfea414140de5dae2223");
  });
});
