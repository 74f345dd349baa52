import { compile, is, selectAll, selectOne } from "css-select";
import { removeElement } from "domutils";
import { ElementType } from "htmlparser2";
import type { Element, Node, Root } from "./element.ts";
import { remembering } from "./memory.ts";
import { type Question, simpleQuestion } from "./simple.ts";

/**
 * A selector as a question to one element; as it is written where it looks at where it is asked from. Compiling costs more
 * than matching, and a page asks for the same few hundred selectors again and again.
 */
const questionOf = remembering<Question | string>((selector) => {
  if (/:scope|(?:^|,)\s*[>+~]/.test(selector)) return selector;
  return simpleQuestion(selector) ?? compile<Node, Element>(selector);
});

/** Whether a node is an element. */
export function isTag(node: Node): node is Element {
  return ElementType.isTag(node);
}

/** All elements below `within` that a selector matches, in page order. Throws on a selector that is not CSS. */
export function all(within: Root | Element, selector: string): Element[] {
  const question = questionOf(selector);
  if (typeof question === "string") return selectAll<Node, Element>(question, within as Node);
  if (within.type === ElementType.Root) return namedAlike(within as Root, selector).filter(question);
  const found: Element[] = [];
  gather(within, question, found);
  return found;
}

/** The first element below `within` that a selector matches, or null. */
export function one(within: Root | Element, selector: string): Element | null {
  const question = questionOf(selector);
  if (typeof question === "string") return selectOne<Node, Element>(question, within as Node);
  if (within.type === ElementType.Root) return namedAlike(within as Root, selector).find(question) ?? null;
  return first(within, question);
}

/** Whether a selector matches the element itself. */
export function matches(element: Element, selector: string): boolean {
  const question = questionOf(selector);
  return typeof question === "string" ? is<Node, Element>(element, question) : question(element);
}

function gather(of: Root | Element, question: Question, found: Element[]): void {
  for (const child of of.children) {
    if (!isTag(child)) continue;
    if (question(child)) found.push(child);
    gather(child, question, found);
  }
}

function first(of: Root | Element, question: Question): Element | null {
  for (const child of of.children) {
    if (!isTag(child)) continue;
    const found = question(child) ? child : first(child, question);
    if (found !== null) return found;
  }
  return null;
}

/** The elements of whole pages by name, in page order, and all of them: a tree does not change once it is parsed, but where something is taken out of it. */
const pages = new WeakMap<Root, ReadonlyMap<string, readonly Element[]>>();

/** Takes out of a page what a selector matches, before anything else is asked of it. */
export function takeOut(root: Root, selector: string): void {
  for (const element of all(root, selector)) removeElement(element);
  pages.delete(root);
}

/** Those of a page's elements that have the name which a selector asks for, if it asks for one. */
function namedAlike(root: Root, selector: string): readonly Element[] {
  const page = pages.get(root) ?? byName(root);
  pages.set(root, page);
  return page.get(nameIn(selector)) ?? [];
}

function byName(root: Root): ReadonlyMap<string, readonly Element[]> {
  const every: Element[] = [];
  gather(root, () => true, every);
  const page = new Map<string, Element[]>([["*", every]]);
  for (const element of every) {
    const same = page.get(element.name);
    if (same === undefined) page.set(element.name, [element]);
    else same.push(element);
  }
  return page;
}

/** The one name that all elements have which a selector matches; `*` where they may have any. */
const nameIn = remembering((selector) => {
  let plain = selector;
  for (let before = ""; before !== plain; ) {
    before = plain;
    plain = plain.replace(/\[[^[\]"'\\]*\]|\([^()[\]"'\\]*\)/g, "");
  }
  if (!/^[\w\s.#:>+~,-]+$/.test(plain)) return "*";
  const names = plain.split(",").map((one) => /(?:^|[\s>+~])([a-z][a-z\d-]*)[^\s>+~]*\s*$/i.exec(one)?.[1]);
  const [name] = names;
  return name !== undefined && names.every((other) => other === name) ? name.toLowerCase() : "*";
});
