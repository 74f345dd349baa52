import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { cli, startCli } from "../support/cli.ts";
import { serve } from "../support/server.ts";
import { aSink, type Sink } from "../support/sink.ts";
import { aFolder } from "../support/store.ts";

const readers = 150;
const connections = 4;
const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>Log</title><link>https://log.example/</link><description>d</description>
<item><guid>one</guid><title>One thing happened</title><description>And then another.</description></item></channel></rss>`;

/** Resolves when the sink has taken `count` mails. */
async function hasTaken(sink: Sink, count: number, deadlineMs: number): Promise<void> {
  const until = Date.now() + deadlineMs;
  while (sink.taken.length < count) {
    if (Date.now() > until) throw new Error(`only ${sink.taken.length} of ${count} mails came`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function copiesByReader(sink: Sink): ReadonlyMap<string, readonly string[]> {
  const copies = new Map<string, string[]>();
  for (const { to, raw } of sink.taken) {
    const reader = to[0] ?? "";
    copies.set(reader, [...(copies.get(reader) ?? []), createHash("sha256").update(raw).digest("hex")]);
  }
  return copies;
}

describe("a daemon that is killed in the middle of delivering", () => {
  test("loses no mail, sends none three times, and every second copy has the same bytes", {
    timeout: 90_000,
  }, async () => {
    const [sink, feed, folder] = [await aSink(), await serve({ "/log.rss": { body: rss } }), aFolder()];
    onTestFinished(async () => {
      await sink.close();
      await feed.close();
    });
    const env = { SMTP_URL: sink.url, POSTWIRE_SECRET: "a secret for one test only" };
    const run = (...args: string[]) => cli([...args, "--json"], { cwd: folder, env });
    writeFileSync(
      join(folder, "postwire.yaml"),
      `site: { title: Log, url: "https://log.example" }
web: { listen: "127.0.0.1:0" }
polling: { allowPrivateAddresses: true, hostGap: 0s }
sources: [{ id: log, url: "${feed.url}/log.rss", read: { kind: feed }, backfill: all }]
mail: { transport: smtp, rate: 150/s, connections: ${connections}, lease: 1s, resendUnknownAfter: 1s }
`,
    );
    writeFileSync(
      join(folder, "readers.csv"),
      `email\n${Array.from({ length: readers }, (_, n) => `reader${n}@example${n % 7}.org`).join("\n")}\n`,
    );
    expect((await run("subscribers", "import", "readers.csv", "--as", "confirmed")).lines[0]).toMatchObject({
      added: readers,
    });
    expect((await run("run", "refresh")).lines[0]).toMatchObject({ new: 1 });
    expect((await run("run", "digest", "--now")).lines[0]).toMatchObject({ opened: 1, candidates: readers });

    const kills = [10, 35, 70, 100];
    for (const count of kills) {
      const daemon = startCli(["serve"], { cwd: folder, env });
      await hasTaken(sink, count, 20_000);
      daemon.kill("SIGKILL");
      await once(daemon, "close");
    }
    const daemon = startCli(["serve"], { cwd: folder, env });
    const settled = async () => (await run("issues")).lines[0];
    for (let issue = await settled(); issue?.sent !== readers; issue = await settled()) {
      expect(daemon.exitCode).toBeNull();
    }
    daemon.kill("SIGTERM");
    const [status] = await once(daemon, "close");

    expect(status).toBe(0);
    expect(await settled()).toMatchObject({
      state: "done",
      candidates: readers,
      sent: readers,
      unknown: 0,
      pending: 0,
    });
    const copies = copiesByReader(sink);
    expect(copies.size).toBe(readers);
    const extra = sink.taken.length - readers;
    expect(Math.max(...[...copies.values()].map(({ length }) => length))).toBeLessThanOrEqual(2);
    expect(extra).toBeLessThanOrEqual(kills.length * connections);
    expect([...copies.values()].every((hashes) => new Set(hashes).size === 1)).toBe(true);
  });
});
