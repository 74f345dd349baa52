import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outsideStatus, parseEmail, wishedCategories } from "../../src/domain/subscriber.ts";

describe("an e-mail address", () => {
  test.each([
    ["anna@example.org", "anna@example.org"],
    ["  anna@example.org\n", "anna@example.org"],
    ["Anna.B+digest@Example.ORG", "Anna.B+digest@example.org"],
    ["o'brien@example.org", "o'brien@example.org"],
    ["!#$%&*/=?^_`{|}~-@example.org", "!#$%&*/=?^_`{|}~-@example.org"],
    ["a@b.example", "a@b.example"],
    ["张三@example.cn", "张三@example.cn"],
    ["anna@bücher.example", "anna@xn--bcher-kva.example"],
    ["anna@例え.example", "anna@xn--r8jz45g.example"],
    ["anna@例え。example", "anna@xn--r8jz45g.example"],
    ["anna@xn--bcher-kva.example", "anna@xn--bcher-kva.example"],
    ["anna@a-b.c-d.example", "anna@a-b.c-d.example"],
  ])("%j is kept as %s", (written, email) => {
    expect(parseEmail(written)).toBe(email);
  });

  test.each([
    ["a line break and a header", "anna@example.org\r\nBcc: bob@example.org"],
    ["a line break before the at sign", "anna\r\nBcc: bob@example.org"],
    ["a lone line feed", "anna\n@example.org"],
    ["a line break inside the domain", "anna@exam\r\nple.org"],
    ["a line separator", "anna\u2028@example.org"],
    ["a next-line control", "anna\u0085@example.org"],
    ["two addresses with a comma", "anna@example.org,bob@example.org"],
    ["two addresses with a semicolon", "anna@example.org;bob@example.org"],
    ["two addresses with a space", "anna@example.org bob@example.org"],
    ["a comma in the local part", "an,na@example.org"],
    ["a name and angle brackets", "Anna <anna@example.org>"],
    ["angle brackets", "<anna@example.org>"],
    ["an angle bracket at the end", "anna@example.org>"],
    ["a quoted local part", '"anna"@example.org'],
    ["a quoted local part with an address in it", '"anna@evil.example>"@example.org'],
    ["a quote in the domain", 'anna@exam"ple.org'],
    ["a path", "anna@example.org/x"],
    ["a query", "anna@example.org?x"],
    ["a fragment", "anna@example.org#x"],
    ["a percent escape", "anna@ex%61mple.org"],
    ["an escaped line break", "anna@example.org/%0d%0aBcc"],
    ["a backslash", "anna\\@example.org"],
    ["a backslash in the domain", "anna@example.org\\x"],
    ["a comment", "anna(x)@example.org"],
    ["a comment in the domain", "anna@example.org(x)"],
    ["a source route", "@relay.example:anna@example.org"],
    ["a colon and a port", "anna@example.org:25"],
    ["a mailto address", "mailto:anna@example.org"],
    ["a tab", "an\tna@example.org"],
    ["a space", "an na@example.org"],
    ["a space before the domain", "anna@ example.org"],
    ["a null", "anna\u0000@example.org"],
    ["a null in the domain", "anna@example.org\u0000.evil.example"],
    ["an escape", "anna\u001b[2J@example.org"],
    ["a delete", "anna\u007f@example.org"],
    ["a right-to-left override", "anna\u202e@example.org"],
    ["a zero-width space", "an\u200bna@example.org"],
    ["a zero-width space in the domain", "anna@exam\u200bple.org"],
    ["a soft hyphen in the domain", "anna@exam\u00adple.org"],
    ["a no-break space", "an\u00a0na@example.org"],
    ["an ideographic space", "anna\u3000@example.org"],
    ["a lone surrogate", "anna\ud83d@example.org"],
    ["an emoji", "😀@example.org"],
    ["no at sign", "anna.example.org"],
    ["two at signs", "anna@bob@example.org"],
    ["a full-width at sign", "anna＠example.org"],
    ["no local part", "@example.org"],
    ["no domain", "anna@"],
    ["nothing", ""],
    ["white space", " \n"],
    ["a dot at the beginning", ".anna@example.org"],
    ["a dot before the at sign", "anna.@example.org"],
    ["two dots in a row", "an..na@example.org"],
    ["a domain without a dot", "anna@localhost"],
    ["a dot at the end of the domain", "anna@example.org."],
    ["a dot at the beginning of the domain", "anna@.example.org"],
    ["two dots in the domain", "anna@example..org"],
    ["a hyphen at the beginning of a label", "anna@-example.org"],
    ["a hyphen at the end of a label", "anna@example-.org"],
    ["an underscore in the domain", "anna@exam_ple.org"],
    ["an IPv4 address", "anna@192.0.2.1"],
    ["an IPv4 address in hexadecimal", "anna@0x7f.1"],
    ["an address literal", "anna@[192.0.2.1]"],
    ["an IPv6 literal", "anna@[IPv6:2001:db8::1]"],
    ["a domain that ends in digits", "anna@example.123"],
    ["Punycode that is none", "anna@xn--a.example"],
    ["a template slot in the domain", "anna@{{domain}}.example"],
  ])("with %s is none", (_, written) => {
    expect(parseEmail(written)).toBeNull();
  });

  const label = "d".repeat(60);
  const domain = (length: number) => `${label}.${label}.${label}.${"d".repeat(length - 3 * 61 - 4)}.org`;

  test("has at most 64 characters before the at sign, 63 in a label and 254 in all", () => {
    expect(parseEmail(`${"a".repeat(64)}@example.org`)).not.toBeNull();
    expect(parseEmail(`${"a".repeat(65)}@example.org`)).toBeNull();
    expect(parseEmail(`a@${"d".repeat(63)}.org`)).not.toBeNull();
    expect(parseEmail(`a@${"d".repeat(64)}.org`)).toBeNull();
    expect(parseEmail(`${"a".repeat(20)}@${domain(233)}`)).toHaveLength(254);
    expect(parseEmail(`${"a".repeat(21)}@${domain(233)}`)).toBeNull();
    expect(parseEmail(`${"张".repeat(20)}@${domain(233)}`)).toBeNull();
  });

  test("that is very long is refused without further ado", () => {
    expect(parseEmail(`${"a.".repeat(500_000)}@example.org`)).toBeNull();
    expect(parseEmail(`a@${"d.".repeat(500_000)}org`)).toBeNull();
    expect(parseEmail("@".repeat(500_000))).toBeNull();
  });

  test("that passes can stand in a header and in an envelope, and passes again unchanged", () => {
    const near = fc
      .array(
        fc.oneof(
          {
            weight: 6,
            arbitrary: fc.constantFrom("a", "B", "7", ".", "-", "+", "é", "张", "@", "example", ".org"),
          },
          {
            weight: 2,
            arbitrary: fc.constantFrom("\r\n", ",", "<", ">", '"', " ", "\u0000", "\u202e", ";", ":", "%0a"),
          },
          { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 2 }) },
        ),
      )
      .map((parts) => `${parts.join("")}@example.org`);
    fc.assert(
      fc.property(fc.oneof(near, fc.emailAddress()), (written) => {
        const email = parseEmail(written);

        if (email === null) return;
        expect(email).not.toMatch(/[\s\p{Cc}\p{Cs}\p{Bidi_Control},;:<>()[\]"\\]/u);
        expect(email.split("@")).toHaveLength(2);
        expect(email.split("@")[1]).toMatch(/^[a-z0-9.-]+$/);
        expect(parseEmail(email)).toBe(email);
      }),
      { numRuns: 500 },
    );
  });
});

describe("categories wished for", () => {
  test.each([
    ["nothing", null, null],
    ["an empty list", [], null],
    ["only what names nothing", ["", " ", "🎉", "---"], null],
    ["names and slugs alike", ["Large Models", "large-models", "大模型"], ["large-models", "大模型"]],
    ["a path", ["../../etc"], ["etc"]],
    ["markup and a line break", ["<b>NLP\r\n</b>"], ["b-nlp-b"]],
  ])("%s: %j is %j", (_, wished, slugs) => {
    expect(wishedCategories(wished, [], {})).toEqual(slugs);
  });

  test("a hundred are enough, and each name has its limit", () => {
    const many = Array.from({ length: 5_000 }, (_, n) => `c${n}`);
    const [long = ""] = wishedCategories(["x".repeat(1_000_000)], [], {}) ?? [];

    expect(wishedCategories(many, [], {})).toHaveLength(100);
    expect(long.length).toBeLessThanOrEqual(200);
  });

  test("a name cut through a surrogate pair leaves no half of it", () => {
    expect(wishedCategories([`${"x".repeat(199)}𠮷`], [], {})).toEqual(["x".repeat(199)]);
  });
});

test("outside, the states have words of their own, no two the same", () => {
  expect(outsideStatus.active).toBe("confirmed");
  expect(outsideStatus.left).toBe("unsubscribed");
  expect(new Set(Object.values(outsideStatus)).size).toBe(4);
});

describe("categories that there are", () => {
  const known = [
    { slug: "c", name: "C#" },
    { slug: "c-2", name: "C++" },
    { slug: "nlp", name: "语言" },
  ];

  test.each([
    ["C++", "c-2"],
    ["c#", "c"],
    ["c-2", "c-2"],
    ["NLP", "nlp"],
    ["Ｃ＋＋", "c-2"],
    ["Maps", "maps"],
  ])("%s is %s", (wish, slug) => {
    expect(wishedCategories([wish], known, { NLP: "语言" })).toEqual([slug]);
  });
});
