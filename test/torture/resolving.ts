import { byMail, readLedger } from "./ledger.ts";
import { workOff } from "./rounds.ts";
import type { Trial } from "./trial.ts";

/** Settles what is unknown as an operator would who can ask the mail server: it arrived, or it is sent again. */
export async function resolved(trial: Trial): Promise<void> {
  const copies = byMail(readLedger(trial.record).copies);
  const unknown = (await trial.run("deliveries", "--state", "unknown")).lines;
  const has = unknown.map(({ id, messageId }) => ({
    id: String(id),
    isThere: copies.has(String(messageId)),
  }));
  for (const as of ["sent", "resend"] as const) {
    const ids = has.filter(({ isThere }) => isThere === (as === "sent")).map(({ id }) => id);
    if (ids.length > 0) await trial.run("deliveries", "resolve", ...ids, "--as", as);
  }
  await workOff(trial);
}
