import type { Extract, Extraction, Page, Reading } from "../domain/page.ts";
import { readAuto } from "./auto.ts";
import { refuseBinary } from "./binary.ts";
import { readFeed } from "./feed.ts";
import { bounded } from "./limits.ts";
import { readSelectors } from "./selectors.ts";
import { readText } from "./text.ts";

/**
 * Reads a page in the way `reading` says; `learned` is what an earlier `auto` found out. What comes back is within
 * the limits that hold for all kinds, its markup sanitised and its links absolute. Rejects with
 * `AppError("unreadable")` when the page is not what it should be.
 */
export const extract: Extract = async (page, reading, learned) =>
  bounded(await readAs(page, reading, learned), page.url);

async function readAs(page: Page, reading: Reading, learned: Reading | null): Promise<Extraction> {
  switch (reading.kind) {
    case "feed":
      return readFeed(page);
    case "selectors":
      refuseBinary(page);
      return readSelectors(page, reading);
    case "auto":
      return readAuto(page, learned);
    case "text":
      refuseBinary(page);
      return readText(page);
    default:
      return reading satisfies never;
  }
}
