import { describe, expect, test } from "vitest";
import { check } from "./checker/check.ts";
import { atom, json, opml, rss } from "./checker/samples.ts";

const now = Date.UTC(2026, 0, 6);

const files = { atom, rss, opml, json };
const said = (kind: keyof typeof files, text: string) =>
  check(Buffer.from(text), `https://a.example/f.${kind}`, now).map(({ name }) => name);

test("a proper file of each kind has no finding", () => {
  for (const [kind, text] of Object.entries(files))
    expect(said(kind as keyof typeof files, text), kind).toEqual([]);
});

/** What is put in place of what, and what is said of it then. */
type Broken = readonly [name: string, from: string | RegExp, to: string];

function everyRule(kind: keyof typeof files, broken: readonly Broken[]): void {
  test.each(broken)(`${kind}: %s, where %s is %s`, (name, from, to) => {
    const text = files[kind].replace(from, to);
    expect(text).not.toBe(files[kind]);
    expect(said(kind, text)).toContain(name);
  });
}

describe("files of any kind", () => {
  everyRule("atom", [
    ["SAXError", "</feed>", ""],
    ["SAXError", "One", "a & b"],
    ["SAXError", "One", "\u0001"],
    ["SAXError", "One", "<dc:x/>"],
    ["BadXmlVersion", 'version="1.0"', 'version="1.1"'],
    ["ReservedPrefix", "xmlns:media", 'xmlns:dc="http://a.example/dc" xmlns:media'],
    ["MediaRssNamespace", "/mrss/", "/mrss"],
    ["UnknownNamespace", "xmlns:media", 'xmlns:x="http://a.example/x" xmlns:media'],
    ["AvoidNamespacePrefix", "xmlns:media", 'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media'],
    ["BadCharacters", "One", "\ufffd"],
    ["BadCharacters", "One", "CafÃ©"],
    ["InvalidLanguage", 'xml:lang="en"', 'xml:lang="english"'],
  ]);

  test("bytes that are no UTF-8 are an error, and so is more than the validator reads", () => {
    const names = (file: Buffer) => check(file, "https://a.example/f.atom", now).map(({ name }) => name);
    expect(names(Buffer.from([0x3c, 0xff]))).toEqual(["UnicodeError"]);
    expect(names(Buffer.from(atom.replace("One", "x".repeat(5_000_000))))).toEqual(["ValidatorLimit"]);
  });
});

describe("Atom", () => {
  everyRule("atom", [
    ["MissingElement", "<id>tag:a.example,2026:all</id>", ""],
    ["MissingElement", '<title type="text">T</title>', ""],
    ["MissingElement", "<updated>2026-01-05T07:00:00Z</updated>\n  <gen", "<gen"],
    ["MissingElement", "<author><name>N</name></author>", ""],
    ["MissingElement", "<name>N</name>", ""],
    ["MissingElement", "<title>Two</title>", ""],
    ["NotBlank", "<name>N</name>", "<name/>"],
    ["NotBlank", "<generator>G</generator>", "<generator/>"],
    ["NotBlank", '<title type="text">T</title>', "<title/>"],
    ["DuplicateElement", "<generator>", "<generator>H</generator><generator>"],
    ["UndefinedElement", "<generator>", "<lead/><generator>"],
    ["UndefinedElement", "<title>Two", "<title>Two<b/>"],
    ["UnexpectedAttribute", "<generator>", '<generator lang="en">'],
    ["UnexpectedText", "<generator>", "x<generator>"],
    ["MisplacedXHTMLContent", "<summary>S", '<p xmlns="http://www.w3.org/1999/xhtml"/><summary>S'],
    ["MisplacedMetadata", "</feed>", "<rights>R</rights></feed>"],
    ["MissingSelf", /<link rel="self".*\n/, ""],
    ["SelfDoesntMatchLocation", "f.atom", "g.atom"],
    ["RelativeSelf", "https://a.example/f.atom", "/f.atom"],
    ["SelfNotAtom", "application/atom+xml", "application/xml"],
    ["DuplicateAtomLink", "  <entry>", '<link href="https://b.example/" type="text/html"/><entry>'],
    ["DuplicateAtomLink", "<summary>S", '<link href="https://b.example/"/><summary>S'],
    ["UnregisteredAtomLinkRel", 'rel="alternate"', 'rel="other"'],
    ["FeedHistoryRelInEntry", "<summary>S", '<link rel="next" href="https://b.example/"/><summary>S'],
    ["MissingHref", '<link href="https://a.example/2"/>', "<link/>"],
    ["InvalidMIMEType", "text/html", "html"],
    ["AttrNotBlank", "<link href", '<link title="" href'],
    ["ContainsHTML", "<link href", '<link title="a&lt;/b>" href'],
    ["InvalidNonNegativeInteger", "<link href", '<link length="-1" href'],
    ["AtomLinkNotEmpty", '<link href="https://a.example/2"/>', '<link href="https://a.example/2">x</link>'],
    ["InvalidUriChar", "https://a.example/2", "https://a.example/|"],
    ["InvalidIRI", "https://a.example/2", "https://a.example/é"],
    ["InvalidTAG", "tag:a.example,2026:2", "tag:a.example:2"],
    ["InvalidFullLink", "tag:a.example,2026:2", "2"],
    ["NonCanonicalURI", "tag:a.example,2026:2", "https://A.example/2"],
    ["UnexpectedWhitespace", "<id>tag:a.example,2026:2", "<id> tag:a.example,2026:2"],
    ["DuplicateEntries", "2026:2", "2026:1"],
    ["DuplicateUpdated", "07:00:01Z", "07:00:00Z"],
    ["InvalidRFC3339Date", "2026-01-05T07:00:01Z", "2026-01-05"],
    ["InvalidRFC3339Date", "2026-01-05T07:00:01Z", "2026-02-30T07:00:01Z"],
    ["ImplausibleDate", "2026-01-05T07:00:01Z", "2026-01-06T07:00:01Z"],
    ["ImplausibleDate", "2026-01-05T07:00:01Z", "1970-01-01T00:00:00Z"],
    ["MissingTextualContent", "<summary>S</summary>", ""],
    ["MissingContentOrAlternate", '<link href="https://a.example/2"/>', ""],
    ["InvalidTextType", 'type="text">About', 'type="text/plain">About'],
    ["ContainsUndeclaredHTML", "About", "&lt;b>A&lt;/b>"],
    ["ContainsUndeclaredHTML", "About", "A &amp;amp; B"],
    ["MissingAttribute", 'term="t" ', ""],
    ["ContainsHTML", 'label="L"', 'label="&lt;/b>"'],
    ["InvalidFullLink", 'term="t"', 'term="t" scheme="x"'],
    ["InvalidFullLink", "https://a.example/i.png", "/i.png"],
    ["MissingAttribute", ' url="https://a.example/i.png"', ""],
    ["MissingSourceElement", "<summary>S", "<source><title>S</title></source><summary>S"],
    ["NotHtml", "&#x3C;/p&#x3E;", ""],
    ["NotHtml", "p&#x3E;x", "p&#x3E;&#x3C;td&#x3E;x"],
    ["NotHtml", "x&#x3C;", "a &#x26; AT&#x26;T;&#x26;#0;&#x3C;"],
    ["NotHtml", "p&#x3E;x", "p&#x3E;&#x3C;blink&#x3E;x&#x3C;/blink&#x3E;"],
    ["SecurityRisk", "p&#x3E;x", "p&#x3E;&#x3C;script&#x3E;x&#x3C;/script&#x3E;"],
    ["SecurityRiskAttr", "&#x3C;p&#x3E;", '&#x3C;p onclick="x"&#x3E;'],
    ["DangerousStyleAttr", "&#x3C;p&#x3E;", '&#x3C;p style="x"&#x3E;'],
    ["ContainsRelRef", "p&#x3E;x", 'p&#x3E;&#x3C;a href="/x"&#x3E;x&#x3C;/a&#x3E;'],
  ]);
});

describe("RSS", () => {
  everyRule("rss", [
    ["InvalidRSSVersion", 'version="2.0"', 'version="3.0"'],
    ["MissingAttribute", ' version="2.0"', ""],
    ["MissingTitle", "<title>T</title>", ""],
    ["MissingLink", "<link>https://a.example/</link>", ""],
    ["MissingDescription", "<description>D</description>", ""],
    ["MissingAtomSelfLink", 'rel="self"', 'rel="hub"'],
    ["SelfDoesntMatchLocation", "f.rss", "g.rss"],
    ["InvalidLanguage", "<language>en", "<language>english"],
    ["InvalidPositiveInteger", "<ttl>60", "<ttl>0"],
    ["InvalidRFC2822Date", "Mon, 05 Jan 2026", "Mon, 35 Jan 2026"],
    ["IncorrectDOW", "Mon, 05 Jan 2026", "Tue, 05 Jan 2026"],
    ["ProblematicalRFC822Date", "05 Jan 2026", "05 Jan 26"],
    ["ImplausibleDate", "Mon, 05 Jan 2026", "Thu, 01 Jan 1970"],
    ["MisplacedItem", "</channel>", "<docs>https://a.example/</docs></channel>"],
    ["InvalidContact", "<ttl>", "<managingEditor>N</managingEditor><ttl>"],
    ["UndefinedElement", "<ttl>", "<lead/><ttl>"],
    ["DuplicateElement", "<ttl>", "<ttl>60</ttl><ttl>"],
    ["ItemMustContainTitleOrDescription", "<title>Two</title>", ""],
    ["NotBlank", "<title>Two</title>", "<title/>"],
    ["MissingGuid", '<guid isPermaLink="false">tag:a.example,2026:2</guid>', ""],
    ["DuplicateValue", "2026:2", "2026:1"],
    ["InvalidBooleanAttribute", 'isPermaLink="false"', 'isPermaLink="no"'],
    ["InvalidPermalink", ' isPermaLink="false"', ""],
    ["NotSufficientlyUnique", "tag:a.example,2026:2", "12"],
    ["ContainsHTML", "<title>Two", "<title>&lt;b>Two&lt;/b>"],
    ["ContainsHTML", "<title>Two", "<title>&amp;amp;"],
    ["CharacterData", "<title>Two", "<title>&lt;i"],
    ["InvalidFullLink", "https://a.example/1", "/1"],
    ["InvalidUriChar", "https://a.example/1", "http://[::1]/1"],
    ["NeedDescriptionBeforeContent", "<description>About</description>", ""],
    ["DuplicateItemSemantics", "<category>", "<dc:subject>C</dc:subject><category>"],
    ["NotBlank", "<category>C", "<category>"],
    [
      "DuplicateEnclosure",
      "<enclosure",
      '<enclosure url="https://a.example/b" length="0" type="a/b"/><enclosure',
    ],
    ["MissingAttribute", ' length="0"', ""],
    ["UseZeroForUnknown", 'length="0"', 'length="-1"'],
    ["InvalidIntegerAttribute", 'length="0"', 'length="?"'],
    ["InvalidNonNegativeInteger", 'length="0"', 'length="-5"'],
    ["InvalidMIMEAttribute", "audio/mpeg", "mp3"],
    ["InvalidURLAttribute", "https://a.example/a.mp3", "http://localhost/a.mp3"],
    ["MissingAttribute", ' url="https://b.example/"', ""],
    ["NotHtml", "&#x3C;/p&#x3E;", ""],
    ["NotHtml", "About", "A &lt; b"],
  ]);
});

describe("OPML", () => {
  everyRule("opml", [
    ["InvalidOPMLVersion", 'version="2.0"', 'version="3.0"'],
    ["MissingElement", "<head><title>T</title></head>", ""],
    ["MissingElement", /<outline.*\/>/, ""],
    ["MissingAttribute", ' text="A"', ""],
    ["MissingTitleAttr", ' title="A"', ""],
    ["MissingXmlURL", ' xmlUrl="https://a.example/a"', ""],
    ["MissingOutlineType", ' type="rss"', ""],
    ["InvalidFullLink", 'htmlUrl="https://a.example/"', 'htmlUrl="/"'],
    ["NotHtml", 'text="A"', 'text="R&amp;D"'],
  ]);
});

describe("JSON Feed", () => {
  everyRule("json", [
    ["JsonError", "{", ""],
    ["JsonVersion", "1.1", "1"],
    ["JsonMissing", '"title":"T",', ""],
    ["JsonSelf", "f.json", "g.json"],
    ["JsonUnknownKey", '"title"', '"author":1,"title"'],
    ["JsonAuthors", '[{"name":"N"}]', "[]"],
    ["JsonMissing", '"content_html":"<p>x</p>",', ""],
    ["JsonMissing", '"id":"1",', ""],
    ["NotHtml", "</p>", ""],
    ["InvalidRFC3339Date", "2026-01-05T07:00:00Z", "Monday"],
    ["InvalidFullLink", "https://a.example/1", "/1"],
    ["JsonDuplicateId", 'items":[{', 'items":[{"id":"1","content_text":"x"},{'],
    ["JsonTags", '"id":"1"', '"id":"1","tags":[""]'],
    ["JsonAttachment", '"id":"1"', '"id":"1","attachments":[{"url":"https://a.example/","mime_type":"x"}]'],
  ]);
});

test("each finding says how grave it is, where the rule stands and what it is about", () => {
  expect(check(Buffer.from(atom.replace("One", "a&lt;/b>")), "https://a.example/f.atom", now)).toEqual([
    {
      level: "warning",
      name: "ContainsUndeclaredHTML",
      section: "RFC 4287 §4.2.14",
      at: '/feed/entry/title: "a</b>"',
    },
  ]);
});
