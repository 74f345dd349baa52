import type { Command } from "commander";
import { openReader, type Reader, readConfig } from "../app/reader.ts";
import { isZone } from "../base/clock.ts";
import { AppError, messageOf } from "../base/errors.ts";
import { safeHttpUrl } from "../base/url.ts";
import { freeId, readFile, replaceFile, withSource } from "../config/edit.ts";
import { type AttemptInput, attempt, attemptLine, listedInputs } from "./attempt.ts";
import { type CommonOptions, type Context, common, configIfAny, configOf, contextOf } from "./context.ts";
import { preview, readingOf } from "./preview.ts";

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
  const context = contextOf(flags);
  const config = configIfAny(flags);
  const { base, contentType, zone } = flags;
  const all: readonly AttemptInput[] = [
    ...inputs.map((input) => ({
      input,
      path: input,
      fault: null,
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
  if (zone !== undefined && !isZone(zone)) {
    throw new AppError("usage", `"${zone}" is no time zone.`, { hint: "Write --zone Europe/Berlin." });
  }
  const reader = openReader(config);
  reader.warm();
  try {
    for (const input of all) await tryOne(reader, input, config?.site.timeZone ?? "UTC", context);
  } finally {
    await reader.close();
  }
}

/** Tries one input; what cannot be read is told in its place, and the rest go on. */
async function tryOne(
  reader: Reader,
  input: AttemptInput,
  zone: string,
  { out, log }: Context,
): Promise<void> {
  try {
    const tried = await attempt(reader, input, zone);
    out.json(attemptLine(tried));
    preview(out, tried);
  } catch (error) {
    process.exitCode = 1;
    const isOurs = error instanceof AppError;
    if (!isOurs)
      log.error("try broke", { input: input.input, stack: error instanceof Error ? error.stack : null });
    const message = isOurs ? error.message : "Internal error; the log has the details.";
    out.json({ url: input.input, error: { code: isOurs ? error.code : "internal", message } });
    if (!out.isJson)
      out.note(`✗ ${input.input}: ${message}${isOurs && error.hint ? `\n  ${error.hint}` : ""}`);
  }
}

async function add(written: string, flags: AddFlags): Promise<void> {
  const { out } = contextOf(flags);
  const config = configOf(flags);
  const url = safeHttpUrl(written);
  if (url === null)
    throw new AppError("usage", `"${written}" is no http(s) address.`, {
      hint: "Write it in full: https://example.org/blog",
    });
  const known = config.sources.find((source) => source.url === url);
  if (known !== undefined) throw new AppError("usage", `${url} is a source already: "${known.id}".`);
  const reader = openReader(config);
  reader.warm();
  const tried = await attempt(
    reader,
    { input: url, path: url, fault: null, base: null, headers: {}, zone: null },
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
    read: readingOf(tried),
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
