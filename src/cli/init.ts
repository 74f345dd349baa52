import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { cancel, isCancel, text } from "@clack/prompts";
import type { Command } from "commander";
import { parseDocument } from "yaml";
import { bundled } from "../app/bundled.ts";
import { AppError, messageOf } from "../base/errors.ts";
import { safeHttpUrl } from "../base/url.ts";
import { type CommonOptions, common, contextOf } from "./context.ts";

interface InitFlags extends CommonOptions {
  readonly title?: string;
  readonly url?: string;
  readonly language?: string;
  readonly zone?: string;
  readonly transport?: string;
}

interface Answers {
  readonly title: string;
  readonly url: string;
  readonly language: string;
  readonly zone: string;
}

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const usual: Answers = { title: "Latest posts", url: "http://127.0.0.1:8080", language: "en", zone: here };

export function initCommand(program: Command): void {
  common(
    program
      .command("init")
      .description("writes a commented postwire.yaml and .env.example; never overwrites"),
    'postwire init --title "Weekly notes" --url https://digest.example.org',
  )
    .option("--title <title>", "what the site is called")
    .option("--url <url>", "where people will find it")
    .option("--language <tag>", "the language of pages and mails: en, zh")
    .option("--zone <zone>", "the time zone of the schedule")
    .option("--transport <smtp|folder>", "how mail goes out", "folder")
    .action(init);
}

async function init(flags: InitFlags): Promise<void> {
  const { out } = contextOf(flags);
  const file = resolve(flags.config);
  const envFile = join(dirname(file), ".env.example");
  const isAsking = process.stdin.isTTY === true && process.stdout.isTTY === true && !out.isJson;
  if (existsSync(file))
    throw new AppError("usage", `${flags.config} is there already; it was left alone.`, {
      hint: "Name another with --config FILE.",
    });
  const answers = isAsking ? await asked(flags) : given(flags);
  create(file, configText(answers, flags.transport ?? "folder"), 0o644);
  const hasEnv = existsSync(envFile);
  if (!hasEnv) create(envFile, envText(), 0o600);
  out.json({ config: file, env: envFile, envWritten: !hasEnv });
  out.say(`✓ Wrote ${flags.config}${hasEnv ? "" : " and .env.example"}.`);
  out.say("\nNext:\n  cp .env.example .env\n  postwire add https://example.org/blog\n  postwire serve");
}

function given(flags: InitFlags): Answers {
  const { title, url, language, zone } = flags;
  return {
    title: title ?? usual.title,
    url: addressOf(url ?? usual.url),
    language: language ?? usual.language,
    zone: zone ?? usual.zone,
  };
}

async function asked(flags: InitFlags): Promise<Answers> {
  const start = given(flags);
  const url = (written: string | undefined) =>
    safeHttpUrl(written ?? "") === null ? "Write it in full: https://digest.example.org" : undefined;
  return {
    title: await answer("What is the site called?", start.title),
    url: addressOf(await answer("Where will people find it?", start.url, url)),
    language: await answer("In which language? (en, zh)", start.language),
    zone: await answer("In which time zone is the schedule?", start.zone),
  };
}

async function answer(
  message: string,
  initialValue: string,
  validate?: (written: string | undefined) => string | undefined,
): Promise<string> {
  const written = await text({ message, initialValue, ...(validate && { validate }) });
  if (!isCancel(written)) return written;
  cancel("Nothing was written.");
  throw new AppError("usage", "Stopped before anything was written.");
}

function addressOf(url: string): string {
  const safe = safeHttpUrl(url);
  if (safe === null)
    throw new AppError("usage", `"${url}" is no http(s) address.`, {
      hint: "Write it in full: https://digest.example.org",
    });
  return safe.replace(/\/+$/, "");
}

/** The example configuration, comments and all, with the answers in place and no sources yet. */
function configText({ title, url, language, zone }: Answers, transport: string): string {
  const document = parseDocument(readFileSync(bundled("postwire.example.yaml"), "utf8"));
  document.setIn(["site", "title"], title);
  document.setIn(["site", "url"], url);
  document.setIn(["site", "language"], language);
  document.setIn(["site", "timeZone"], zone);
  document.setIn(["mail", "transport"], transport);
  document.deleteIn(["mail", "from"]);
  document.set("sources", document.createNode([]));
  return document.toString({ lineWidth: 0 });
}

function envText(): string {
  return `# Copy to .env and keep both to yourself: the secret below was made for this installation.

# Signs the links in mails (unsubscribe, preferences, confirm). Keep it: links in old mails need it.
POSTWIRE_SECRET=${randomBytes(32).toString("hex")}

# The password of /admin (the user name does not matter).
POSTWIRE_ADMIN_PASSWORD=

# For mail.transport: smtp. smtps:// is TLS from the start (465); smtp:// with a password uses STARTTLS (587).
SMTP_URL=
`;
}

function create(file: string, content: string, mode: number): void {
  try {
    writeFileSync(file, content, { flag: "wx", mode });
  } catch (error) {
    throw new AppError("data", `${file} cannot be written: ${messageOf(error)}.`, {
      hint: "Make its folder writable, or name another with --config FILE.",
    });
  }
}
