import { type Instant, second } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { type Log, maskEmail } from "../base/log.ts";
import type { Tally } from "../base/tally.ts";
import type { Alert } from "../domain/alert.ts";
import {
  afterAttempt,
  type Claim,
  type ClaimedDelivery,
  type Delivery,
  domainOf,
  type Receipt,
  type Settlement,
  type UnknownPolicy,
} from "../domain/delivery.ts";
import type { Mailer, Message } from "../domain/mailer.ts";
import type { Armed } from "../domain/records.ts";
import type { Store } from "../domain/store.ts";
import type { Seats } from "./seats.ts";

/** What sending needs. */
export interface SendNeeds {
  readonly store: Store;
  readonly mailer: Mailer;
  readonly log: Log;
  readonly tally: Tally;
  /** The mail for an armed delivery: the same bytes each time. */
  readonly compose: (delivery: Delivery) => Promise<Message>;
  readonly unknown: UnknownPolicy;
  readonly leaseMs: number;
  /** Books the next place that the rate allows: how many ms from now. */
  readonly pace: () => number;
  /** Tells the operator, once a day for the same thing. */
  readonly alert: (alert: Alert) => Promise<void>;
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
  readonly seats: Seats;
  /** Refusals of an issue that are about us, in a row, and the domains they came from. */
  readonly ours: { inARow: number; domains: Set<string> };
  /** There is no server to talk to, or no wish to: nothing more is sent in this round. */
  isOver: boolean;
}

/** What a worker has taken: what it works on, and what waits behind that. */
export interface Load {
  readonly inHand: Set<Claim>;
  readonly waiting: ClaimedDelivery[];
}

/** The right to send the next one: a seat at its domain, and how long the rate keeps it waiting. */
interface Turn {
  readonly taken: ClaimedDelivery;
  readonly waitMs: number;
}

/** A delivery in hand, and whether it may go out. */
interface InHand {
  readonly taken: ClaimedDelivery;
  readonly armed: Armed;
}

const oursBeforeHalt = 5;
const [firstRetryMs, longestRetryMs] = [100, 10 * second];
/** So long an answer may wait to be written in one step with the next mail's arming. */
const soonMs = 5;

/** Whether anything more may be taken up. */
export function goesOn({ isOver, signal }: Sending): boolean {
  return !isOver && !signal?.aborted;
}

/** Sends what was claimed, as long as the round goes on and there are seats. */
export async function sendAll(round: Sending, load: Load): Promise<void> {
  const begin = () => enter(round, load, takeTurn(round, load));
  for (let inHand = await begin(); inHand !== null; ) {
    const { taken, armed }: InHand = inHand;
    if (armed.kind === "armed") {
      inHand = await sendOne(round, load, { ...taken, delivery: armed.delivery });
      continue;
    }
    if (armed.kind === "withdrawn" && armed.became !== "pending") round.count[armed.became]++;
    putDown(round, load, taken);
    inHand = await begin();
  }
}

/** The first one that has a seat, in hand; null when there is none or the round is over. */
function takeTurn(round: Sending, { inHand, waiting }: Load): Turn | null {
  if (!goesOn(round)) return null;
  const place = waiting.findIndex(({ delivery }) => round.seats.take(domainOf(delivery.email)));
  const [taken] = place < 0 ? [] : waiting.splice(place, 1);
  if (taken === undefined) return null;
  inHand.add(taken.claim);
  return { taken, waitMs: round.needs.pace() };
}

function putDown(round: Sending, load: Load, { claim, delivery }: ClaimedDelivery): void {
  load.inHand.delete(claim);
  round.seats.leave(domainOf(delivery.email));
}

/** Waits for the rate and arms; a turn that the round's end overtakes is given up. */
async function enter(round: Sending, load: Load, turn: Turn | null): Promise<InHand | null> {
  if (turn === null) return null;
  const { store, leaseMs, pause, now } = round.needs;
  const { taken, waitMs } = turn;
  if (waitMs > 0) await pause(waitMs, round.signal);
  if (goesOn(round)) return { taken, armed: await store.armDelivery(taken.claim, leaseMs, now()) };
  putDown(round, load, taken);
  load.waiting.unshift(taken);
  return null;
}

/**
 * Sends one mail and settles it; gives the next one, armed in the same step where its turn has come. Where it has
 * not, the answer is written at once: until then nobody but us knows it.
 */
async function sendOne(round: Sending, load: Load, taken: ClaimedDelivery): Promise<InHand | null> {
  const { needs } = round;
  const { claim, delivery } = taken;
  const receipt = await send(needs, delivery);
  note(round, delivery, receipt);
  const settlement = afterAttempt(receipt, delivery, needs.unknown, needs.now());
  round.seats.leave(domainOf(delivery.email));
  const turn = takeTurn(round, load);
  const next = turn !== null && turn.waitMs <= soonMs ? turn : null;
  if (next !== null && next.waitMs > 0) await needs.pause(next.waitMs, round.signal);
  const { settled, next: armed } = await settle(needs, claim, settlement, next?.taken.claim ?? null);
  load.inHand.delete(claim);
  if (settled) round.count[settlement.state]++;
  await haltIfOurs(round, delivery, receipt);
  if (next === null || armed === null) return await enter(round, load, turn);
  return { taken: next.taken, armed };
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
  const { log, tally } = round.needs;
  tally.add("mails", receipt.kind);
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
    round.ours.domains.add(domainOf(delivery.email));
    if (areOurs(round)) round.isOver = true;
  } else if (receipt.kind === "sent") {
    round.ours.inARow = 0;
    round.ours.domains.clear();
  }
}

function areOurs({ ours }: Sending): boolean {
  return ours.inARow >= oursBeforeHalt && ours.domains.size >= 2;
}

/** Five refusals in a row that are about us, over two domains: the issue is halted before more harm is done. */
async function haltIfOurs(round: Sending, { errand }: Delivery, { code }: Receipt): Promise<void> {
  const { needs } = round;
  if (errand.kind !== "issue" || !areOurs(round)) return;
  await needs.store.steerIssue(errand.issue, "halt", needs.now());
  needs.log.error("issue halted", {
    issue: errand.issue,
    why: "the mail server refuses us, not the readers",
    code,
  });
  await needs.alert({ kind: "halted", issue: errand.issue, code });
}
