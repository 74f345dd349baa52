import fc from "fast-check";
import type { ShownPost } from "../../src/domain/post.ts";
import { aPost, monday } from "./posts.ts";

/** Every code unit, lone surrogates too, and what is known to break writers. */
export const anything = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(
        ..."]]> <![CDATA[ &amp; & &#60; <b> </title> </b> <!-- <? \u202e \ufffe \ud800 Ã© \r\n \u0085".split(
          " ",
        ),
        " ",
        "\n\n",
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const address = maybe(
  fc.oneof(
    anything,
    anything.map((path) => `https://a.example/${path}`),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
  ),
);
const tags = "p div b a i li ul table tr td h2 h3 ruby rt br img bdo pre blockquote script custom col".split(
  " ",
);
/** Markup as pages have it: tags that are open, closed, crossed and misplaced, texts in between. */
const soup = fc
  .array(
    fc.oneof(
      anything,
      fc.constantFrom(...tags).map((tag) => `<${tag}>`),
      fc.constantFrom(...tags).map((tag) => `</${tag}>`),
      anything.map((href) => `<a href="https://a.example/${href.replaceAll('"', "")}">`),
    ),
    { maxLength: 16 },
  )
  .map((parts) => parts.join(""));
const instant = maybe(
  fc.oneof(
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 8.64e15, 1e20),
    fc.integer({ min: Date.UTC(1980, 0, 1), max: Date.UTC(2040, 0, 1) }),
  ),
);

/** What a post may say, of any kind of text in any field. */
const said: fc.Arbitrary<Partial<ShownPost>> = fc.record({
  title: anything,
  text: maybe(anything),
  html: maybe(fc.oneof(soup, anything)),
  author: maybe(anything),
  url: address,
  image: address,
  sourceName: anything,
  sourceUrl: address.map((url) => url ?? ""),
  publishedAt: instant,
  shownIn: fc.array(fc.record({ slug: anything, name: anything }), { maxLength: 4 }),
  alsoAt: fc.array(fc.record({ source: anything, sourceName: anything, url: address }), { maxLength: 2 }),
  enclosures: fc.array(
    fc.record({
      url: address.map((url) => url ?? ""),
      type: maybe(fc.oneof(anything, fc.constant("audio/mpeg"))),
      length: maybe(fc.oneof(fc.double(), fc.nat())),
    }),
    { maxLength: 3 },
  ),
});

/** Posts of any texts, `count` of them, each with its own id and its own change date. */
export function anyPosts(count: number): fc.Arbitrary<readonly ShownPost[]> {
  return fc
    .array(said, { minLength: count, maxLength: count })
    .map((all) => all.map((one, n) => aPost({ ...one, id: n + 1, updatedAt: monday + n + 1 })));
}
