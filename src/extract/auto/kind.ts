import { folderOf } from "../../base/url.ts";

/** Least share of a list's addresses that are of one kind. */
const leastAlike = 0.8;
/** The kind of page that nearly all of some addresses are of; null when they are of many. */
export function commonKind(urls: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const folder of urls.map(folderOf)) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  const best = [...counts].find(([, count]) => count >= urls.length * leastAlike);
  return best?.[0] ?? null;
}

/** Whether a kind of page is all that lies in no folder: any page of the site. */
export function isAnyPage(kind: string): boolean {
  return /^[^/]+\/$/.test(kind);
}
