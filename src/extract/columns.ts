import { all, childElements, type Element, isTag, lineIn } from "./document.ts";

/** How tables call the column of those who wrote a post. */
const writers =
  /^(?:글쓴이|작성자|등록자|게시자|이름|作者|撰稿人?|发布人|发布者|發布人|發布者|發表人|张贴人|張貼人|投稿者|執筆者|名前|author|writer|poster|posted by|written by|user|autor(?:in)?|verfasser(?:in)?|auteur|autore|redactor|started by|topic starter|автор|الكاتب|מאת)$/i;
/** How tables and labels call what a post belongs to. */
const groups =
  "(?:document )?type|categor(?:y|ies)|section|topics?|subject area|rubrik|kategorie|bereich|themen?|rubrique|catégorie|thèmes?|sección|categoría|temas?|materia|tipo|categoria|sezione|argomento|tipologia|分[类類]|[类類]别|類別|[栏欄]目|板块|カテゴリー?|区分|種別|分野|분류|카테고리|구분|말머리";
const groupHead = new RegExp(`^(?:${groups})$`, "iu");
const groupLabel = new RegExp(`^(?:${groups}) ?[:：] ?(?=[\\p{L}])`, "iu");
const heads = new WeakMap<Element, readonly string[]>();

/** Whether a cell stands in a column of writers, as the head of its table calls it. */
export function isWriterCell(cell: Element): boolean {
  return writers.test(columnOf(cell) ?? "");
}

/** Whether a cell stands in a column of categories, as the head of its table calls it. */
export function isCategoryCell(cell: Element): boolean {
  return groupHead.test(columnOf(cell) ?? "");
}

/** What follows "Category:" and the like in a line; null where it does not begin so. */
export function afterGroupLabel(line: string): string | null {
  const rest = line.replace(groupLabel, "");
  return rest === line ? null : rest;
}

/** What the head of its table calls a cell's column; null without one. */
function columnOf(cell: Element): string | null {
  if (cell.name !== "td") return null;
  const row = cell.parent;
  const table = row === null ? null : tableOf(row as Element);
  if (table === null) return null;
  return headOf(table)[childElements(row as Element).indexOf(cell)] ?? null;
}

function tableOf(row: Element): Element | null {
  for (let at: Element["parent"] = row; at !== null && isTag(at as Element); at = at.parent) {
    if ((at as Element).name === "table") return at as Element;
  }
  return null;
}

/** What the first row of a table calls its columns. */
function headOf(table: Element): readonly string[] {
  const known = heads.get(table);
  if (known !== undefined) return known;
  const [row] = all(table, "tr");
  const names = row === undefined ? [] : childElements(row).map(lineIn);
  heads.set(table, names);
  return names;
}
