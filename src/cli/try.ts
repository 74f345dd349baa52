import type { Command } from "commander";
import { openReader, readConfig } from "../app/reader.ts";
import { AppError, messageOf } from "../base/errors.ts";
import { safeHttpUrl } from "../base/url.ts";
import { freeId, readFile, replaceFile, withSource } from "../config/edit.ts";
import { type Attempt, type AttemptInput, attempt, attemptLine, listedInputs } from "./attempt.ts";
import { type CommonOptions, common, configIfAny, configOf, contextOf } from "./context.ts";
import { counted, type Output } from "./output.ts";
import { localDay } from "./posts.ts";

interface TryFlags extends CommonOptions {
  readonly base?: string;
  readonly contentType?: string;
  readonly zone?: string;
  readonly from?: string;
}

interface AddFlags extends CommonOptions {
  readonly id?: string;
  readonly category?: string;
}

const shownItems = 10;

export function tryCommand(program: Command): void {
  common(
    program
      .command("try")
      .description("reads pages or files and prints what it finds; keeps nothing")
      .argument("[inputs...]", "addresses or files"),
    "postwire try https://example.org/blog",
  )
    .option("--base <url>", "the address a file was fetched from")
    .option("--content-type <type>", "the Content-Type a file was served with")
    .option("--zone <zone>", "the time zone of dates that name none")
    .option("--from <list.jsonl>", "more inputs, one JSON object a line")
    .action(tryAll);
}

export function addCommand(program: Command): void {
  common(
    program
      .command("add")
      .description("tries an address and appends it to the configuration")
      .argument("<url>"),
    "postwire add https://example.org/blog --category Tech",
  )
    .option("--id <id>", "the id of the source (default: from its address)")
    .option("--category <category>", "the category of its posts")
    .action(add);
}

async function tryAll(inputs: readonly string[], flags: TryFlags): Promise<void> {
  const { out } = contextOf(flags);
  const config = configIfAny(flags);
  const { base, contentType, zone } = flags;
  const all: readonly AttemptInput[] = [
    ...inputs.map((input) => ({
      input,
      base: base ?? null,
      headers: contentType ? { "content-type": contentType } : {},
      zone: zone ?? null,
    })),
    ...(flags.from === undefined ? [] : listedInputs(flags.from)),
  ];
  if (all.length === 0)
    throw new AppError("usage", "There is nothing to try.", {
      hint: "Name an address or a file: postwire try https://example.org/blog",
    });
  const reader = openReader(config);
  let hasFailed = false;
  try {
    for (const input of all) {
      const tried = await attempt(reader, input, config?.site.timeZone ?? "UTC").catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        hasFailed = true;
        out.json({ url: input.input, error: { code: error.code, message: error.message } });
        if (!out.isJson)
          out.note(`✗ ${input.input}: ${error.message}${error.hint ? `\n  ${error.hint}` : ""}`);
        return null;
      });
      if (tried === null) continue;
      out.json(attemptLine(tried));
      preview(out, tried);
    }
  } finally {
    await reader.close();
  }
  if (hasFailed) process.exitCode = 1;
}

/** What was found, for people: how it is read, how sure that is, and the first items. */
function preview(out: Output, { url, extraction, zone }: Attempt): void {
  const { kind, items, title, feedUrl, confidence, notes, next } = extraction;
  const sure = kind === "feed" ? "" : `, ${Math.round(confidence * 100)} % sure`;
  out.say(
    `${out.tone(items.length > 0 ? "good" : "attention", items.length > 0 ? "✓" : "!")} ${title ?? url}: a ${kind} with ${counted(items.length, "post")}${sure}.`,
  );
  if (feedUrl !== null) out.say(`  The page names a feed: ${feedUrl}`);
  if (next !== null) out.say(`  It goes on at ${next}`);
  for (const note of notes) out.say(`  ${note}`);
  if (items.length === 0) {
    out.say(
      "  Nothing to follow was found. If the page lists posts, say where with `read: { kind: selectors, item: … }`.",
    );
    return;
  }
  out.say("");
  out.table(
    items
      .slice(0, shownItems)
      .map((item) => [
        localDay(item.publishedAt, zone) ?? "no date",
        item.categories[0] ?? "",
        item.title ?? item.url ?? "(no title)",
      ]),
  );
  if (items.length > shownItems) out.say(`… and ${items.length - shownItems} more.`);
}

async function add(written: string, flags: AddFlags): Promise<void> {
  const { out } = contextOf(flags);
  const config = configOf(flags);
  const url = safeHttpUrl(written);
  if (url === null)
    throw new AppError("usage", `"${written}" is no http(s) address.`, {
      hint: "Write it in full: https://example.org/blog",
    });
  const reader = openReader(config);
  const tried = await attempt(
    reader,
    { input: url, base: null, headers: {}, zone: null },
    config.site.timeZone,
  ).finally(() => reader.close());
  preview(out, tried);
  if (tried.extraction.items.length === 0) {
    throw new AppError("unreadable", `No posts were found at ${url}; nothing was added.`, {
      hint: "Write the source into the configuration by hand, with selectors: docs/SOURCES.md.",
    });
  }
  const id =
    flags.id ??
    freeId(
      url,
      config.sources.map((source) => source.id),
    );
  const source = {
    id,
    ...(tried.extraction.title !== null && { name: tried.extraction.title }),
    url: tried.address,
    ...(flags.category !== undefined && { category: flags.category }),
    read: tried.extraction.learned ?? {
      kind: tried.extraction.kind === "listing" ? "auto" : tried.extraction.kind,
    },
  };
  appendSource(config.file, source, id);
  out.json({ id, url: tried.address, items: tried.extraction.items.length, config: config.file });
  out.say(`\nAdded as "${id}" to ${config.file}. Look at it now: postwire run refresh --source ${id}`);
}

/** Writes the source into the file; a result that would be no right configuration leaves the file as it is. */
function appendSource(file: string, source: Parameters<typeof withSource>[1], id: string): void {
  const before = readFile(file);
  replaceFile(file, withSource(before, source));
  try {
    readConfig(file, process.env);
  } catch (error) {
    replaceFile(file, before);
    throw new AppError("usage", `The source "${id}" does not fit into ${file}: ${messageOf(error)}`);
  }
}
