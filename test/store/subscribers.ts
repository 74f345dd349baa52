import { expect, test } from "vitest";
import { day, hour } from "../../src/base/clock.ts";
import type { Store } from "../../src/domain/store.ts";
import { anImport, anOpenIssue, aSubscriber, monday } from "../support/builders.ts";
import type { MakeStore } from "./contract.ts";

const consent = { text: "Send me the digest.", by: "web" };
const anna = "anna@example.org";

let serial = 0;
const aConfirmation = (now: number, name = `${++serial}`) => ({
  nonce: `nonce-${name}-with-more-characters`,
  tokenHash: `hash-${name}`,
  expiresAt: now + 3 * day,
});

/** Signing up, confirming, leaving, importing, erasing. */
export function subscriberFacts(make: MakeStore): void {
  const signUp = (
    store: Store,
    email: string,
    now = monday,
    name?: string,
    categories: readonly string[] | null = null,
  ) =>
    store.signUp({ email, categories, language: "zh", zone: null }, consent, aConfirmation(now, name), now);
  const outbox = (store: Store) => store.listDeliveries({ issue: null, state: null, after: 0, limit: 99 });

  test("a sign-up is pending, with a confirmation in the outbox; nothing else is mailed", async () => {
    const store = await make();

    expect(await signUp(store, "Anna@example.org", monday, "a")).toBe("asked");

    expect(await store.findSubscriber("anna@EXAMPLE.org")).toMatchObject({
      email: "Anna@example.org",
      status: "pending",
    });
    expect(await outbox(store)).toMatchObject([
      {
        errand: { kind: "confirm", language: "zh" },
        state: "pending",
        messageId: "<c1.nonce-a-with@digest.example.org>",
      },
    ]);
    const [claimed] = await store.claimDeliveries("me", 1000, 9, monday);
    if (claimed === undefined) throw new Error("nothing due");
    expect(await store.armDelivery(claimed.claim, 1000, monday)).toMatchObject({ kind: "armed" });
  });

  test("a confirmation works once, until it expires, and applies what was wished for", async () => {
    const store = await make();
    await signUp(store, anna, monday, "once", ["nlp"]);

    expect(await store.findConfirmation("hash-once", monday + hour)).toBe("confirmed");
    expect(await store.findConfirmation("hash-once", monday + 3 * day)).toBe("expired");
    expect(await store.confirm("hash-once", monday + 3 * day)).toEqual({ kind: "expired" });
    expect(await store.confirm("hash-else", monday)).toEqual({ kind: "unknown" });
    const confirmed = await store.confirm("hash-once", monday + hour);

    expect(confirmed).toMatchObject({
      kind: "confirmed",
      subscriber: { status: "active", confirmedAt: monday + hour, categories: ["nlp"], language: "zh" },
    });
    expect(await store.confirm("hash-once", monday + hour)).toEqual({ kind: "unknown" });
    expect(await store.findConfirmation("hash-once", monday + hour)).toBe("unknown");
  });

  test("an address is asked once a day and three times in thirty days, however often somebody types it", async () => {
    const store = await make();
    const answers = [];
    for (const at of [0, day - 1, day, 2 * day, 3 * day, 29 * day, 30 * day]) {
      answers.push(await signUp(store, anna, monday + at));
    }

    expect(answers).toEqual(["asked", "quiet", "asked", "asked", "quiet", "quiet", "asked"]);
    expect(await outbox(store)).toHaveLength(4);
  });

  test("the newest wish counts, also where nothing was mailed for it, and older links still work", async () => {
    const store = await make();
    await signUp(store, anna, monday, "first", ["nlp"]);
    await signUp(store, anna, monday + hour, "quiet", ["tech"]);

    expect(await store.confirm("hash-quiet", monday + hour)).toEqual({ kind: "unknown" });
    expect(await store.confirm("hash-first", monday + hour)).toMatchObject({
      subscriber: { categories: ["tech"] },
    });
  });

  test("who is active is not asked again and keeps everything", async () => {
    const store = await make();
    const before = await aSubscriber(store);

    expect(await signUp(store, anna, monday, undefined, ["tech"])).toBe("quiet");

    expect(await store.findSubscriber(anna)).toEqual(before);
    expect(await outbox(store)).toEqual([]);
  });

  test("who left is asked again, and stays away until confirming", async () => {
    const store = await make();
    const { id } = await aSubscriber(store);
    await store.leave(id, monday);

    expect(await signUp(store, anna, monday, "back")).toBe("asked");
    expect(await store.getSubscriber(id)).toMatchObject({ status: "left" });
    await store.confirm("hash-back", monday + hour);

    expect(await store.getSubscriber(id)).toMatchObject({ status: "active", confirmedAt: monday + hour });
  });

  test("leaving ends waiting mails and unused confirmations: an old link brings nobody back", async () => {
    const store = await make();
    await anOpenIssue(store, [anna]);
    await signUp(store, "ben@example.org", monday, "ben");
    const ben = await store.findSubscriber("ben@example.org");

    expect(await store.leave(1, monday)).toBe(true);
    expect(await store.leave(ben?.id ?? 0, monday)).toBe(true);

    expect((await outbox(store)).map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
    expect(await store.confirm("hash-ben", monday)).toEqual({ kind: "unknown" });
    expect(await store.leave(99, monday)).toBe(false);
    expect(await store.leave(1, monday)).toBe(true);
  });

  test("a confirmation is not mailed any more once another one was used", async () => {
    const store = await make();
    await signUp(store, anna, monday, "one");
    await signUp(store, anna, monday + day, "two");
    await store.confirm("hash-one", monday + day);

    const claimed = await store.claimDeliveries("me", 1000, 9, monday + day);

    for (const { claim } of claimed) {
      expect(await store.armDelivery(claim, 1000, monday + day)).toEqual({
        kind: "withdrawn",
        became: "cancelled",
      });
    }
  });

  test("a list that says that somebody confirms in years to come means: confirmed now", async () => {
    const store = await make();

    await store.importSubscriber(anImport("anna@example.org", { confirmedAt: monday + 900 * day }), monday);

    expect(await store.findSubscriber("anna@example.org")).toMatchObject({ confirmedAt: monday });
  });

  test("importing adds, upgrades who waits, and never brings back who left unless forced", async () => {
    const store = await make();
    const add = (given = {}) => store.importSubscriber(anImport(anna, given), monday);
    const status = async () => (await store.findSubscriber(anna))?.status;

    expect([await add({ status: "pending" }), await status()]).toEqual(["added", "pending"]);
    expect([await add({ confirmedAt: monday - day }), await status()]).toEqual(["updated", "active"]);
    expect((await store.findSubscriber(anna))?.confirmedAt).toBe(monday - day);
    expect([await add({ status: "pending" }), await status()]).toEqual(["updated", "active"]);
    expect([await add({ status: "left" }), await status()]).toEqual(["updated", "left"]);
    expect([await add(), await status()]).toEqual(["kept", "left"]);
    expect([await add({ force: true }), await status()]).toEqual(["updated", "active"]);
    expect(await outbox(store)).toEqual([]);
  });

  test("an import that says nothing of categories leaves those that were chosen", async () => {
    const store = await make();
    const { id } = await aSubscriber(store);
    expect(await store.setPreferences(id, ["nlp"], "zh", monday)).toBe(true);

    await store.importSubscriber(anImport(anna), monday);

    expect(await store.getSubscriber(id)).toMatchObject({ categories: ["nlp"], language: "zh" });
    expect(await store.setPreferences(99, null, null, monday)).toBe(false);
  });

  test("who was erased is gone from everywhere, and no import brings the address back", async () => {
    const store = await make();
    await anOpenIssue(store, [anna]);

    expect(await store.eraseSubscriber("ANNA@example.org", monday)).toBe(true);

    expect(await store.findSubscriber(anna)).toBeNull();
    expect(await outbox(store)).toMatchObject([{ email: "erased", subscriber: null, state: "cancelled" }]);
    expect(await store.listIssues()).toMatchObject([{ accounting: { candidates: 1, cancelled: 1 } }]);
    expect(await store.importSubscriber(anImport("Anna@example.org"), monday)).toBe("suppressed");
    expect(await store.eraseSubscriber(anna, monday)).toBe(false);
    expect(await store.importSubscriber(anImport(anna, { force: true }), monday)).toBe("added");
  });

  test("who was erased may come back by their own will", async () => {
    const store = await make();
    await aSubscriber(store);
    await store.eraseSubscriber(anna, monday);

    expect(await signUp(store, anna, monday, "again")).toBe("asked");
    expect(await store.confirm("hash-again", monday)).toMatchObject({ kind: "confirmed" });
    expect(await store.importSubscriber(anImport(anna), monday)).toBe("updated");
  });

  test("an id is never given twice: an old link of one who was erased is nobody's", async () => {
    const store = await make();
    const { id } = await aSubscriber(store);
    await store.eraseSubscriber(anna, monday);

    expect((await aSubscriber(store, "next@example.org")).id).toBe(id + 1);
  });

  test("subscribers are listed by id", async () => {
    const store = await make();
    for (const email of ["a@example.org", "b@example.org", "c@example.org"]) await aSubscriber(store, email);

    const page = await store.listSubscribers({ after: 1, limit: 1 });

    expect(page.map(({ email }) => email)).toEqual(["b@example.org"]);
    expect((await store.health(monday)).subscribers).toEqual({ pending: 0, active: 3, left: 0, bounced: 0 });
  });

  test("an act is allowed so often an hour, and again in the next", async () => {
    const store = await make();
    const hourStart = Date.UTC(2026, 0, 5, 7);
    const asked = [];
    for (const at of [0, 1, 2, hour - 1, hour])
      asked.push(await store.allow("203.0.113.7", 2, hourStart + at));

    expect(asked).toEqual([true, true, false, false, true]);
    expect(await store.allow("203.0.113.8", 2, hourStart + hour)).toBe(true);
    expect(await store.allow("203.0.113.9", 0, hourStart + hour)).toBe(false);
  });
}
