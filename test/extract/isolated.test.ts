import { expect, onTestFinished, test } from "vitest";
import { isolatedExtract } from "../../src/app/isolated.ts";
import { extract as direct } from "../../src/extract/registry.ts";
import { aFeed, aPage } from "./pages.ts";

function aReader(limits?: { timeMs: number; memoryMb: number }) {
  const reader = isolatedExtract(limits);
  onTestFinished(() => reader.close());
  return reader.extract;
}

const feed = `<rss version="2.0"><channel><title>T</title><link>https://a.example/</link><description>d</description>
<item><title>一</title><link>https://a.example/1</link><pubDate>Mon, 05 Jan 2026 07:00:00 GMT</pubDate></item></channel></rss>`;

test("a page read in a thread gives what it gives here", async () => {
  const page = aFeed(feed);

  expect(await aReader()(page, { kind: "feed" }, null)).toEqual(await direct(page, { kind: "feed" }, null));
});

test("what it is refused for is said in the same words", async () => {
  const page = aPage("<p>no feed</p>");
  const words = await direct(page, { kind: "feed" }, null).catch(String);

  expect(await aReader()(page, { kind: "feed" }, null).catch(String)).toBe(words);
});

/** Every item looks at all that stand before it, for something that is not there. */
const slow = aPage(`<ul>${"<li>x".repeat(19_000)}</ul>`);
const slowly = { kind: "selectors", item: "b ~ li, i ~ li, u ~ li, s ~ li" } as const;

test("a page that takes too long costs itself one failure, and the next one is read", async () => {
  const extract = aReader({ timeMs: 400, memoryMb: 256 });

  const failure = await extract(slow, slowly, null).catch(String);

  expect(failure).toContain("took longer than 0.4 s to read and was given up");
});

test("a page that takes long is in nobody's way", async () => {
  const extract = aReader({ timeMs: 5_000, memoryMb: 256 });
  const came: string[] = [];
  const reading = [extract(slow, slowly, null), extract(aFeed(feed), { kind: "feed" }, null)];

  await Promise.allSettled(reading.map((one, n) => one.finally(() => came.push(["slow", "quick"][n] ?? ""))));

  expect(came).toEqual(["quick", "slow"]);
});
