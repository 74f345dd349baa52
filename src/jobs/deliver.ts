import { awayBeforeAlert } from "../domain/alert.ts";
import type { ClaimedDelivery } from "../domain/delivery.ts";
import { seatsFor } from "./seats.ts";
import { type Counts, goesOn, type Load, type Sending, type SendNeeds, sendAll } from "./send.ts";

/** What delivering needs besides. */
export interface DeliverNeeds extends SendNeeds {
  readonly owner: string;
  /** How many mails may be on their way to one domain at once, from this process. */
  readonly perDomain: number;
  /** Calls `work` every `ms` until the returned function is called. */
  readonly repeat: (ms: number, work: () => Promise<void>) => () => void;
}

export interface DeliverOptions {
  /** Until nothing is due or in flight; what is deferred to a later instant does not hold it. */
  readonly wait?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How delivering went, in deliveries settled. */
export interface Delivered extends Readonly<Counts> {
  readonly job: "deliver";
}

interface Round extends Sending {
  readonly needs: DeliverNeeds;
  /** How many a worker takes at once. */
  share: number;
  /** Workers that have something in hand. */
  busy: number;
}

const mostAtOnce = 10;
const lookAgainMs = 200;
const idleMs = 150;
/** Where all that is due is for domains without a free seat; looking for more costs more, too. */
const fullMs = 1_000;

/** Sends what is due: `mail.connections` workers, each claiming a few, arming one, sending it, settling it. */
export async function deliver(needs: DeliverNeeds, options: DeliverOptions = {}): Promise<Delivered> {
  const round: Round = {
    needs,
    signal: options.signal,
    count: { sent: 0, failed: 0, deferred: 0, unknown: 0, cancelled: 0 },
    seats: seatsFor(needs.perDomain),
    ours: { inARow: 0, domains: new Set() },
    share: 1,
    busy: 0,
    isOver: false,
  };
  for (;;) {
    await goRound(round);
    if (!options.wait || options.signal?.aborted) break;
    const { due, inFlight } = await needs.store.outboxLoad(needs.now());
    if (due + inFlight === 0) break;
    await needs.pause(lookAgainMs, options.signal);
  }
  await needs.store.sweepDeliveries(needs.unknown, needs.now());
  await tellIfAway(needs);
  return { job: "deliver", ...round.count };
}

async function tellIfAway({ store, alert, now }: DeliverNeeds): Promise<void> {
  const { timesAway, code } = await store.mailServer(now());
  if (timesAway >= awayBeforeAlert) await alert({ kind: "away", code: code ?? "" });
}

/** Lets the workers loose until nothing is due and nobody is busy; ends when all have, also when one failed. */
async function goRound(round: Round): Promise<void> {
  const { store, mailer, unknown, owner, now } = round.needs;
  const swept = await store.sweepDeliveries(unknown, now());
  round.count.unknown += swept.unknown;
  round.count.failed += swept.expired;
  const { due } = await store.outboxLoad(now());
  round.share = Math.max(1, Math.min(mostAtOnce, Math.floor(due / mailer.connections)));
  round.isOver = false;
  const workers = Array.from({ length: mailer.connections }, (_, n) => worker(round, `${owner}/${n}`));
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

/** Idle ones look again while others are busy: what becomes due meanwhile does not wait for the slowest mail. */
async function worker(round: Round, owner: string): Promise<void> {
  const { store, leaseMs, now, pause } = round.needs;
  try {
    while (goesOn(round)) {
      const full = round.seats.full();
      const claimed = await store.claimDeliveries(owner, leaseMs, round.share, now(), full);
      if (claimed.length > 0) await workOff(round, [...claimed]);
      else if (round.busy > 0) await pause(full.length > 0 ? fullMs : idleMs, round.signal);
      else return;
    }
  } catch (error) {
    round.isOver = true;
    throw error;
  }
}

async function workOff(round: Round, waiting: ClaimedDelivery[]): Promise<void> {
  const { needs } = round;
  const load: Load = { inHand: new Set(), waiting };
  round.busy++;
  const stopKeeping = needs.repeat(needs.leaseMs / 3, () => keep(needs, load));
  try {
    await sendAll(round, load);
  } finally {
    stopKeeping();
    round.busy--;
    await giveBack(needs, load);
  }
}

/** Prolongs the lease of what is in hand. What has waited behind it so long is given back, for another worker to take. */
async function keep(needs: DeliverNeeds, load: Load): Promise<void> {
  await needs.store.renewDeliveries([...load.inHand], needs.now() + needs.leaseMs);
  await giveBack(needs, load);
}

async function giveBack({ store, now }: DeliverNeeds, { waiting }: Load): Promise<void> {
  const claims = waiting.splice(0).map(({ claim }) => claim);
  if (claims.length > 0) await store.releaseDeliveries(claims, now());
}
