import type { Command } from "commander";
import { isoInstant } from "../base/clock.ts";
import { mailTroubles } from "../domain/health.ts";
import { type CommonOptions, common, contextOf, withApp } from "./context.ts";
import { failingSources } from "./health.ts";
import { counted } from "./output.ts";

export function statusCommand(program: Command): void {
  common(program.command("status").description("health in one screen"), "postwire status").action(
    async (options: CommonOptions) => {
      const context = contextOf(options);
      const { out } = context;
      await withApp(context, async (app) => {
        const now = app.clock.now();
        const health = await app.store.health(now);
        const failing = await failingSources(app, null);
        const mail = mailTroubles(health, app.speech.in("en"), now);
        out.json({
          ...health,
          newestPostAt: isoInstant(health.newestPostAt),
          mailServer: { ...health.mailServer, restsUntil: isoInstant(health.mailServer.restsUntil) },
          pings: { ...health.pings, dueAt: isoInstant(health.pings.dueAt) },
          now: isoInstant(now),
        });
        const { sources, subscribers, outbox } = health;
        out.say(
          failing.length + mail.length === 0
            ? out.tone("good", "✓ All is well.")
            : out.tone("attention", `! ${notWell(failing.length, mail.length)}`),
        );
        out.say("");
        const newest =
          health.newestPostAt === null
            ? "none yet"
            : `newest ${app.speech.in("en").fromNow(health.newestPostAt - now)}`;
        const waiting =
          (outbox.pending ?? 0) + (outbox.deferred ?? 0) + (outbox.leased ?? 0) + (outbox.submitting ?? 0);
        out.table([
          ["Sources", `${sources.all}, ${sources.failing} failing, ${sources.due} due`],
          ["Posts", `${health.posts} (${newest})${health.held > 0 ? `, ${health.held} held for you` : ""}`],
          [
            "Subscribers",
            `${subscribers.active} active, ${subscribers.pending} to confirm, ${subscribers.left} left, ${subscribers.bounced} bounced`,
          ],
          [
            "Mail",
            `${waiting} waiting, ${outbox.sent ?? 0} sent, ${outbox.failed ?? 0} failed, ${outbox.unknown ?? 0} of unknown fate`,
          ],
        ]);
        if (failing.length + mail.length > 0) out.say("");
        for (const sentence of [...mail, ...failing]) out.say(`  ${sentence}`);
      });
    },
  );
}

function notWell(sources: number, mail: number): string {
  const parts = [
    mail > 0 ? "What goes out needs you" : null,
    sources > 0 ? `${counted(sources, "source")} not well` : null,
  ];
  return `${parts.filter((part) => part !== null).join("; ")}.`;
}
