import { describe, expect, test } from "vitest";
import {
  foreignUri,
  languageTag,
  mediaType,
  oneLine,
  paragraphs,
  personName,
  uri,
} from "../../src/feeds/clean.ts";

describe("uri", () => {
  test.each([
    ["https://a.example/x|y", "https://a.example/x%7Cy"],
    ["https://a.example/x[1]?y[]=2", "https://a.example/x%5B1%5D?y%5B%5D=2"],
    ["https://a.example/50%/x", "https://a.example/50%25/x"],
    ["https://a.example/%E4%BD%A0", "https://a.example/%E4%BD%A0"],
    ["https://a.example/你", "https://a.example/%E4%BD%A0"],
    ["https://a.example/#a#b", "https://a.example/#a%23b"],
    ["https://bücher.example:443/?", "https://xn--bcher-kva.example/"],
    ["http://[::1]:8080/x", "http://[::1]:8080/x"],
  ])("%s is written as %s", (candidate, written) => {
    expect(uri(candidate)).toBe(written);
    expect(uri(written)).toBe(written);
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "/relative",
    "//x.example",
    "https://u:p@x.example/",
    "",
    null,
  ])("%s is no address", (candidate) => {
    expect(uri(candidate)).toBeNull();
  });
});

test("an address whose host is a bare IPv6 address is not given to readers", () => {
  expect(foreignUri("http://[::1]/x")).toBeNull();
  expect(foreignUri("http://127.0.0.1/x")).toBe("http://127.0.0.1/x");
});

describe("oneLine", () => {
  test.each([
    ["CafÃ© Â· 10 Â°C", "Café · 10 °C"],
    ["ÃTUDE", "ÃTUDE"],
    ["大 CafÃ©", "大 CafÃ©"],
    ["É", "É"],
  ])("reads UTF-8 that was taken for Latin-1 as it was meant, and nothing else: %s", (text, read) => {
    expect(oneLine(text)).toBe(read);
  });
});

describe("personName", () => {
  test.each([
    ["Ann Lee <ann@x.example>", "Ann Lee"],
    ["ann@x.example (Ann Lee)", "Ann Lee"],
    ['"Lee, Ann" <ann@x.example>', "Lee, Ann"],
    ["Bob (editor)", "Bob (editor)"],
    ["王小明", "王小明"],
    ["ann@x.example", null],
    ["  ", null],
    [null, null],
  ])("%s is called %s", (author, name) => {
    expect(personName(author)).toBe(name);
  });
});

describe("mediaType", () => {
  test.each([
    ["audio/mpeg", "audio/mpeg"],
    ["Audio/MPEG; codecs=mp3", "audio/mpeg"],
    ["application/vnd.x+json", "application/vnd.x+json"],
    ["mp3", null],
    ["a/b/c", null],
    ['a/"b', null],
    [null, null],
  ])("%s is %s", (type, clean) => {
    expect(mediaType(type)).toBe(clean);
  });
});

describe("languageTag", () => {
  test.each([
    ["zh-cn", "zh-CN"],
    ["zh_Hans", "zh-Hans"],
    ["en", "en"],
    ["English", null],
    ['en"><x', null],
    ["en-a", null],
    ["", null],
  ])("%s is %s", (tag, clean) => {
    expect(languageTag(tag)).toBe(clean);
  });
});

test("paragraphs end at empty lines, lines break inside, nothing is markup", () => {
  expect(paragraphs(" a\r\nb\n \n\n<c> & 'd'\n")).toBe("<p>a<br>b</p>\n<p>&#60;c&#62; &#38; &#39;d&#39;</p>");
  expect(paragraphs(" \n\u0000 ")).toBe("");
});
