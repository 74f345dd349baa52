import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { slugOf } from "../../src/base/text.ts";
import {
  addressOf,
  besideFeed,
  feedFormats,
  feedPath,
  feedStylesPath,
  feedTypes,
  linkOf,
  opmlPath,
  pagePath,
  postPath,
} from "../../src/domain/address.ts";

const site = "https://digest.example.org";

describe("the address of a feed", () => {
  test.each([
    [{ kind: "all" } as const, "atom", "feeds/all.atom"],
    [{ kind: "category", slug: "nlp" } as const, "rss", "feeds/c/nlp.rss"],
    [{ kind: "category", slug: "大模型" } as const, "json", "feeds/c/大模型.json"],
    [{ kind: "source", id: "blog" } as const, "json", "feeds/s/blog.json"],
  ])("of %j as %s is the file %s", (scope, format, path) => {
    expect(feedPath(scope, format as "atom" | "rss" | "json")).toBe(path);
  });

  test("every format has its media type", () => {
    expect(feedFormats.map((format) => feedTypes[format])).toEqual([
      "application/atom+xml",
      "application/rss+xml",
      "application/feed+json",
    ]);
  });
});

describe("addressOf", () => {
  test.each([
    ["a Chinese category", "feeds/c/大模型.atom", "/feeds/c/%E5%A4%A7%E6%A8%A1%E5%9E%8B.atom"],
    ["a letter outside the first plane", "c/𠮷", "/c/%F0%A0%AE%B7"],
    ["a Hindi category", "c/हिन्दी", "/c/%E0%A4%B9%E0%A4%BF%E0%A4%A8%E0%A5%8D%E0%A4%A6%E0%A5%80"],
    ["what would end the path", "c/a?b#c", "/c/a%3Fb%23c"],
    ["a percent sign", "c/100%", "/c/100%25"],
    ["markup", 'c/"><b>', "/c/%22%3E%3Cb%3E"],
    ["a plain path", opmlPath, "/feeds.opml"],
    ["no path", "", "/"],
  ])("encodes %s", (_, path, address) => {
    expect(addressOf(site, path)).toBe(`${site}${address}`);
  });

  test("slashes at the end of the site's address are not doubled, a folder stays", () => {
    expect(addressOf(`${site}//`, "p/1")).toBe(`${site}/p/1`);
    expect(addressOf(`${site}/news/`, "p/1")).toBe(`${site}/news/p/1`);
  });

  test("the page and the feeds of any category have an address that leads back to its slug", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }).map(slugOf), (slug) => {
        const scope = { kind: "category", slug } as const;

        for (const path of [pagePath(scope), feedPath(scope, "atom")]) {
          const address = addressOf(site, path);
          expect(address).toMatch(/^[\x21-\x7e]+$/);
          expect(new URL(address).href).toBe(address);
          expect(decodeURIComponent(new URL(address).pathname)).toBe(`/${path}`);
        }
      }),
    );
  });
});

describe("where a reader is sent", () => {
  test("for a post: to its own address, else to its page at our site", () => {
    expect(linkOf(site, { id: 7, url: "https://blog.example/7" })).toBe("https://blog.example/7");
    expect(linkOf(`${site}/`, { id: 7, url: null })).toBe(`${site}/p/7`);
    expect(postPath(7)).toBe("p/7");
  });

  test("for a feed: to the page that shows what it shows", () => {
    expect(pagePath({ kind: "category", slug: "nlp" })).toBe("c/nlp");
    expect(pagePath({ kind: "all" })).toBe("");
    expect(pagePath({ kind: "source", id: "blog" })).toBe("s/blog");
  });

  test("from a feed to what lies beside it, wherever the folder is served", () => {
    expect(besideFeed({ kind: "all" }, feedStylesPath)).toBe("feed.css");
    expect(besideFeed({ kind: "source", id: "blog" }, feedStylesPath)).toBe("../feed.css");
    expect(feedPath({ kind: "category", slug: "nlp" }, "html")).toBe("feeds/c/nlp.html");
  });
});
