import { onTestFinished } from "vitest";
import { aHouse, type House } from "../support/house.ts";
import { serve } from "../support/server.ts";
import { aSink, type Sink } from "../support/sink.ts";

const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>A</title><link>https://a.example/</link><description>d</description>
<item><guid>1</guid><title>One thing</title><link>https://a.example/1</link></item></channel></rss>`;

/** A house with an issue opened for `readers`, nothing delivered yet, and the mail server it will talk to. */
export async function anOpenedHouse(
  readers: readonly string[],
  { options = "", connections = 1, mail = "perDomain: 5" } = {},
): Promise<{ readonly house: House; readonly sink: Sink }> {
  const feed = await serve({ "/feed": { headers: { "content-type": "application/rss+xml" }, body: rss } });
  const sink = await aSink();
  onTestFinished(async () => {
    await feed.close();
    await sink.close();
  });
  const house = await aHouse(
    `site: { title: P, url: "https://p.example" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources: [{ id: a, url: "${feed.url}/feed", read: { kind: feed }, backfill: all }]
mail: { transport: smtp, ${mail.includes("rate") ? "" : "rate: none, "}connections: ${connections}, ${mail} }
${options}`,
    "2026-01-06T09:00:00Z",
    { SMTP_URL: sink.url },
  );
  const { store, jobs } = house.app;
  await jobs.refresh();
  for (const email of readers) {
    await store.importSubscriber(
      {
        subscriber: { email, categories: null, language: null, zone: null },
        status: "active",
        confirmedAt: Date.parse("2026-01-01T00:00:00Z"),
        consent: { text: "yes", by: "cli" },
        force: false,
      },
      house.app.clock.now(),
    );
  }
  await jobs.digest({ anyway: true });
  return { house, sink };
}

/** How the newest issue stands. */
export async function accountingOf({ app }: House) {
  const [issue] = await app.store.listIssues();
  return { state: issue?.state, ...issue?.accounting };
}
