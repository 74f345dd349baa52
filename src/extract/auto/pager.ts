import { safeHttpUrl } from "../../base/url.ts";
import { all, attr, type Element, lineIn, type Tree } from "../document.ts";

const nextWords =
  /^(?:next(?: page)?|older(?: (?:posts|entries))?|下一页|下页|下一頁|次へ|次のページ|다음(?: 페이지)?|이전 글|weiter|nächste(?: seite)?|ältere beiträge|suivant|articles plus anciens|siguiente|entradas antiguas|successivo|próxima)(?: ?[›»>→])?$/i;
const pageNumber = /(?:[?&](?:page|paged|p|pn|pageno)=|\/(?:page|seite|p)[/-]?)(\d{1,4})(?=\/|$|&|\.html?)/i;

/**
 * The next page of a listing, absolute: `rel=next`, the link to the page number after this one, or a link called so in
 * one of the languages (which may lead to the next ten). Null at the end, and where there is no pager.
 */
export function nextPage(tree: Tree, url: string): string | null {
  const related = all(tree.root, "link[rel~=next][href], a[rel~=next][href]");
  const links = all(tree.root, "a[href]");
  const called = links.filter((link) => nextWords.test(wordsOf(link)));
  const numbered = links.filter((link) => isNextNumber(link, tree.base, url));
  for (const link of [...related, ...numbered, ...called]) {
    const to = safeHttpUrl(attr(link, "href"), tree.base);
    if (to !== null && isOtherPage(to, url)) return to;
  }
  return null;
}

function wordsOf(link: Element): string {
  const said = lineIn(link) || (attr(link, "aria-label") ?? attr(link, "title") ?? "");
  return said.replace(/^[\s«‹<←>»›→]+|[\s«‹<←]+$/g, "");
}

function isOtherPage(to: string, here: string): boolean {
  const [target, origin] = [new URL(to), new URL(here)];
  target.hash = "";
  origin.hash = "";
  return (
    target.href !== origin.href && target.host === origin.host && target.pathname + target.search !== "/"
  );
}

function isNextNumber(link: Element, base: string, url: string): boolean {
  const said = lineIn(link);
  const to = /^\d{1,4}$/.test(said) ? safeHttpUrl(attr(link, "href"), base) : null;
  if (to === null) return false;
  const number = numberIn(to);
  return number === (numberIn(url) ?? 1) + 1 && said === String(number);
}

function numberIn(url: string): number | null {
  const { pathname, search } = new URL(url);
  const match = pageNumber.exec(pathname + search);
  return match === null ? null : Number(match[1]);
}
