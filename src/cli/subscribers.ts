import { type Command, Option } from "commander";
import { stringify } from "csv-stringify/sync";
import { requireMail } from "../app/jobs.ts";
import type { App } from "../app.ts";
import { isoInstant } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Imported } from "../domain/records.ts";
import { outsideStatus, parseEmail, type Subscriber } from "../domain/subscriber.ts";
import { type CommonOptions, type Context, common, contextOf, withApp } from "./context.ts";
import { checkWishes, columns, entryOf, importFile, statusOf, type WishFlags } from "./importing.ts";
import { counted, shortInstant } from "./output.ts";

const pageSize = 1_000;

const said: Readonly<Record<Imported, string>> = {
  added: "was added",
  updated: "was updated",
  kept: "left or bounced before and stays so (`--force` brings back)",
  suppressed: "was erased on request and stays out (`--force` brings back)",
};

export function subscribersCommand(program: Command): void {
  const subscribers = program
    .command("subscribers")
    .description("who gets the digest")
    .addHelpText("after", "\nExample:\n  $ postwire subscribers list");
  common(
    subscribers.command("list").description("everybody, with status and wishes"),
    "postwire subscribers list",
  ).action(listAll);
  wishes(
    common(
      subscribers.command("add").description("adds one; pending ones are asked by mail").argument("<email>"),
      "postwire subscribers add anna@example.org --as confirmed",
    ),
  ).action(addOne);
  wishes(
    common(
      subscribers.command("import").description("adds those of a CSV file").argument("<file>"),
      "postwire subscribers import readers.csv --as confirmed",
    ),
  ).action(importFile);
  common(
    subscribers.command("export").description("everybody as CSV"),
    "postwire subscribers export > readers.csv",
  ).action(exportAll);
  common(
    subscribers.command("remove").description("unsubscribes one").argument("<email>"),
    "postwire subscribers remove anna@example.org",
  ).action(removeOne);
  common(
    subscribers
      .command("erase")
      .description("forgets one; imports will not bring the address back")
      .argument("<email>"),
    "postwire subscribers erase anna@example.org",
  ).action(eraseOne);
}

function wishes(command: Command): Command {
  return command
    .addOption(
      new Option("--as <status>", "the status they get").choices(["confirmed", "pending", "unsubscribed"]),
    )
    .option("--category <category...>", "the categories wanted (default: everything)")
    .option("--zone <zone>", "their time zone")
    .option("--language <tag>", "their language")
    .option("--force", "bring back also who left, bounced or was erased");
}

async function* everybody(app: App): AsyncGenerator<Subscriber> {
  for (let after = 0; ; ) {
    const page = await app.store.listSubscribers({ after, limit: pageSize });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.id;
  }
}

async function listAll(options: CommonOptions): Promise<void> {
  const context = contextOf(options);
  const { out } = context;
  await withApp(context, async (app) => {
    const rows: string[][] = [];
    for await (const { id, email, status, categories, language, zone, confirmedAt } of everybody(app)) {
      out.json({
        id,
        email,
        status: outsideStatus[status],
        categories: categories ?? [],
        language,
        zone,
        confirmedAt: isoInstant(confirmedAt),
      });
      rows.push([
        email,
        outsideStatus[status],
        categories?.join(", ") ?? "everything",
        shortInstant(confirmedAt, app.config.site.timeZone),
      ]);
    }
    out.say(
      rows.length === 0
        ? "There are no subscribers yet. They sign up at /subscribe, or: postwire subscribers add anna@example.org"
        : `${counted(rows.length, "subscriber")}.\n`,
    );
    if (rows.length > 0)
      out.table([
        ["ADDRESS", "STATUS", "CATEGORIES", "CONFIRMED"].map((head) => out.tone("muted", head)),
        ...rows,
      ]);
  });
}

async function exportAll(options: CommonOptions): Promise<void> {
  const context = contextOf(options);
  await withApp(context, async (app) => {
    process.stdout.write(stringify([columns]));
    for await (const { email, status, categories, language, zone, confirmedAt } of everybody(app)) {
      const row = [
        email,
        outsideStatus[status],
        (categories ?? []).join(";"),
        language,
        zone,
        isoInstant(confirmedAt),
      ];
      process.stdout.write(stringify([row], { escape_formulas: true }));
    }
  });
}

async function addOne(written: string, flags: WishFlags): Promise<void> {
  const context = contextOf(flags);
  const email = addressOf(written);
  const status = statusOf[flags.as ?? "pending"];
  checkWishes(flags);
  await withApp(context, async (app) => {
    const wish = {
      email,
      categories: await app.subscribing.wished(flags.category ?? null),
      language: flags.language ?? null,
    };
    if (status === "pending") return await ask(context, app, wish);
    const result = await app.store.importSubscriber(
      entryOf({ ...wish, zone: flags.zone ?? null }, status, null, flags, "cli", app.clock.now()),
      app.clock.now(),
    );
    context.out.json({ email, result, status: outsideStatus[status] });
    context.out.say(`${email} ${said[result]}.`);
  });
}

async function ask(
  context: Context,
  app: App,
  wish: { email: string; categories: readonly string[] | null; language: string | null },
): Promise<void> {
  requireMail(app.mailer, app.tokens);
  const answer = await app.subscribing.ask(wish);
  context.out.json({ email: wish.email, result: answer, status: "pending" });
  context.out.say(
    answer === "asked"
      ? `${wish.email} will be asked by mail to confirm (the next \`postwire run deliver\`, or the daemon, sends it).`
      : `${wish.email} was not asked: it is confirmed already, or was asked a short while ago.`,
  );
}

async function removeOne(written: string, options: CommonOptions): Promise<void> {
  const context = contextOf(options);
  const email = addressOf(written);
  await withApp(context, async (app) => {
    const subscriber = await app.store.findSubscriber(email);
    if (subscriber === null || !(await app.store.leave(subscriber.id, app.clock.now()))) throw noSuch(email);
    context.out.json({ email, result: "removed" });
    context.out.say(`${email} is unsubscribed.`);
  });
}

async function eraseOne(written: string, options: CommonOptions): Promise<void> {
  const context = contextOf(options);
  const email = addressOf(written);
  await withApp(context, async (app) => {
    if (!(await app.store.eraseSubscriber(email, app.clock.now()))) throw noSuch(email);
    context.out.json({ email, result: "erased" });
    context.out.say(`${email} is forgotten.`);
  });
}

function addressOf(written: string): string {
  const email = parseEmail(written);
  if (email === null) throw new AppError("usage", `"${written}" is no e-mail address.`);
  return email;
}

function noSuch(email: string): AppError {
  return new AppError("unknown", `There is no subscriber ${email}.`, {
    hint: "`postwire subscribers list` lists them.",
  });
}
