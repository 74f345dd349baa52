import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { IssuePost } from "../../src/domain/issue.ts";
import type { Store } from "../../src/domain/store.ts";
import { finishOpening } from "../../src/jobs/digest.ts";
import { aNewIssue, anImport, monday } from "../support/builders.ts";
import { aHouse } from "../support/house.ts";
import { serve } from "../support/server.ts";
import { aFolder, aStore } from "../support/store.ts";
import { weeklyNeeds } from "../support/weekly.ts";

/** More than one chunk of readers; the last one, like the fourth in a moment, wants a choice of categories. */
const readers = 510;
const choice = ["nlp", "python"];

/** A promise and what resolves it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe("two processes that finish the same issue at once", () => {
  test("write one delivery for each reader, each with the mail it needs", { timeout: 30_000 }, async () => {
    const file = join(aFolder(), "postwire.db");
    const [slow, fast] = [await aStore(file), await aStore(file)];
    for (let n = 1; n <= readers; n++) {
      const entry = anImport(`r${n}@example.org`);
      const categories = n === readers ? choice : null;
      await fast.importSubscriber({ ...entry, subscriber: { ...entry.subscriber, categories } }, monday);
    }
    const categories = choice.map((name) => ({ slug: name, name }));
    const posts = aNewIssue().posts.map((post): IssuePost => ({ ...post, categories }));
    await fast.openIssue(aNewIssue({ posts }));
    const [slowHasRead, fastHasWritten] = [gate(), gate()];
    const slowly: Store["addDeliveries"] = async (chunk, now) => {
      slowHasRead.open();
      await fastHasWritten.opened;
      return await slow.addDeliveries(chunk, now);
    };
    let slowEnds: Promise<void> | null = null;
    const quickly: Store["addDeliveries"] = async (chunk, now) => {
      if (chunk.after > 0) await slowEnds;
      else {
        await fast.setPreferences(4, choice, null, monday);
        slowEnds = finishOpening(await weeklyNeeds({ ...slow, addDeliveries: slowly }));
        await slowHasRead.opened;
      }
      const came = await fast.addDeliveries(chunk, now);
      fastHasWritten.open();
      return came;
    };

    await finishOpening(await weeklyNeeds({ ...fast, addDeliveries: quickly }));
    await slowEnds;

    const rows = await fast.listDeliveries({ issue: 1, state: "pending", after: 0, limit: 999 });
    expect(rows).toHaveLength(readers);
    const named = new Set(rows.map(({ errand }) => (errand.kind === "issue" ? errand.variant : "")));
    expect(named).toEqual(new Set(["en|*", "en|nlp,python"]));
    for (const variant of named) expect(await fast.getVariant(1, variant)).not.toBeNull();
  });
});

describe("a clock that was years ahead when an issue was opened", () => {
  test("keeps neither that issue's mails waiting, once it is right, nor the next issues from being opened", async () => {
    const item = (n: number) => `<item><guid>${n}</guid><title>Thing ${n}</title></item>`;
    const rss = (count: number) => ({
      headers: { "content-type": "application/rss+xml" },
      body: `<?xml version="1.0"?><rss version="2.0"><channel><title>A</title>${Array.from({ length: count }, (_, n) => item(n)).join("")}</channel></rss>`,
    });
    const feed = await serve({ "/feed": rss(1) });
    onTestFinished(() => feed.close());
    const house = await aHouse(
      `site: { title: P, url: "https://p.example" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources: [{ id: a, url: "${feed.url}/feed", read: { kind: feed }, backfill: all }]
mail: { transport: folder, from: "p@p.example" }`,
      "2026-01-01T09:00:00Z",
      {},
    );
    const { jobs, store, clock } = house.app;
    await store.importSubscriber(anImport("anna@example.org"), clock.now());
    await jobs.refresh();

    house.setClock("2030-01-07T09:00:00Z");
    expect(await jobs.digest({ anyway: false })).toMatchObject({ opened: 1, candidates: 1 });
    house.setClock("2026-01-06T09:00:00Z");
    expect(await jobs.deliver({ wait: true })).toMatchObject({ sent: 1 });
    feed.on("/feed", rss(2));
    await jobs.refresh({ force: true });
    house.setClock("2026-01-12T09:00:00Z");
    expect(await jobs.digest({ anyway: false })).toMatchObject({ opened: 1, candidates: 1 });
    expect(await jobs.digest({ anyway: false })).toMatchObject({ opened: 0, why: "not-due" });
  });
});
