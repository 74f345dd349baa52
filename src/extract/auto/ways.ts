import { folderOf } from "../../base/url.ts";
import type { Item, Selectors } from "../../domain/page.ts";
import { all, type Element, isLonger } from "../document.ts";
import { maxTitle } from "../limits.ts";
import { titleIn } from "../title.ts";
import { step } from "./candidates.ts";
import { commonKind } from "./kind.ts";

/** Usual ways to write down where a part is, the plainest first. */
const usual = {
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
const mostOdd = 0.4;

/**
 * `selectors` with the parts written down that one way gives for every item alike: a usual one, or what the `cards` call their
 * titles. A way is taken when reading with it gives the very same items, at a glance and then in full; for titles and
 * addresses, else, when it does for most, and says for each of the others something that was not seen there. What has no
 * way is found anew at each reading.
 */
export function withParts(
  selectors: Selectors,
  cards: readonly Element[],
  read: (selectors: Selectors, isGlance: boolean) => readonly Item[],
): Selectors {
  const [items, few] = [read(selectors, false), read(selectors, true)];
  const like = {
    kind: commonKind(items.flatMap(({ url }) => url ?? [])),
    isDated: items.filter(isThere.date).length * 2 > items.length,
  };
  const called = callings(cards, items);
  const ways = {
    title: [...usual.title, ...called],
    link: [...usual.link, ...called.map((way) => `${way}@href`), ...called.map((way) => `${way} a@href`)],
    date: usual.date,
  };
  const oddOf = (tried: Selectors, isGlance: boolean): readonly Odd[] | null => {
    const [wanted, given] = [isGlance ? few : items, read(tried, isGlance)];
    return given.length === wanted.length ? oddOnes(wanted, given) : null;
  };
  let learned = selectors;
  for (const part of ["title", "link", "date"] as const) {
    if (!items.some(isThere[part])) continue;
    const exact = ways[part].find((written) =>
      [true, false].every((isGlance) => oddOf({ ...learned, [part]: written }, isGlance)?.length === 0),
    );
    const likely = ways[part].find((written) => {
      if (exact !== undefined || part === "date") return false;
      const odd = oddOf({ ...learned, [part]: written }, false);
      const isFew = odd !== null && odd.length <= Math.max(1, items.length * mostOdd);
      return isFew && odd.every((one) => isBetter(one, written, like));
    });
    const way = exact ?? likely;
    if (way !== undefined) learned = { ...learned, [part]: way };
  }
  return learned;
}

/** How many of the cards are asked what they call their title, and how many names for it are tried. */
const [mostAsked, mostCalled] = [6, 6];

/** What the elements are called, by stable classes of their own or right above, that say the titles found on some cards. */
function callings(cards: readonly Element[], items: readonly Item[]): readonly string[] {
  const titles = new Set(items.slice(0, mostAsked).map(({ title }) => title));
  const found = cards.slice(0, mostAsked).flatMap((card) =>
    all(card, "*").flatMap((element) => {
      if (isLonger(element, maxTitle) || !titles.has(titleIn(element))) return [];
      const own = step(element);
      const called = own.includes(".") ? own : `${step(element.parent as Element)} > ${own}`;
      return called.includes(".") ? [called] : [];
    }),
  );
  return [...new Set(found)].slice(0, mostCalled);
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

/** What most of the items have in common. */
interface Like {
  readonly kind: string | null;
  readonly isDated: boolean;
}

/**
 * Whether what a way gives is whole, and no more of the same: a title with a label behind it is no other one. Of links that
 * are called nothing the first one may be anything: they are believed where there was nothing, or no post's address.
 */
function isBetter({ found, given }: Odd, written: string, { kind, isDated }: Like): boolean {
  if (given.title === null || given.titleIsMade || given.url === null) return false;
  if (isDated && given.publishedAt === null) return false;
  if (found.title === null || found.titleIsMade) return true;
  if (given.title.includes(found.title)) return false;
  const isCalled = /^h|\./.test(written);
  return isCalled || (kind !== null && folderOf(given.url) === kind && folderOf(found.url ?? "") !== kind);
}

/** All that is learned of an item, to tell whether two readings say the same. */
export function facts({ title, titleIsMade, url, publishedAt, dateOnly, categories, text }: Item): string {
  return JSON.stringify([title, titleIsMade, url, publishedAt, dateOnly, categories, text]);
}
