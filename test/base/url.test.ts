import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalUrl, parsedUrl, safeHttpUrl } from "../../src/base/url.ts";

describe("safeHttpUrl", () => {
  test.each([
    ["a script", "javascript:alert(1)"],
    ["a script in capitals", "JaVaScRiPt:alert(1)"],
    ["a script behind white space", " \t\n javascript:alert(1)"],
    ["a script behind a control character", "\u0001javascript:alert(1)"],
    ["a script with a line end in it", "java\nscript:alert(1)"],
    ["a script with a tab in it", "java\tscript:alert(1)"],
    ["a script that looks like an address", "javascript://example.org/%0aalert(1)"],
    ["data", "data:text/html,<script>alert(1)</script>"],
    ["a Visual Basic script", "vbscript:msgbox(1)"],
    ["a blob", "blob:https://example.org/1"],
    ["a file", "file:///etc/passwd"],
    ["ftp", "ftp://example.org/a"],
    ["mail", "mailto:anna@example.org"],
    ["a web socket", "wss://example.org/"],
    ["an address in view-source", "view-source:https://example.org/"],
    ["a feed scheme", "feed:https://example.org/a"],
    ["a user name", "https://anna@example.org/"],
    ["a user name and password", "https://anna:secret@example.org/"],
    ["a host in the user name", "https://example.org@evil.example/"],
    ["no host", "https://"],
    ["a space in the host", "https://exa mple.org/"],
    ["quotes in the host", 'https://a"onclick="alert(1)".example/p'],
    ["a single quote and braces in the host", "https://a'b`c{d}.example/"],
    ["a bracket in the host", "https://exa<mple.org/"],
    ["a port out of range", "https://example.org:65536/"],
    ["an unfinished IPv6 address", "https://[::1/"],
    ["no scheme", "example.org/a"],
    ["a path", "/a"],
    ["an address without scheme", "//example.org/a"],
    ["a word", "none"],
    ["nothing", ""],
    ["white space", "  "],
    ["null", null],
    ["undefined", undefined],
  ])("%s does not pass", (_, candidate) => {
    expect(safeHttpUrl(candidate)).toBeNull();
  });

  test.each([
    ["a script", "javascript:alert(1)"],
    ["data", "data:text/html,x"],
    ["a password", "//anna:secret@example.org/"],
  ])("%s does not pass with a base either", (_, candidate) => {
    expect(safeHttpUrl(candidate, "https://example.org/blog/")).toBeNull();
  });

  test("a relative address is nothing where the base is none", () => {
    expect(safeHttpUrl("/a", "javascript:alert(1)")).toBeNull();
    expect(safeHttpUrl("/a", "not an address")).toBeNull();
  });

  test.each([
    ["https://example.org", undefined, "https://example.org/"],
    ["  HTTP://Example.ORG:80/A?b#c \n", undefined, "http://example.org/A?b#c"],
    [
      "https://例え.example/帖子?q=大",
      undefined,
      "https://xn--r8jz45g.example/%E5%B8%96%E5%AD%90?q=%E5%A4%A7",
    ],
    ["../p/1", "https://example.org/blog/list/", "https://example.org/blog/p/1"],
    ["//cdn.example/a", "https://example.org/", "https://cdn.example/a"],
    ["?page=2", "https://example.org/blog", "https://example.org/blog?page=2"],
    ["http://[::1]:8080/", undefined, "http://[::1]:8080/"],
  ])("%s with base %s is %s", (candidate, base, url) => {
    expect(safeHttpUrl(candidate, base)).toBe(url);
  });

  test("whatever passes is http or https, and has no white space, control, angle bracket or user in it", () => {
    const nasty = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.tuple(fc.webUrl(), fc.string({ unit: "binary" })).map((parts) => parts.join("/")),
      fc.string({ unit: "binary" }),
      fc
        .tuple(fc.constantFrom("https:", "http:", "javascript:", "\u0000data:", "//", "\\\\"), fc.string())
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(nasty, (candidate) => {
        const url = safeHttpUrl(candidate, "https://example.org/");

        if (url === null) return;
        expect(url).toMatch(/^https?:\/\/[^/@]/);
        expect(url).not.toMatch(/[\s<>\p{Cc}]/u);
        expect(url.slice(new URL(url).origin.length)).not.toContain('"');
        expect(safeHttpUrl(url)).toBe(url);
      }),
    );
  });
});

describe("canonicalUrl", () => {
  const listing = "https://example.org/updates";

  test.each([
    [
      "tracking parameters",
      "https://example.org/p?utm_source=x&utm_medium=y&id=7",
      "https://example.org/p?id=7",
    ],
    ["tracking parameters in capitals", "https://example.org/p?UTM_Source=x", "https://example.org/p"],
    [
      "click identifiers",
      "https://example.org/p?fbclid=1&gclid=2&msclkid=3&mc_cid=4&spm=5",
      "https://example.org/p",
    ],
    ["a tracking parameter without value", "https://example.org/p?fbclid&a=1", "https://example.org/p?a=1"],
    ["an empty query", "https://example.org/p?", "https://example.org/p"],
    ["empty parameters", "https://example.org/p?&a=1&&b=2&", "https://example.org/p?a=1&b=2"],
    ["a fragment", "https://example.org/p#comments", "https://example.org/p"],
    ["an empty fragment", "https://example.org/p#", "https://example.org/p"],
    ["the case of host and scheme", "HTTPS://Example.ORG/P", "https://example.org/P"],
    ["the default port of https", "https://example.org:443/p", "https://example.org/p"],
    ["the default port of http", "http://example.org:80/p", "http://example.org/p"],
    ["dot segments", "https://example.org/a/../p/./", "https://example.org/p/"],
    ["a missing slash after the host", "https://example.org", "https://example.org/"],
    ["white space around it", " https://example.org/p ", "https://example.org/p"],
  ])("makes nothing of %s", (_, address, canonical) => {
    expect(canonicalUrl(address, listing)).toBe(canonical);
  });

  test.each([
    ["what is read", "https://example.org/p?id=7&page=2"],
    ["the order of parameters", "https://example.org/p?b=2&a=1"],
    ["a parameter that only begins like tracking", "https://example.org/p?utmost=1&spmx=2"],
    ["a value that looks like tracking", "https://example.org/p?q=utm_source"],
    ["an encoded value", "https://example.org/p?q=a%26b%3Dc+d"],
    ["another port", "https://example.org:8443/p"],
    ["the case of the path", "https://example.org/Post"],
    ["the slash at the end", "https://example.org/p/"],
    ["http where https is another thing", "http://example.org/p"],
    ["a fragment that is an address", "https://example.org/#/posts/7"],
    ["a fragment that is an address, old style", "https://example.org/#!posts/7"],
    ["a fragment that points into the listing", "https://example.org/updates#2026-01-05"],
    ["a fragment into the listing's other page", "https://example.org/updates?page=2#x"],
  ])("keeps %s", (_, address) => {
    expect(canonicalUrl(address, listing)).toBe(address);
  });

  test("a fragment into a page of the same path at another host is no identity", () => {
    expect(canonicalUrl("https://other.example/updates#x", listing)).toBe("https://other.example/updates");
  });

  test("a fragment counts for nothing where no listing is known", () => {
    expect(canonicalUrl("https://example.org/updates#x", null)).toBe("https://example.org/updates");
    expect(canonicalUrl("https://example.org/updates#x", "no address")).toBe("https://example.org/updates");
  });

  test.each([["javascript:alert(1)"], ["https://a:b@example.org/"], ["/p"], [""]])(
    "%j has none",
    (address) => {
      expect(canonicalUrl(address, listing)).toBeNull();
    },
  );

  test("it is canonical itself, and two ways to be led there come out equal", () => {
    const addresses = fc.webUrl({ withQueryParameters: true, withFragments: true });
    const campaign = fc.constantFrom("utm_source=mail", "fbclid=abc", "spm=1.2.3", "mkt_tok=x");
    fc.assert(
      fc.property(addresses, campaign, (address, parameter) => {
        const canonical = canonicalUrl(address, listing);
        const [bare = "", fragment] = address.split("#");
        const led = `${bare}${bare.includes("?") ? "&" : "?"}${parameter}`;

        expect(canonical).not.toBeNull();
        expect(canonicalUrl(canonical ?? "", listing)).toBe(canonical);
        expect(canonicalUrl(fragment === undefined ? led : `${led}#${fragment}`, listing)).toBe(canonical);
      }),
    );
  });
});

test("an address that looks plain is what URL makes of it", () => {
  const bits = fc.constantFrom(
    ...[
      "/",
      "//",
      ".",
      "..",
      "a",
      "A",
      "-",
      "xn--",
      "0",
      "0x7f",
      "1",
      "~",
      "?",
      "=",
      "&",
      "#",
      "%2e",
      " ",
      "\t",
      "\\",
      "é",
      ":80",
    ],
  );
  const path = fc.array(bits, { maxLength: 8 }).map((parts) => parts.join(""));
  const bases = fc.constantFrom(
    "https://site.example/a/b?c#d",
    "https://SITE.example:443/",
    "http://127.0.0.1/",
    "http://user@site.example/",
  );
  fc.assert(
    fc.property(
      fc.constantFrom("", "/", "https://", "http://a.", "https://site.example"),
      path,
      bases,
      (start, rest, base) => {
        const written = `${start}${rest}`;
        const url = parsedUrl(written.trim(), base);
        const passes = url !== null && url.username === "" && /^[a-z0-9._-]+$/.test(url.hostname);

        expect(safeHttpUrl(written, base)).toBe(passes && written !== "" ? url.href : null);
      },
    ),
    { numRuns: 5_000 },
  );
});

test("an address is one however often it is asked about", () => {
  for (let time = 0; time < 20_000; time += 1) {
    if (parsedUrl("/新闻/é", "https://site.example/") === null) throw new Error(`not the time ${time}`);
  }
});
