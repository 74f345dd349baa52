import { beforeEach, describe, expect, test } from "vitest";
import { type House, read } from "../support/house.ts";
import type { Sink } from "../support/sink.ts";
import { accountingOf, anOpenedHouse } from "./opened.ts";

let sink: Sink;
let house: House;

const readers = Array.from({ length: 8 }, (_, n) => `reader${n}@${n % 2 ? "a" : "b"}.example`);

beforeEach(async () => {
  ({ house, sink } = await anOpenedHouse(readers, { options: "alerts: { email: ops@p.example }" }));
});

describe("an issue that is halted", () => {
  test("is told to the operator once: what was said, and what to do", async () => {
    for (const reader of readers) sink.refuse(reader, "554 5.7.1 you are on our list");

    expect(await house.app.jobs.deliver()).toMatchObject({ sent: 0, failed: 0 });
    expect(await accountingOf(house)).toMatchObject({ state: "halted", failed: 0 });
    await house.app.jobs.deliver();
    await house.app.store.steerIssue(1, "resume", house.app.clock.now());
    house.setClock("2026-01-06T09:06:00Z");
    await house.app.jobs.deliver();
    await house.app.jobs.deliver();

    expect(sink.taken.map(({ to }) => to)).toEqual([["ops@p.example"]]);
    const [mail] = await Promise.all(sink.taken.map(read));
    expect(mail?.subject).toBe("P: Issue 1 is halted");
    expect(mail?.text).toContain("554 5.7.1 you are on our list");
    expect(mail?.text).toContain("postwire issues resume 1");
    expect(mail?.html).toContain("https://p.example/admin");
    expect(mail?.header("list-unsubscribe")).toBeUndefined();
  });

  test("is told again another day", async () => {
    for (const reader of readers) sink.refuse(reader, "554 5.7.1 you are on our list");
    const { jobs, store, clock } = house.app;

    for (const day of ["06", "07"]) {
      house.setClock(`2026-01-${day}T10:00:00Z`);
      await store.steerIssue(1, "resume", clock.now());
      await jobs.deliver();
      await jobs.deliver();
    }

    expect(sink.taken).toHaveLength(2);
  });

  test("is said by the status, with what to do", async () => {
    await house.app.store.steerIssue(1, "halt", house.app.clock.now());

    expect((await house.app.store.health(house.app.clock.now())).halted).toEqual([1]);
  });
});

describe("a mail server that is away", () => {
  test("for longer than half an hour is told to the operator when it is back; a restart of it is not", async () => {
    sink.on("greeting", "421 4.3.2 closing");
    const at = (time: string) => house.setClock(`2026-01-06T${time}Z`);
    for (const time of ["09:00:00", "09:01:01", "09:03:02", "09:07:03", "09:15:04"]) {
      at(time);
      await house.app.jobs.deliver();
    }
    const { mailServer } = await house.app.store.health(house.app.clock.now());
    expect(mailServer).toMatchObject({ timesAway: 5, code: "421 4.3.2 closing" });
    expect(mailServer.restsUntil).toBe(house.app.clock.now() + 16 * 60_000);

    sink.on("greeting", null);
    at("09:31:05");
    await house.app.jobs.deliver();

    const alerts = sink.taken.filter(({ to }) => to[0] === "ops@p.example");
    expect(sink.taken).toHaveLength(readers.length + 1);
    const [mail] = await Promise.all(alerts.map(read));
    expect(mail?.subject).toBe("P: The mail server was away");
    expect(mail?.text).toContain("421 4.3.2 closing");
  });

  test("for a minute is no alert", async () => {
    sink.on("greeting", "421 4.3.2 closing", 1);
    await house.app.jobs.deliver();
    house.setClock("2026-01-06T09:01:01Z");

    await house.app.jobs.deliver();

    expect(sink.taken).toHaveLength(readers.length);
  });
});

test("without an address nobody is told by mail", async () => {
  ({ house, sink } = await anOpenedHouse(readers));
  sink.on("mail", "550 5.7.1 no");

  await house.app.jobs.deliver();

  expect(await accountingOf(house)).toMatchObject({ state: "halted" });
  expect(
    await house.app.store.listDeliveries({ issue: null, state: null, after: 0, limit: 99 }),
  ).toHaveLength(readers.length);
});
