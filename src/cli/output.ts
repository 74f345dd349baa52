import { styleText } from "node:util";
import stringWidth from "string-width";
import { AppError } from "../base/errors.ts";

/** Where a command's results and words go; tests give their own. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream & {
    readonly isTTY?: boolean | undefined;
    readonly columns?: number | undefined;
  };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean | undefined };
}

type Tone = "good" | "attention" | "bad" | "muted" | "strong";

const colours = { good: "green", attention: "yellow", bad: "red", muted: "gray", strong: "bold" } as const;

/** What a command says, for people or as JSON Lines: never both on standard output. */
export interface Output {
  readonly isJson: boolean;
  /** A result: one JSON line with `--json`, else nothing. */
  json(value: unknown): void;
  /** A sentence for people; nothing with `--json`. */
  say(sentence: string): void;
  /** Rows in aligned columns, the first row being the heads; nothing with `--json`. */
  table(rows: readonly (readonly string[])[]): void;
  /** Something beside the result: to standard error, always. */
  note(sentence: string): void;
  /** Text in a colour that only underlines what the words say; plain where there is no terminal. */
  tone(tone: Tone, text: string): string;
}

export function output(streams: Streams, isJson: boolean): Output {
  const isColoured = streams.stdout.isTTY === true && !process.env.NO_COLOR;
  const tone = (name: Tone, text: string) => (isColoured ? styleText(colours[name], text) : text);
  const line = (text: string) => streams.stdout.write(`${text}\n`);
  return {
    isJson,
    json: (value) => {
      if (isJson) line(JSON.stringify(value));
    },
    say: (sentence) => {
      if (!isJson) line(sentence);
    },
    table: (rows) => {
      if (!isJson) for (const row of aligned(rows, streams.stdout.columns ?? null)) line(row);
    },
    note: (sentence) => {
      streams.stderr.write(`${sentence}\n`);
    },
    tone,
  };
}

/** Columns two spaces apart, by what they take up on a terminal; the last one is cut at the terminal's edge. */
function aligned(rows: readonly (readonly string[])[], edge: number | null): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [n, cell] of row.entries()) widths[n] = Math.max(widths[n] ?? 0, stringWidth(cell));
  }
  return rows.map((row) => {
    const cells = row.map((cell, n) =>
      n === row.length - 1 ? cell : cell + " ".repeat((widths[n] ?? 0) - stringWidth(cell)),
    );
    return edge === null ? cells.join("  ").trimEnd() : fitted(cells.join("  "), edge);
  });
}

function fitted(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text.trimEnd();
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** What went wrong, for people: each fault behind a `✗`, what to do below it. Whatever is no `AppError` is a bug. */
export function trouble(thrown: unknown): string {
  if (!(thrown instanceof AppError)) {
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return `✗ Internal error. This is a bug in Postwire; please report it with the lines below.\n${stack}`;
  }
  const faults = thrown.message.split("\n").map((line) => `✗ ${line}`);
  return [...faults, ...(thrown.hint === undefined ? [] : [`  ${thrown.hint}`])].join("\n");
}

/** The exit status for what was thrown: 2 for a wrong configuration or usage, else 1. */
export function statusOf(thrown: unknown): 1 | 2 {
  return thrown instanceof AppError && (thrown.code === "config" || thrown.code === "usage") ? 2 : 1;
}

/** `2026-01-05 08:00` in `zone`, or `–`: an instant in a table. */
export function shortInstant(at: number | null, zone: string): string {
  if (at === null) return "–";
  const format = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: zone });
  return format.format(at);
}

/** `1 post`, `3 posts`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
