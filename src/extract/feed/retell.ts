import { isVisible, visible } from "../../base/text.ts";
import { voids } from "../tags.ts";
import {
  type Frame,
  frameOf,
  isPart,
  itemName,
  markupFrame,
  outermost,
  pages,
  roots,
  type Story,
} from "./frame.ts";
import { calledIn, leaves, localOf } from "./names.ts";
import { cleanPart, say, sayTag } from "./part.ts";
import { fromWindows1252 } from "./references.ts";
import { scan } from "./scan.ts";

/** A feed told again in one shape, well-formed whatever the original was. */
export interface Retold {
  /**
   * RSS 2.0 in form, whatever the feed was: every part that is read of the channel and of an item is an element of a
   * name of ours (see `codes`), so that rss-parser maps all parts and interprets none: its own reading fails on one bad
   * date or link, and is quadratic on long markup.
   */
  readonly xml: string;
  /** Texts that are long, put aside so that they are not read again letter by letter (see `whole`). */
  readonly texts: readonly string[];
  /** The names of the parts that it has. */
  readonly names: ReadonlySet<string>;
  readonly isAtom: boolean;
  /** The file ended before the feed did; the item it broke off in was left out. */
  readonly isCutOff: boolean;
}

const maxDepth = 128;

/**
 * Tells a feed again so that any parser can read it: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0 and CDF, under any prefix and
 * letter case; of the items the first `most`. Mends what often is wrong: text before the first tag, control
 * characters, bare `&`, references that XML does not know, tags never closed, a file that breaks off: what has an end is
 * kept. Nothing that a document type declares is ever expanded. Null when there is no feed in the text.
 */
export function retell(text: string, url: string, most: number): Retold | null {
  const lists = { stack: [], facts: [], items: [], texts: [] };
  const story: Story = {
    url,
    most,
    ...lists,
    dropped: new Map(),
    names: new Set(),
    root: null,
    isEnded: false,
  };
  scan(isVisible(text) ? text : visible(withoutC1(text)), {
    open: (name, attributes, isEmpty) => open(story, name, attributes, isEmpty),
    close: (name) => close(story, name),
    text: (written, isLiteral) => {
      const part = topOf(story)?.part ?? null;
      if (part !== null) say(part, written, isLiteral);
    },
  });
  if (story.root === null) return null;
  return {
    xml: `<rss version="2.0"><channel>${story.facts.join("")}${story.items.join("")}</channel></rss>`,
    texts: story.texts,
    names: story.names,
    isAtom: story.root === "feed",
    isCutOff: !story.isEnded,
  };
}

const longestStart = 20_000;

/** Whether the first element that says what a text is says that it is a feed. */
export function isFeedText(text: string): boolean {
  let isFeed = false;
  scan(text.slice(0, longestStart), {
    open: (name) => {
      isFeed = roots.has(localOf(name));
      return !isFeed && !pages.has(name);
    },
    close: () => undefined,
    text: () => undefined,
  });
  return isFeed;
}

/** What somebody wrote in windows-1252 and called Latin 1: its quotes and dashes are controls there. */
function withoutC1(text: string): string {
  const controls = /[\u0080-\u009f]/g;
  return text.replace(controls, (control) => fromWindows1252(control.charCodeAt(0)));
}

function topOf({ stack }: Story): Frame | undefined {
  return stack[stack.length - 1];
}

function open(story: Story, name: string, written: string, isEmpty: boolean): boolean {
  closeForgotten(story, name);
  const above = topOf(story);
  if (above?.part?.parts === null) openMarkup(story, above, name, written, isEmpty);
  else if (isTooDeep(story, name, isEmpty)) return true;
  else if (above === undefined || above.role === "outside") {
    if (story.root === null && pages.has(name)) return false;
    story.stack.push(outermost(story, name, written));
    if (isEmpty) end(story);
  } else {
    story.stack.push(frameOf(story, above, name, written));
    if (isEmpty) end(story);
  }
  return true;
}

function isTooDeep({ stack, dropped }: Story, name: string, isEmpty: boolean): boolean {
  if (stack.length < maxDepth) return false;
  if (!isEmpty) dropped.set(name, (dropped.get(name) ?? 0) + 1);
  return true;
}

/** An element within a part that holds no parts: markup that nobody escaped, or XHTML. */
function openMarkup(story: Story, above: Frame, name: string, written: string, isEmpty: boolean): void {
  const local = localOf(name);
  const isVoid = voids.has(local);
  if (!isVoid && isTooDeep(story, name, isEmpty)) return;
  if (above.part !== null) sayTag(above.part, `<${local}${written}>`);
  if (isVoid) return;
  story.stack.push(markupFrame(above, name));
  if (isEmpty) end(story);
}

/**
 * What surely was never closed: a part of the channel in which an item starts, an item in which the next one does, a
 * short text in which the next part does.
 */
function closeForgotten(story: Story, name: string): void {
  const { stack } = story;
  const top = topOf(story);
  if (top === undefined) return;
  if (top.part !== null && itemName.test(localOf(name)) && !stack.some(({ role }) => role === "item")) {
    while (topOf(story)?.part) end(story);
    return;
  }
  if (top.role === "item" && top.name === name) end(story);
  if (top.role !== "part" || top.part?.parts !== null || top.part.isMarkup) return;
  const above = stack[stack.length - 2];
  if (above?.role === "item" && above.name === name) {
    end(story);
    end(story);
  } else if (above !== undefined && leaves.has(top.part.name)) {
    const called = calledIn(name, top.scope, story.root === "feed");
    if (isPart(above.role, called) && !/(?:^|\.)(?:div|body)$/.test(called)) end(story);
  }
}

function close(story: Story, name: string): void {
  const { stack, dropped } = story;
  const missing = dropped.get(name) ?? 0;
  if (missing > 0) {
    dropped.set(name, missing - 1);
    return;
  }
  let found = stack.length - 1;
  while (found >= 0 && stack[found]?.name !== name) found -= 1;
  while (found >= 0 && stack.length > found) end(story);
}

/** Ends the innermost element: what it told is whole. */
function end(story: Story): void {
  const { stack, dropped, texts, items } = story;
  const frame = stack.pop();
  if (dropped.size > 0) dropped.clear();
  if (frame?.role === "channel") story.isEnded = !stack.some(({ role }) => role === "channel");
  if (frame?.role === "item") items.push(`<item${frame.attributes}>${frame.parts.join("")}</item>`);
  if (frame === undefined || frame.part === null) return;
  if (frame.role === "markup") frame.part.said += `</${localOf(frame.name)}>`;
  const above = topOf(story);
  if (frame.role === "part") above?.parts.push(cleanPart(frame.part, texts, above.role === "part"));
}
