import { bylineIn } from "./byline.ts";
import type { DateContext } from "./dates/moment.ts";
import { findDate } from "./dates.ts";
import { type Element, isLonger, isTag, lineIn, type Node } from "./document.ts";
import { isLabel, weightOf } from "./labels.ts";

/** What a line says that is no part of a post's text: who wrote it, when, and how often it was read. */
export interface Aside {
  readonly author: string | null;
  /** What else it says; empty where that is all. */
  readonly rest: string;
}

/** Longest line of that kind, in characters. */
const longestAside = 120;
/** Longest one that may end like a sentence. */
const longestRemark = 40;
const sentence = /[\p{Ll}\p{Script=Han}\p{Script=Hiragana}][.!?。！？…]+$/u;
/** How many other pieces may stand beside a date and a writer. */
const mostBeside = 2;
/** What stands where a date was. */
const mark = "\u0000";

/** What stands before a date, or where the date has an element of its own. */
const datings = [
  "posted|published|publication date|date posted|released|created|added|(?:last )?updated|first published|issued|submitted|date",
  "veröffentlicht|erstellt|aktualisiert|erschienen|eingestellt|stand|datum|letzte änderung",
  "publiée?|mise? en ligne|parue?|postée?|mise? à jour|date de publication",
  "publicad[oa]|fecha(?: de publicación)?|actualizad[oa]|postado|data(?: de publicação| di pubblicazione)?|pubblicat[oa]|aggiornat[oa]",
  "geplaatst|gepubliceerd|publicerad|publisert|udgivet|opublikowano|dodano|опубликовано|добавлено|обновлено|дата",
  "(?:发布|发表|更新|创建|编辑|發布|發佈|發表|張貼|公告|刊登|上版|修改|建立)?(?:时间|日期|時間)|[发發][表布佈]|更新",
  "(?:公開|掲載|更新|投稿|登録|作成|配信|最終更新|発行)日?時?",
  "(?:등록|작성|게시|수정|입력|발행)(?:일|일자|일시|시간)?|날짜|일자",
  "تاريخ النشر|نُ?شر(?:ت)?|آخر تحديث|التاريخ|بتاريخ|פורסם|תאריך(?: פרסום)?|עודכן",
].join("|");
const between = "(?: ?(?:on|at|in|am|vom|um|le|il|el|em|op|den|den \\d|于|於|في|بتاريخ|ב|בתאריך|בתאריך ה))?";
const dated = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:(?:${datings})${between}|on|am|vom|le|il|el|em|op|于|於|في|ב|בתאריך) ?[:：]? ?${mark}`,
  "giu",
);
const dating = new RegExp(`^(?:${datings})${between} ?[:：]?$`, "iu");

const count = "[\\p{Nd}][\\p{Nd}.,]*\\+? ?[kKmM万萬千w]?";
const counted = [
  "points?|comments?|views?|reads?|likes?|shares?|repl(?:y|ies)|votes?|upvotes?|reactions?|boosts?|favou?rites?|downloads?|answers?|responses?",
  "(?:min(?:ute)?s?\\.?|hrs?|hours?)(?:[ -](?:read|listen|watch))?|min\\.? lesezeit|minuten? (?:lesezeit|leestijd)?|min(?:utes?)? de lecture|min(?:uto)?s? de lect?ur?a|min(?:uti)? di lettura",
  "kommentare?|aufrufe?|antworten?|klicks?|commentaires?|vues?|lectures?|réponses?|comentarios?|visitas?|vistas?|lecturas?|respuestas?",
  "commenti|commento|visualizzazioni|letture|risposte|comentários?|visualizações|leituras?|reacties?|kommentarer?|visningar|просмотр\\p{L}*|комментари\\p{L}*",
  "(?:次|人|条|則|则|個|个|件の?|回)?(?:阅读|閱讀|浏览|瀏覽|点击|點擊|评论|評論|回复|回覆|留言|点赞|點讚|收藏|转发|轉發|閲覧|コメント|いいね)|PV",
  "مشاهدة|مشاهدات|تعليقات?|قراءة|دقائق? قراءة|צפיות|תגובות",
].join("|");
const counters = [
  "(?:阅读|閱讀|浏览|瀏覽|点击|點擊|访问|訪問|人气|人氣|热度|评论|評論|回复|回覆|留言|点赞|點讚|喜欢|收藏|转发|分享|閲覧|アクセス|コメント|いいね)(?:次数|次數|人次|人数|人數|数|數|量|率)?",
  "(?:조회|댓글|추천|공감|좋아요|스크랩)(?:수|횟수)?|hits?|views?|comments?|likes?|reads?|replies|aufrufe|zugriffe|kommentare|klicks|vues|lectures|visitas|lecturas|comentarios|visite|letture|commenti|просмотров",
  "(?:عدد )?(?:المشاهدات|الزيارات|التعليقات|القراءات)|צפיות|תגובות",
].join("|");
const counter = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:(?:${counters}) ?[:：(（[]? ?${count} ?[)）\\]]? ?[次回]?|${count} ?(?:${counted}))(?![\\p{L}\\p{N}])`,
  "giu",
);
/** Where a text came from, or who set it. */
const origin =
  /(?:来源|來源|责任编辑|责编|編輯|编辑|审核|審核|出处|供稿|出典|출처|source|quelle|fonte|fuente) ?[:：] ?[^\s|·•]{1,30}/giu;
/** Whose the last word was, which changes while the post stays what it is. */
const lastWord =
  /(?:last (?:post|reply|comment)|letzte[rs]? (?:beitrag|antwort)|dernier message|último mensaje|ultimo messaggio) (?:by|von|par|por|di)(?: [^\s|·•]{1,24}){0,3}|最[后後](?:回复|回覆|發表|发表)[:：]? ?[^\s|·•]{0,24}/giu;
/** Words between parts that stand elsewhere: "Posted on … by … in …". */
const joints =
  /^(?:(?:posted|published|written|submitted|filed|tagged|last|post|reply|edited|on|by|in|at|under|with|and|the|to|veröffentlicht|geschrieben|am|von|unter|um|publié|par|dans|le|publicado|por|en|el|pubblicato|da|di|il|em|door|op|text|texte|texto|testo|foto|作者|分类|分類|标签|標籤|カテゴリ|カテゴリー|タグ)(?:[\s,|·:：»/]+|$)){1,6}$/iu;
/** The host that a link leads to. */
const host = /^\(?(?:[a-z\d-]{1,40}\.){1,4}[a-z]{2,12}\)?$/i;
const separators = /\s*[|｜·•,;、«»〉>]\s*|\s[-–—/]\s|\s+(?=[\p{Script=Han}\p{Script=Hangul}]{2,5}\s?[:：])/u;
const mayBe =
  /[\p{N}:：／/|]|記者|记者|기자|특파원|^(?:\p{L}+ )?(?:by|von|par|por|d[ia]|door|a[fv]|przez) |^a cura|^(?:last|letzte|dernier|último|ultimo) |最[后後]|بقلم|מאת|كتب|إعداد|تحرير|נכתב/iu;

/**
 * What a line says of a post that is no part of its text, where it says nothing else: its date, its writer, where it
 * came from, labels and counters ("Posted on Jan 5 by Jane · 12 comments"). Beside a date and a writer a little more may
 * stand ("File 12/2026"). Null for a line of the text.
 */
export function asideIn(line: string, context: DateContext): Aside | null {
  if (line.length > longestAside || (line.length > longestRemark && sentence.test(line))) return null;
  const known = asides.get(context) ?? new Map<string, Aside | null>();
  asides.set(context, known);
  const before = known.get(line);
  if (before !== undefined) return before;
  const aside = mayBe.test(line) || isPart(line) ? readAside(line, context) : null;
  known.set(line, aside);
  return aside;
}

/** Lines already read, for each page's calendar: the same ones are read for every list that they may be in. */
const asides = new WeakMap<DateContext, Map<string, Aside | null>>();

function readAside(line: string, context: DateContext): Aside | null {
  const undated = withoutDates(line, context);
  const isSure = undated.includes(mark) || counter.test(line);
  counter.lastIndex = 0;
  const rest = undated
    .replace(dated, mark)
    .replace(counter, mark)
    .replace(origin, mark)
    .replace(lastWord, mark);
  let author: string | null = null;
  const more: string[] = [];
  for (const run of rest.split(mark)) {
    const whole = trimmed(run);
    const writer = bylineIn(whole, isSure);
    if (writer !== null) author ??= writer;
    if (writer !== null || joints.test(whole)) continue;
    for (const piece of whole.split(separators).map(trimmed)) {
      const named = bylineIn(piece, isSure);
      if (named === null && piece !== "" && !isPart(piece)) more.push(piece);
      author ??= named;
    }
  }
  const isMixed =
    more.length > 0 && !(author !== null && undated.includes(mark) && more.length <= mostBeside);
  return isMixed ? null : { author, rest: more.join(" · ") };
}

function isPart(piece: string): boolean {
  return isLabel(piece) || dating.test(piece) || joints.test(piece) || host.test(piece);
}

/** A line with a mark for each of its first dates. */
function withoutDates(line: string, context: DateContext): string {
  let rest = line;
  for (let turn = 0; turn < 2; turn += 1) {
    const found =
      (turn === 0 || /\p{N}/u.test(rest)) &&
      /\p{N}|[今昨前刚剛]|오늘|어제|ago|day|gestern|heute|hier|ayer|hoy|ieri|oggi|ontem|hoje/iu.test(rest)
        ? findDate(rest, context)
        : null;
    if (found === null) break;
    rest = `${rest.slice(0, found.start)}${mark}${rest.slice(found.end)}`;
  }
  return rest;
}

function trimmed(piece: string): string {
  return piece.replace(/^[^\p{L}\p{N}@#]+|[^\p{L}\p{N}.!?。！？…:：)）]+$/gu, "");
}

/** The lines of a card that are its text, and the writer that another one names. */
export interface Said extends Pick<Aside, "author"> {
  readonly lines: readonly string[];
}

/**
 * Lines without buttons, asides, and short ones with a number ("12 views", "阅读 300") where there is more to say; of a line
 * that is taken apart by strokes or dots, each piece by itself.
 */
export function withoutAsides(lines: readonly string[], hasTitle: boolean, context: DateContext): Said {
  const found = lines.map((line) => asideIn(line, context));
  const author = found.find((aside) => aside !== null && aside.author !== null)?.author ?? null;
  const texts = lines.map((line, index) => found[index]?.rest ?? line).filter((line) => line !== "");
  const pieces = texts.flatMap((line) => line.split(/ [|·•] /));
  const said = pieces.filter((line) => !isLabel(line) && asideIn(line, context) === null);
  const isCounter = (line: string) => line.length <= 24 && /\p{N}/u.test(line) && weightOf(line) <= 4;
  const more = said.filter((line) => !isCounter(line));
  const isMore = hasTitle || more.some((line) => weightOf(line) > 4);
  if (isMore) return { lines: more, author };
  return { lines: said.length > 0 ? said : lines.filter((line) => !isLabel(line)), author };
}

/** Whether an element says something of the post: not nothing, and not asides alone. */
export function isSaid(element: Element, context: DateContext): boolean {
  if (isLonger(element, longestAside)) return true;
  const line = lineIn(element);
  return line !== "" && asideIn(line, context)?.rest !== "";
}

/** Elements that hold no others and can be a whole remark. */
const leaves = new Set("span small em i p div li dd td a b strong cite address font time".split(" "));

/** Collects the leaves of an element that are not left out, nor anything around them. */
function gatherLeaves(element: Element, leftOut: ReadonlySet<Node>, found: Element[]): void {
  for (const child of element.children) {
    if (!isTag(child) || leftOut.has(child)) continue;
    if (child.children.some(isTag)) gatherLeaves(child, leftOut, found);
    else if (leaves.has(child.name)) found.push(child);
  }
}

/**
 * Leaves out the elements that say nothing but an aside, which may stand beside each other without a space; gives the
 * writer that one of them names.
 */
export function leaveOutAsides(
  roots: readonly Element[],
  leftOut: Set<Node>,
  context: DateContext,
): string | null {
  let author: string | null = null;
  const found: Element[] = [];
  for (const root of roots) if (!leftOut.has(root)) gatherLeaves(root, leftOut, found);
  for (const element of found) {
    const aside = isLonger(element, longestAside) ? null : asideIn(lineIn(element), context);
    if (aside === null || aside.rest !== "") continue;
    leftOut.add(element);
    author ??= aside.author;
  }
  return author;
}

/** Whether a text is a date beyond doubt and little else: "No. 3 of 12 January 2026". */
export function isMostlyDate(line: string, context: DateContext): boolean {
  const date = line.length > longestAside ? null : findDate(line, context);
  if (date === null || date.isWeak) return false;
  const rest = `${line.slice(0, date.start)}${line.slice(date.end)}`;
  return rest.replace(/[^\p{L}\p{N}]/gu, "").length <= 12;
}

/** What stands between a date and what it is the date of. */
export const setOff = /^\s?[-–—:：|·•»]\s/;

/** A text without the date that it begins with, beyond doubt or set off, where more follows on the same line. */
export function afterDate(text: string, context: DateContext): string {
  const start = text.slice(0, longestAside).split("\n", 1)[0] ?? "";
  const date = /^\P{L}{0,2}\p{N}/u.test(start) ? findDate(start, context) : null;
  if (date === null || date.start > 1 || (date.isWeak && !setOff.test(start.slice(date.end)))) return text;
  const rest = text.slice(date.end).replace(/^[\s:：,、|·)\]）】–—-]+/u, "");
  return /[\p{L}\p{N}]/u.test(start.slice(date.end)) ? rest : text;
}
