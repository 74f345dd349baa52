import { all, childElements, type Element, isTag, lineIn } from "./document.ts";

/** How tables call the column of those who wrote a post. */
const writers =
  /^(?:글쓴이|작성자|등록자|게시자|이름|作者|撰稿人?|发布人|发布者|發布人|發布者|發表人|张贴人|張貼人|投稿者|執筆者|名前|author|writer|poster|posted by|written by|user|autor(?:in)?|verfasser(?:in)?|auteur|autore|redactor|started by|topic starter|автор|الكاتب|מאת)$/i;
const heads = new WeakMap<Element, readonly string[]>();

/** Whether a cell stands in a column of writers, as the head of its table calls it. */
export function isWriterCell(cell: Element): boolean {
  if (cell.name !== "td") return false;
  const row = cell.parent;
  const table = row === null ? null : tableOf(row as Element);
  if (table === null) return false;
  const column = childElements(row as Element).indexOf(cell);
  return writers.test(headOf(table)[column] ?? "");
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
