import type { Store } from "../../domain/store.ts";
import type { Db, Verbs } from "./database.ts";
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
 * The same for verbs that many workers call at once: all that are called in one turn of the event loop share one
 * transaction, and so one wait for the disk. Each is a step of its own in it: one that fails undoes only itself.
 */
export function asSharedTransactions<K extends keyof Store>(
  { $client: client }: Db,
  verbs: Verbs<K>,
): Pick<Store, K> {
  const waiting: Waiting[] = [];
  const actAll = client.transaction((batch: readonly Waiting[]) => batch.map(({ act }) => outcomeOf(act)));
  const flush = () => {
    const batch = waiting.splice(0);
    try {
      const outcomes = actAll.immediate(batch);
      for (const [n, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[n];
        if (outcome?.kind === "done") resolve(outcome.result);
        else reject(troubleOf(outcome?.error, client.name));
      }
    } catch (error) {
      for (const { reject } of batch) reject(troubleOf(error, client.name));
    }
  };
  return mapped<K>(verbs, (verb) => {
    const step = client.transaction(verb);
    return (...given) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ act: () => step(...given), resolve, reject });
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
