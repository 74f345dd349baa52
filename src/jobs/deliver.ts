import type { Instant } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { type Log, maskEmail } from "../base/log.ts";
import {
  afterAttempt,
  type ClaimedDelivery,
  type Delivery,
  type Receipt,
  type UnknownPolicy,
} from "../domain/delivery.ts";
import type { Mailer, Message } from "../domain/mailer.ts";
import type { Armed } from "../domain/records.ts";
import type { Store } from "../domain/store.ts";

/** A delivery as a mail, and until when it is worth trying. */
export interface Composed {
  readonly message: Message;
  readonly expiresAt: Instant;
}

export interface DeliverNeeds {
  readonly store: Store;
  readonly mailer: Mailer;
  readonly log: Log;
  /** The mail for an armed delivery: the same bytes each time. */
  readonly compose: (delivery: Delivery) => Promise<Composed>;
  readonly unknown: UnknownPolicy;
  readonly leaseMs: number;
  readonly owner: string;
  /** Resolves when the rate allows one more mail. */
  readonly pace: (signal?: AbortSignal) => Promise<void>;
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Calls `work` every `ms` until the returned function is called. */
  readonly repeat: (ms: number, work: () => Promise<void>) => () => void;
  readonly now: () => Instant;
}

export interface DeliverOptions {
  /** Until nothing is due or in flight; what is deferred to a later instant does not hold it. */
  readonly wait?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How delivering went, in deliveries settled. */
export interface Delivered {
  readonly job: "deliver";
  readonly sent: number;
  readonly failed: number;
  readonly deferred: number;
  readonly unknown: number;
  readonly cancelled: number;
}

interface Round {
  readonly needs: DeliverNeeds;
  readonly count: { sent: number; failed: number; deferred: number; unknown: number; cancelled: number };
  /** Refusals that are about us, in a row, and the domains they came from. */
  readonly ours: { inARow: number; domains: Set<string> };
  /** There is no server to talk to, or no wish to: nothing more is sent in this round. */
  isOver: boolean;
}

const batch = 10;
const lookAgainMs = 200;
const oursBeforeHalt = 5;

/** Sends what is due: `mail.connections` workers, each claiming a few, arming one, sending it, settling it. */
export async function deliver(needs: DeliverNeeds, options: DeliverOptions = {}): Promise<Delivered> {
  const round: Round = {
    needs,
    count: { sent: 0, failed: 0, deferred: 0, unknown: 0, cancelled: 0 },
    ours: { inARow: 0, domains: new Set() },
    isOver: false,
  };
  for (;;) {
    const swept = await needs.store.sweepDeliveries(needs.unknown, needs.now());
    round.count.unknown += swept.unknown;
    round.count.failed += swept.expired;
    round.isOver = false;
    const workers = Array.from({ length: needs.mailer.connections }, (_, n) =>
      worker(round, `${needs.owner}/${n}`, options.signal),
    );
    await Promise.all(workers);
    if (!options.wait || options.signal?.aborted) break;
    const { due, inFlight } = await needs.store.outboxLoad(needs.now());
    if (due + inFlight === 0) break;
    await needs.pause(lookAgainMs, options.signal);
  }
  await needs.store.sweepDeliveries(needs.unknown, needs.now());
  return { job: "deliver", ...round.count };
}

async function worker(round: Round, owner: string, signal: AbortSignal | undefined): Promise<void> {
  const { needs } = round;
  while (!round.isOver && !signal?.aborted) {
    const claimed = await needs.store.claimDeliveries(owner, needs.leaseMs, batch, needs.now());
    if (claimed.length === 0) return;
    const waiting = [...claimed];
    const held = new Map(claimed.map(({ claim }) => [claim.id, claim]));
    const stopRenewing = needs.repeat(needs.leaseMs / 3, () =>
      needs.store.renewDeliveries([...held.values()], needs.now() + needs.leaseMs),
    );
    try {
      await workOff(round, waiting, (id) => held.delete(id), signal);
    } finally {
      stopRenewing();
      await needs.store.releaseDeliveries(
        waiting.map(({ claim }) => claim),
        needs.now(),
      );
    }
  }
}

/** Sends a batch in order; what is left in `waiting` afterwards was not armed. */
async function workOff(
  round: Round,
  waiting: ClaimedDelivery[],
  done: (id: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { needs } = round;
  let armed: Armed | null = null;
  let current: ClaimedDelivery | undefined;
  for (;;) {
    if (armed === null) {
      current = round.isOver || signal?.aborted ? undefined : waiting.shift();
      if (current === undefined) return;
      await needs.pace(signal);
      armed = await needs.store.armDelivery(current.claim, needs.leaseMs, needs.now());
    }
    if (current === undefined) return;
    if (armed.kind !== "armed") {
      if (armed.kind === "withdrawn") round.count.cancelled++;
      done(current.claim.id);
      armed = null;
      continue;
    }
    const { delivery } = armed;
    const { receipt, expiresAt } = await send(needs, delivery);
    note(round, delivery, receipt);
    const settlement = afterAttempt(receipt, delivery, expiresAt, needs.unknown, needs.now());
    const next = round.isOver || signal?.aborted ? undefined : waiting.shift();
    if (next !== undefined) await needs.pace(signal);
    const after = await needs.store.settleDelivery(
      current.claim,
      settlement,
      next === undefined ? null : { claim: next.claim, leaseMs: needs.leaseMs },
      needs.now(),
    );
    if (after.settled) round.count[settlement.state]++;
    done(current.claim.id);
    await haltIfOurs(round, delivery);
    current = next;
    armed = after.next;
  }
}

/** Sends one mail. One that cannot even be written is refused for good: the rest goes on, and it is listed as failed. */
async function send(
  needs: DeliverNeeds,
  delivery: Delivery,
): Promise<{ readonly receipt: Receipt; readonly expiresAt: Instant }> {
  try {
    const { message, expiresAt } = await needs.compose(delivery);
    return { receipt: await needs.mailer.send(message), expiresAt };
  } catch (error) {
    const why = messageOf(error);
    needs.log.error("mail not written", {
      delivery: delivery.id,
      why,
      stack: error instanceof Error ? error.stack : null,
    });
    return { receipt: { kind: "refused", code: `not written: ${why}` }, expiresAt: needs.now() };
  }
}

function note(round: Round, delivery: Delivery, receipt: Receipt): void {
  const { log } = round.needs;
  const fields = {
    delivery: delivery.id,
    to: maskEmail(delivery.email),
    code: receipt.code,
    attempt: delivery.attempts,
  };
  if (receipt.kind === "sent") log.info("sent", fields);
  else log.warn(`mail ${receipt.kind}`, fields);
  if (receipt.kind === "unavailable") round.isOver = true;
  if (receipt.kind === "ours") {
    round.ours.inARow++;
    round.ours.domains.add(delivery.email.split("@").at(-1) ?? "");
  } else if (receipt.kind === "sent") {
    round.ours.inARow = 0;
    round.ours.domains.clear();
  }
}

/** Five refusals in a row that are about us, over two domains: the issue is halted before more harm is done. */
async function haltIfOurs(round: Round, delivery: Delivery): Promise<void> {
  const { ours, needs } = round;
  if (ours.inARow < oursBeforeHalt || ours.domains.size < 2) return;
  round.isOver = true;
  if (delivery.errand.kind !== "issue") return;
  await needs.store.steerIssue(delivery.errand.issue, "halt", needs.now());
  needs.log.error("issue halted", {
    issue: delivery.errand.issue,
    why: "the mail server refuses us, not the readers",
  });
}
