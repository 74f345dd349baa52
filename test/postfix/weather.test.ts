import { describe, expect, test } from "vitest";
import { accountingOf } from "../journeys/opened.ts";
import type { House } from "../support/house.ts";
import { addresses, aKey, anOpenIssue, asItLeftUs } from "./issue.ts";
import { aPostfix, type Postfix, whyNoPostfix } from "./postfix.ts";
import { aBadLine } from "./relay.ts";

const why = whyNoPostfix();
if (why !== null) process.stderr.write(`No weather came from a real Postfix: ${why}.\n`);

let postfix: Postfix;
let house: House;
let readers: readonly string[];

/** An issue is open for `count` readers, and a Postfix is there that has a mailbox for each of them. */
async function opened(
  count: number,
  { connections = 4, strangers = [] as readonly string[], lost = 0 } = {},
) {
  readers = addresses(count);
  postfix = await aPostfix(readers);
  house = await anOpenIssue({
    smtpUrl: lost > 0 ? await aBadLine(postfix.port, lost) : postfix.url,
    readers: [...readers, ...strangers].map((email) => ({ email })),
    dkim: aKey("ed25519").dkim,
    connections,
  });
}

const deliver = () => house.app.jobs.deliver();

async function rows() {
  return await house.app.store.listDeliveries({ issue: 1, state: null, after: 0, limit: 999 });
}

async function attempts() {
  return (await rows()).map((row) => row.attempts);
}

async function statuses() {
  const subscribers = await house.app.store.listSubscribers({ after: 0, limit: 999 });
  return new Set(subscribers.map(({ status }) => status));
}

/** How many mails lie in each reader's mailbox, once the queue is empty. */
async function copies(): Promise<readonly number[]> {
  await postfix.idle();
  return readers.map((reader) => postfix.mailsOf(reader).length);
}

/** For each reader, how many different mails there are in the mailbox. */
function differing(): readonly number[] {
  return readers.map(
    (reader) => new Set(postfix.mailsOf(reader).map((mail) => asItLeftUs(mail).toString("latin1"))).size,
  );
}

const one = () => readers.map(() => 1);

describe.skipIf(why !== null)("a real Postfix", () => {
  test("that knows no such user fails that delivery with its own words, and no other", async () => {
    await opened(6, { strangers: ["nobody@two.example"] });

    expect(await deliver()).toMatchObject({ sent: 6, failed: 1, deferred: 0 });

    expect(await copies()).toEqual(one());
    const failed = (await rows()).filter(({ state }) => state === "failed");
    expect(failed).toMatchObject([
      { email: "nobody@two.example", code: expect.stringMatching(/^550 5\.1\.1 .*User unknown/) },
    ]);
  });

  test("that refuses one mail by policy marks nobody; the mail arrives once it may", async () => {
    await opened(6);
    postfix.recipients.on("reader3@one.example", "554 5.7.1 not from you, not today");

    expect(await deliver()).toMatchObject({ sent: 5, deferred: 1, failed: 0 });

    const refused = (await rows()).filter(({ state }) => state === "deferred");
    expect(refused).toMatchObject([
      {
        email: "reader3@one.example",
        attempts: 0,
        code: expect.stringMatching(/^554 5\.7\.1 .*not from you/),
      },
    ]);
    expect(await statuses()).toEqual(new Set(["active"]));
    postfix.recipients.on("reader3@one.example", null);
    house.setClock("2026-01-06T09:05:01Z");
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(await copies()).toEqual(one());
  });

  test("that refuses all by policy is soon asked no more; the issue is halted, and goes on when the operator says so", async () => {
    await opened(12, { connections: 1 });
    for (const reader of readers) postfix.recipients.on(reader, "554 5.7.1 your host is on a list");

    expect(await deliver()).toMatchObject({ sent: 0, failed: 0 });

    // The one after the fifth was on its way when the fifth was refused.
    expect(postfix.recipients.asked.length).toBeLessThanOrEqual(6);
    expect(await accountingOf(house)).toMatchObject({ state: "halted", sent: 0, failed: 0 });
    expect(await attempts()).toEqual(readers.map(() => 0));
    expect(await statuses()).toEqual(new Set(["active"]));
    for (const reader of readers) postfix.recipients.on(reader, null);
    await house.app.store.steerIssue(1, "resume", house.app.clock.now());
    house.setClock("2026-01-06T09:05:01Z");
    expect(await deliver()).toMatchObject({ sent: 12 });
    expect(await copies()).toEqual(one());
  });

  test("that relays nothing says so about us, not about the reader", async () => {
    await opened(2, { strangers: ["somebody@elsewhere.example"] });

    expect(await deliver()).toMatchObject({ sent: 2, deferred: 1, failed: 0 });

    expect((await rows()).find(({ state }) => state === "deferred")).toMatchObject({
      attempts: 0,
      code: expect.stringMatching(/^554 5\.7\.1 .*Relay access denied/),
    });
  });

  test("that says 450 to whom it does not know yet is asked again five minutes later, over the same line", async () => {
    await opened(9);
    for (const reader of readers) postfix.recipients.on(reader, "450 4.7.1 come back in five minutes");

    expect(await deliver()).toMatchObject({ sent: 0, deferred: 9, failed: 0 });
    house.setClock("2026-01-06T09:04:59Z");
    expect(await deliver()).toMatchObject({ sent: 0, deferred: 0 });
    expect(await attempts()).toEqual(readers.map(() => 1));

    for (const reader of readers) postfix.recipients.on(reader, null);
    house.setClock("2026-01-06T09:05:01Z");
    expect(await deliver()).toMatchObject({ sent: 9 });
    expect(await copies()).toEqual(one());
    expect(postfix.log().match(/ connect from /g)).toHaveLength(4);
  });

  test("that hangs up after many refusals in a row is called again, and nobody is charged for it", async () => {
    await opened(24, { connections: 1 });
    for (const reader of readers) postfix.recipients.on(reader, "450 4.7.1 come back in five minutes");

    expect(await deliver()).toMatchObject({ sent: 0, deferred: 24, failed: 0 });

    expect(postfix.log()).toContain("too many errors after");
    expect(await attempts()).toEqual(readers.map(() => 1));
    for (const reader of readers) postfix.recipients.on(reader, null);
    house.setClock("2026-01-06T09:05:01Z");
    expect(await deliver()).toMatchObject({ sent: 24 });
    expect(await copies()).toEqual(one());
  });

  test("that was restarted between two mails is not noticed", async () => {
    await opened(3, { connections: 1 });
    postfix.recipients.on("reader0@one.example", "450 4.7.1 come back in five minutes");
    await deliver();
    await postfix.stop();
    await postfix.start();
    postfix.recipients.on("reader0@one.example", null);
    house.setClock("2026-01-06T09:05:01Z");

    expect(await deliver()).toMatchObject({ sent: 1, deferred: 0 });
    expect(await copies()).toEqual(one());
  });

  test("that is stopped keeps the mails waiting and charges nobody; started again, it gets them", async () => {
    await opened(12);
    await postfix.stop();

    expect(await deliver()).toMatchObject({ sent: 0, failed: 0, unknown: 0 });
    expect(await attempts()).toEqual(readers.map(() => 0));
    expect(await accountingOf(house)).toMatchObject({ state: "open", failed: 0, unknown: 0 });

    await postfix.start();
    house.setClock("2026-01-06T09:01:01Z");
    expect(await deliver()).toMatchObject({ sent: 12 });
    expect(await copies()).toEqual(one());
  });

  test("that is killed before it answers the final dot had nothing: those mails go out again, and arrive once", async () => {
    await opened(24);
    const inDoubt = postfix.bodies.pauseAfter(8, 4);
    const delivering = deliver();
    await inDoubt;
    postfix.kill();
    postfix.bodies.goOn();

    expect(await delivering).toMatchObject({ sent: 8, unknown: 4, failed: 0 });
    expect((await attempts()).filter((count) => count > 0)).toHaveLength(12);
    await postfix.start();
    house.setClock("2026-01-06T09:16:00Z");
    expect(await deliver()).toMatchObject({ sent: 16 });
    expect(await copies()).toEqual(one());
    expect(await accountingOf(house)).toMatchObject({ state: "done", sent: 24, unknown: 0 });
  });

  test("that is killed again and again loses nobody, and second copies have the same bytes", async () => {
    await opened(60);
    for (const n of [1, 2, 3]) {
      const someWay = postfix.recipients.pauseAfter(12, 1);
      const delivering = deliver();
      await someWay;
      postfix.kill();
      postfix.recipients.goOn();
      expect(await delivering).toMatchObject({ failed: 0 });
      await postfix.start();
      house.setClock(`2026-01-06T1${n}:00:00Z`);
    }
    await deliver();

    expect(await accountingOf(house)).toMatchObject({ state: "done", sent: 60 });
    const counts = await copies();
    expect(Math.min(...counts)).toBe(1);
    expect(Math.max(...counts)).toBeLessThanOrEqual(2);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(60 + 3 * 4);
    expect(differing()).toEqual(one());
  });

  test("whose answer is lost has the mail: a second copy comes, of the same bytes, and never a third", async () => {
    await opened(6, { lost: 2, connections: 1 });

    expect(await deliver()).toMatchObject({ sent: 4, unknown: 2 });
    house.setClock("2026-01-06T09:15:01Z");
    expect(await deliver()).toMatchObject({ sent: 2 });

    expect((await copies()).toSorted()).toEqual([1, 1, 1, 1, 2, 2]);
    expect(differing()).toEqual(one());
  });
});
