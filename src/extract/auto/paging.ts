import { remembering } from "../memory.ts";

const noun = "[\\p{L}’'-]{2,20}";
const page = "(?:page|seite|página|pagina|sida|side|strona|strana|sayfa|страница)";

/** Words that say by themselves that the listing goes on. */
const nextWords = [
  `next(?: ${page})?|(?:show|view|see|load|go to)?(?: the)? ?(?:older|earlier)(?: ${noun}){0,2}|previous (?:posts|entries|articles|news|stories|notices|announcements|episodes|items|updates|links|releases)`,
  `weiter|nächste(?: ${page})?|(?:zu )?(?:den )?(?:älteren?|früheren?|vorherigen? (?!${page})|vorigen? (?!${page})) ?(?:${noun})?`,
  `(?:${page} )?suivante?|(?:${noun} ){1,2}(?:plus anciens|plus anciennes|précédents|précédentes)|plus anciens|anciens articles`,
  `(?:${page} )?siguiente|(?:${noun} ){1,2}(?:más )?(?:antigu[oa]s|anteriores)|más antigu[oa]s`,
  `(?:${page} )?(?:successiv[oa]|prossim[oa])|(?:${noun} ){1,2}(?:più vecchi[oe]?|precedenti|meno recenti)`,
  `(?:${page} )?(?:próxim[oa]|seguinte)(?: ${page})?|(?:${noun} ){1,2}(?:mais )?(?:antig[oa]s|anteriores)|mais antig[oa]s`,
  `volgende(?: pagina)?|oudere(?: ${noun})?|nästa(?: sida)?|äldre(?: ${noun})?|næste|ældre(?: ${noun})?|neste|eldre(?: ${noun})?`,
  `następna(?: strona)?|starsze(?: ${noun})?|další|starší(?: ${noun})?|sonraki(?: ${noun})?|(?:daha )?eski(?: ${noun})?|önceki ${noun}lar`,
  `следующая(?: страница)?|далее|дальше|(?:более )?старые(?: ${noun})?|(?:более )?ранние(?: ${noun})?|предыдущие (?:${noun})`,
  "التالي|الصفحة التالية|(?:ال)?أقدم|المقالات (?:السابقة|الأقدم)|הבא|העמוד הבא|לעמוד הבא|(?:פוסטים|ידיעות|כתבות) (?:ישנים|ישנות|קודמים|קודמות)(?: יותר)?",
  "下一?[页頁]|后一?页|後一?頁|[较較](?:早|旧|舊)的?[\\p{L}]{0,6}|更早的?[\\p{L}]{0,6}|以前的[\\p{L}]{1,6}|往期[\\p{L}]{0,4}|[旧舊]文章",
  "次へ|次のページ(?:へ)?|次の\\d+件|次ページ|(?:過去|以前)の[\\p{L}]{1,8}|古い(?:記事|投稿)(?:へ)?",
  "다음(?: ?페이지)?|이전 ?(?:글|게시물|기사|소식|공지|공지사항|포스트)(?:들)?(?: ?보기)?|지난 ?(?:글|소식|기사|공지|호)(?: ?보기)?|오래된 글",
].join("|");

/** Words that may as well lead to one post, or to another list. */
const moreWords = [
  `(?:(?:load|show|view|see) )?more(?: ${noun}){0,2}|continue`,
  `(?:mehr|weitere)(?: ${noun}){0,2}|(?:${noun} )?nachladen`,
  `(?:voir|afficher|charger)(?: plus)?(?: d[e’'] ?${noun})?|plus d[e’'] ?${noun}`,
  `(?:ver|cargar|mostrar) más(?: ${noun})?|más ${noun}|(?:ver|carregar|mostrar) mais(?: ${noun})?|mais ${noun}`,
  `(?:mostra|carica|vedi) (?:altr[ioe]|di più)(?: ${noun})?|altr[ie] ${noun}|meer(?: ${noun})?|visa (?:fler|mer)|показать ещё|ещё`,
  "(?:加[载載]|[查察]看|[显顯]示|[点點][击擊]|载入|載入)?更多[\\p{L}]{0,4}|(?:もっと|さらに)(?:見る|みる|読む|表示(?:する)?|読み込む)",
  "더 ?보기|더 ?불러오기|더 ?많은 [\\p{L}]{1,6}|المزيد|عرض المزيد|עוד|טען עוד|[›»>→]{1,2}",
].join("|");

const isNext = new RegExp(`^(?:${nextWords})$`, "iu");
const isMore = new RegExp(`^(?:${moreWords})$`, "iu");

/** Whether a link's words say that a listing goes on there: surely, perhaps, or not. */
export const goesOn = remembering((words): "next" | "more" | null => {
  const plain = words
    .replace(/^[\s«‹<←»>›→…]+(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}])[\s«‹<←›»>→….]+$/gu, "")
    .trim();
  if (plain === "") return null;
  return isNext.test(plain) ? "next" : isMore.test(plain) ? "more" : null;
});

const pageNames =
  "page|paged|p|pn|pg|pag|pagina|página|pageno|page_no|pageindex|page_index|pagenum|page_num|pagenumber|currentpage|curpage|cpage|nowpage|seite|sida|strona";
const inQuery = new RegExp(`[?&](?:${pageNames})=(\\d{1,4})(?=&|$)`, "i");
const inPath =
  /\/(?:page|pages|seite|pagina|p%C3%A1gina|sida|strona|p)[-_/]?(\d{1,4})(?=\/|$|\.html?)|[/_-](?:index|list|page|seite|pagina)?[_-](\d{1,3})\.(?:s?html?|php|aspx?|jsp)$/i;

/** The number of a page of a listing that an address names; null when it names none. */
export function pageIn(url: string): number | null {
  const { pathname, search } = new URL(url);
  const match = inQuery.exec(search) ?? inPath.exec(pathname);
  return match === null ? null : Number(match[1] ?? match[2]);
}

const cursor =
  /^(?:start|offset|from|skip|limitstart|begin|cursor|after|before|until|max_?id|since|next|continue|token|older-than|more)$/i;

/** Whether an address is the page's own but for the part that says how far down the listing. */
export function isOfSameList(to: string, here: string): boolean {
  const [target, origin] = [new URL(to), new URL(here)];
  const isPaged = pageIn(to) !== null || [...target.searchParams.keys()].some((name) => cursor.test(name));
  return target.host === origin.host && isPaged && stem(target.pathname) === stem(origin.pathname);
}

/** A path without its last part where that is the number of a page, or the name of a first one. */
function stem(pathname: string): string {
  return pathname
    .replace(/\/(?:page|pages|seite|pagina|p%C3%A1gina|sida|strona|p)[-_/]?\d{1,4}\/?$/i, "/")
    .replace(/(?:[_-]\d{1,3})?\.(?:s?html?|php|aspx?|jsp)$/i, "")
    .replace(/\/(?:index|default|list)?\/?$/i, "");
}
