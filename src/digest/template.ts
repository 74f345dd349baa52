import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import mustache from "mustache";
import { AppError, errnoOf, messageOf } from "../base/errors.ts";
import { escapeHtml } from "../base/text.ts";
import type { View } from "./view.ts";

/** Fills a template's slots; what is filled in never meets the MJML parser. */
export type Fill = (view: View) => string;

/** The slots a template may have, and those of them it must have. */
export interface Slots {
  readonly known: ReadonlySet<string>;
  readonly needed: readonly string[];
}

/** Where the templates are, and where the build left those that it compiled. */
export interface TemplateFolders {
  readonly folder: string;
  readonly compiled: string;
}

/**
 * Reads an MJML template as the build compiled it, or compiles it, once, where it was changed since. What fills its
 * slots is escaped for HTML text and quoted attributes. Throws `AppError("template")`, naming file and slot, when the file is missing or no MJML, or
 * has a slot that is unknown, unescaped or lacking.
 */
export async function htmlTemplate(
  { folder, compiled }: TemplateFolders,
  file: string,
  slots: Slots,
): Promise<Fill> {
  const source = await read(folder, file);
  checkSlots(file, source, slots);
  const html = (await compiledBefore(compiled, source)) ?? (await compile(file, source));
  checkSlots(file, html, slots);
  return (view) => mustache.render(html, view, undefined, { escape: (value) => escapeHtml(String(value)) });
}

/** A plain-text template: as `htmlTemplate`, and what fills the slots stays as it is. */
export async function textTemplate(
  { folder }: Pick<TemplateFolders, "folder">,
  file: string,
  slots: Slots,
): Promise<Fill> {
  const source = await read(folder, file);
  checkSlots(file, source, slots);
  return (view) => mustache.render(source, view, undefined, { escape: String }).replace(/\n{3,}/g, "\n\n");
}

/** Every MJML template of `folder`, compiled, by the name it is looked for under: a step of the build. */
export async function precompiled(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".mjml"));
  const made = files.map(async (file) => {
    const source = await read(folder, file);
    return [nameOf(source), await compile(file, source)] as const;
  });
  return new Map(await Promise.all(made));
}

/** By what it was made of, so that a template that was changed does not find an old one. */
function nameOf(source: string): string {
  return `${createHash("sha256").update(source).digest("hex").slice(0, 32)}.html`;
}

async function compiledBefore(compiled: string, source: string): Promise<string | null> {
  try {
    return await readFile(join(compiled, nameOf(source)), "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

async function read(folder: string, file: string): Promise<string> {
  try {
    return await readFile(join(folder, file), "utf8");
  } catch (cause) {
    throw new AppError("template", `templates/${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

async function compile(file: string, source: string): Promise<string> {
  try {
    const options = {
      validationLevel: "strict",
      ignoreIncludes: true,
      fonts: {},
      keepComments: false,
    } as const;
    // Only where it is needed: it takes half a second and forty megabytes.
    const { default: mjml } = await import("mjml");
    const { html } = await mjml(source, options);
    return html.replace(/^[ \t]+/gm, "").replace(/\n{2,}/g, "\n");
  } catch (cause) {
    throw new AppError("template", `templates/${file} is no MJML: ${messageOf(cause)}`, { cause });
  }
}

function checkSlots(file: string, template: string, slots: Slots): void {
  const used = new Set(slotsOf(file, parse(file, template)));
  const unknown = [...used].find((name) => !slots.known.has(name));
  if (unknown !== undefined) {
    throw new AppError("template", `templates/${file} has a slot that nothing fills: {{${unknown}}}.`, {
      hint: `Known: ${[...slots.known].join(", ")}.`,
    });
  }
  const lacking = slots.needed.find((name) => !used.has(name));
  if (lacking !== undefined) {
    throw new AppError("template", `templates/${file} lacks the slot {{${lacking}}}.`);
  }
}

function parse(file: string, template: string): readonly unknown[] {
  try {
    return mustache.parse(template);
  } catch (cause) {
    throw new AppError("template", `templates/${file}: ${messageOf(cause)}`, { cause });
  }
}

/** The names in a tree of Mustache tokens: `[kind, name, start, end, children]`. */
function slotsOf(file: string, tokens: readonly unknown[]): readonly string[] {
  return tokens.flatMap((token): readonly string[] => {
    if (!Array.isArray(token)) return [];
    const [kind, name, , , children] = token;
    if (kind === "text" || kind === "!") return [];
    if (kind === "name") return [String(name)];
    if (kind === "#" || kind === "^") {
      return [
        String(name).replace(/\.length$/, ""),
        ...slotsOf(file, Array.isArray(children) ? children : []),
      ];
    }
    throw new AppError(
      "template",
      `templates/${file}: the slot "${String(name)}" (${String(kind)}) is not escaped.`,
      {
        hint: "Only {{slot}}, {{#slot}} and {{^slot}} are allowed.",
      },
    );
  });
}
