import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isCollection, isSeq, parseDocument, type YAMLSeq } from "yaml";
import { AppError, messageOf } from "../base/errors.ts";

/** A source as it is written into the configuration: only what says something. */
export type SourceLines = Readonly<Record<string, unknown>> & { readonly id: string; readonly url: string };

/** `text` (YAML) with one more source at the end of `sources`; comments and order of everything else are kept. */
export function withSource(text: string, source: SourceLines): string {
  const document = parseDocument(text);
  const sources = document.get("sources");
  if (!isSeq(sources)) document.set("sources", document.createNode([]));
  const list = document.get("sources") as YAMLSeq;
  list.flow = false;
  const node = document.createNode(source);
  const read = node.get("read");
  if (isCollection(read)) read.flow = true;
  list.add(node);
  return document.toString({ lineWidth: 0 });
}

/** An id for a source at `url` that none of `taken` has: its host and last path part, `example-blog`. */
export function freeId(url: string, taken: readonly string[]): string {
  const { hostname, pathname } = new URL(url);
  const host =
    hostname
      .replace(/^www\./, "")
      .split(".")
      .slice(0, -1)
      .join("-") || hostname;
  const plain = `${host}-${pathname}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const stem = (plain || "source").slice(0, 48);
  for (let n = 1; ; n++) {
    const id = n === 1 ? stem : `${stem}-${n}`;
    if (!taken.includes(id)) return id;
  }
}

/** Puts `text` in place of the file's content in one step: a crash leaves the old file or the new one. */
export function replaceFile(file: string, text: string): void {
  const temporary = `${file}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: statSync(file).mode, flush: true });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new AppError("data", `${file} cannot be written: ${messageOf(error)}.`, {
      hint: "Make it and its folder writable for this user.",
    });
  }
}

/** The text of a configuration file. */
export function readFile(file: string): string {
  return readFileSync(file, "utf8");
}
