import render from "dom-serializer";
import { appendChild, prepend } from "domutils";
import { parseDocument } from "htmlparser2";
import type { Page } from "../domain/page.ts";
import { calendarOf } from "./calendar.ts";
import type { DateContext } from "./dates/moment.ts";
import { findDate } from "./dates.ts";
import {
  all,
  childElements,
  type Element,
  isTag,
  lineIn,
  type Node,
  one,
  parseHtml,
  type Tree,
} from "./document.ts";
import { dateOf } from "./when.ts";

/**
 * The element that posts are put into which nothing but a rule or a line break tells apart; no page has one. In
 * selectors it is named like any other: `td > run`.
 */
export const runName = "run";

/** Fewest posts that stand like that, and least share of the pieces that have a date. */
const least = { posts: 3, dated: 0.6 } as const;
/** Longest start of a piece that its date is looked for in, in characters. */
const longestStart = 160;

/** Trees with such posts put into elements, for those without: a tree does not change once it is parsed. */
const cuts = new WeakMap<Tree, Tree | null>();

/** The page with posts that only `<hr>`, `<br><br>` or `<br>` tells apart in elements of their own; null where it has none. */
export function withRuns(tree: Tree, page: Page): Tree | null {
  const known = cuts.get(tree);
  if (known !== undefined) return known;
  const cut = one(tree.root, runName) === null && piecesOn(tree, page).length > 0 ? cutUp(page) : null;
  cuts.set(tree, cut);
  return cut;
}

/** Whether a selector is about such posts. */
export function asksForRuns(selector: string): boolean {
  return new RegExp(`(?:^|[\\s>,])${runName}(?:$|[\\s>,:.])`).test(selector);
}

/** A tree of its own, parsed anew: one that was looked at does not change any more. */
function cutUp(page: Page): Tree {
  const tree = parseHtml(page.text, page.url);
  for (const piece of piecesOn(tree, page)) wrap(piece);
  return { ...tree, root: parseDocument(render(tree.root)) };
}

/** The nodes of each such post of a page. */
function piecesOn(tree: Tree, page: Page): Node[][] {
  const gaps = new Map<Element, number>();
  for (const { parent } of all(tree.root, "hr, br, p > b:only-child, p > strong:only-child")) {
    if (parent === null || !("attribs" in parent)) continue;
    for (const holder of [parent, parent.parent]) {
      if (holder !== null && "attribs" in holder) gaps.set(holder, (gaps.get(holder) ?? 0) + 1);
    }
  }
  const context = calendarOf(tree, page);
  const holders = [...gaps].filter(([, count]) => count >= least.posts - 1);
  const found = holders.flatMap(([holder]) => piecesOf(holder, context) ?? []);
  const taken = new Set<unknown>(found.flat());
  return found.filter((piece) => piece.every((node) => !isUnder(node, taken)));
}

function isUnder(node: Node, taken: ReadonlySet<unknown>): boolean {
  for (let at = node.parent; at !== null; at = at.parent) if (taken.has(at)) return true;
  return false;
}

type Cut = (nodes: readonly Node[], index: number) => boolean;

const isBlank = (node: Node | undefined) => node !== undefined && "data" in node && node.data.trim() === "";
const isBreak = (node: Node | undefined) => node !== undefined && isTag(node) && node.name === "br";
const isRule = (node: Node | undefined) =>
  node !== undefined &&
  isTag(node) &&
  (node.name === "hr" || (lineIn(node) === "" && childElements(node).some(({ name }) => name === "hr")));

/** A paragraph in bold, which stands for a heading. */
const isBold = (node: Node | undefined) =>
  node !== undefined &&
  isTag(node) &&
  node.name === "p" &&
  childElements(node).some((bold) => /^(?:b|strong)$/.test(bold.name) && lineIn(bold) === lineIn(node));

/** What tells posts apart, the widest gap first; a heading in bold is part of what it begins. */
const cutters: readonly Cut[] = [
  (nodes, index) => isRule(nodes[index]),
  (nodes, index) => {
    if (!isBreak(nodes[index])) return false;
    const next = isBlank(nodes[index + 1]) ? nodes[index + 2] : nodes[index + 1];
    const before = isBlank(nodes[index - 1]) ? nodes[index - 2] : nodes[index - 1];
    return isBreak(next) || isBreak(before);
  },
  (nodes, index) => isBreak(nodes[index]),
  (nodes, index) => isBold(nodes[index]),
];

/** The dated pieces of an element, cut by the widest gap that gives enough of them; null where none does. */
function piecesOf(holder: Element, context: DateContext): Node[][] | null {
  for (const isCut of cutters) {
    const pieces = split(holder.children, isCut).filter((piece) => textOf(piece) !== "");
    if (pieces.length < least.posts) continue;
    const whole = withoutHead(pieces);
    const dated = whole.filter((piece) => isDated(piece, context));
    if (dated.length >= least.posts && dated.length >= whole.length * least.dated) return dated;
  }
  return null;
}

function split(nodes: readonly Node[], isCut: Cut): Node[][] {
  const pieces: Node[][] = [[]];
  for (const [index, node] of nodes.entries()) {
    if (isCut(nodes, index)) pieces.push([]);
    if (!isCut(nodes, index) || isBold(node)) pieces.at(-1)?.push(node);
  }
  return pieces;
}

function textOf(nodes: readonly Node[]): string {
  return nodes
    .map((node) => ("data" in node ? node.data : isTag(node) ? lineIn(node) : ""))
    .join(" ")
    .trim();
}

/** A date of a piece stands in an element of its own, or where it begins or its first line ends. */
function isDated(piece: readonly Node[], context: DateContext): boolean {
  const marked = piece.filter(isTag).some((element) => dateOf(element, context) !== null);
  return marked || findDate(textOf(piece).slice(0, longestStart), context)?.isWeak === false;
}

/** The pieces, the first without the page's heading: one of a kind that the others do not begin with. */
function withoutHead(pieces: readonly Node[][]): Node[][] {
  const [first = [], ...others] = pieces;
  const headingsOf = (piece: readonly Node[]) =>
    piece.filter((node) => isTag(node) && /^h[1-6]$/.test(node.name));
  const names = new Set(others.flatMap(headingsOf).map((node) => isTag(node) && node.name));
  const heads = headingsOf(first).filter((node) => isTag(node) && !names.has(node.name));
  const last = heads.at(-1);
  return [last === undefined ? first : first.slice(first.indexOf(last) + 1), ...others];
}

/** Puts nodes that follow each other into an element of their own. */
function wrap(nodes: readonly Node[]): void {
  const [first] = nodes;
  const [run] = childElements(parseDocument(`<${runName}></${runName}>`));
  if (first === undefined || run === undefined) return;
  prepend(first, run);
  for (const node of nodes) appendChild(run, node);
}
