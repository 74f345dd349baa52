import { compile } from "css-select";
import { z } from "zod";
import type { Reading } from "../domain/page.ts";
import { partSelector } from "./chosen.ts";

const whole = z.string().superRefine((written, context) => complain(selectorFault(written, true), context));
const part = z.string().superRefine((written, context) => complain(selectorFault(written, false), context));

function complain(fault: string | null, context: z.RefinementCtx): void {
  if (fault !== null) context.addIssue({ code: "custom", message: `is no CSS selector: ${fault}.` });
}

/** How each kind is written in the configuration. */
const shapes = {
  feed: z.strictObject({ kind: z.literal("feed") }),
  selectors: z.strictObject({
    kind: z.literal("selectors"),
    item: whole,
    title: part.optional(),
    link: part.optional(),
    date: part.optional(),
    summary: part.optional(),
    category: part.optional(),
    author: part.optional(),
    image: part.optional(),
    next: part.optional(),
  }),
  auto: z.strictObject({ kind: z.literal("auto") }),
  text: z.strictObject({ kind: z.literal("text") }),
} as const satisfies Record<Reading["kind"], z.ZodType<Reading>>;

/** The shape of a source's `read:`; unknown keys and selectors that are not CSS are refused, with words that help. */
export const readingShape: z.ZodType<Reading> = z.discriminatedUnion(
  "kind",
  [shapes.feed, shapes.selectors, shapes.auto, shapes.text],
  { error: (issue) => unknownKind(issue.input) },
);

function unknownKind(input: unknown): string {
  const kind = typeof input === "object" && input !== null && "kind" in input ? input.kind : undefined;
  const known = `Known: ${Object.keys(shapes).join(", ")}.`;
  return typeof kind === "string" ? `no extractor is called "${kind}". ${known}` : `wants a kind. ${known}`;
}

/** What is wrong with a selector as CSS, in words; null when it can be used. */
export function selectorFault(written: string, isWhole: boolean): string | null {
  const { css, attribute } = isWhole ? { css: written.trim(), attribute: null } : partSelector(written);
  if (css === "")
    return isWhole
      ? "the selector is empty"
      : attribute === null && written.trim() !== ""
        ? "it is no selector"
        : null;
  try {
    compile(css);
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
