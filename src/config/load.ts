import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { AppError, errnoOf, messageOf } from "../base/errors.ts";
import type { Reading } from "../domain/page.ts";
import type { Site } from "../domain/site.ts";
import type { Source } from "../domain/source.ts";
import { type Environment, faultsBetween, headersOf, looselyRead, type Secrets } from "./between.ts";
import { type Fault, faultsOf } from "./faults.ts";
import { configShape, type Shaped } from "./shape.ts";
import { type Trials, trialsOf } from "./trials.ts";

export interface MailConfig extends Omit<NonNullable<Shaped["mail"]>, "from"> {
  readonly from: { readonly name: string; readonly address: string };
}

/** The configuration as understood: the file, the environment and the defaults. */
export interface Config extends Omit<Shaped, "site" | "sources" | "data" | "mail"> {
  /** The file it came from, absolute. */
  readonly file: string;
  readonly site: Site;
  /** The data folder, absolute. */
  readonly data: string;
  readonly sources: readonly Source[];
  readonly mail: MailConfig | null;
  readonly secrets: Secrets;
  readonly trials: Trials;
}

/**
 * Reads `file` (YAML) and the `.env` beside it, `environment` first. Throws one `AppError("config")` that names
 * everything that is wrong, each with its key and the mend. `reading` is what a source's `read` may be.
 */
export function loadConfig(file: string, environment: Environment, reading: z.ZodType<Reading>): Config {
  const path = resolve(file);
  const env = { ...dotEnv(join(dirname(path), ".env")), ...environment };
  return understand(readText(path, file), path, env, reading);
}

/** The same for a text that is not (yet) on disk; `path` is where it would be. */
export function understand(
  text: string,
  path: string,
  env: Environment,
  reading: z.ZodType<Reading>,
): Config {
  const shape = configShape(reading);
  const raw = yamlOf(text, path);
  const secrets = secretsOf(env);
  const shaped = shape.safeParse(raw ?? {}, { reportInput: true });
  const further = faultsBetween(looselyRead(raw), secrets, env);
  if (!shaped.success) refuse(path, [...faultsOf(shaped.error.issues, keysIn(shape)), ...further]);
  if (further.length > 0) refuse(path, further);
  const headers = shaped.data.sources.map((source) => headersOf(source.headers, env));
  return { ...assemble(shaped.data, headers, path), secrets, trials: trialsOf(env) };
}

function assemble(
  shaped: Shaped,
  headers: readonly Source["headers"][],
  file: string,
): Omit<Config, "secrets" | "trials"> {
  const { site, mail } = shaped;
  const url = site.url.replace(/\/+$/, "");
  const from = mail?.from ?? { name: site.title, address: `digest@${new URL(url).hostname}` };
  return {
    ...shaped,
    file,
    site: { ...site, url, author: site.author ?? site.title },
    data: resolve(dirname(file), shaped.data),
    mail: mail === undefined ? null : { ...mail, from },
    sources: shaped.sources.map((source, n) => ({
      id: source.id,
      name: source.name ?? new URL(source.url).hostname,
      url: source.url,
      category: source.category ?? null,
      reading: source.read,
      pages: source.pages,
      zone: source.zone ?? site.timeZone,
      everyMs: source.every ?? shaped.polling.every,
      everyIsExact: source.every !== undefined,
      enabled: source.enabled,
      backfill: source.backfill,
      headers: headers[n] ?? {},
      keep: source.keep,
      drop: source.drop,
    })),
  };
}

function readText(path: string, asked: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const missing = errnoOf(error) === "ENOENT";
    throw new AppError("config", `${asked}: ${missing ? "there is no such file" : messageOf(error)}.`, {
      hint: missing
        ? "Write one with `postwire init`, or name another with --config FILE."
        : "Make it readable for this user.",
    });
  }
}

function yamlOf(text: string, path: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const broken = document.errors.map((error) => {
    const { line } = lines.linePos(error.pos[0]);
    return {
      key: `line ${line}`,
      message: `${error.message.split("\n")[0]?.replace(/ at line \d+.*$/, "")}.`,
    };
  });
  if (broken.length > 0) refuse(path, broken);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const message = `${messageOf(error)}. In YAML a * starts an alias: put a value that begins with one in quotes.`;
    return refuse(path, [{ key: "", message }]);
  }
}

function dotEnv(path: string): Environment {
  try {
    return parseEnv(readFileSync(path, "utf8")) as Environment;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return {};
    throw new AppError("config", `${path}: ${messageOf(error)}.`, {
      hint: "Make it readable, or take it away.",
    });
  }
}

function secretsOf(env: Environment): Secrets {
  return {
    smtpUrl: env.SMTP_URL || null,
    secret: env.POSTWIRE_SECRET || null,
    adminPassword: env.POSTWIRE_ADMIN_PASSWORD || null,
  };
}

/** The keys that may stand at a path of the shape, to suggest one for a misspelt one. */
function keysIn(shape: z.ZodType): (path: readonly PropertyKey[]) => readonly string[] {
  return (path) => {
    let here: unknown = shape;
    for (const part of path) {
      const inner = unwrapped(here);
      here = typeof part === "number" ? inner.element : inner.shape?.[String(part)];
    }
    return Object.keys(unwrapped(here).shape ?? {});
  };
}

interface Shapelike {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
}

function unwrapped(type: unknown): Shapelike {
  let here = type as { def?: { innerType?: unknown } } & Shapelike;
  while (here?.def?.innerType !== undefined) here = here.def.innerType as typeof here;
  return here ?? {};
}

function refuse(path: string, faults: readonly Fault[]): never {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const lines = faults.map(({ key, message }) =>
    key === "" ? `${name}: ${message}` : `${name}, ${key}: ${message}`,
  );
  throw new AppError("config", lines.join("\n"));
}
