import { byMail, readLedger } from "./ledger.ts";
import { workOff } from "./rounds.ts";
import type { Trial } from "./trial.ts";

/**
 * Settles what is unknown as an operator would who can ask the mail server: it arrived, or it is sent again. How many
 * there were; each of them must be listed, and nothing else be left to do.
 */
export async function resolve(trial: Trial): Promise<number> {
  const { rows, issues } = trial.look();
  for (const { number, state } of issues) {
    if (state !== "done") trial.wrongs.push(`issue ${number} is ${state}, though it has nothing left to do`);
  }
  const unknown = rows.filter(({ state }) => state === "unknown");
  if (unknown.length === 0) return 0;
  const listed = (await trial.run("deliveries", "--state", "unknown")).lines;
  if (listed.map(({ id }) => id).join() !== unknown.map(({ id }) => id).join()) {
    trial.wrongs.push(`${listed.length} of ${unknown.length} unknown ones are listed`);
  }
  const copies = byMail(readLedger(trial.record).copies);
  for (const as of ["sent", "resend"] as const) {
    const ids = listed.filter(({ messageId }) => copies.has(String(messageId)) === (as === "sent"));
    if (ids.length > 0)
      await trial.run("deliveries", "resolve", ...ids.map(({ id }) => String(id)), "--as", as);
  }
  await workOff(trial);
  return unknown.length;
}
