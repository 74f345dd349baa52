import type { Item, Selectors } from "../../domain/page.ts";
import { all, type Element, type Tree } from "../document.ts";

/** A step that is nothing but the name of an element that any page has: by itself it would match any page. */
const anyPages = /^(?:\*|(?!article$)[a-z][a-z\d]*)$/i;

/**
 * The shortest selector that matches exactly the same elements: the path of the learned one without its first steps,
 * so that a change far above the list does not matter. It says more than `div` or `li`: on a page that is another one
 * tomorrow, a maintenance notice, those are no posts.
 */
export function shortest(tree: Tree, selector: string, elements: readonly Element[]): string {
  const steps = selector.split(" > ");
  for (let keep = 1; keep < steps.length; keep += 1) {
    const short = steps.slice(-keep).join(" > ");
    if (!(keep === 1 && anyPages.test(short)) && matchesSame(tree, short, elements)) return short;
  }
  return selector;
}

function matchesSame(tree: Tree, selector: string, elements: readonly Element[]): boolean {
  const found = all(tree.root, selector);
  return found.length === elements.length && found.every((element, index) => element === elements[index]);
}

/** Usual ways to write down where a part is, the plainest first. */
const ways = {
  link: ["h1 a@href", "h2 a@href", "h3 a@href", "h4 a@href", "@href", "a@href"],
  title: ["h1", "h2", "h3", "h4", "h1 a", "h2 a", "h3 a", "h4 a", "a"],
  date: ["time@datetime", "time"],
} as const;

const isThere = {
  link: (item: Item) => item.url !== null,
  title: (item: Item) => item.title !== null && !item.titleIsMade,
  date: (item: Item) => item.publishedAt !== null,
} as const;

/** Most of the items that may be another title's or address's than was found by looks: "2025" and "404" look like none. */
const mostOdd = 0.25;

/**
 * `selectors` with the parts written down that the usual ways give for every item alike. A way is taken when reading with it
 * gives the very same items, at a glance and then in full; for titles and addresses, else, when it does for most, and says
 * for each of the others something that was not seen there. What has no way is found anew at each reading.
 */
export function withParts(
  selectors: Selectors,
  read: (selectors: Selectors, isGlance: boolean) => readonly Item[],
): Selectors {
  const [items, few] = [read(selectors, false), read(selectors, true)];
  const isGiven = (tried: Selectors, isEnough: (odd: readonly Odd[], count: number) => boolean) =>
    [true, false].every((isGlance) => {
      const [wanted, given] = [isGlance ? few : items, read(tried, isGlance)];
      return given.length === wanted.length && isEnough(oddOnes(wanted, given), wanted.length);
    });
  let learned = selectors;
  for (const part of ["title", "link", "date"] as const) {
    if (!items.some(isThere[part])) continue;
    const among = (isEnough: (odd: readonly Odd[], count: number, written: string) => boolean) =>
      ways[part].find((written) =>
        isGiven({ ...learned, [part]: written }, (odd, count) => isEnough(odd, count, written)),
      );
    const exact = among((odd) => odd.length === 0);
    const way =
      exact ??
      among((odd, count, written) => {
        const isFew = part !== "date" && odd.length <= Math.max(1, count * mostOdd);
        return isFew && odd.every((one) => isBetter(one, written));
      });
    if (way !== undefined) learned = { ...learned, [part]: way };
  }
  return learned;
}

/** An item as it was found, and as a way gives it. */
interface Odd {
  readonly found: Item;
  readonly given: Item;
}

function oddOnes(wanted: readonly Item[], given: readonly Item[]): Odd[] {
  return given.flatMap((item, index) => {
    const found = wanted[index];
    return found === undefined || facts(found) === facts(item) ? [] : [{ found, given: item }];
  });
}

/**
 * Whether what a way gives is whole, and no more of the same: a title with a label behind it is no other one. Of links that
 * are no headings the first one may be anything: they are believed where there was nothing.
 */
function isBetter({ found, given }: Odd, written: string): boolean {
  if (given.title === null || given.titleIsMade || given.url === null) return false;
  if (found.title === null || found.titleIsMade) return true;
  return written.startsWith("h") && !given.title.includes(found.title);
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

function facts({ title, titleIsMade, url, publishedAt, dateOnly, categories, text }: Item): string {
  return JSON.stringify([title, titleIsMade, url, publishedAt, dateOnly, categories, text]);
}
