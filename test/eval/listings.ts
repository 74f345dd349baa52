import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Extraction, Page } from "../../src/domain/page.ts";
import { dayOf } from "../../src/extract/dates/moment.ts";
import { extract } from "../../src/extract/registry.ts";
import { decodeBytes } from "../../src/fetch/decode.ts";
import { quantiles, scored } from "./scored.ts";

const zone = "UTC";

/** Reads each page as `kind: auto` does, once with nothing known and once with what was learned of it. */
export async function listings(folder: string): Promise<void> {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const [first, again]: [number[], number[]] = [[], []];
  const results: object[] = [];
  let same = 0;
  for (const name of names) {
    const { base } = JSON.parse(readFileSync(join(folder, name, "expected.json"), "utf8"));
    const { text } = decodeBytes(readFileSync(join(folder, name, "page.html")), "text/html");
    const page: Page = { url: base, contentType: "text/html", text, zone, readAt: Date.now() };
    const found = await timed(first, () => extract(page, { kind: "auto" }, null));
    const relearned = await timed(again, () => extract(page, { kind: "auto" }, found.learned));
    if (JSON.stringify(told(found)) === JSON.stringify(told(relearned))) same++;
    results.push({ name, posts: told(found) });
  }
  console.log(scored(join(folder, "score.mjs"), results));
  console.log(
    `listings: ${names.length} pages; ${same} give the same posts from what was learned; ` +
      `first look ${quantiles(first)}; with what was learned ${quantiles(again)}`,
  );
}

async function timed(times: number[], read: () => Promise<Extraction>): Promise<Extraction> {
  const start = performance.now();
  const extraction = await read();
  times.push(performance.now() - start);
  return extraction;
}

function told({ items }: Extraction) {
  return items.map(({ title, url, publishedAt, categories }) => ({
    ...{ title, url, categories },
    date: publishedAt === null ? null : dayOf(publishedAt, zone).toString(),
  }));
}
