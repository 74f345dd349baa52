import { describe, expect, test } from "vitest";
import { judgeRobots } from "../../src/fetch/robots.ts";

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

  test("of half a megabyte is read in no time that anybody would notice", () => {
    const robots = `User-agent: *\n${"Disallow: /*a*b*c*d*e*f\n".repeat(20_000)}`;

    expect(allows(robots, "/blog/posts")).toBe(true);
  });
});
