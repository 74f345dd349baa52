import fc from "fast-check";
import type { Item } from "../../src/domain/page.ts";
import type { Content } from "../../src/domain/post.ts";

/** An item as found on a page; only what matters is said, the rest is unknown. */
export function anItem(given: Partial<Item> = {}): Item {
  return {
    title: null,
    titleIsMade: false,
    url: null,
    guid: null,
    publishedAt: null,
    dateOnly: false,
    updatedAt: null,
    categories: [],
    author: null,
    text: null,
    html: null,
    image: null,
    enclosures: [],
    ...given,
  };
}

/** What a post says; only what matters is said, the rest is unknown. */
export function aContent(given: Partial<Content> = {}): Content {
  return {
    title: "Budget",
    titleIsMade: false,
    url: null,
    publishedAt: null,
    dateOnly: false,
    dateOn: null,
    categories: [],
    author: null,
    text: null,
    html: null,
    image: null,
    enclosures: [],
    ...given,
  };
}

const perhaps = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const said = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
  .filter((text) => /\p{L}/u.test(text));
const address = fc.webUrl({ withFragments: true, withQueryParameters: true });
const instant = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2030, 0, 1) });
const files = fc.array(fc.record({ url: address, type: fc.constant(null), length: fc.constant(null) }), {
  maxLength: 2,
});

/** Items of every shape, few enough different ones that some share a guid, an address or a text. */
export const items: fc.Arbitrary<Item> = fc
  .record({
    title: perhaps(said),
    titleIsMade: fc.boolean(),
    url: perhaps(
      fc.oneof(fc.constantFrom("https://a.example/1", "https://a.example/1?utm_source=x"), address),
    ),
    guid: perhaps(fc.constantFrom("1", "2", " ", "3")),
    publishedAt: perhaps(instant),
    dateOnly: fc.boolean(),
    categories: fc.array(fc.constantFrom("NLP", "大模型", " ", "\u202e"), { maxLength: 3 }),
    author: perhaps(said),
    text: perhaps(fc.oneof(said, fc.constantFrom("one", "two"))),
    html: perhaps(said),
    image: perhaps(address),
    enclosures: files,
  })
  .map((given) => anItem(given));

/** What posts may say, of every shape. */
export const contents: fc.Arbitrary<Content> = fc
  .record({
    title: said,
    titleIsMade: fc.boolean(),
    url: perhaps(address),
    date: perhaps(
      fc.record({ publishedAt: instant, dateOnly: fc.boolean(), dateOn: fc.constant("2026-01-04") }),
    ),
    categories: fc.uniqueArray(fc.constantFrom("NLP", "Python", "大模型")),
    author: perhaps(said),
    text: perhaps(said),
    html: perhaps(said),
    image: perhaps(address),
    enclosures: files,
  })
  .map(({ date, ...given }) =>
    aContent({ ...given, ...(date ?? { publishedAt: null, dateOnly: false, dateOn: null }) }),
  );
