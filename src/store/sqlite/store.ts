import type { Store } from "../../domain/store.ts";
import { alertVerbs } from "./alerts.ts";
import { claimVerbs } from "./claims.ts";
import { closeDatabase, openDatabase } from "./database.ts";
import { dirtyVerbs } from "./dirt.ts";
import { logOf } from "./durable.ts";
import { healthVerbs } from "./health.ts";
import { issueReads, issueWrites } from "./issues.ts";
import { lookVerbs } from "./looks.ts";
import { outboxClaims, outboxReads } from "./outbox.ts";
import { pingVerbs } from "./pings.ts";
import { politenessVerbs } from "./politeness.ts";
import { postReads, postWrites } from "./posts.ts";
import { importVerbs, signUpVerbs } from "./signups.ts";
import { sourceVerbs } from "./sources.ts";
import { steeringVerbs } from "./steering.ts";
import { submissionVerbs } from "./submissions.ts";
import { subscriberReads, subscriberWrites } from "./subscribers.ts";
import { sweepVerbs } from "./sweep.ts";
import { asSharedTransactions, asTransactions } from "./transactions.ts";

/** Where the store is, and what is minted in its name. */
export interface SqliteStoreOptions {
  /** The database; made where there is none. */
  readonly file: string;
  /** The folder of migrations. */
  readonly migrations: string;
  /** The host in the ids of posts (RFC 4151) and mails: the site's. */
  readonly tagHost: string;
}

/**
 * Opens the store in an SQLite file, migrated to where the program is. Rejects with `AppError("data")` where file or
 * disk refuse, or the file is not ours or of a newer program, and with `AppError("busy")` where it is locked.
 */
export async function sqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { file, tagHost } = options;
  const db = await openDatabase(file, options.migrations);
  const log = logOf(db);
  const reads = {
    ...postReads(db),
    ...issueReads(db),
    ...outboxReads(db),
    ...subscriberReads(db),
    ...healthVerbs(db),
  };
  const writes = {
    ...sourceVerbs(db),
    ...politenessVerbs(db),
    ...postWrites(db),
    ...dirtyVerbs(db),
    ...pingVerbs(db),
    ...issueWrites(db, tagHost),
    ...steeringVerbs(db),
    ...outboxClaims(db),
    ...sweepVerbs(db),
    ...alertVerbs(db, tagHost),
    ...signUpVerbs(db, tagHost),
    ...subscriberWrites(db),
  };
  return {
    ...asTransactions(db, "deferred", reads),
    ...asTransactions(db, "immediate", writes),
    ...asSharedTransactions(db, log, {
      ...submissionVerbs(db),
      ...importVerbs(db),
      ...claimVerbs(db),
      ...lookVerbs(db, tagHost),
    }),
    close: async () => {
      await log.close();
      closeDatabase(db);
    },
  };
}
