import { readFileSync } from "node:fs";
import { AppError, messageOf } from "../base/errors.ts";
import { digestOf } from "../base/text.ts";
import type { Caller } from "./visit.ts";

const year = 31_536_000;
const css = readOnce("pages.css");
const script = readOnce("copy.js");
const version = digestOf(css).slice(0, 12);

/** The sign of the house: three lines of a list, the newest one standing out. */
const icon = readOnce("icon.svg");

/** Where the styles are, without the leading slash; the address changes with their content. */
export const stylesQuery = `v=${version}`;

/** The same for the script of pages with a chooser of feeds. */
export const copyQuery = `v=${digestOf(script).slice(0, 12)}`;

/** The styles of all pages, kept by browsers for as long as their address is the current one. */
export function styles(c: Caller): Response {
  return kept(c, css, "text/css", stylesQuery);
}

/** The script that copies the address of a feed. */
export function copyScript(c: Caller): Response {
  return kept(c, script, "text/javascript", copyQuery);
}

function kept(c: Caller, text: string, type: string, query: string): Response {
  const isCurrent = `v=${c.req.query("v")}` === query;
  return c.body(text, 200, {
    "Content-Type": `${type}; charset=utf-8`,
    "Cache-Control": isCurrent ? `public, max-age=${year}, immutable` : "public, max-age=300",
  });
}

/** The icon, as SVG. */
export function favicon(c: Caller): Response {
  return c.body(icon, 200, { "Content-Type": "image/svg+xml", "Cache-Control": "public, max-age=86400" });
}

function readOnce(name: string): string {
  try {
    return readFileSync(new URL(`../../templates/${name}`, import.meta.url), "utf8");
  } catch (error) {
    throw new AppError("template", `templates/${name} cannot be read: ${messageOf(error)}.`, {
      hint: "Install Postwire anew; its templates belong to it.",
      cause: error,
    });
  }
}
