import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parseDocument } from "htmlparser2";
import type { Page, Reading } from "../../src/domain/page.ts";
import { extract } from "../../src/extract/registry.ts";

const folder = new URL("../listings/", import.meta.url);
const rounds = 12;

/** Pages of the fixtures, and one as long as long pages are: the same kind of cards, many times. */
function pages(): readonly { readonly name: string; readonly text: string }[] {
  const small = readdirSync(folder, { withFileTypes: true })
    .map(({ name }) => new URL(`${name}/page.html`, folder))
    .filter((file) => existsSync(file))
    .map((file) => ({ name: "fixture", text: readFileSync(file, "utf8") }));
  const [usual, long, longest] = [aLongPage(300, 30), aLongPage(300, 350), aLongPage(1_000, 1_200)];
  return [
    ...small,
    { name: "300 KB, 30 posts", text: usual },
    { name: "300 KB, 350 posts", text: long },
    { name: "1 MB", text: longest },
  ];
}

/** So many cards and so much text in each that the page is as long as that. */
function aLongPage(kilobytes: number, count: number): string {
  const sentence =
    "A sentence that tells what there is to see, and <em>another</em> one that goes on about it. ";
  const paragraph = `<p class="text">${sentence.repeat(6)}</p>`;
  const said = paragraph.repeat(
    Math.max(1, Math.round((kilobytes * 1_024 - 8_000) / count / paragraph.length)),
  );
  const card = (n: number) =>
    `<article class="post"><h2><a href="/p/${n}">What happened in week ${n}</a></h2><time datetime="2026-01-05">5 January 2026</time><a class="tag" href="/tag/a">News</a>${said}</article>`;
  const menu = Array.from({ length: 200 }, (_, n) => `<li><a href="/menu/${n}">Entry ${n}</a></li>`).join("");
  const cards = Array.from({ length: count }, (_, n) => card(n)).join("\n");
  return `<!doctype html><title>Long</title><nav><ul>${menu}</ul></nav><main>${cards}</main>`;
}

/** What finding the posts of a page costs, and reading it again with what was learned, beside parsing it alone. */
export async function extraction(): Promise<void> {
  const all = pages();
  for (const name of new Set(all.map(({ name }) => name))) {
    const [alone, first, again]: number[][] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      for (const { text } of all.filter((one) => one.name === name)) {
        const page: Page = {
          url: "https://site.example/",
          contentType: "text/html",
          text,
          zone: "UTC",
          readAt: Date.UTC(2026, 0, 14),
        };
        let learned: Reading | null = null;
        alone?.push(await timed(() => parseDocument(text)));
        first?.push(
          await timed(async () => {
            learned = (await extract(page, { kind: "auto" }, null)).learned;
          }),
        );
        again?.push(await timed(() => extract(page, { kind: "auto" }, learned)));
      }
    }
    const told = (times: readonly number[] = []) =>
      `median ${at(times, 0.5).toFixed(1)} ms, p95 ${at(times, 0.95).toFixed(1)} ms, best ${at(times, 0).toFixed(1)} ms`;
    const ratio = (times: readonly number[] = []) => (at(times, 0.5) / at(alone ?? [], 0.5)).toFixed(1);
    console.log(
      `extract, ${name}: posts found ${told(first)} · read again with what was learned ${told(again)} · ` +
        `parsed alone ${told(alone)} · ratios ${ratio(first)} and ${ratio(again)}`,
    );
  }
}

async function timed(act: () => unknown): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

function at(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}
