/** A part of a feed as rss-parser hands it on: its text, or attributes (`$`), text (`_`) and parts by name. */
export type Part = string | Nodes;
/** Parts by name. */
export interface Nodes {
  readonly [name: string]: unknown;
}

function isNodes(value: unknown): value is Nodes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const none: readonly Part[] = [];

/** The parts of this name, in order. */
export function nodes(of: Part | undefined, name: string): readonly Part[] {
  const found = isNodes(of) ? of[name] : undefined;
  return Array.isArray(found)
    ? found.filter((part): part is Part => typeof part === "string" || isNodes(part))
    : none;
}

/** The parts of these names, in the order of the names. */
export function allOf(of: Part, names: readonly string[]): Part[] {
  const found: Part[] = [];
  for (const name of names) {
    const parts = nodes(of, name);
    if (parts.length > 0) found.push(...parts);
  }
  return found;
}

/** A part's own text, trimmed. */
export function partText(part: Part | undefined): string {
  const text = isNodes(part) ? part._ : part;
  return typeof text === "string" ? text.trim() : "";
}

/** A part's attribute (lower case), or null. */
export function attribute(part: Part | undefined, name: string): string | null {
  const attributes = isNodes(part) ? part.$ : undefined;
  const value = isNodes(attributes) ? attributes[name] : undefined;
  return typeof value === "string" ? value : null;
}

/** A part that says something, with how it says it. */
export interface TextPart {
  readonly text: string;
  /** Markup (RFC 4287 §3.1.1; RSS text always may be), or plain text to be taken literally. */
  readonly isHtml: boolean;
  /** What links in it are relative to, where it says so. */
  readonly base: string | null;
}

/** Atom 0.3 says so; Atom 1.0 means it by a media type that is no text (RFC 4287 §4.1.3.3). */
function isBase64(part: Part, type: string, isAtom: boolean): boolean {
  return attribute(part, "mode") === "base64" || (isAtom && /^(?:application|image)\/(?!.*xml)/i.test(type));
}

/** The first of these parts that says anything. */
export function textPart(of: Nodes, names: readonly string[], isAtom: boolean): TextPart | null {
  for (const name of names) {
    for (const part of nodes(of, name)) {
      const said = saidBy(part, isAtom);
      if (said.text !== "") return said;
    }
  }
  return null;
}

function saidBy(part: Part, isAtom: boolean): TextPart {
  const type = attribute(part, "type") ?? attribute(part, "mode") ?? "";
  const written = partText(part);
  const text = isBase64(part, type, isAtom) ? Buffer.from(written, "base64").toString() : written;
  const isHtml = isAtom
    ? /html|xml|escaped/i.test(type) || attribute(part, "markup") !== null
    : !/plain/i.test(type);
  return { text, isHtml, base: attribute(part, "base") };
}
