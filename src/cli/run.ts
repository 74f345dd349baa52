import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import type { Delivered, Digested, Pinged, Published, Refreshed } from "../app/jobs.ts";
import type { App } from "../app.ts";
import { AppError, messageOf } from "../base/errors.ts";
import { type CommonOptions, type Context, common, contextOf, requireSource, withApp } from "./context.ts";
import { failingSources } from "./health.ts";
import { counted, type Output } from "./output.ts";
import { progress } from "./progress.ts";

interface RefreshFlags extends CommonOptions {
  readonly source?: string;
  readonly force?: boolean;
}

interface DigestFlags extends CommonOptions {
  readonly now?: boolean;
  readonly preview?: string;
}

interface DeliverFlags extends CommonOptions {
  readonly wait?: boolean;
}

export function runCommand(program: Command): void {
  const run = program
    .command("run")
    .description("does one job, once")
    .addHelpText("after", "\nExample:\n  $ postwire run refresh");
  common(
    run.command("refresh").description("looks at the sources that are due"),
    "postwire run refresh --source notes --force",
  )
    .option("--source <id>", "only this one")
    .option("--force", "also what is not due")
    .action((flags: RefreshFlags) =>
      withContext(flags, (context, app) => runRefresh(context, app, flags), { reads: true }),
    );
  common(
    run.command("publish").description("rebuilds the feeds that are out of date"),
    "postwire run publish",
  ).action((flags: CommonOptions) => withContext(flags, runPublish));
  common(run.command("digest").description("opens the issue that is due"), "postwire run digest --now")
    .option("--now", "whatever the schedule says")
    .option("--preview <file>", "writes the next digest to FILE (.html, .txt or .eml) and opens nothing")
    .action((flags: DigestFlags) => withContext(flags, (context, app) => runDigest(context, app, flags)));
  common(run.command("deliver").description("sends what is due"), "postwire run deliver --wait")
    .option("--wait", "until nothing is due or on its way")
    .action((flags: DeliverFlags) =>
      withContext(flags, (context, app) => runDeliver(context, app, flags.wait ?? false)),
    );
  common(
    run.command("prune").description("deletes posts older than retention.posts"),
    "postwire run prune",
  ).action((flags: CommonOptions) => withContext(flags, runPrune));
  common(
    run.command("all").description("refresh, publish, digest, deliver and prune, in this order"),
    "postwire run all",
  ).action((flags: CommonOptions) => withContext(flags, runAll, { reads: true }));
}

async function withContext(
  flags: CommonOptions,
  work: (context: Context, app: App) => Promise<void>,
  needs?: { readonly reads: boolean },
): Promise<void> {
  const context = contextOf(flags);
  await withApp(context, (app) => work(context, app), needs);
}

async function runAll(context: Context, app: App): Promise<void> {
  await runRefresh(context, app, context.options);
  await runPublish(context, app);
  if (app.mailer !== null) {
    await runDigest(context, app, context.options);
    await runDeliver(context, app, false);
  }
  await runPrune(context, app);
}

async function runRefresh({ out }: Context, app: App, flags: RefreshFlags): Promise<void> {
  const { source } = flags;
  if (source !== undefined) requireSource(app.config.sources, source);
  const bar = progress(app.config.sources.length, "sources looked at");
  const result = await app.jobs.refresh({ only: source, force: flags.force, onLooked: bar.step });
  bar.end();
  out.json(result);
  out.say(
    app.config.sources.length === 0
      ? "There are no sources yet. Add one: postwire add https://example.org/blog"
      : refreshed(result),
  );
  for (const sentence of await failingSources(app, source ?? null)) out.say(`  ${sentence}`);
}

function refreshed({ looked, new: fresh, changed, unchanged, failed, held }: Refreshed): string {
  if (looked === 0) return "Nothing is due. (`--force` looks anyway.)";
  const parts = [
    `${counted(fresh, "new post")}`,
    `${changed} changed`,
    `${counted(unchanged, "source")} unchanged`,
  ];
  if (held > 0) parts.push(`${counted(held, "post")} held for you (postwire posts)`);
  if (failed > 0) parts.push(`${counted(failed, "source")} failed`);
  return `Looked at ${counted(looked, "source")}: ${parts.join(", ")}.`;
}

async function runPublish({ out }: Context, app: App): Promise<void> {
  const result = await app.jobs.publish();
  out.json(result);
  out.say(published(result));
  if (app.config.feeds.hub === null) return;
  const pinged = await app.jobs.ping();
  out.json(pinged);
  out.say(told(pinged));
}

function published({ written, unchanged, removed, leftOut }: Published): string {
  const gone = removed > 0 ? `, ${removed} taken away` : "";
  const left = leftOut > 0 ? ` ${counted(leftOut, "post")} could not be written; the log says why.` : "";
  return `Published ${counted(written, "file")}, ${unchanged} unchanged${gone}.${left}`;
}

function told({ told: topics, failed }: Pinged): string {
  return failed > 0
    ? "The hub could not be told; it is tried again later (postwire status)."
    : `Told the hub of ${counted(topics, "feed")}.`;
}

async function runPrune({ out }: Context, app: App): Promise<void> {
  const result = await app.jobs.prune();
  out.json(result);
  out.say(`Pruned ${counted(result.pruned, "post")}.`);
}

async function runDigest({ out }: Context, app: App, { now, preview }: DigestFlags): Promise<void> {
  if (preview !== undefined) return await writePreview(out, app, preview);
  const result = await app.jobs.digest({ anyway: now ?? false });
  out.json(result);
  out.say(digested(result, app.config.digest.approve));
}

function digested({ issue, posts, candidates, skipped, why }: Digested, approve: "auto" | "manual"): string {
  switch (why) {
    case null:
      return `Issue ${issue} ${approve === "manual" ? `waits for you (postwire issues approve ${issue})` : "is open"}: ${counted(posts, "post")} for ${counted(candidates, "subscriber")}, ${skipped} without news of theirs.`;
    case "not-due":
      return "No issue is due. (`--now` opens one anyway.)";
    case "no-news":
      return "There is no news since the last issue: no issue was opened.";
    case "exists":
      return "That issue is open already.";
    default:
      return why satisfies never;
  }
}

async function writePreview(out: Output, app: App, file: string): Promise<void> {
  const preview = await app.jobs.previewDigest();
  if (preview === null) {
    out.say("There is no news since the last issue: nothing to preview.");
    return;
  }
  const kind = /\.(html|txt|eml)$/.exec(basename(file))?.[1];
  if (kind === undefined) throw new AppError("usage", `${file}: a preview is .html, .txt or .eml.`);
  const { letter, raw } = preview;
  try {
    writeFileSync(file, kind === "html" ? letter.html : kind === "txt" ? letter.text : raw);
  } catch (error) {
    throw new AppError("data", `${file} cannot be written: ${messageOf(error)}.`);
  }
  out.json({ job: "digest", opened: 0, preview: file, posts: preview.issue.posts.length });
  out.say(`Wrote ${file}: ${counted(preview.issue.posts.length, "post")}. Nothing was opened.`);
}

async function runDeliver({ out }: Context, app: App, wait: boolean): Promise<void> {
  const result = await app.jobs.deliver({ wait });
  out.json(result);
  out.say(delivered(result));
}

function delivered({ sent, failed, deferred, unknown, cancelled }: Delivered): string {
  if (sent + failed + deferred + unknown + cancelled === 0) return "Nothing was due.";
  const parts = [`${counted(sent, "mail")} sent`];
  if (deferred > 0) parts.push(`${deferred} deferred (to be tried again)`);
  if (failed > 0) parts.push(`${failed} failed`);
  if (cancelled > 0) parts.push(`${cancelled} withdrawn`);
  if (unknown > 0) parts.push(`${unknown} of unknown fate (postwire deliveries --state unknown)`);
  return `${parts.join(", ")}.`;
}
