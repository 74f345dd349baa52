import type { FeedItem } from "./item.ts";

/** Validators read no more of a file than this, and some readers less. */
export const maxFeedBytes = 5_000_000;

/** Bytes that the contents of these items take in XML, where a markup character is a reference of six. */
export function contentSize(items: readonly FeedItem[]): number {
  return items.reduce((sum, item) => sum + sizeOf(item), 0);
}

function sizeOf({ html }: FeedItem): number {
  return html === null ? 0 : Buffer.byteLength(html) + 5 * (html.match(/[&<>]/g)?.length ?? 0);
}

/** The same items with contents of at most `room` bytes together: the longest ones give way to their summaries. */
export function within(items: readonly FeedItem[], room: number): readonly FeedItem[] {
  const dropped = new Set<FeedItem>();
  let size = contentSize(items);
  for (const item of items.toSorted((a, b) => sizeOf(b) - sizeOf(a))) {
    if (size <= room) break;
    dropped.add(item);
    size -= sizeOf(item);
  }
  return items.map((item) => (dropped.has(item) ? { ...item, html: null, text: null } : item));
}
