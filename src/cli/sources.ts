import type { Command } from "commander";
import { isoInstant } from "../base/clock.ts";
import type { Level } from "../domain/health.ts";
import { type CommonOptions, common, contextOf, withApp } from "./context.ts";
import { judgedSources } from "./health.ts";
import { counted, shortInstant } from "./output.ts";

const tones: Readonly<Record<Level, "good" | "attention" | "bad" | "muted">> = {
  bad: "bad",
  attention: "attention",
  good: "good",
  idle: "muted",
};

export function sourcesCommand(program: Command): void {
  common(
    program.command("sources").description("each source with its state and health"),
    "postwire sources",
  ).action(async (options: CommonOptions) => {
    const context = contextOf(options);
    await withApp(context, async (app) => {
      const { out } = context;
      const rows = await judgedSources(app);
      for (const { row, health, sentence } of rows) {
        const { id, name, url, kind, state, posts } = row;
        out.json({
          ...{ id, name, url, address: state.address, kind, state: health.state, health: sentence },
          lastLookAt: isoInstant(state.lastLookAt),
          nextLookAt: isoInstant(state.nextLookAt),
          failures: state.failures,
          posts,
        });
      }
      if (rows.length === 0) {
        out.say("There are no sources yet. Add one: postwire add https://example.org/blog");
        return;
      }
      const well = rows.filter(({ health }) => health.level === "good").length;
      out.say(`${counted(rows.length, "source")}, ${well} well.\n`);
      const zone = app.config.site.timeZone;
      out.table([
        ["SOURCE", "STATE", "POSTS", "LAST LOOK", "HOW IT IS"].map((head) => out.tone("muted", head)),
        ...rows.map(({ row, health, sentence }) => [
          row.id,
          out.tone(tones[health.level], health.state),
          String(row.posts),
          shortInstant(row.state.lastLookAt, zone),
          sentence,
        ]),
      ]);
    });
  });
}
