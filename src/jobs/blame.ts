import { type Instant, minute } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { jitterOf } from "../domain/manners.ts";
import type { FetchRecord } from "../domain/records.ts";
import type { ClaimedSource, Source } from "../domain/source.ts";
import type { Store } from "../domain/store.ts";
import { overlaps } from "./known.ts";
import type { Look } from "./look.ts";
import type { Outage } from "./outage.ts";
import { recordOf, spoiltRecord } from "./record.ts";

export interface BlameNeeds {
  readonly store: Pick<Store, "forgive" | "knownKeys">;
  readonly outage: Outage;
  readonly log: Log;
}

/** A look that has to wait: its host was asked what it allows, and wants a longer rest than a look may take. */
export interface Later {
  readonly kind: "later";
}

/** After trouble of our own, sources are due again in this time and up to twice as much. */
const againMs = 5 * minute;

/** A look as it is written down, with the blame where it belongs: nobody is charged with what our own network did. */
export async function judged(
  needs: BlameNeeds,
  source: Source,
  claimed: ClaimedSource,
  found: Look | Later,
  now: Instant,
): Promise<FetchRecord> {
  const host = new URL(claimed.state.address).host;
  if (found.kind === "later") return spoiltRecord(source, claimed, now);
  const { isOurs, others } = needs.outage.note(source.id, host, found.outcome, now);
  if (!isOurs)
    return recordOf(source, claimed, found, await overlaps(needs.store, source, claimed, found), now);
  const again = (id: string) => now + againMs + Math.floor(againMs * jitterOf(id));
  const own = others.filter((one) => one.source === source.id).length;
  if (others.length > 0) {
    needs.log.error("cut off", {
      why: "many different hosts do not answer, and none does: our own network, or our name server",
    });
    for (const { source: id, at: lookedAt } of others) {
      await needs.store.forgive([{ id, lookedAt }], again(id));
    }
  }
  return spoiltRecord(source, claimed, again(source.id), own);
}
