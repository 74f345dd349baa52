import { beforeEach, describe, expect, test } from "vitest";
import type { House } from "../support/house.ts";
import { aSink, type Sink } from "../support/sink.ts";
import { accountingOf, anOpenedHouse } from "./opened.ts";

let sink: Sink;
let house: House;

async function opened(readers: readonly string[], options = ""): Promise<void> {
  ({ house, sink } = await anOpenedHouse(readers, { options }));
}

const accounting = () => accountingOf(house);

describe("bad weather at the mail server", () => {
  beforeEach(() => opened(["anna@example.org", "ben@example.net"]));

  test("an address that is refused fails by itself; the other one is mailed", async () => {
    sink.refuse("anna@example.org", "550 5.1.1 no such user");

    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 1, failed: 1 });
    expect(await accounting()).toMatchObject({
      state: "done",
      candidates: 2,
      sent: 1,
      failed: 1,
      pending: 0,
    });
  });

  test("a server that defers is asked again after five minutes", async () => {
    sink.on("recipient", "451 4.2.0 later, please", 1);

    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 1, deferred: 1 });
    house.setClock("2026-01-06T09:04:00Z");
    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 0 });
    house.setClock("2026-01-06T09:05:01Z");
    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 1 });
    expect(sink.taken).toHaveLength(2);
  });

  test("a server that hangs up after the final dot leaves one unknown, sent once more with the same bytes", async () => {
    sink.on("end", "hang up", 1);

    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 1, unknown: 1 });
    expect(await accounting()).toMatchObject({ unknown: 1, sent: 1 });
    house.setClock("2026-01-06T09:16:00Z");
    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 1 });
    expect(await accounting()).toMatchObject({ state: "done", sent: 2, unknown: 0 });
    expect(sink.bodies()).toBe(3);
  });

  test("an answer that is lost twice is held and listed; nobody gets a third copy", async () => {
    sink.on("end", "hang up");

    await house.app.jobs.deliver();
    house.setClock("2026-01-06T09:16:00Z");
    await house.app.jobs.deliver();
    house.setClock("2026-01-06T12:00:00Z");
    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 0 });

    expect(await accounting()).toMatchObject({ unknown: 2, sent: 0 });
    expect(sink.bodies()).toBe(4);
    const [row] = await house.app.store.listDeliveries({ issue: 1, state: "unknown", after: 0, limit: 1 });
    sink.on("end", null);
    expect(await house.app.store.resolveDelivery(row?.id ?? 0, "resend", house.app.clock.now())).toBe(true);
    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 1 });
  });

  test("a server that is not there charges nobody an attempt", async () => {
    const { port } = sink;
    await sink.close();

    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 0, failed: 0 });
    expect(
      (await house.app.store.listDeliveries({ issue: 1, state: null, after: 0, limit: 9 })).map(
        ({ attempts }) => attempts,
      ),
    ).toEqual([0, 0]);
    sink = await aSink({ port });
    house.setClock("2026-01-06T09:02:00Z");
    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 2 });
  });

  test("who leaves while the issue is waiting is not mailed", async () => {
    const anna = await house.app.store.findSubscriber("anna@example.org");
    await house.app.store.leave(anna?.id ?? 0, house.app.clock.now());

    await house.app.jobs.deliver();

    expect(sink.taken.flatMap(({ to }) => to)).toEqual(["ben@example.net"]);
    expect(await accounting()).toMatchObject({ sent: 1, cancelled: 1 });
  });

  test("an issue older than maxAge is given up, and says so", async () => {
    house.setClock("2026-01-10T09:00:00Z");

    await house.app.jobs.deliver();

    expect(sink.taken).toEqual([]);
    expect(await accounting()).toMatchObject({ failed: 2, pending: 0 });
  });

  test("pausing stops, resuming goes on, cancelling ends", async () => {
    const { store, jobs, clock } = house.app;
    await store.steerIssue(1, "pause", clock.now());
    expect(await jobs.deliver()).toMatchObject({ sent: 0 });
    await store.steerIssue(1, "resume", clock.now());
    sink.on("recipient", "451 4.2.0 later, please", 1);
    expect(await jobs.deliver()).toMatchObject({ sent: 1, deferred: 1 });
    await store.steerIssue(1, "cancel", clock.now());

    expect(await accounting()).toMatchObject({ state: "cancelled", sent: 1, cancelled: 1, pending: 0 });
  });
});

describe("a server that refuses us", () => {
  test("halts the issue after five in a row over two domains; nobody is marked", async () => {
    await opened(Array.from({ length: 8 }, (_, n) => `reader${n}@${n % 2 ? "a" : "b"}.example`));
    sink.on("mail", "550 5.7.1 your address is listed");

    const delivered = await house.app.jobs.deliver();

    expect(delivered).toMatchObject({ sent: 0, failed: 0 });
    expect(await accounting()).toMatchObject({ state: "halted", failed: 0, pending: 8 });
    sink.on("mail", null);
    await house.app.store.steerIssue(1, "resume", house.app.clock.now());
    house.setClock("2026-01-06T10:00:00Z");
    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 8 });
  });
});

describe("unknown mails with onUnknown: hold", () => {
  test("are never sent again by themselves", async () => {
    await opened(["anna@example.org"], "digest: { onUnknown: hold }");
    sink.on("end", "hang up", 1);

    await house.app.jobs.deliver();
    house.setClock("2026-01-07T09:00:00Z");
    await house.app.jobs.deliver();

    expect(sink.bodies()).toBe(1);
    expect(await accounting()).toMatchObject({ unknown: 1 });
  });
});
