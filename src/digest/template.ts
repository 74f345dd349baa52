import { readFile } from "node:fs/promises";
import { join } from "node:path";
import mustache from "mustache";
import { AppError, messageOf } from "../base/errors.ts";
import { escapeHtml } from "../base/text.ts";
import type { View } from "./view.ts";

/** Fills a template's slots; what is filled in never meets the MJML parser. */
export type Fill = (view: View) => string;

/** The slots a template may have, and those of them it must have. */
export interface Slots {
  readonly known: ReadonlySet<string>;
  readonly needed: readonly string[];
}

/**
 * Reads an MJML template and compiles it, once, with its slots in it. What fills them is escaped for HTML text and
 * quoted attributes. Throws `AppError("template")`, naming file and slot, when the file is missing or no MJML, or
 * has a slot that is unknown, unescaped or lacking.
 */
export async function htmlTemplate(folder: string, file: string, slots: Slots): Promise<Fill> {
  const source = await read(folder, file);
  checkSlots(file, source, slots);
  const html = await compile(file, source);
  checkSlots(file, html, slots);
  return (view) => mustache.render(html, view, undefined, { escape: (value) => escapeHtml(String(value)) });
}

/** A plain-text template: as `htmlTemplate`, and what fills the slots stays as it is. */
export async function textTemplate(folder: string, file: string, slots: Slots): Promise<Fill> {
  const source = await read(folder, file);
  checkSlots(file, source, slots);
  return (view) => mustache.render(source, view, undefined, { escape: String }).replace(/\n{3,}/g, "\n\n");
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
