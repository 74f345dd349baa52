import type { Store } from "../../domain/store.ts";
import type { Db, Verbs } from "./database.ts";
import type { Log } from "./durable.ts";
import { troubleOf } from "./trouble.ts";

type Verb = (...given: readonly unknown[]) => unknown;

/**
 * Makes each verb a promise and one transaction. What writes takes its lock at once ("immediate"): a reader that turns
 * writer is refused when another process wrote meanwhile, however long it would wait.
 */
export function asTransactions<K extends keyof Store>(
  { $client: client }: Db,
  behaviour: "deferred" | "immediate",
  verbs: Verbs<K>,
): Pick<Store, K> {
  return mapped<K>(verbs, (verb) => {
    const transaction = client.transaction(verb);
    return async (...given) => {
      try {
        return transaction[behaviour](...given);
      } catch (error) {
        throw troubleOf(error, client.name);
      }
    };
  });
}

interface Waiting {
  readonly act: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * The same for verbs that many workers call at once: all that are called while the disk is busy with the last ones
 * share one transaction. Each is a step of its own in it: one that fails undoes only itself. Nobody is answered
 * before `log` has made the transaction durable; meanwhile the program goes on.
 */
export function asSharedTransactions<K extends keyof Store>(
  { $client: client }: Db,
  log: Log,
  verbs: Verbs<K>,
): Pick<Store, K> {
  let waiting: Waiting[] = [];
  let isAtWork = false;
  const actAll = client.transaction((batch: readonly Waiting[]) => batch.map(({ act }) => outcomeOf(act)));
  const work = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const outcomes = log.unsynced(() => actAll.immediate(batch));
        await log.sync();
        for (const [n, one] of batch.entries()) tell(one, outcomes[n]);
      } catch (error) {
        for (const { reject } of batch) reject(troubleOf(error, client.name));
      }
    }
    isAtWork = false;
  };
  const tell = ({ resolve, reject }: Waiting, outcome: Outcome | undefined) => {
    if (outcome?.kind === "done") resolve(outcome.result);
    else reject(troubleOf(outcome?.error, client.name));
  };
  return mapped<K>(verbs, (verb) => {
    const step = client.transaction(verb);
    return (...given) =>
      new Promise((resolve, reject) => {
        waiting.push({ act: () => step(...given), resolve, reject });
        if (isAtWork) return;
        isAtWork = true;
        setImmediate(() => void work());
      });
  });
}

type Outcome =
  | { readonly kind: "done"; readonly result: unknown }
  | { readonly kind: "failed"; readonly error: unknown };

function outcomeOf(act: () => unknown): Outcome {
  try {
    return { kind: "done", result: act() };
  } catch (error) {
    return { kind: "failed", error };
  }
}

function mapped<K extends keyof Store>(
  verbs: Verbs<K>,
  make: (verb: Verb) => (...given: readonly unknown[]) => Promise<unknown>,
): Pick<Store, K> {
  const entries = Object.entries(verbs) as [K, Verb][];
  return Object.fromEntries(entries.map(([name, verb]) => [name, make(verb)])) as Pick<Store, K>;
}
