import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Candidate } from "../../src/domain/post.ts";
import { aClaim, aRecord, monday } from "../support/builders.ts";
import { medianMs, report } from "./clock.ts";
import { aStoreOf, categoryCount, sourceCount, sourceOf, theCandidate } from "./million.ts";

const [many, perLook, looksPerRound, rounds] = [1_000_000, 30, 2_000, 200];

/**
 * Among a million posts: recording a look of 30 known ones, of 30 new ones, and of 30 that another source told already,
 * each at another source, which is claimed before; beside a durable transaction that reads or writes as many bare rows.
 * Then thousands of looks, for memory.
 */
export async function dedupe(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "postwire-bench-"));
  const store = await aStoreOf(many, folder);
  const perSource = many / sourceCount;
  let [now, turn, fresh] = [monday, 0, perSource + categoryCount];
  /** The next source, claimed, and a page of it that starts at its `from`th post. */
  const found = async (pageOf: (source: string, from: number) => readonly Candidate[]) => {
    const source = sourceOf(++turn * 7);
    now += 1_000;
    const from = categoryCount + 1 + ((turn * 31) % (perSource - perLook - 1));
    const claimed = await store.claimSource(aClaim({ only: source, force: true }), now);
    if (claimed === null) throw new Error(`${source} could not be claimed`);
    return { claimed, record: aRecord(pageOf(source, from), { address: claimed.state.address }) };
  };
  const recorded = async ({ claimed, record }: Awaited<ReturnType<typeof found>>) => {
    const { kind } = await store.recordFetch(claimed, record, now);
    if (kind === "lost") throw new Error(`the claim of ${claimed.id} was lost`);
  };
  const page = (source: string, from: number) =>
    Array.from({ length: perLook }, (_, n) => theCandidate(source, from + n));
  const known = () => found(page);
  const news = () => {
    fresh += perLook;
    return found((source) => page(source, fresh));
  };
  const retold = () => found((_, from) => page(sourceOf(turn * 7 + 3), from));
  const bare = bareRows(join(folder, "bare.db"));
  const kinds = [
    [`${perLook} known posts of ${many}`, known, "bare reads", bare.read],
    [`${perLook} new posts`, news, "bare inserts", bare.write],
    [`${perLook} of another source`, retold, "bare inserts", bare.write],
  ] as const;

  for (const [what, kind, baseline, rows] of kinds) {
    const ours = await medianMs(rounds, recorded, kind);
    report(`dedupe: ${what}`, ours, baseline, await medianMs(rounds, rows));
  }
  const memory = [process.memoryUsage.rss()];
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < looksPerRound; n++) await recorded(await (n % 10 === 0 ? news() : known()));
    memory.push(process.memoryUsage.rss());
  }
  const megabytes = memory.map((bytes) => Math.round(bytes / 2 ** 20)).join(", ");
  console.log(`dedupe: memory before and after each of 3 x ${looksPerRound} looks: ${megabytes} MB`);
  bare.close();
  await store.close();
  rmSync(folder, { recursive: true });
}

/** What SQLite takes for as many rows, with the index they are found by and nothing else. */
function bareRows(file: string) {
  const db = new Database(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec("create table posts (id integer primary key, key text unique, text text); create table looks (n)");
  const insert = db.prepare("insert into posts (key, text) values (?, ?)");
  const get = db.prepare("select * from posts where key = ?");
  const note = db.prepare("insert into looks values (1)");
  let written = 0;
  const write = db.transaction(() => {
    for (let n = 0; n < perLook; n++) insert.run(`https://bare.example/${written++}`, "x".repeat(300));
    note.run();
  });
  const read = db.transaction(() => {
    for (let n = 0; n < perLook; n++) get.get(`https://bare.example/${n * 7}`);
    note.run();
  });
  return { read: () => read.immediate(), write: () => write.immediate(), close: () => db.close() };
}
