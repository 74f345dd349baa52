import type { Command } from "commander";
import { stringify } from "yaml";
import type { Config } from "../config/load.ts";
import { notices } from "../config/notices.ts";
import { type CommonOptions, common, configOf, contextOf } from "./context.ts";
import { counted } from "./output.ts";

export function checkCommand(program: Command): void {
  common(
    program
      .command("check")
      .description("the configuration as understood, or everything that is wrong in it"),
    "postwire check",
  ).action((options: CommonOptions) => {
    const { out } = contextOf(options);
    const config = configOf(options);
    const shown = concealed(config);
    out.json(shown);
    out.say(
      `✓ ${config.file} is right: ${counted(config.sources.length, "source")}, mail by ${config.mail?.transport ?? "nothing yet"}.`,
    );
    for (const notice of notices(config)) out.note(`! ${notice}`);
    out.say(`\n${stringify(shown).trimEnd()}`);
  });
}

/** The configuration with `***` in place of secrets. */
function concealed(config: Config): unknown {
  const star = (value: string | null) => (value === null ? null : "***");
  const { smtpUrl, secret, adminPassword } = config.secrets;
  return {
    ...config,
    sources: config.sources.map((source) => ({
      ...source,
      headers: Object.fromEntries(Object.keys(source.headers).map((name) => [name, "***"])),
    })),
    secrets: {
      smtpUrl: smtpUrl && withoutPassword(smtpUrl),
      secret: star(secret),
      adminPassword: star(adminPassword),
    },
  };
}

function withoutPassword(address: string): string {
  if (!URL.canParse(address)) return "***";
  const url = new URL(address);
  return `${url.protocol}//${url.username === "" ? "" : "***@"}${url.host}`;
}
