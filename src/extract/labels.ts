import { remembering } from "./memory.ts";

/** Words of buttons and menus in the languages spoken here: what they label is never a post's title. */
const labels = new Set(
  [
    "more|read more|read on|read|see more|learn more|view|view more|view post|view all|show more|load more|continue|continue reading|full story|details|link|permalink|comments|comment|share|reply|edit|home|about|contact|archive|archives|categories|tags|next|previous|prev|older|newer|older posts|newer posts|older entries|next page|previous page|back|back to top|top|search|menu|login|log in|sign in|sign up|register|subscribe|rss|atom|feed|twitter|facebook|github|privacy|privacy policy|terms|skip to content|leave a comment|no comments|all posts|pinned|featured|sticky|new|download|downloads|transcript|show notes|listen|listen now|play|watch|watch now|print|email|save|hide|report|flag|assets|pre-release|latest|read article|read post|read the post|keep reading|view details|more info|more information|like|follow|bookmark|copy link",
    "更多|查看更多|阅读更多|阅读全文|继续阅读|查看全文|查看详情|详情|全文|展开|首页|主页|上一页|下一页|上页|下页|尾页|末页|返回|返回顶部|归档|分类|标签|关于|评论|回复|分享|登录|注册|搜索|菜单|置顶|友链|订阅|閱讀全文|閱讀更多|繼續閱讀|查看更多|首頁|上一頁|下一頁|更多|關於|分類|標籤|歸檔|留言",
    "もっと見る|続きを読む|続きをよむ|詳しく見る|詳細|詳細を見る|一覧|一覧へ|ホーム|トップ|次へ|前へ|次のページ|前のページ|カテゴリー|タグ|アーカイブ|コメント|検索|メニュー|お問い合わせ",
    "더 보기|더보기|자세히|자세히 보기|계속 읽기|읽기|목록|홈|이전|다음|이전 글|다음 글|카테고리|태그|댓글|검색|메뉴|로그인|공유|구독",
    "weiterlesen|mehr|mehr lesen|mehr erfahren|weiter|zurück|startseite|kommentare|kommentar schreiben|ältere beiträge|neuere beiträge|nächste seite|vorherige seite|suche|über uns|impressum|datenschutz|kontakt|alle beiträge",
    "lire la suite|lire plus|en savoir plus|suite|suivant|précédent|accueil|commentaires|articles plus anciens|rechercher|à propos|leer más|seguir leyendo|ver más|más|siguiente|anterior|inicio|comentarios|entradas antiguas|buscar|acerca de|leggi tutto|leggi|leggi di più|continua|continua a leggere|ler mais|leia mais|continue lendo|lees meer|lees verder|läs mer|les mer|læs mere|lue lisää|czytaj więcej|číst dál|tovább|devamı|devamını oku|transkript|transcription|transcripción|aucun commentaire|pas de commentaire|keine kommentare|no hay comentarios|nessun commento|sem comentários|descargar|télécharger|herunterladen|scarica|compartir|partager|teilen|drucken|imprimer|imprimir",
    "اقرأ المزيد|المزيد|التفاصيل|قراءة المزيد|مشاركة|التعليقات|תגובות|קרא עוד|קראו עוד|המשך קריאה|עוד|שתף|לכתבה המלאה|читать далее|подробнее|читать|далее|комментарии|поделиться|暂无评论|暫無留言|コメントなし|댓글 없음|下载|下載|ダウンロード|다운로드|打印|印刷|인쇄",
  ]
    .join("|")
    .split("|"),
);

/** A file that is offered: "Download (PDF, 1.2 MB)". */
const files =
  /^(?:(?:zum )?download|herunterladen|descargar|télécharger|scarica|baixar|下载|下載|附件|ダウンロード|다운로드|첨부파일)?[\s:：(（[]*(?:pdf|docx?|xlsx?|pptx?|odt|hwp|zip|epub|mp3)?[\s,:：;/|(（-]*(?:\d+(?:[.,]\d+)?\s?(?:[kmg]i?b|bytes?))?[\s)）\]]*$/iu;

const leadIns =
  /^(?:read more|continue reading|read the|weiterlesen|lire la suite|leer más|阅读全文|继续阅读|閱讀全文|続きを読む|더 ?보기)(?![\p{L}\p{N}])/iu;

/** Longest label, with the signs around it, in characters; what is longer is looked at no further. */
const longestLabel = 80;

/** Whether a text is a button's or a menu's word, a page number or an arrow, in any of the languages. */
export const isLabel = remembering((text) => {
  if (text.length > longestLabel)
    return leadIns.test(text.slice(0, longestLabel).replace(/^[^\p{L}\p{N}]+/u, ""));
  const said = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "")
    .replace(/\s+/g, " ");
  if (leadIns.test(said) || files.test(said)) return true;
  return said === "" || /^\d{1,4}(?:[\s.…/-]+\d{1,4})*$/.test(said) || labels.has(said);
});

const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

/** How much of a text is weighed, in characters: nothing depends on how much a long one says. */
const mostWeighed = 2_000;

/** What stands before all scripts that are counted by the character. */
const mayHoldCjk = /[^\0-\u10ff]/;

/** How many Chinese, Japanese and Korean characters a text has within its first 2,000. */
export function cjkCount(text: string): number {
  const start = text.slice(0, mostWeighed);
  return mayHoldCjk.test(start) ? (start.match(cjk)?.length ?? 0) : 0;
}

/**
 * How much a text says, in words, whatever its language: a Chinese, Japanese or Korean character is 0.6 of one.
 * Only its first 2,000 characters count.
 */
export const weightOf = remembering((text) => {
  const count = cjkCount(text);
  const start = text.slice(0, mostWeighed);
  const rest = (count === 0 ? start : start.replace(cjk, " ")).match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  return count * 0.6 + rest;
});
