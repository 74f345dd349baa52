import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cli, type Ran } from "../support/cli.ts";
import { serve } from "../support/server.ts";
import { isGone } from "./behaviours.ts";
import { type Chance, chance } from "./chance.ts";
import { type RunClock, runClock } from "./clock.ts";
import { begin, type Life } from "./life.ts";
import { type Look, look } from "./look.ts";
import { startWitness, type Witness } from "./witness.ts";

/** A folder with the program, its readers, a feed and a sink, and what became of them so far. */
export interface Trial {
  readonly name: string;
  readonly connections: number;
  readonly luck: Chance;
  readonly clock: RunClock;
  readonly witness: Witness;
  /** The sink's record. */
  readonly record: string;
  readonly database: string;
  readonly data: string;
  readonly lives: readonly Life[];
  readonly readers: readonly string[];
  /** The readers of each issue when it was frozen, by number. */
  readonly frozen: Map<number, readonly string[]>;
  /** Who was unsubscribed, and when that was done (the machine's clock). */
  readonly removed: Map<string, number>;
  /** What was found wrong on the way. */
  readonly wrongs: string[];
  /** Runs a command to its end; what does not end with 0 is found wrong. */
  run(...args: readonly string[]): Promise<Ran>;
  /** Starts a process that is to be watched, with the step at which it is to die. */
  start(args: readonly string[], fault?: string | null): Life;
  look(): Look;
  /** Puts one more post into the feed. */
  addPost(): void;
  close(): Promise<void>;
}

export interface TrialOptions {
  readonly name: string;
  readonly folder: string;
  readonly seed: number;
  readonly readers: number;
  readonly onUnknown: "resend" | "hold";
}

const connections = 4;
const domains = 17;

/** Sets everything up: the folder, the sink, the feed and the readers. */
export async function openTrial({ name, folder, seed, readers, onUnknown }: TrialOptions): Promise<Trial> {
  const data = join(folder, "data");
  mkdirSync(data, { recursive: true });
  const [record, history] = [join(folder, "sink.ndjson"), join(folder, "program.log")];
  writeFileSync(record, "");
  const [witness, feed] = [await startWitness(record, seed), await serve()];
  writeFileSync(join(folder, "postwire.yaml"), configuration(`${feed.url}/log.rss`, onUnknown));
  const addresses = Array.from(
    { length: readers },
    (_, n) => `${n % 20 === 7 ? "gone" : "reader"}${n}@example${n % domains}.org`,
  );
  writeFileSync(join(folder, "readers.csv"), `email\n${addresses.join("\n")}\n`);
  const clock = runClock("2026-01-06T09:00:00Z");
  const lives: Life[] = [];
  const wrongs: string[] = [];
  const frozen = new Map<number, readonly string[]>();
  let [posts, started] = [0, 0];
  const env = (sender: string) => ({
    SMTP_URL: `smtp://127.0.0.1:${witness.port}?name=${sender}`,
    POSTWIRE_SECRET: "a secret for one test only",
    POSTWIRE_CLOCK: clock.iso(),
  });
  const trial: Trial = {
    ...{ name, connections, clock, witness, record, data, lives, frozen, wrongs, readers: addresses },
    luck: chance(seed),
    database: join(data, "postwire.db"),
    removed: new Map(),
    run: async (...args) => {
      const ran = await cli([...args, "--json"], { cwd: folder, env: env("cli.test") });
      if (ran.status !== 0) wrongs.push(`\`${args.join(" ")}\` ended with ${ran.status}: ${ran.stderr}`);
      return ran;
    },
    start: (args, fault = null) => {
      started += 1;
      const sender = `p${started}.test`;
      appendFileSync(history, `${JSON.stringify({ at: Date.now(), sender, args, fault })}\n`);
      const life = begin(args, { name: sender, fault, log: history, cwd: folder, env: env(sender) });
      lives.push(life);
      return life;
    },
    look: () => {
      const seen = look(trial.database);
      wrongs.push(...unbalanced(seen, frozen));
      return seen;
    },
    addPost: () => {
      posts += 1;
      feed.on("/log.rss", { body: rss(posts) });
    },
    close: async () => {
      witness.close();
      await feed.close();
    },
  };
  await trial.run("subscribers", "import", "readers.csv", "--as", "confirmed");
  return trial;
}

/** Readers whom the sink does not refuse for good. */
export function reachable(readers: readonly string[]): readonly string[] {
  return readers.filter((reader) => !isGone(reader));
}

/** Issues whose rows are not one for each reader who was there when they were frozen. */
function unbalanced({ rows, issues }: Look, frozen: Trial["frozen"]): readonly string[] {
  return issues.flatMap(({ number, state }) => {
    const [has, wants] = [rows.filter(({ issue }) => issue === number).length, frozen.get(number)?.length];
    if (wants === undefined || has === wants || (state === "opening" && has < wants)) return [];
    return [`issue ${number} (${state}) has ${has} deliveries for ${wants} readers`];
  });
}

function configuration(feed: string, onUnknown: "resend" | "hold"): string {
  return `site: { title: Log, url: "https://log.example" }
polling: { allowPrivateAddresses: true, hostGap: 0s, every: 60d }
sources: [{ id: log, url: "${feed}", read: { kind: feed }, backfill: all }]
digest: { onUnknown: ${onUnknown}, maxAge: 30d }
mail:
  transport: smtp
  rate: none
  connections: ${connections}
  lease: 1s
  resendUnknownAfter: 15m
  timeouts: { connect: 700ms, reply: 700ms, afterDot: 3s }
`;
}

function rss(posts: number): string {
  const items = Array.from(
    { length: posts },
    (_, n) =>
      `<item><guid>post-${n}</guid><title>Thing ${n} happened</title><description>Then more.</description></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Log</title><link>https://log.example/</link>
<description>d</description>${items.join("")}</channel></rss>`;
}
