import type { Command } from "commander";
import { isoInstant } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { type CommonOptions, common, contextOf, wholeNumber, withApp } from "./context.ts";
import { counted, shortInstant } from "./output.ts";

/** What each verb says when it did something, and the states that show that it did. */
const done = {
  pause: { said: "is paused", states: ["paused"] },
  resume: { said: "goes on", states: ["open", "opening", "done"] },
  cancel: { said: "is cancelled", states: ["cancelled"] },
  approve: { said: "goes out", states: ["open", "opening", "done"] },
} as const;

export function issuesCommand(program: Command): void {
  const issues = program.command("issues").description("the issues of the digest, each with its accounting");
  common(issues, "postwire issues").action(listIssues);
  for (const [verb, what] of [
    ["pause", "stops delivering an issue for now"],
    ["resume", "delivers a paused or halted issue further"],
    ["cancel", "delivers nothing more of an issue"],
    ["approve", "delivers an issue that waits for approval (digest.approve: manual)"],
  ] as const) {
    common(issues.command(verb).description(what).argument("<issue>"), `postwire issues ${verb} 3`).action(
      (issue: string, _: unknown, command: Command) => steer(issue, verb, command.optsWithGlobals()),
    );
  }
}

async function listIssues(_: unknown, command: Command): Promise<void> {
  const context = contextOf(command.optsWithGlobals());
  const { out } = context;
  await withApp(context, async (app) => {
    const issues = await app.store.listIssues();
    for (const { number, period, openedAt, state, accounting } of issues) {
      out.json({
        issue: number,
        cadence: period.cadence,
        openedAt: isoInstant(openedAt),
        state,
        ...accounting,
      });
    }
    if (issues.length === 0) {
      out.say(
        "There are no issues yet. One is opened by the schedule (digest.at), or by `postwire run digest --now`.",
      );
      return;
    }
    out.say(`${counted(issues.length, "issue")}.\n`);
    out.table([
      [
        "ISSUE",
        "OPENED",
        "STATE",
        "POSTS",
        "SENT",
        "PENDING",
        "FAILED",
        "CANCELLED",
        "UNKNOWN",
        "SKIPPED",
      ].map((head) => out.tone("muted", head)),
      ...issues.map(({ number, openedAt, state, accounting: a }) => [
        ...[String(number), shortInstant(openedAt, app.config.site.timeZone), state],
        ...[a.posts, a.sent, a.pending, a.failed, a.cancelled, a.unknown, a.skipped].map(String),
      ]),
    ]);
  });
}

async function steer(written: string, to: keyof typeof done, options: CommonOptions): Promise<void> {
  const context = contextOf(options);
  const issue = wholeNumber(written);
  await withApp(context, async (app) => {
    const state = await app.store.steerIssue(issue, to, app.clock.now());
    if (state === null)
      throw new AppError("unknown", `There is no issue ${issue}.`, { hint: "`postwire issues` lists them." });
    context.out.json({ issue, state });
    const { said, states } = done[to];
    const isDone = states.some((wanted) => wanted === state);
    context.out.say(
      isDone
        ? `Issue ${issue} ${said}.`
        : `Nothing changed: issue ${issue} is ${state}, there is nothing to ${to}.`,
    );
  });
}
