import { type ChildProcess, fork } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createTransport } from "nodemailer";
import PostalMime from "postal-mime";
import { openApp } from "../../src/app.ts";
import { jsonLog } from "../../src/base/log.ts";
import { loadConfig } from "../../src/config/load.ts";
import { readingShape } from "../../src/extract/shape.ts";
import { aCandidate, looked } from "../support/builders.ts";
import { type Program, watched } from "./program.ts";

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

interface Count {
  readonly taken: number;
  /** From the first mail to the last, seconds. */
  readonly seconds: number;
}

interface Sink {
  readonly port: number;
  /** What came since it was last asked. */
  count(): Promise<Count>;
  close(): void;
}

/**
 * A whole issue from the outbox to a sink in another process, durable at each step and by the program as it is
 * installed, beside a bare nodemailer pool that composes and sends the same mails and remembers nothing; unsigned,
 * then signed with RSA-2048.
 */
export async function deliver(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "postwire-bench-"));
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const sink = await startSink();
  for (const key of [null, pem]) {
    const name = key === null ? "unsigned" : "signed, RSA-2048";
    const ours = await delivered(sink, join(folder, key === null ? "plain" : "signed"), key);
    const bare = await pooled(sink, ours.sample, key);
    console.log(
      `deliver, ${name}: ${readers} mails of ${(ours.sample.length / 1024).toFixed(0)} KB, ${connections} connections: ` +
        `${ours.perSecond.toFixed(0)} mails/s · bare nodemailer pool: ${bare.toFixed(0)} mails/s · ` +
        `ratio ${(ours.perSecond / bare).toFixed(1)} · ${(ours.program.cpuMs / readers).toFixed(2)} ms of CPU a mail · ` +
        `peak ${ours.program.peakMb.toFixed(0)} MB`,
    );
  }
  sink.close();
  rmSync(folder, { recursive: true });
}

async function startSink(): Promise<Sink> {
  const child: ChildProcess = fork(fileURLToPath(new URL("sink.ts", import.meta.url)));
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  const count = async () => {
    child.send("count");
    const [counted] = (await once(child, "message")) as [Count];
    return counted;
  };
  return { port, count, close: () => child.disconnect() };
}

/** Opens an issue for everybody and delivers it: how fast, what it took, and one of the mails. */
async function delivered(sink: Sink, folder: string, key: string | null) {
  const env = { POSTWIRE_SECRET: "only for the bench", SMTP_URL: `smtp://127.0.0.1:${sink.port}` };
  await furnish(folder, key, env);
  const run = (...args: string[]) => watched([...args, "--json"], folder, env);
  await run("subscribers", "import", "readers.csv", "--as", "confirmed");
  await run("run", "digest", "--preview", "sample.eml");
  const sample = readFileSync(join(folder, "sample.eml"));
  if ((key !== null) !== sample.includes("DKIM-Signature:")) throw new Error("not signed as asked for");
  const opening = await run("run", "digest", "--now");
  console.log(
    `deliver: an issue opened for ${readers} readers in ${opening.seconds.toFixed(1)} s with the start of the program, peak ${opening.peakMb.toFixed(0)} MB`,
  );
  await sink.count();
  const program: Program = await run("run", "deliver", "--wait");
  const { taken, seconds } = await sink.count();
  if (program.result.sent !== readers || taken !== readers) {
    throw new Error(`${program.result.sent} sent, ${taken} taken of ${readers}`);
  }
  return { perSecond: readers / seconds, program, sample };
}

const told = "A sentence that tells what there is to see, and another one that goes on about it. ".repeat(4);

/** A configuration, posts, and a list of readers to import. */
async function furnish(folder: string, key: string | null, env: Readonly<Record<string, string>>) {
  mkdirSync(folder);
  if (key !== null) writeFileSync(join(folder, "dkim.pem"), key);
  const dkim =
    key === null ? "" : ", dkim: { domain: digest.example.org, selector: bench, keyFile: dkim.pem }";
  const file = join(folder, "postwire.yaml");
  writeFileSync(
    file,
    `site: { title: Bench, url: "https://digest.example.org" }
sources: [{ id: blog, url: "https://blog.example/posts", read: { kind: feed }, backfill: all }]
mail: { transport: smtp, rate: none, connections: ${connections}${dkim} }
`,
  );
  const rows = Array.from({ length: readers }, (_, n) => addressOf(n));
  writeFileSync(join(folder, "readers.csv"), `email\n${rows.join("\n")}\n`);
  const log = jsonLog("info", createWriteStream("/dev/null"));
  const app = await openApp(loadConfig(file, env, readingShape), log);
  const news = Array.from({ length: posts }, (_, n) =>
    aCandidate({ title: `What happened in week ${n}`, text: told }),
  );
  await looked(app.store, "blog", news, Date.now(), { backfill: "all" });
  await app.close();
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
