import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeRobots } from "../../src/fetch/robots.ts";

/** A parser by other people, to compare with; its own types are those of a module that it is not. */
const robotsParser: (url: string, text: string) => { isAllowed(url: string, agent: string): boolean } =
  createRequire(import.meta.url)("robots-parser");

const origin = "https://site.example";
const allows = (robots: string, path: string) => judgeRobots(robots, origin, origin + path).isAllowed;

describe("what a robots.txt says to us (RFC 9309)", () => {
  test.each<readonly [string, string, string, boolean]>([
    ["nothing", "", "/blog", true],
    ["a page that is no robots.txt", "<html><body>Disallow: no</body></html>", "/blog", true],
    ["all to all", "User-agent: *\nDisallow:", "/blog", true],
    ["none to all", "User-agent: *\nDisallow: /", "/blog", false],
    ["none to another", "User-agent: other\nDisallow: /", "/blog", true],
    [
      "our own group before all",
      "User-agent: *\nDisallow: /\n\nUser-agent: postwire\nDisallow: /x",
      "/blog",
      true,
    ],
    ["our name in any case", "User-Agent: PostWire\nDisallow: /blog", "/blog", false],
    ["several names for a group", "User-agent: a\nUser-agent: postwire\nDisallow: /", "/", false],
    ["two groups of one name", "User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/b", false],
    ["the longest match wins", "User-agent: *\nDisallow: /blog\nAllow: /blog/latest", "/blog/latest", true],
    ["allow wins among equals", "User-agent: *\nDisallow: /blog\nAllow: /blog", "/blog", true],
    ["wildcards", "User-agent: *\nDisallow: /*?page=", "/blog?page=2", false],
    ["an end", "User-agent: *\nDisallow: /*.php$", "/a.php?x=1", true],
    ["percent-encoding is one", "User-agent: *\nDisallow: /%e6%96%87", "/\u6587", false],
    ["comments and CRLF", "# hi\r\nUser-agent: * # all\r\nDisallow: /blog # no\r\n", "/blog", false],
    ["a byte order mark", "\ufeffUser-agent: *\nDisallow: /", "/", false],
  ])("%s", (_, robots, path, isAllowed) => {
    expect(allows(robots, path)).toBe(isAllowed);
  });

  test("names the line that forbids it", () => {
    const robots = "User-agent: *\n\nDisallow: /private\nDisallow: /blog";

    expect(judgeRobots(robots, origin, `${origin}/blog/1`).rule).toBe("Disallow: /blog");
  });

  test("asks for time between two requests, at most a day", () => {
    const gap = (delay: string) =>
      judgeRobots(`User-agent: *\nCrawl-delay: ${delay}\nDisallow:`, origin, origin).crawlGapMs;

    expect([gap("10"), gap("0.5"), gap("1e9"), gap("-3"), gap("soon"), gap("")]).toEqual([
      10_000, 500, 86_400_000, 0, 0, 0,
    ]);
  });

  // What is quadratic takes minutes here, or all memory: that the test ends is the bound.
  test.each<readonly [string, string, boolean]>([
    ["rules full of stars", `User-agent: *\n${`Disallow: ${"*x".repeat(35)}y\n`.repeat(6_000)}`, true],
    ["one rule of stars and letters", `User-agent: *\nDisallow: ${"*x".repeat(250_000)}`, true],
    ["one rule of stars", `User-agent: *\nDisallow: ${"*".repeat(500_000)}`, false],
    ["parts that nearly fit", `User-agent: *\nDisallow: /${`*${"x".repeat(900)}y`.repeat(500)}`, true],
    [
      "fifteen thousand robots before thirty thousand rules",
      `${Array.from({ length: 15_000 }, (_, n) => `User-agent: ${n}\n`).join("")}${"Allow: /\n".repeat(30_000)}`,
      true,
    ],
    ["nothing but line ends", "\n".repeat(500_000), true],
  ])("of half a megabyte with %s is read at once", (_, robots, isAllowed) => {
    expect(allows(robots, `/${"x".repeat(2_000)}`)).toBe(isAllowed);
  });

  test("is understood as others understand it", () => {
    const key = fc.constantFrom("User-agent", "user-agent", "Disallow", "Allow", "disallow", "Sitemap", "x");
    const value = fc.constantFrom(
      ..."* postwire Postwire/2 other / /a /a* /a*$ /a$ /*b /b*a /a/b *b $ /%61 /%e6%96%87 /a?b /ab#c".split(
        " ",
      ),
      "",
    );
    const robots = fc
      .array(fc.tuple(key, fc.constantFrom(":", ": ", " :"), value, fc.constantFrom("\n", "\r\n", "\r")))
      .map((lines) => lines.flat().join(""));
    const path = fc.constantFrom(..."/ /a /b /a/b /ab /aab /ab/ba /a?b /%61 /文 /c".split(" "));

    fc.assert(
      fc.property(robots, path, (text, asked) => {
        const theirs = robotsParser(`${origin}/robots.txt`, text).isAllowed(origin + asked, "Postwire");
        expect(allows(text, asked)).toBe(theirs);
      }),
      { numRuns: 2_000 },
    );
  });
});
