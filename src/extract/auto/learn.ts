import type { Item, Selectors } from "../../domain/page.ts";
import { all, type Element, type Tree } from "../document.ts";
import { facts } from "./ways.ts";

/** Steps that are nothing but names of elements that any page has: by themselves they would match any page. */
const anyPages = /^(?:(?:\*|(?!(?:article|main)\b)[a-z][a-z\d]*)(?: > |$))+$/i;

/**
 * The shortest selector that matches exactly the same elements: the path of the learned one without its first steps,
 * so that a change far above the list does not matter. It says more than `div` or `li`: on a page that is another one
 * tomorrow, a maintenance notice, those are no posts.
 */
export function shortest(tree: Tree, selector: string, elements: readonly Element[]): string {
  const steps = selector.split(" > ");
  for (let keep = 1; keep < steps.length; keep += 1) {
    const short = steps.slice(-keep).join(" > ");
    if (!anyPages.test(short) && matchesSame(tree, short, elements)) return short;
  }
  return selector;
}

function matchesSame(tree: Tree, selector: string, elements: readonly Element[]): boolean {
  const found = all(tree.root, selector);
  return found.length === elements.length && found.every((element, index) => element === elements[index]);
}

/** What posts have that a stray among their cards may lack: tried in turn. */
const marks = [
  ...[
    ":has(a[href])",
    ":has(h1)",
    ":has(h2)",
    ":has(h3)",
    ":has(h4)",
    ":has(h5)",
    ":has(time)",
    ":has(p)",
    ":has(span)",
  ],
  ...["[id]", "[class]", ":has(img)"],
];

/**
 * `learned` with its cards told from strays, where something plain does: then the selectors alone give what the list is.
 * Where nothing does, strays are left out by what they say, each time anew.
 */
export function withoutStrayCards(
  learned: Selectors,
  wanted: readonly Item[],
  read: (selectors: Selectors) => readonly Item[],
): Selectors {
  const isWhole = (items: readonly Item[]) =>
    items.length === wanted.length && items.every((item, n) => facts(item) === facts(wanted[n] ?? item));
  for (const mark of marks) {
    const marked = { ...learned, item: `${learned.item}${mark}` };
    if (isWhole(read(marked))) return marked;
  }
  return learned;
}
