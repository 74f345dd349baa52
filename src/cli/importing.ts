import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import type { App } from "../app.ts";
import { isZone } from "../base/clock.ts";
import { AppError, messageOf } from "../base/errors.ts";
import { isLanguage } from "../base/words.ts";
import type { Import, Imported } from "../domain/records.ts";
import { parseEmail, type SubscriberStatus } from "../domain/subscriber.ts";
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

/** Refuses a zone or a language that there is not, before anybody is written down with it. */
export function checkWishes({ zone, language }: WishFlags): void {
  const fault = wishFault(zone || null, language || null);
  if (fault !== null)
    throw new AppError("usage", fault, { hint: "Write --zone Europe/Berlin, --language en." });
}

function wishFault(zone: string | null, language: string | null): string | null {
  if (zone !== null && !isZone(zone)) return `"${zone}" is no time zone.`;
  return language !== null && !isLanguage(language) ? `"${language}" is no language.` : null;
}

/** So many are written in one step. */
const atOnce = 500;

/** Adds everybody in a CSV file; a line that cannot be read is told and passed over. */
export async function importFile(file: string, flags: WishFlags): Promise<void> {
  const context = contextOf(flags);
  const { out } = context;
  checkWishes(flags);
  const rows = rowsOf(file, flags);
  await withApp(context, async (app) => {
    const count: Record<Imported | "refused", number> = {
      added: 0,
      updated: 0,
      kept: 0,
      suppressed: 0,
      refused: 0,
    };
    let pending = 0;
    let together: Import[] = [];
    const flush = async () => {
      const now = app.clock.now();
      const came = await Promise.all(together.map((entry) => app.store.importSubscriber(entry, now)));
      for (const outcome of came) count[outcome]++;
      together = [];
    };
    for (const [n, row] of rows.entries()) {
      const entry = await entryOfRow(app, row, flags);
      if (typeof entry === "string") {
        count.refused++;
        out.note(`${file}, line ${n + 2}: ${entry}`);
        continue;
      }
      if (entry.status === "pending") pending++;
      if (together.push(entry) === atOnce) await flush();
    }
    await flush();
    out.json({ file, ...count });
    out.say(
      `${count.added} added, ${count.updated} updated, ${count.kept} kept as they were, ${count.suppressed} suppressed, ${count.refused} refused.`,
    );
    if (pending > 0)
      out.say(
        `${pending} pending: an import asks nobody by mail; \`postwire subscribers add ADDRESS\` does.`,
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
async function entryOfRow(
  app: App,
  row: Readonly<Record<string, string>>,
  flags: WishFlags,
): Promise<Import | string> {
  const written = (row.email ?? "").replace(/^'(?=[=+\-@])/, "");
  const email = parseEmail(written);
  if (email === null) return `"${written}" is no e-mail address.`;
  const status = Object.entries(statusOf).find(([word]) => word === (flags.as ?? row.status))?.[1];
  if (status === undefined)
    return `"${row.status}" is no status; known: ${Object.keys(statusOf).join(", ")}.`;
  const language = flags.language ?? (row.language || null);
  const zone = flags.zone ?? (row.zone || null);
  const fault = wishFault(zone, language);
  if (fault !== null) return fault;
  const confirmedAt = row.confirmedAt ? Date.parse(row.confirmedAt) : null;
  if (Number.isNaN(confirmedAt)) return `"${row.confirmedAt}" is no instant; write 2026-01-05T07:00:00Z.`;
  const categories = await app.subscribing.wished(flags.category ?? row.categories?.split(";") ?? null);
  return entryOf(
    { email, categories, language, zone },
    status,
    confirmedAt,
    flags,
    "import",
    app.clock.now(),
  );
}
