import type { Command } from "commander";
import { stringify } from "yaml";
import { writtenDuration } from "../base/clock.ts";
import { parsedUrl } from "../base/url.ts";
import type { Config } from "../config/load.ts";
import { notices } from "../config/notices.ts";
import { writtenRule } from "../domain/issue.ts";
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
    const shown = described(config);
    out.json(shown);
    out.say(
      `✓ ${config.file} is right: ${counted(config.sources.length, "source")}, mail by ${config.mail?.transport ?? "nothing yet"}.`,
    );
    for (const notice of notices(config)) out.note(`! ${notice}`);
    out.say(`\n${stringify(shown).trimEnd()}`);
  });
}

/** The configuration in the form of the file, every default in place and `***` in place of secrets. */
function described({
  site,
  data,
  web,
  polling,
  sources,
  categories,
  digest,
  mail,
  subscribe,
  feeds,
  alerts,
  retention,
  secrets,
}: Config) {
  const star = (value: string | null) => (value === null ? null : "***");
  const { listen } = web;
  return {
    site,
    data,
    web: { ...web, listen: `${listen.host}:${listen.port}` },
    polling: { ...polling, every: writtenDuration(polling.every), hostGap: writtenDuration(polling.hostGap) },
    sources: sources.map(({ everyMs, everyIsExact: _, reading, headers, ...source }) => ({
      ...source,
      read: reading,
      every: writtenDuration(everyMs),
      headers: Object.fromEntries(Object.keys(headers).map((name) => [name, "***"])),
    })),
    categories,
    digest: { ...digest, at: writtenRule(digest.at), maxAge: writtenDuration(digest.maxAge) },
    mail: mail && {
      ...mail,
      from: `${mail.from.name} <${mail.from.address}>`,
      rate: mail.rate === null ? "none" : `${Math.round(mail.rate * 3_600)}/h`,
      lease: writtenDuration(mail.lease),
      resendUnknownAfter: writtenDuration(mail.resendUnknownAfter),
    },
    ...{ subscribe, feeds, alerts },
    retention: { posts: writtenDuration(retention.posts) },
    environment: {
      SMTP_URL: secrets.smtpUrl && withoutPassword(secrets.smtpUrl),
      POSTWIRE_SECRET: star(secrets.secret),
      POSTWIRE_ADMIN_PASSWORD: star(secrets.adminPassword),
    },
  };
}

function withoutPassword(address: string): string {
  const url = parsedUrl(address);
  if (url === null) return "***";
  return `${url.protocol}//${url.username === "" ? "" : "***@"}${url.host}`;
}
