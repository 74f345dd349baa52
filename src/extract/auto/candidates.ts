import { all, attr, childElements, type Element, isTag, matches, one, type Tree } from "../document.ts";

/** A selector that may be the one of the posts, and what it matches. */
export interface Candidate {
  readonly selector: string;
  readonly elements: readonly Element[];
}

const headings = "h1 a[href], h2 a[href], h3 a[href], h4 a[href]";
/** Most sets that are looked at, and the deepest level of the page they are looked for at. */
const mostCandidates = 400;
const deepest = 60;
/** Classes that come and go with a post's state, or are made by a build: no part of a path. */
const unstable =
  /\d|^(?:is|has|js|active|current|first|last|odd|even|sticky|hidden|show|lazy\w*|selected|open)(?:$|-)|^css-|^sc-|^jsx|[^\w-]/i;

/** What structured markup calls a post. */
const semantic = [
  "article",
  ".h-entry",
  ".hentry",
  '[itemtype*="schema.org/BlogPosting"]',
  '[itemtype*="schema.org/Article"]',
  '[itemtype*="schema.org/NewsArticle"]',
  "[itemprop~=blogPost]",
];

/** Whether markup calls an element a post. */
export function isCalledPost(element: Element): boolean {
  return matches(element, semantic.join(", "));
}

/**
 * Every set of like elements on a page, as the selectors that match them: what markup calls a post, then children
 * of one name below the same path of names and stable classes, all of them and those that share a class.
 */
export function candidates(tree: Tree): Candidate[] {
  const found = new Map<string, readonly Element[]>();
  const offer = (selector: string) => {
    if (found.has(selector) || found.size >= mostCandidates) return;
    const elements = all(tree.root, selector);
    if (elements.length > 1) found.set(selector, elements);
  };
  for (const selector of semantic) offer(selector);
  const groups = [...byPath(tree)].filter(([, elements]) => elements.length > 1);
  for (const [path, elements] of groups.sort(([, a], [, b]) => b.length - a.length)) {
    const shared = stableClasses(elements[0]).filter((name) =>
      elements.every((element) => classesOf(element).includes(name)),
    );
    offer(`${path}${shared.map((name) => `.${name}`).join("")}`);
    for (const name of partialClasses(elements)) offer(`${path}.${name}`);
    if (areTitleRows(elements)) offer(`${path}:has(${headings})`);
  }
  for (const [, elements] of groups) {
    if (found.size >= mostCandidates) break;
    for (const selector of apart(elements)) offer(selector);
  }
  return [...found].map(([selector, elements]) => ({ selector, elements }));
}

/**
 * Whether only some of the elements are headed, and those say nothing else: then they are the title rows of posts
 * whose text stands in the rows after them. Headed cards with a text of their own are cards like the others.
 */
function areTitleRows(elements: readonly Element[]): boolean {
  const headed = elements.filter((element) => one(element, headings) !== null);
  const wordy = headed.filter((element) => one(element, "p, blockquote") !== null);
  return headed.length > 1 && headed.length < elements.length && wordy.length * 2 < headed.length;
}

/** In so many places like elements may stand that are lists of their own. */
const mostPlaces = 8;

/**
 * Like elements that stand in a few places without names, a handful in each: a menu and a list in two cells of a table.
 * Each place is a set of its own.
 */
function apart(elements: readonly Element[]): string[] {
  const places = new Map<unknown, Element[]>();
  for (const element of elements) {
    const place = places.get(element.parent);
    if (place === undefined) places.set(element.parent, [element]);
    else place.push(element);
    if (places.size > mostPlaces) return [];
  }
  if (places.size < 2) return [];
  return [...places.values()].flatMap((set) => {
    const [first] = set;
    return first === undefined || set.length < 3 ? [] : [`${placePath(first)} > ${nameOf(first)}`];
  });
}

/** The way to an element's parent, step by step, by number where steps are alike. */
export function placePath(element: Element): string {
  const steps: string[] = [];
  for (let at = element.parent; at !== null && "attribs" in at && at.name !== "html"; at = at.parent) {
    const here: Element = at;
    const own = step(here);
    const of = here.parent === null ? [] : childElements(here.parent as Element);
    const like = of.filter((one) => matches(one, own));
    steps.unshift(like.length > 1 ? `${own}:nth-child(${of.indexOf(here) + 1})` : own);
  }
  return steps.join(" > ");
}

/** A place in a page, named by its path: what stands right below it in all such places, by name, and the paths that go on there. */
interface Place {
  readonly path: string;
  readonly groups: Map<string, Element[]>;
  readonly below: Map<string, Place>;
}

/** Every set of elements of one name below the same path, by the path and the name. */
function byPath(tree: Tree): Map<string, Element[]> {
  const groups = new Map<string, Element[]>();
  const walk = (parent: Element, place: Place, level: number) => {
    if (level > deepest) return;
    for (const child of parent.children) {
      if (!isTag(child)) continue;
      const name = nameOf(child);
      const group = place.groups.get(name) ?? [];
      if (group.push(child) === 1) {
        place.groups.set(name, group);
        groups.set(`${place.path} > ${name}`, group);
      }
      if (!child.children.some(isTag)) continue;
      const own = step(child);
      const below = place.below.get(own) ?? placeAt(`${place.path} > ${own}`);
      place.below.set(own, below);
      walk(child, below, level + 1);
    }
  };
  const body = all(tree.root, "body")[0];
  const tops = body === undefined ? childElements(tree.root) : [body];
  const places = new Map<string, Place>();
  for (const top of tops) {
    const own = step(top);
    const place = places.get(own) ?? placeAt(own);
    places.set(own, place);
    walk(top, place, 1);
  }
  return groups;
}

function placeAt(path: string): Place {
  return { path, groups: new Map(), below: new Map() };
}

/** An element's name as CSS knows it; broken markup has names that no selector can say. */
function nameOf(element: Element): string {
  return /^[a-z][a-z\d-]*$/i.test(element.name) ? element.name : "*";
}

/** One step of a path: the element's name, its id where that is a word, else its stable classes. */
export function step(element: Element): string {
  const id = attr(element, "id");
  if (id !== null && /^[A-Za-z][\w-]*$/.test(id) && !/\d/.test(id)) return `${nameOf(element)}#${id}`;
  return (
    nameOf(element) +
    stableClasses(element)
      .map((name) => `.${name}`)
      .join("")
  );
}

function classesOf(element: Element): string[] {
  return (attr(element, "class") ?? "").split(/\s+/).filter((name) => name !== "");
}

function stableClasses(element: Element | undefined): string[] {
  if (element === undefined) return [];
  return classesOf(element)
    .filter((name) => /^[A-Za-z_-]/.test(name) && !unstable.test(name))
    .slice(0, 4)
    .sort();
}

/** Classes that some of the elements share and others lack. */
function partialClasses(elements: readonly Element[]): string[] {
  const counts = new Map<string, number>();
  for (const element of elements) {
    for (const name of stableClasses(element)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > 1 && count < elements.length)
    .map(([name]) => name)
    .slice(0, 12);
}
