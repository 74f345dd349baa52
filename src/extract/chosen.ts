import { squash } from "../base/text.ts";
import { all, attr, type Element, lineIn } from "./document.ts";
import { remembering } from "./memory.ts";

/** One card of a listing: its element, and siblings around it that are no cards themselves but belong to it. */
export interface Card {
  readonly element: Element;
  readonly beside: readonly Element[];
  /** The dates of most cards stand beside them: a date in a card is one that its text tells of. */
  readonly isDatedBeside?: boolean;
  /** Addresses, as written, that most cards of the listing link to: none of them is a post's own. */
  readonly shared?: ReadonlySet<string>;
}

/** A part's selector taken apart: `css` within the card (empty: the card itself), and the attribute to read. */
export interface PartSelector {
  readonly css: string;
  readonly attribute: string | null;
}

/** `"h2 a@href"` → `h2 a` and `href`; `"@href"` is the card's own attribute. */
export const partSelector = remembering((written): PartSelector => {
  const match = /^(.*?)(?:@([\w:.-]+))?$/s.exec(written.trim());
  return { css: match?.[1]?.trim() ?? "", attribute: match?.[2] ?? null };
});

/** What is found in a card, and in what belongs to it. */
export function throughout<Found>(
  { element, beside }: Card,
  find: (of: Element) => readonly Found[],
): readonly Found[] {
  return beside.length === 0 ? find(element) : [element, ...beside].flatMap(find);
}

/** What the elements of a part say: their attribute, or their text. */
export function chosen(card: Card, written: string): { element: Element; value: string }[] {
  const { css, attribute } = partSelector(written);
  const elements = css === "" ? [card.element] : throughout(card, (of) => all(of, css));
  const found: { element: Element; value: string }[] = [];
  for (const element of elements) {
    const value = attribute === null ? lineIn(element) : squash(attr(element, attribute) ?? "");
    if (value !== "") found.push({ element, value });
  }
  return found;
}
