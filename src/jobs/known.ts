import type { Item } from "../domain/page.ts";
import { identify } from "../domain/post.ts";
import type { ClaimedSource, Source } from "../domain/source.ts";
import type { Store } from "../domain/store.ts";
import type { Look } from "./look.ts";
import { candidatesOf } from "./record.ts";

/** Whether a page that a permanent redirect led to has posts on it that are known; null where none could be. */
export async function overlaps(
  store: Pick<Store, "knownKeys">,
  source: Source,
  claimed: ClaimedSource,
  found: Look,
): Promise<boolean | null> {
  if (found.kind !== "read" || found.outcome.movedTo === null || claimed.isFirstLook) return null;
  // Where a host moved, the addresses of its posts did: they are known by what is in them.
  const keys = candidatesOf(source, found, 0).flatMap(({ key, keys }) =>
    [key, keys.guid, keys.url, keys.text].filter((name) => name !== null),
  );
  return (await store.knownKeys(source.id, keys)).size > 0;
}

/** Whether a page is new to its end: else what is on the next one is known too. What is pinned to the top may be old. */
export async function endsNew(
  store: Pick<Store, "knownKeys">,
  source: Source,
  items: readonly Item[],
): Promise<boolean> {
  const last = identify(items, { listingUrl: source.url, zone: source.zone }, 0).at(-1);
  return last !== undefined && (await store.knownKeys(source.id, [last.key])).size === 0;
}
