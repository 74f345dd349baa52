import type { Instant } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Tally } from "../base/tally.ts";
import { addressOf } from "../domain/address.ts";
import { type ClaimedPing, type Ping, type PingSettlement, pingRestMs } from "../domain/ping.ts";
import type { Site } from "../domain/site.ts";
import type { Store } from "../domain/store.ts";

export interface PingNeeds {
  readonly store: Store;
  readonly ping: Ping;
  readonly site: Site;
  /** Null: there is nobody to tell. */
  readonly hub: string | null;
  readonly log: Log;
  readonly tally: Tally;
  readonly now: () => Instant;
}

/** How telling the hub went, in topics. */
export interface Pinged {
  readonly job: "ping";
  readonly told: number;
  readonly failed: number;
}

/**
 * Tells the hub of the feeds that have changed, one after the other, until all are told or it fails: then it rests,
 * longer each time, and in the end the next change is waited for.
 */
export async function tellHub(needs: PingNeeds, signal?: AbortSignal): Promise<Pinged> {
  const { store, hub, tally, now } = needs;
  const pinged = { job: "ping" as const, told: 0, failed: 0 };
  if (hub === null) return pinged;
  while (!signal?.aborted) {
    const claimed = await store.claimPing(now());
    if (claimed === null) break;
    const outcome = await needs.ping(hub, addressOf(needs.site.url, claimed.path));
    if (signal?.aborted) break;
    tally.add("pings", outcome.kind);
    if (outcome.kind === "failed") {
      await store.settlePing(claimed, afterFailure(needs, hub, claimed, outcome), now());
      pinged.failed++;
      break;
    }
    await store.settlePing(claimed, { kind: "done" }, now());
    pinged.told++;
  }
  return pinged;
}

function afterFailure(
  { log, now }: PingNeeds,
  hub: string,
  { path, attempts }: ClaimedPing,
  { message: why, retryAfterMs }: { readonly message: string; readonly retryAfterMs: number | null },
): PingSettlement {
  const restMs = pingRestMs(attempts + 1, retryAfterMs);
  log.warn(restMs === null ? "hub given up" : "hub not told", {
    hub,
    topic: path,
    why,
    attempts: attempts + 1,
  });
  return restMs === null ? { kind: "done" } : { kind: "again", at: now() + restMs, trouble: why };
}
