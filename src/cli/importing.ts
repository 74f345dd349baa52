import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { AppError, messageOf } from "../base/errors.ts";
import type { Import, Imported } from "../domain/records.ts";
import { parseEmail, type SubscriberStatus, wishedCategories } from "../domain/subscriber.ts";
import { type CommonOptions, contextOf, withApp } from "./context.ts";

/** What the operator may say about those who are added. */
export interface WishFlags extends CommonOptions {
  readonly as?: "confirmed" | "pending" | "unsubscribed";
  readonly category?: string[];
  readonly zone?: string;
  readonly language?: string;
  readonly force?: boolean;
}

/** The status behind each outside word. */
export const statusOf = {
  confirmed: "active",
  pending: "pending",
  unsubscribed: "left",
  bounced: "bounced",
} as const;

/** The heads of the CSV file, in order. */
export const columns = ["email", "status", "categories", "language", "zone", "confirmedAt"];

/** What the operator brings in, as the store takes it. */
export function entryOf(
  subscriber: {
    email: string;
    categories: readonly string[] | null;
    language: string | null;
    zone: string | null;
  },
  status: SubscriberStatus,
  confirmedAt: number | null,
  flags: WishFlags,
  by: "cli" | "import",
  now: number,
): Import {
  return {
    subscriber,
    status,
    confirmedAt: status === "active" ? (confirmedAt ?? now) : confirmedAt,
    consent: { text: "Added by the operator, who has the consent.", by },
    force: flags.force ?? false,
  };
}

/** Adds everybody in a CSV file; a line that cannot be read is told and passed over. */
export async function importFile(file: string, flags: WishFlags): Promise<void> {
  const context = contextOf(flags);
  const { out } = context;
  const rows = rowsOf(file, flags);
  await withApp(context, async (app) => {
    const count: Record<Imported | "refused", number> = {
      added: 0,
      updated: 0,
      kept: 0,
      suppressed: 0,
      refused: 0,
    };
    for (const [n, row] of rows.entries()) {
      const entry = entryOfRow(row, flags, app.clock.now());
      if (typeof entry === "string") {
        count.refused++;
        out.note(`${file}, line ${n + 2}: ${entry}`);
      } else {
        count[await app.store.importSubscriber(entry, app.clock.now())]++;
      }
    }
    out.json({ file, ...count });
    out.say(
      `${count.added} added, ${count.updated} updated, ${count.kept} kept as they were, ${count.suppressed} suppressed, ${count.refused} refused.`,
    );
  });
}

function rowsOf(file: string, flags: WishFlags): readonly Readonly<Record<string, string>>[] {
  let rows: readonly Readonly<Record<string, string>>[];
  try {
    rows = parse(readFileSync(file, "utf8"), {
      columns: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    });
  } catch (error) {
    throw new AppError("unreadable", `${file} cannot be read: ${messageOf(error)}.`, {
      hint: `It wants a CSV file with a head: ${columns.join(",")}.`,
    });
  }
  const first = rows[0];
  if (first !== undefined && first.email === undefined) {
    throw new AppError("unreadable", `${file} has no column "email".`, {
      hint: `Its first line wants the heads: ${columns.join(",")}.`,
    });
  }
  if (first !== undefined && first.status === undefined && flags.as === undefined) {
    throw new AppError("usage", `${file} has no column "status".`, {
      hint: "Say --as confirmed (they agreed elsewhere), --as pending or --as unsubscribed.",
    });
  }
  return rows;
}

/** A row as an entry, or what is wrong with it. */
function entryOfRow(row: Readonly<Record<string, string>>, flags: WishFlags, now: number) {
  const email = parseEmail(row.email ?? "");
  if (email === null) return `"${row.email}" is no e-mail address.`;
  const status = Object.entries(statusOf).find(([word]) => word === (flags.as ?? row.status))?.[1];
  if (status === undefined)
    return `"${row.status}" is no status; known: ${Object.keys(statusOf).join(", ")}.`;
  const confirmedAt = Date.parse(row.confirmedAt ?? "");
  const categories = flags.category ?? row.categories?.split(";") ?? null;
  const wish = {
    email,
    categories: wishedCategories(categories),
    language: flags.language ?? (row.language || null),
    zone: flags.zone ?? (row.zone || null),
  };
  return entryOf(wish, status, Number.isNaN(confirmedAt) ? null : confirmedAt, flags, "import", now);
}
