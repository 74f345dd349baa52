import { type Instant, second } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { type Log, maskEmail } from "../base/log.ts";
import {
  afterAttempt,
  type Claim,
  type Delivery,
  type Receipt,
  type Settlement,
  type UnknownPolicy,
} from "../domain/delivery.ts";
import type { Mailer, Message } from "../domain/mailer.ts";
import type { Armed } from "../domain/records.ts";
import type { Store } from "../domain/store.ts";

/** What sending needs. */
export interface SendNeeds {
  readonly store: Store;
  readonly mailer: Mailer;
  readonly log: Log;
  /** The mail for an armed delivery: the same bytes each time. */
  readonly compose: (delivery: Delivery) => Promise<Message>;
  readonly unknown: UnknownPolicy;
  readonly leaseMs: number;
  /** Resolves when the rate allows one more mail. */
  readonly pace: (signal?: AbortSignal) => Promise<void>;
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly now: () => Instant;
}

/** Deliveries settled, by what became of them. */
export interface Counts {
  sent: number;
  failed: number;
  deferred: number;
  unknown: number;
  cancelled: number;
}

/** What the workers of a round share. */
export interface Sending {
  readonly needs: SendNeeds;
  readonly signal: AbortSignal | undefined;
  readonly count: Counts;
  /** Refusals of an issue that are about us, in a row, and the domains they came from. */
  readonly ours: { inARow: number; domains: Set<string> };
  /** There is no server to talk to, or no wish to: nothing more is sent in this round. */
  isOver: boolean;
}

/** What a worker has taken: what it works on, and what waits behind that. */
export interface Load {
  readonly inHand: Set<Claim>;
  readonly waiting: Claim[];
}

/** A delivery in hand, and whether it may go out. */
interface Taken {
  readonly claim: Claim;
  readonly armed: Armed;
}

const oursBeforeHalt = 5;
const [firstRetryMs, longestRetryMs] = [100, 10 * second];

/** Whether anything more may be taken up. */
export function goesOn({ isOver, signal }: Sending): boolean {
  return !isOver && !signal?.aborted;
}

/** Sends what was claimed, in order, as long as the round goes on. */
export async function sendAll(round: Sending, load: Load): Promise<void> {
  const { store, leaseMs, now } = round.needs;
  let taken: Taken | null = null;
  for (;;) {
    if (taken === null) {
      const claim = await takeUp(round, load);
      if (claim === null) return;
      taken = { claim, armed: await store.armDelivery(claim, leaseMs, now()) };
    }
    const { claim, armed }: Taken = taken;
    taken = armed.kind === "armed" ? await sendOne(round, load, claim, armed.delivery) : null;
    if (armed.kind === "withdrawn" && armed.became !== "pending") round.count[armed.became]++;
    load.inHand.delete(claim);
  }
}

/** The next one, taken in hand when the rate allows it; null when there is none or the round is over. */
async function takeUp(round: Sending, { inHand, waiting }: Load): Promise<Claim | null> {
  const claim = goesOn(round) ? waiting.shift() : undefined;
  if (claim === undefined) return null;
  inHand.add(claim);
  await round.needs.pace(round.signal);
  return claim;
}

/** Sends one mail and settles it; gives the next one, armed in the same step, where there is one. */
async function sendOne(round: Sending, load: Load, claim: Claim, delivery: Delivery): Promise<Taken | null> {
  const { needs } = round;
  const receipt = await send(needs, delivery);
  note(round, delivery, receipt);
  const settlement = afterAttempt(receipt, delivery, needs.unknown, needs.now());
  const next = await takeUp(round, load);
  const { settled, next: armed } = await settle(needs, claim, settlement, next);
  if (settled) round.count[settlement.state]++;
  await haltIfOurs(round, delivery);
  if (next === null) return null;
  if (armed !== null) return { claim: next, armed };
  load.inHand.delete(next);
  load.waiting.unshift(next);
  return null;
}

/**
 * Writes an answer down, however long the store is busy or broken: nobody else knows it, and without it the reader
 * would get a second copy. After a first failure nothing is armed with it, and so nothing more is sent by this worker.
 */
async function settle(
  { store, log, leaseMs, now, pause }: SendNeeds,
  claim: Claim,
  settlement: Settlement,
  next: Claim | null,
): ReturnType<Store["settleDelivery"]> {
  let arms = next === null ? null : { claim: next, leaseMs };
  for (let waitMs = firstRetryMs; ; waitMs = Math.min(2 * waitMs, longestRetryMs)) {
    try {
      return await store.settleDelivery(claim, settlement, arms, now());
    } catch (error) {
      log.error("answer not written yet", {
        delivery: claim.id,
        code: settlement.code,
        why: messageOf(error),
      });
    }
    arms = null;
    await pause(waitMs);
  }
}

/** Sends one mail. One that cannot even be written is refused for good: the rest goes on, and it is listed as failed. */
async function send(needs: SendNeeds, delivery: Delivery): Promise<Receipt> {
  try {
    return await needs.mailer.send(await needs.compose(delivery));
  } catch (error) {
    const why = messageOf(error);
    needs.log.error("mail not written", {
      delivery: delivery.id,
      why,
      stack: error instanceof Error ? error.stack : null,
    });
    return { kind: "refused", code: `not written: ${why}` };
  }
}

function note(round: Sending, delivery: Delivery, receipt: Receipt): void {
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
  // Anybody may sign anybody up: what becomes of those mails says nothing about an issue.
  if (delivery.errand.kind !== "issue") return;
  if (receipt.kind === "ours") {
    round.ours.inARow++;
    round.ours.domains.add(delivery.email.split("@").at(-1) ?? "");
  } else if (receipt.kind === "sent") {
    round.ours.inARow = 0;
    round.ours.domains.clear();
  }
}

/** Five refusals in a row that are about us, over two domains: the issue is halted before more harm is done. */
async function haltIfOurs(round: Sending, { errand }: Delivery): Promise<void> {
  const { ours, needs } = round;
  if (errand.kind !== "issue" || ours.inARow < oursBeforeHalt || ours.domains.size < 2) return;
  round.isOver = true;
  await needs.store.steerIssue(errand.issue, "halt", needs.now());
  needs.log.error("issue halted", {
    issue: errand.issue,
    why: "the mail server refuses us, not the readers",
  });
}
