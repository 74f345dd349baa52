import Parser from "rss-parser";
import type { Page } from "../../src/domain/page.ts";
import { whole } from "../../src/extract/feed/part.ts";
import { retell } from "../../src/extract/feed/retell.ts";
import { readFeed } from "../../src/extract/feed.ts";
import { maxItems } from "../../src/extract/limits.ts";
import { extract } from "../../src/extract/registry.ts";

const [items, rounds, warmUp] = [200, 40, 10];

/** A feed of 200 items with 1 to 4 KB of markup each. */
function aFeed(isEscaped: boolean): Page {
  let seed = 7;
  const next = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const words = "garden stone moss water light morning paper street letter café window – corner winter".split(
    " ",
  );
  const sentence = () =>
    `${Array.from({ length: 8 + next(10) }, () => words[next(words.length)]).join(" ")}. `;
  const paragraph = () =>
    `<p>${sentence()}<a href="https://site.example/p/${next(999)}">${sentence()}</a>${sentence()} &amp; <em>so on</em>.</p>\n` +
    (next(4) === 0 ? `<img src="/i/${next(99)}.jpg" alt="A picture">` : "");
  const item = (_: unknown, n: number) => {
    let html = "";
    for (const least = 1_000 + next(2_700); html.length < least; ) html += paragraph();
    const content = isEscaped
      ? html.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
      : `<![CDATA[${html}]]>`;
    return `<item><title>Post number ${n} &amp; more</title><link>https://site.example/p/${n}</link>
<guid isPermaLink="false">tag:site.example,2026:${n}</guid><pubDate>Mon, 05 Jan 2026 10:${10 + (n % 50)}:00 +0100</pubDate>
<dc:creator>Ann ${n % 7}</dc:creator><category>News</category><category>Garden</category><description>${sentence()}</description>
<content:encoded>${content}</content:encoded><comments>https://site.example/p/${n}#comments</comments></item>\n`;
  };
  const text = `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Site</title><link>https://site.example/</link>
${Array.from({ length: items }, item).join("")}</channel></rss>`;
  return {
    url: "https://site.example/feed",
    contentType: "application/rss+xml",
    text,
    zone: "UTC",
    readAt: 0,
  };
}

/**
 * What reading a feed costs, mending included, beside rss-parser alone on the same feed, and on what it is given here.
 * CPU time, taken in turns, so that a busy machine slows all of them alike.
 */
export async function feedsIn(): Promise<void> {
  for (const isEscaped of [false, true]) {
    const page = aFeed(isEscaped);
    const told = retell(page.text, page.url, maxItems + 1);
    const clean = told === null ? "" : told.xml;
    const aside = { xml2js: { valueProcessors: [(text: string) => whole(text, told?.texts ?? [])] } };
    const works = {
      "read, mended": () => readFeed(page),
      "rss-parser alone, not mended": () => new Parser().parseString(page.text),
      "rss-parser on what is mended": () => new Parser(aside).parseString(clean),
      "mending alone": () => retell(page.text, page.url, maxItems + 1),
      "read, mended, sanitised": () => extract(page, { kind: "feed" }, null),
    };
    const times = await inTurns(Object.values(works));
    const kilobytes = Math.round(Buffer.byteLength(page.text) / 1_024 / items);
    console.log(`feeds-in: RSS, ${items} items, ${isEscaped ? "escaped" : "CDATA"}, ${kilobytes} KB an item`);
    const [ours = 0, theirs = 0] = times;
    for (const [n, name] of Object.keys(works).entries()) {
      const ms = times[n] ?? 0;
      console.log(`  ${name}: ${ms.toFixed(1)} ms CPU, ${Math.round((items / ms) * 1_000)} items/s`);
    }
    console.log(`  ratio of the first two: ${(ours / theirs).toFixed(2)}`);
  }
}

/** The median CPU time of each, ms; one call of each a round. */
async function inTurns(works: readonly (() => unknown)[]): Promise<readonly number[]> {
  const times = works.map((): number[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [n, work] of works.entries()) {
      const start = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(start);
      if (round >= 0) times[n]?.push((user + system) / 1_000);
    }
  }
  return times.map((of) => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0);
}
