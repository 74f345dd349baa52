import type { Command } from "commander";
import { isoInstant } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Delivery, DeliveryState } from "../domain/delivery.ts";
import { type CommonOptions, common, contextOf, oneOf, wholeNumber, withApp } from "./context.ts";
import { counted, shortInstant } from "./output.ts";

interface ListFlags extends CommonOptions {
  readonly issue?: string;
  readonly state?: string;
}

interface ResolveFlags extends CommonOptions {
  readonly as: string;
}

const states: readonly DeliveryState[] = [
  "pending",
  "leased",
  "submitting",
  "sent",
  "deferred",
  "failed",
  "cancelled",
  "unknown",
];
const pageSize = 1_000;

export function deliveriesCommand(program: Command): void {
  const deliveries = program.command("deliveries").description("the outbox, one row for each mail");
  common(deliveries, "postwire deliveries --state unknown")
    .option("--issue <issue>", "only of this issue")
    .option("--state <state>", `only in this state: ${states.join(", ")}`)
    .action(listDeliveries);
  common(
    deliveries.command("resolve").description("settles mails whose fate is unknown").argument("<id...>"),
    "postwire deliveries resolve 17 18 --as sent",
  )
    .requiredOption("--as <sent|resend>", "they arrived, or: send them again")
    .action((ids: string[], _: unknown, command: Command) => resolve(ids, command.optsWithGlobals()));
}

async function listDeliveries(_: unknown, command: Command): Promise<void> {
  const flags = command.optsWithGlobals<ListFlags>();
  const context = contextOf(flags);
  const { out } = context;
  const issue = flags.issue === undefined ? null : wholeNumber(flags.issue);
  const state = flags.state === undefined ? null : oneOf(states, flags.state, "--state");
  await withApp(context, async (app) => {
    const rows: string[][] = [];
    for (let after = 0; ; ) {
      const page = await app.store.listDeliveries({ issue, state, after, limit: pageSize });
      for (const row of page) {
        out.json(lineOf(row));
        rows.push(rowOf(row, app.config.site.timeZone));
      }
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) break;
      after = last.id;
    }
    out.say(rows.length === 0 ? "There are no such mails." : `${counted(rows.length, "mail")}.\n`);
    if (rows.length > 0)
      out.table([
        ["ID", "FOR", "TO", "STATE", "TRIES", "DUE", "ANSWER"].map((head) => out.tone("muted", head)),
        ...rows,
      ]);
  });
}

function lineOf({ id, errand, email, state, attempts, messageId, code, dueAt }: Delivery) {
  const issue = errand.kind === "issue" ? errand.issue : null;
  return { id, issue, email, state, attempts, messageId, code, dueAt: isoInstant(dueAt) };
}

function rowOf({ id, errand, email, state, attempts, code, dueAt }: Delivery, zone: string): string[] {
  const what = { issue: "issue", confirm: "sign-up", alert: "alert" }[errand.kind];
  const which = errand.kind === "issue" ? ` ${errand.issue}` : "";
  return [
    String(id),
    `${what}${which}`,
    email,
    state,
    String(attempts),
    shortInstant(dueAt, zone),
    code ?? "",
  ];
}

async function resolve(written: readonly string[], flags: ResolveFlags): Promise<void> {
  const context = contextOf(flags);
  const as = oneOf(["sent", "resend"] as const, flags.as, "--as");
  const ids = written.map(wholeNumber);
  await withApp(context, async (app) => {
    const refused: number[] = [];
    for (const id of ids) {
      const isSettled = await app.store.resolveDelivery(id, as, app.clock.now());
      if (isSettled) context.out.json({ id, as });
      else refused.push(id);
    }
    context.out.say(`${counted(ids.length - refused.length, "mail")} settled.`);
    if (refused.length > 0) {
      throw new AppError("unknown", `Not of unknown fate: ${refused.join(", ")}.`, {
        hint: "`postwire deliveries --state unknown` lists those that are.",
      });
    }
  });
}
