import { existsSync } from "node:fs";
import type { Command } from "commander";
import { isolatedExtract } from "../app/isolated.ts";
import { readConfig } from "../app/reader.ts";
import { type App, openApp } from "../app.ts";
import { AppError } from "../base/errors.ts";
import { jsonLog, type Log, type LogLevel } from "../base/log.ts";
import type { Config } from "../config/load.ts";
import { type Output, output } from "./output.ts";

/** The options that every command takes. */
export interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** What a command works with. */
export interface Context {
  readonly options: CommonOptions;
  readonly out: Output;
  readonly log: Log;
}

export const defaultConfig = "postwire.yaml";

/** Adds the options every command takes; `example` ends its help. */
export function common(command: Command, example: string): Command {
  return command
    .option("--config <file>", "the configuration", defaultConfig)
    .option("--json", "results as JSON Lines")
    .option("--verbose", "log what is done to standard error")
    .addHelpText("after", `\nExample:\n  $ ${example}`);
}

/** The context of a command; the log is silent about what the command itself reports. */
export function contextOf(options: CommonOptions, quietLevel: LogLevel = "error"): Context {
  return {
    options,
    out: output(process, options.json ?? false),
    log: jsonLog(options.verbose ? "info" : quietLevel),
  };
}

/** Reads the configuration a command was given. */
export function configOf(options: CommonOptions): Config {
  return readConfig(options.config, process.env);
}

/** The configuration, or null when none was named and there is none at the usual place. */
export function configIfAny(options: CommonOptions): Config | null {
  return options.config === defaultConfig && !existsSync(defaultConfig) ? null : configOf(options);
}

/**
 * Opens the house for one command and closes it again, whatever happens. One that is going to read pages says so: what
 * reads them gets ready while the rest is opened.
 */
export async function withApp<T>(
  { options, log }: Context,
  work: (app: App) => Promise<T>,
  { reads = false } = {},
): Promise<T> {
  const reading = isolatedExtract();
  if (reads) reading.warm();
  try {
    const app = await openApp(configOf(options), log, undefined, reading);
    return await work(app).finally(() => app.close());
  } finally {
    await reading.close();
  }
}

/** Refuses a source that is not among those known. */
export function requireSource(known: readonly { readonly id: string }[], id: string): void {
  const ids = known.map((source) => source.id);
  if (ids.includes(id)) return;
  const hint = ids.length > 0 ? `Known: ${ids.join(", ")}.` : "There are no sources yet: postwire add URL.";
  throw new AppError("usage", `There is no source "${id}".`, { hint });
}

/** A whole number from the command line. */
export function wholeNumber(written: string): number {
  if (!/^\d{1,15}$/.test(written)) throw new AppError("usage", `"${written}" is no number.`);
  return Number(written);
}

/** One of `known`, from the command line. */
export function oneOf<T extends string>(known: readonly T[], written: string, what: string): T {
  const found = known.find((word) => word === written);
  if (found === undefined)
    throw new AppError("usage", `${what}: there is no "${written}".`, {
      hint: `Known: ${known.join(", ")}.`,
    });
  return found;
}
