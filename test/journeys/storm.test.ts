import { describe, expect, test } from "vitest";
import type { House } from "../support/house.ts";
import type { Sink } from "../support/sink.ts";
import { accountingOf, anOpenedHouse } from "./opened.ts";

let sink: Sink;
let house: House;

async function opened(readers: readonly string[], options = "", connections = 1): Promise<void> {
  ({ house, sink } = await anOpenedHouse(readers, { options, connections }));
}

const accounting = () => accountingOf(house);

/** Puts a confirmation for this address into the outbox. */
async function signedUp(email: string): Promise<void> {
  const { store, clock, tokens } = house.app;
  const nonce = tokens?.newNonce() ?? "";
  const confirmation = { nonce, tokenHash: `hash of ${email}`, expiresAt: clock.now() + 72 * 3_600_000 };
  const asked = { email, categories: null, language: null, zone: null };
  await store.signUp(asked, { text: "yes", by: "web" }, confirmation, clock.now());
}

/** Resolves when something in the sink has come true. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const hasTaken = (count: number) => until(() => sink.taken.length >= count);

describe("a mail server that says 421 to every mail", () => {
  test("is asked once, by whoever sends, then left alone longer each time; nobody is charged", async () => {
    await opened(Array.from({ length: 20 }, (_, n) => `reader${n}@example.org`));
    const { jobs, store } = house.app;
    sink.on("mail", "421 4.3.2 later");

    expect(await jobs.deliver({ wait: true })).toMatchObject({ deferred: 1, sent: 0 });
    expect(await jobs.deliver({ wait: true })).toMatchObject({ deferred: 0 });
    house.setClock("2026-01-06T09:01:00Z");
    expect(await jobs.deliver()).toMatchObject({ deferred: 1 });
    house.setClock("2026-01-06T09:02:59Z");
    expect(await jobs.deliver()).toMatchObject({ deferred: 0 });
    const rows = await store.listDeliveries({ issue: 1, state: null, after: 0, limit: 99 });
    expect(rows.every(({ attempts }) => attempts === 0)).toBe(true);

    sink.on("mail", null);
    house.setClock("2026-01-06T09:03:01Z");
    expect(await jobs.deliver()).toMatchObject({ sent: 20 });
  });
});

describe("one mail that hangs", () => {
  test("holds up no other reader, and no sign-up", async () => {
    await opened(
      Array.from({ length: 5 }, (_, n) => `reader${n}@example.org`),
      "",
      4,
    );
    sink.on("end", "hang", 1);

    const delivering = house.app.jobs.deliver();
    await hasTaken(4);
    await signedUp("new@example.org");
    await hasTaken(5);
    sink.drop();

    expect(await delivering).toMatchObject({ sent: 5, unknown: 1 });
    expect(sink.taken.at(-1)?.to).toEqual(["new@example.org"]);
  });

  test("what an issue paused meanwhile takes back is pending, and not said to be cancelled", async () => {
    await opened(Array.from({ length: 6 }, (_, n) => `reader${n}@example.org`));
    sink.on("end", "hang", 1);

    const delivering = house.app.jobs.deliver();
    await until(() => sink.bodies() === 1);
    await house.app.store.steerIssue(1, "pause", house.app.clock.now());
    sink.drop();

    expect(await delivering).toMatchObject({ sent: 0, unknown: 1, cancelled: 0 });
    expect(await accounting()).toMatchObject({ state: "paused", pending: 5, cancelled: 0, unknown: 1 });
  });
});

describe("sign-ups that the mail server refuses", () => {
  test("halt no issue and keep no other mail from going out", async () => {
    await opened(["anna@example.org", "ben@example.net"]);
    for (let n = 0; n < 8; n++) {
      const email = `spam${n}@x${n % 2}.example`;
      sink.refuse(email, "554 5.7.1 policy");
      await signedUp(email);
    }

    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 2, deferred: 8 });

    expect(await accounting()).toMatchObject({ state: "done", sent: 2 });
    const rows = await house.app.store.listDeliveries({
      issue: null,
      state: "deferred",
      after: 0,
      limit: 99,
    });
    expect(rows.every(({ attempts }) => attempts === 1)).toBe(true);
  });
});

describe("an unknown mail that the operator sends again when its issue is over", () => {
  test("may be asked to wait like any other", async () => {
    await opened(["anna@example.org"], "digest: { onUnknown: hold }");
    sink.on("end", "hang up", 1);
    await house.app.jobs.deliver();
    house.setClock("2026-01-10T09:00:00Z");
    await house.app.store.resolveDelivery(1, "resend", house.app.clock.now());
    sink.on("recipient", "450 4.2.0 greylisted", 1);

    expect(await house.app.jobs.deliver()).toMatchObject({ deferred: 1, failed: 0 });
    house.setClock("2026-01-10T09:15:01Z");
    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 1 });
  });
});

describe("a domain with many readers", () => {
  test("gets so many mails at once as perDomain says, and the other domains do not wait for it", async () => {
    const crowd = Array.from({ length: 30 }, (_, n) => `reader${n}@big.example`);
    ({ house, sink } = await anOpenedHouse([...crowd, "anna@small.example", "ben@other.example"], {
      connections: 6,
      mail: "perDomain: 2",
    }));
    sink.on("end", "hang");

    const delivering = house.app.jobs.deliver();
    await until(() => sink.bodies() === 4);
    const rows = await house.app.store.listDeliveries({ issue: 1, state: "submitting", after: 0, limit: 99 });
    sink.on("end", null);
    sink.drop();

    expect(rows.map(({ email }) => email.split("@")[1]).sort()).toEqual([
      "big.example",
      "big.example",
      "other.example",
      "small.example",
    ]);
    expect(await delivering).toMatchObject({ sent: 28, unknown: 4 });
  });
});

describe("an answer that comes while the rate keeps the next mail waiting", () => {
  test("is written at once and does not wait for it", async () => {
    ({ house, sink } = await anOpenedHouse(["anna@a.example", "ben@b.example"], { mail: "rate: 1/h" }));
    const stop = new AbortController();

    const delivering = house.app.jobs.deliver({ signal: stop.signal });
    await hasTaken(1);
    while ((await accounting()).sent === 0) await until(() => true);
    stop.abort();

    expect(await delivering).toMatchObject({ sent: 1 });
    expect(sink.taken).toHaveLength(1);
    expect(await accounting()).toMatchObject({ sent: 1, pending: 1 });
  });
});
