import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { dkimRecord } from "../../src/mail/dkim.ts";
import { aHouse, type House } from "../support/house.ts";
import { serve } from "../support/server.ts";
import { aFolder } from "../support/store.ts";
import type { Published } from "./verifiers.ts";

/** A subscriber: the language of the mail, and the categories in it. */
export interface Reader {
  readonly email: string;
  readonly language?: string;
  readonly categories?: readonly string[];
}

/** `count` addresses, over three domains in turn. */
export function addresses(count: number): readonly string[] {
  const domains = ["one.example", "two.example", "three.example"];
  return Array.from({ length: count }, (_, n) => `reader${n}@${domains[n % domains.length]}`);
}

const english = [
  ["A bridge by the mill", "From the bridge one sees both weirs, and on a clear day the third."],
  [".profile of a river", "... and at the end, where nobody had looked, a dot."],
  ["Gauges = patience", "Read at the same minute, every day: 100% of the trick = patience, and a pencil."],
];
const chinese = [
  [
    "溪边的声音",
    "录音机离水面一米就够了，再近只剩下噪声。清晨六点以前没有车，鸟叫也还不多，这时录下的水声最干净。",
  ],
  ["河滩上的白鹭", "今天只看到两只白鹭。去年这个时候河滩上有十几只，可是今年上游放水，河滩都没在水里了。"],
  ["旧桥与新桥", "旧桥的石栏还在，新桥已经通车。老人们仍旧从旧桥上走过，说那里的风不一样。"],
];

/** A feed with each post five times, numbered. */
function rss(site: string, posts: readonly (readonly string[])[]): string {
  const items = Array.from({ length: 5 * posts.length }, (_, n) => {
    const [title, text] = posts[n % posts.length] ?? [];
    return `<item><guid>${n}</guid><title>${title} ${n}</title><link>${site}/${n}</link><description>${text}</description></item>`;
  });
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>River</title><link>${site}/</link><description>d</description>${items.join("")}</channel></rss>`;
}

/** The configuration of a digest of two feeds, one in English, one in Chinese; `mail` is what it says of mail. */
export async function theDigest(mail: string): Promise<string> {
  const headers = { "content-type": "application/rss+xml" };
  const server = await serve({
    "/en": { headers, body: rss("https://river.example", english) },
    "/zh": { headers, body: rss("https://river.example/zh", chinese) },
  });
  onTestFinished(() => server.close());
  return `site: { title: "River Notes 河边笔记", url: "https://river.example.org", imprint: "River Notes · 1 Mill Lane" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources:
  - { id: en, name: River Notes, url: "${server.url}/en", category: Rivers, read: { kind: feed }, backfill: all }
  - { id: zh, name: 河边笔记, url: "${server.url}/zh", category: 河流, read: { kind: feed }, backfill: all }
mail: { from: "River Notes 河边笔记 <digest@example.org>", ${mail} }
`;
}

/** A new key, as it is published and as the configuration names it. */
export function aKey(kind: "rsa" | "ed25519"): { readonly published: Published; readonly dkim: string } {
  const { privateKey } =
    kind === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519");
  const file = join(aFolder(), "dkim.pem");
  writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }));
  return {
    published: { name: "s1._domainkey.example.org", record: dkimRecord(file) },
    dkim: `dkim: { domain: example.org, selector: s1, keyFile: "${file}" }`,
  };
}

export interface IssueOptions {
  /** Where its mails go. */
  readonly smtpUrl: string;
  readonly readers: readonly Reader[];
  readonly dkim: string;
  readonly connections?: number;
}

/** A house with an issue opened for `readers`, nothing delivered yet. */
export async function anOpenIssue({ smtpUrl, readers, dkim, connections = 4 }: IssueOptions): Promise<House> {
  const config = await theDigest(`transport: smtp, rate: none, connections: ${connections}, ${dkim}`);
  const house = await aHouse(config, "2026-01-06T09:00:00Z", { SMTP_URL: smtpUrl });
  const { store, jobs, clock } = house.app;
  await jobs.refresh();
  for (const { email, language = null, categories = null } of readers) {
    await store.importSubscriber(
      {
        subscriber: { email, categories, language, zone: null },
        status: "active",
        confirmedAt: Date.parse("2026-01-01T00:00:00Z"),
        consent: { text: "yes", by: "cli" },
        force: false,
      },
      clock.now(),
    );
  }
  await jobs.digest({ anyway: true });
  return house;
}

/** A mail without what the servers on its way have put on top. */
export function asItLeftUs(mail: Buffer): Buffer {
  return mail.subarray(mail.indexOf("DKIM-Signature:"));
}
