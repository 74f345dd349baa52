import Parser from "rss-parser";
import type { Page } from "../../src/domain/page.ts";
import { retell } from "../../src/extract/feed/retell.ts";
import { parseRetold, readFeed } from "../../src/extract/feed.ts";
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
 * What reading a feed costs, mending included, beside rss-parser alone on the same feed. CPU time, taken in turns, so
 * that a busy machine slows all of them alike.
 */
export async function feedsIn(): Promise<void> {
  for (const isEscaped of [false, true]) {
    const page = aFeed(isEscaped);
    const kilobytes = (Buffer.byteLength(page.text) / 1_024 / items).toFixed(1);
    console.log(`feeds-in: RSS, ${items} items, ${isEscaped ? "escaped" : "CDATA"}, ${kilobytes} KB an item`);
    const told = retell(page.text, page.url, maxItems + 1);
    const [ours = 0, theirs = 0] = await inTurns({
      "read, mended": () => readFeed(page),
      "rss-parser alone, nothing mended": () => new Parser().parseString(page.text),
      "of it: mending": () => retell(page.text, page.url, maxItems + 1),
      "of it: rss-parser on what is mended": () => told !== null && parseRetold(told),
    });
    console.log(`  ratio of the first two: ${(ours / theirs).toFixed(2)}`);
    await inTurns({ "read, mended, sanitised, bounded": () => extract(page, { kind: "feed" }, null) });
  }
}

/** The median CPU time of each work, ms, printed with the fastest; one call of each a round. */
async function inTurns(works: Readonly<Record<string, () => unknown>>): Promise<readonly number[]> {
  const all = Object.entries(works).map(([name, work]) => ({ name, work, times: [] as number[] }));
  for (let round = -warmUp; round < rounds; round++) {
    for (const { work, times } of all) {
      const start = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(start);
      if (round >= 0) times.push((user + system) / 1_000);
    }
  }
  return all.map(({ name, times }) => {
    const sorted = times.toSorted((a, b) => a - b);
    const [median = 0, fastest = 0] = [sorted[Math.floor(sorted.length / 2)], sorted[0]];
    const rate = (ms: number) => Math.round((items / ms) * 1_000);
    console.log(
      `  ${name}: ${median.toFixed(1)} ms CPU, ${rate(median)} items/s (at best ${fastest.toFixed(1)} ms, ${rate(fastest)} items/s)`,
    );
    return median;
  });
}
