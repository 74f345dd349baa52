import { safeHttpUrl } from "../../base/url.ts";
import { all, attr, type Element, lineIn, one, type Tree } from "../document.ts";
import { addressOf } from "../leads.ts";
import { goesOn, isOfSameList, pageIn } from "./paging.ts";

/** Longest text of a link to another page, in characters. */
const longestWords = 40;
/** Attributes that scripts take the next page from. */
const scripted = /^(?:data-(?:next(?:-url|-page|-page-url|-href)?|more-url|load-more(?:-url)?)|hx-get)$/;

/**
 * The next page of a listing, absolute: `rel=next`, the link to the page number after this one, a link called so in one
 * of the languages (which may lead to the next ten), or what a script would load. Never one of the `posts`, nor a page
 * before this one. Null at the end, and where there is no pager.
 */
export function nextPage(tree: Tree, url: string, posts: ReadonlySet<string> = new Set()): string | null {
  const links = all(tree.root, "a[href], button[data-href], button[data-url]");
  const related = all(tree.root, "link[rel][href], a[rel][href]").filter((link) =>
    /(?:^|\s)next(?:$|\s)/i.test(attr(link, "rel") ?? ""),
  );
  const called = links.map((link) => ({ link, says: goesOn(wordsOf(link)) }));
  const next = called.filter(({ says }) => says === "next").map(({ link }) => link);
  const more = called.filter(({ link, says }) => says === "more" || isDrawn(link)).map(({ link }) => link);
  const isPost = (to: string) => posts.has(withoutPlace(to));
  const isAhead = (to: string) => isOtherPage(to, url) && !isPost(to) && isAfter(pageIn(to), pageIn(url));
  const sure = [...related, ...numbered(links, tree.base, url), ...next].flatMap(
    (link) => addressOf(link, tree.base) ?? [],
  );
  const likely = [...more.flatMap((link) => addressOf(link, tree.base) ?? []), ...loaded(tree)];
  return sure.find(isAhead) ?? likely.find((to) => isAhead(to) && isOfSameList(to, url)) ?? null;
}

/** Pages may be counted from nothing: where this one names no number, any but nothing is after it. */
function isAfter(number: number | null, here: number | null): boolean {
  return number === null || number > (here ?? 0);
}

function wordsOf(link: Element): string {
  const said = lineIn(link);
  const words = /[\p{L}\p{N}]/u.test(said) ? said : (nameOf(link) ?? said);
  return words.length > longestWords ? "" : words;
}

function nameOf(link: Element): string | null {
  const image = one(link, "img[alt]");
  return attr(link, "aria-label") ?? attr(link, "title") ?? (image && attr(image, "alt"));
}

/** A link without words that its class calls the next. */
function isDrawn(link: Element): boolean {
  const names = `${attr(link, "class") ?? ""} ${attr(link, "id") ?? ""}`;
  return !/[\p{L}\p{N}]/u.test(lineIn(link)) && /(?:^|[\s_-])next(?:$|[\s_-])/i.test(names);
}

/** What a script would load when the reader comes to the end. */
function loaded(tree: Tree): string[] {
  const found: string[] = [];
  for (const { attribs } of all(tree.root, "*")) {
    for (const name in attribs) {
      const value = scripted.test(name) ? (attribs[name] ?? "") : "";
      const to = /[/?]/.test(value) ? safeHttpUrl(value, tree.base) : null;
      if (to !== null) found.push(to);
    }
  }
  return found;
}

function withoutPlace(address: string): string {
  return address.replace(/#.*$/s, "");
}

function isOtherPage(to: string, here: string): boolean {
  const [target, origin] = [new URL(withoutPlace(to)), new URL(withoutPlace(here))];
  return (
    target.href !== origin.href && target.host === origin.host && target.pathname + target.search !== "/"
  );
}

/** The links to the page after this one, of pagers that count: the number after the one that is marked as this page. */
function numbered(links: readonly Element[], base: string, url: string): Element[] {
  const pagers = new Map<Element["parent"], Element[]>();
  for (const link of links) {
    const to = numberIn(link) === null ? null : addressOf(link, base);
    if (to === null || isOfElse(to)) continue;
    const pager = aloneIn(link).parent;
    const others = pagers.get(pager);
    if (others === undefined) pagers.set(pager, [link]);
    else others.push(link);
  }
  return [...pagers].flatMap(([pager, pages]) => {
    const marked = markedIn(pager, pages, base, url);
    const here = marked ?? pageIn(url) ?? 1;
    const isPager = marked !== null || pages.length > 1;
    return pages.filter((link) => {
      const to = addressOf(link, base) ?? "";
      return numberIn(link) === here + 1 && (pageIn(to) === here + 1 || (isPager && counts(to, here)));
    });
  });
}

/** The number that is all a link says: "2", "[2]", "٢", "第2页", "Page 2". */
function numberIn(element: Element): number | null {
  const said = lineIn(element);
  if (said.length > 12) return null;
  const plain = said
    .normalize("NFKC")
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf));
  const match = /^(?:page|seite|p[áa]gina|第)?\s?[[(]?(\d{1,4})[\])]?\s?[页頁]?[\s›»>→]*$/i.exec(plain);
  return match === null ? null : Number(match[1]);
}

/** The outermost element that holds a link and nothing else. */
function aloneIn(link: Element): Element {
  let at = link;
  while (at.parent !== null && "attribs" in at.parent && lineIn(at.parent) === lineIn(link)) at = at.parent;
  return at;
}

/** The number of the page that a pager marks as this one: no link, or one to this very page. */
function markedIn(
  pager: Element["parent"],
  pages: readonly Element[],
  base: string,
  url: string,
): number | null {
  const here = pages.find(
    (link) =>
      addressOf(link, base) === withoutPlace(url) ||
      (attr(link, "aria-current") ?? "false") !== "false" ||
      /(?:^|[\s_-])(?:current|active|selected|on|cur)(?:$|[\s_-])/i.test(
        `${attr(link, "class") ?? ""} ${attr(aloneIn(link), "class") ?? ""}`,
      ),
  );
  if (here !== undefined) return numberIn(here);
  if (pager === null) return null;
  const plain = all(pager as Element, "span, b, strong, em, i, li, a, td, font, u").filter(
    (element) => numberIn(element) !== null && one(element, "a[href]") === null && !pages.includes(element),
  );
  const marks = new Set(plain.map(numberIn));
  return marks.size === 1 ? ([...marks][0] ?? null) : null;
}

/** Whether an address counts pages, from one or from nothing, or in its query the posts before it. */
function counts(to: string, here: number): boolean {
  const { pathname, search } = new URL(to);
  const numbersOf = (text: string) =>
    [...text.matchAll(/(?<!\d)\d{1,6}(?!\d)/g)].map(([number]) => Number(number));
  const isPage = (number: number) => number === here + 1 || number === here;
  return (
    numbersOf(pathname).some(isPage) ||
    numbersOf(search).some((number) => isPage(number) || (number > 1 && number % here === 0))
  );
}

/** What else a number links to: all posts of a day or a month, from a calendar, and a post's comments. */
function isOfElse(to: string): boolean {
  return /#(?:comment|respond|repl|disqus)|\/(?:19|20)\d\d\/\d{1,2}(?:\/\d{1,2})?\/?$|[?&](?:m|day|date)=\d{6,8}/.test(
    to,
  );
}
