import type { getAttributeValue } from "domutils";
import type { parseDocument } from "htmlparser2";

/** An element of a parsed page. */
export type Element = Parameters<typeof getAttributeValue>[0];
/** Anything in a parsed page. */
export type Node = Element["children"][number];
/** A whole parsed page. */
export type Root = ReturnType<typeof parseDocument>;
