import { type ChildProcess, fork } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createTransport } from "nodemailer";
import PostalMime from "postal-mime";
import { type App, openApp } from "../../src/app.ts";
import { jsonLog } from "../../src/base/log.ts";
import { understand } from "../../src/config/load.ts";
import { readingShape } from "../../src/extract/registry.ts";
import { aCandidate, anImport, looked } from "../support/builders.ts";

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    subscribers: { type: "string", default: "10000" },
    connections: { type: "string", default: "4" },
    posts: { type: "string", default: "22" },
  },
  allowPositionals: true,
  strict: false,
});
const [readers, connections, posts] = [
  Number(values.subscribers),
  Number(values.connections),
  Number(values.posts),
];

interface Sink {
  readonly port: number;
  taken(): Promise<number>;
  close(): void;
}

/**
 * A whole issue from the outbox to a sink in another process, durable at each step, beside a bare nodemailer pool that
 * composes and sends the same mails and remembers nothing; unsigned, then signed with RSA-2048.
 */
export async function deliver(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "postwire-bench-"));
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  writeFileSync(join(folder, "dkim.pem"), pem);
  const sink = await startSink();
  for (const key of [null, pem]) {
    const name = key === null ? "unsigned" : "signed, RSA-2048";
    const ours = await delivered(sink, join(folder, key === null ? "plain" : "signed"), key !== null);
    const bare = await pooled(sink, ours.sample, key);
    console.log(
      `deliver, ${name}: ${readers} mails of ${(ours.sample.length / 1024).toFixed(0)} KB, ${connections} connections: ` +
        `${ours.perSecond.toFixed(0)} mails/s · bare nodemailer pool: ${bare.toFixed(0)} mails/s · ` +
        `ratio ${(ours.perSecond / bare).toFixed(1)} · ${ours.cpuMs.toFixed(2)} ms of CPU a mail · ` +
        `peak ${ours.peakMb.toFixed(0)} MB, ${ours.idleMb.toFixed(0)} before the first mail`,
    );
  }
  sink.close();
  rmSync(folder, { recursive: true });
}

async function startSink(): Promise<Sink> {
  const child: ChildProcess = fork(fileURLToPath(new URL("sink.ts", import.meta.url)));
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  const taken = async () => {
    child.send("count");
    const [counted] = (await once(child, "message")) as [{ taken: number }];
    return counted.taken;
  };
  return { port, taken, close: () => child.disconnect() };
}

/** Opens an issue for everybody and delivers it: how fast, at what peak of memory, and one of the mails. */
async function delivered(sink: Sink, folder: string, isSigned: boolean) {
  const app = await aHouseAt(folder, sink.port, isSigned);
  await fill(app);
  await looked(
    app.store,
    "blog",
    Array.from({ length: posts }, (_, n) => aCandidate({ title: `What happened in week ${n}`, text: told })),
    Date.now(),
    { backfill: "all" },
  );
  const sample = (await app.jobs.previewDigest())?.raw ?? Buffer.alloc(0);
  if (isSigned !== sample.includes("DKIM-Signature:"))
    throw new Error("the mails are not signed as asked for");
  const began = performance.now();
  await app.jobs.digest({ anyway: true });
  const opened = performance.now();
  const before = await sink.taken();
  const idleMb = process.memoryUsage.rss() / 2 ** 20;
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const { sent } = await app.jobs.deliver({ wait: true });
  const [seconds, { user, system }] = [(performance.now() - start) / 1_000, process.cpuUsage(cpu)];
  const peakMb = process.resourceUsage().maxRSS / 1_024;
  const taken = (await sink.taken()) - before;
  if (sent !== readers || taken !== readers) throw new Error(`${sent} sent, ${taken} taken of ${readers}`);
  await app.close();
  console.log(
    `deliver: an issue opened for ${readers} readers in ${((opened - began) / 1_000).toFixed(2)} s`,
  );
  const cpuMs = (user + system) / 1_000 / readers;
  return { perSecond: readers / seconds, cpuMs, idleMb, peakMb, sample };
}

const told = "A sentence that tells what there is to see, and another one that goes on about it. ".repeat(4);

async function aHouseAt(folder: string, port: number, isSigned: boolean): Promise<App> {
  const dkim = isSigned
    ? ", dkim: { domain: digest.example.org, selector: bench, keyFile: ../dkim.pem }"
    : "";
  const yaml = `
site: { title: Bench, url: "https://digest.example.org" }
data: ${folder}
sources: [{ id: blog, url: "https://blog.example/posts", read: { kind: feed }, backfill: all }]
mail: { transport: smtp, rate: none, connections: ${connections}${dkim} }
`;
  const env = { POSTWIRE_SECRET: "only for the bench", SMTP_URL: `smtp://127.0.0.1:${port}` };
  const config = understand(yaml, join(folder, "postwire.yaml"), env, readingShape);
  return await openApp(config, jsonLog("info", createWriteStream("/dev/null")));
}

/** Readers, by the store's own verb: one durable transaction each. */
async function fill({ store }: App): Promise<void> {
  for (let n = 0; n < readers; n++) await store.importSubscriber(anImport(addressOf(n)), Date.now());
}

function addressOf(reader: number): string {
  return `reader${reader}@example${reader % 50}.org`;
}

/** The same mails from a bare pool, composed one by one as they are sent: mails per second. */
async function pooled(sink: Sink, sample: Buffer, key: string | null): Promise<number> {
  const { html = "", text = "", subject = "" } = await PostalMime.parse(sample);
  const dkim =
    key === null ? {} : { dkim: { domainName: "digest.example.org", keySelector: "bench", privateKey: key } };
  const pool = createTransport({
    ...{ pool: true, host: "127.0.0.1", port: sink.port, maxConnections: connections, maxMessages: 1e9 },
    ...dkim,
  });
  let next = 0;
  const sender = async () => {
    while (next < readers) {
      const n = next++;
      const own = (page: string) => `https://digest.example.org/unsubscribe/${n}${page}`;
      await pool.sendMail({
        from: "Bench <digest@example.org>",
        to: addressOf(n),
        subject,
        html: html.replaceAll("/unsubscribe/", own("h")),
        text: text.replaceAll("/unsubscribe/", own("t")),
        list: { unsubscribe: own("") },
      });
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: 2 * connections }, sender));
  const seconds = (performance.now() - start) / 1_000;
  pool.close();
  return readers / seconds;
}
