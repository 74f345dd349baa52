import type { App } from "../app.ts";
import { healthOf, healthSentence, isTrouble, type SourceHealth } from "../domain/health.ts";
import type { SourceRow } from "../domain/source.ts";

/** A source with how it is, and the sentence for it. */
export interface Judged {
  readonly row: SourceRow;
  readonly health: SourceHealth;
  readonly sentence: string;
}

/** Every source with its health; the command line speaks English. */
export async function judgedSources({ store, clock, speech }: App): Promise<readonly Judged[]> {
  const [now, words] = [clock.now(), speech.in("en")];
  return (await store.listSources()).map((row) => {
    const health = healthOf(row, now);
    return { row, health, sentence: healthSentence(row, health, words, now) };
  });
}

/** A sentence for each source that is not well, `notes: The server answered 404 …`; of one source with `only`. */
export async function failingSources(app: App, only: string | null): Promise<readonly string[]> {
  return (await judgedSources(app))
    .filter(({ row, health }) => isTrouble(health) && (only === null || row.id === only))
    .map(({ row, sentence }) => `${row.id}: ${sentence}`);
}
