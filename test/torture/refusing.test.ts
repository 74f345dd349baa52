import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { openApp } from "../../src/app.ts";
import type { Log } from "../../src/base/log.ts";
import { understand } from "../../src/config/load.ts";
import { readingShape } from "../../src/extract/shape.ts";
import { aNewIssue, anImport, aVariant } from "../support/builders.ts";
import { aSink, type Sink } from "../support/sink.ts";
import { aFolder } from "../support/store.ts";

const readers = 12;

/** A house whose database refuses to write down what was sent, until that has failed `times` times. */
async function refusing(times: number) {
  const [folder, sink] = [aFolder(), await aSink()];
  const config = understand(
    `site: { title: P, url: "https://p.example" }
sources: []
mail: { transport: smtp, rate: none, connections: 3 }
data: ${folder}`,
    join(folder, "postwire.yaml"),
    { POSTWIRE_SECRET: "a secret for one test only", SMTP_URL: sink.url },
    readingShape,
  );
  let failures = 0;
  const warn = (event: string) => {
    if (event === "answer not written yet" && ++failures === times) other.exec("drop trigger refuse");
  };
  const log: Log = { debug: () => {}, info: () => {}, warn, error: warn };
  const app = await openApp(config, log, { now: () => Date.now() });
  const other = new Sqlite(join(folder, "postwire.db"));
  onTestFinished(async () => {
    await app.close();
    other.close();
    await sink.close();
  });
  other.exec(`create trigger refuse before update on deliveries when new.state = 'sent'
    begin select raise(abort, 'not now'); end`);
  return { app, sink, failures: () => failures };
}

function copies(sink: Sink): readonly number[] {
  const counts = new Map<string, number>();
  for (const { to } of sink.taken) counts.set(to[0] ?? "", (counts.get(to[0] ?? "") ?? 0) + 1);
  return [...counts.values()];
}

describe("a database that refuses for a while to write down what was sent", () => {
  test("loses no answer: nobody gets a second copy, and nothing new is sent meanwhile", async () => {
    const { app, sink, failures } = await refusing(6);
    const now = Date.now();
    for (let n = 0; n < readers; n++) {
      await app.store.importSubscriber(anImport(`reader${n}@example.org`), now);
    }
    await app.store.openIssue(aNewIssue({ openedAt: now, expiresAt: now + 3_600_000 }));
    const deliveries = (await app.store.candidatesFor(1, 0, 99)).map(({ id, email }) => ({
      subscriber: id,
      email,
      variant: "en|*",
    }));
    const chunk = { issue: 1, deliveries, variants: [aVariant()], skipped: 0, after: 0, cursor: null };
    await app.store.addDeliveries(chunk, now);

    const delivered = await app.jobs.deliver();

    expect(failures()).toBeGreaterThanOrEqual(6);
    expect(delivered).toMatchObject({ sent: readers, unknown: 0 });
    expect(copies(sink)).toEqual(Array(readers).fill(1));
    expect(await app.store.listIssues()).toMatchObject([{ state: "done", accounting: { sent: readers } }]);
  });
});
