import type { Feed } from "feed";
import type { FeedFormat } from "../domain/address.ts";
import { atomOf } from "./atom.ts";
import { draftOf, type FeedHead, type Pieces } from "./draft.ts";
import type { FeedItem } from "./item.ts";
import { jsonOf } from "./json.ts";
import { readBack } from "./readback.ts";
import { rssOf } from "./rss.ts";

/** An item as each format writes it, whole by itself and read back. */
export type Written = Readonly<Record<FeedFormat, string>>;

/** What a post became, and how that is written. */
export interface Finished {
  readonly item: FeedItem;
  readonly written: Written;
}

/** Characters that a finished item takes: what is written, and the item, which is about what JSON says of it. */
export function sizeOf({ written }: Finished): number {
  return written.atom.length + written.rss.length + 2 * written.json.length;
}

const formats: Readonly<
  Record<FeedFormat, (draft: Feed, head: FeedHead, items: readonly FeedItem[]) => Pieces>
> = { atom: atomOf, rss: rssOf, json: jsonOf };

/**
 * The texts of a feed. Items that are not in `known` are written, and come to stand there; all of them are read back, each
 * by itself, and so is what they stand in. That makes the file whole: it is the one put into the other, and where an
 * element (a value, in JSON) may stand, several may.
 */
export function textsOf(
  head: FeedHead,
  items: readonly FeedItem[],
  known: Map<FeedItem, Written>,
): Record<FeedFormat, string> {
  const fresh = items.filter((item) => !known.has(item));
  const draft = draftOf(head, fresh);
  const made = (format: FeedFormat): Pieces => {
    const pieces = formats[format](draft, head, fresh);
    readBack(format, pieces, fresh);
    return pieces;
  };
  const [atom, rss, json] = [made("atom"), made("rss"), made("json")];
  for (const [n, item] of fresh.entries()) {
    known.set(item, {
      atom: atom.items[n] ?? "",
      rss: rss.items[n] ?? "",
      json: json.items[n] ?? "",
    });
  }
  const all = items.map((item) => known.get(item));
  const joined = (format: FeedFormat, { opening, between, afterLast, closing }: Pieces): string => {
    const inside = all.map((written) => written?.[format] ?? "").join(between);
    return `${opening}${inside}${inside === "" ? "" : afterLast}${closing}`;
  };
  return { atom: joined("atom", atom), rss: joined("rss", rss), json: joined("json", json) };
}
