import { z } from "zod";
import type { Extract, Extraction, Page, Reading } from "../domain/page.ts";
import { readAuto } from "./auto.ts";
import { refuseBinary } from "./binary.ts";
import { readFeed } from "./feed.ts";
import { bounded } from "./limits.ts";
import { readSelectors, selectorFault } from "./selectors.ts";
import { readText } from "./text.ts";

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

/**
 * Reads a page in the way `reading` says; `learned` is what an earlier `auto` found out. What comes back is within
 * the limits that hold for all kinds, its markup sanitised and its links absolute. Rejects with
 * `AppError("unreadable")` when the page is not what it should be.
 */
export const extract: Extract = async (page, reading, learned) =>
  bounded(await readAs(page, reading, learned), page.url);

async function readAs(page: Page, reading: Reading, learned: Reading | null): Promise<Extraction> {
  switch (reading.kind) {
    case "feed":
      return readFeed(page);
    case "selectors":
      refuseBinary(page);
      return readSelectors(page, reading);
    case "auto":
      return readAuto(page, learned);
    case "text":
      refuseBinary(page);
      return readText(page);
    default:
      return reading satisfies never;
  }
}
