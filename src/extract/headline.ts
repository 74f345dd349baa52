import { all, attr, type Element, isTag, lineIn, type Node, one, textIn } from "./document.ts";
import { isLabel, weightOf } from "./labels.ts";
import { addressOf, isAuthorLink, isCategoryLink } from "./leads.ts";
import { closest, holds, mostParts, within } from "./parts.ts";

/**
 * The element that shows a card's title: what is marked as its headline, its first heading, what is called a title,
 * else the weightiest of `links`, else of what a script leads on from. Null when it shows none.
 */
export function titleElement(
  card: Element,
  links: readonly Element[],
  base: string,
  isWhen: (line: string) => boolean,
): Element | null {
  const isTitle = (element: Element) => {
    const line = lineIn(element);
    if (isOfWriter(element, base)) return false;
    return (
      line.length < 400 &&
      (!isLabel(line) || version.test(line)) &&
      !isCode.test(line) &&
      !isAddress.test(line) &&
      /\p{L}|\p{N}/u.test(line)
    );
  };
  const marked = within(card, "[itemprop~=headline], .p-name").find(
    (element) => isTitle(element) && !isOfAnother(element, card),
  );
  const heading = marked ?? within(card, "h1, h2, h3, h4, h5, h6, [role=heading]").find(isTitle);
  if (heading !== undefined) return linkAlone(heading, base) ?? heading;
  // A subject may be what a post is about; where nothing else is called so, it is its title.
  const called = [
    "[class*=title], [class*=Title], [class*=headline], [data-testid*=title]",
    "[class*=subject], [class*=ttl], [class$=head]",
  ].flatMap((names) => all(card, names).slice(0, mostParts).filter(isTitle));
  const around = closest(card, "a");
  const linked = links
    .filter((link) => isTitle(link) && link !== around && (link !== card || link.name === "a"))
    .filter((link) => !isInSentence(link, card))
    .slice(0, mostParts);
  const named = called.find(
    (element) => linked.length === 0 || linked.some((link) => holds(element, link) || holds(link, element)),
  );
  if (named !== undefined) return linkAlone(named, base) ?? named;
  return (
    headOf(
      weightiest(linked.filter((link) => !isWhen(lineIn(link)))),
      (element) => isTitle(element) && !isWhen(lineIn(element)),
    ) ??
    weightiest(scripts(card).filter(isTitle)) ??
    boldStart(card, isTitle)
  );
}

const isAddress = /^(?:https?:\/\/)?(?:[\w-]+\.)+[a-z]{2,}\/\S*$/i;
/** The number of a release, which a date may follow: no numbers of pages. */
const version = /^v?\d+\.\d+\.\d+/;
/** What names a change to a program: no title, but for those who wrote it. */
const isCode = /^(?=.*\d)[\da-f]{7,40}$/i;

/** Longest title that is told from a description by nothing but its length, in characters. */
const longestLeaf = 100;

/** Of a link whose parts are elements of their own (a kind, a name, a day), the one that says most, no date. */
function leafOf(link: Element, isTitle: (element: Element) => boolean): Element | null {
  const leaves = all(link, "span, div, em, p, font, time").filter(
    (element) => !element.children.some(isTag) && lineIn(element) !== "",
  );
  const said = leaves.map(lineIn).join("").replace(/\s/g, "");
  if (leaves.length < 2 || said !== lineIn(link).replace(/\s/g, "")) return null;
  const short = leaves.filter(
    (leaf) => leaf.name !== "p" && lineIn(leaf).length <= longestLeaf && isTitle(leaf),
  );
  return weightiest(short);
}

/** Whether an element stands in a link to a writer. */
function isOfWriter(element: Element, base: string): boolean {
  const link = closest(element, "a");
  return link !== null && isAuthorLink(link, base);
}

/** How much more a paragraph says than a link in it, in characters, that the link is no title. */
const sentence = 40;

function isInSentence(link: Element, card: Element): boolean {
  const paragraph = closest(link, "p");
  if (paragraph === null || paragraph === card || !holds(card, paragraph)) return false;
  const [said, words] = [lineIn(paragraph), lineIn(link)];
  return !said.startsWith(words) && said.length - words.length > sentence;
}

/** The bold words that a card begins with, where they are a line of their own and more follows. */
function boldStart(card: Element, isTitle: (element: Element) => boolean): Element | null {
  const bold = one(card, "b, strong");
  const first = textIn(card, new Set(), 500).split("\n", 2);
  return bold !== null && first.length > 1 && lineIn(bold) === first[0] && isTitle(bold) ? bold : null;
}

/** Links that only a script knows the way of. */
function scripts(card: Element): Element[] {
  return all(card, "a, td[onclick], span[onclick], div[onclick]")
    .filter((element) => /^(?:#.*|javascript:.*)?$/i.test(attr(element, "href")?.trim() ?? ""))
    .slice(0, mostParts);
}

/** Whether a part is one of something within the card that has parts of its own (microformats): a person, a reply. */
function isOfAnother(element: Element, card: Element): boolean {
  for (let at: Element["parent"] = element; at !== null && at !== card; at = at.parent) {
    if (isTag(at as Node) && /(?:^|\s)h-[a-z]+/.test(attr(at as Element, "class") ?? "")) return true;
  }
  return false;
}

/** Longest rest of a heading that is no part of its link's title, in characters: "New", "댓글 2". */
const longestTail = 12;

/** The one link to a post in a heading that says a little more: its kind, the host it leads to, a count, a date. */
function linkAlone(heading: Element, base: string): Element | null {
  const links = all(heading, "a[href]").filter((one) => addressOf(one, base) !== null);
  const kinds = links.filter((one) => isCategoryLink(one, base));
  const [link, ...others] = links.filter((one) => !kinds.includes(one));
  if (link === undefined) return null;
  const said = lineIn(link);
  const whole = kinds.reduce((line, kind) => line.replace(lineIn(kind), "").trim(), lineIn(heading));
  const more = whole.replace(said, "").trim();
  if (others.length === 0 && /^[\s[\]【】()·|:/-]*$/.test(more) && kinds.length > 0) return link;
  const isTail = whole.startsWith(said) && more.length <= Math.max(longestTail, said.length / 4);
  const isNote = /^[([{·|–-]/.test(more) && weightOf(more) <= 4;
  const isDate = more.length <= 40 && more.replace(/\P{Nd}/gu, "").length >= 4;
  return (!isLabel(said) || version.test(said)) && (isNote || ((isDate || isTail) && others.length === 0))
    ? link
    : null;
}

/** What stands out at the beginning of a link that holds more than a title: its first bold words. */
function headOf(link: Element | null, isTitle: (element: Element) => boolean): Element | null {
  if (link === null) return null;
  const bold = all(link, "strong, b").find(isTitle);
  const isFirst = bold !== undefined && lineIn(link).startsWith(lineIn(bold));
  if (isFirst && lineIn(bold) !== lineIn(link)) return bold;
  return leafOf(link, isTitle) ?? link;
}

function weightiest(links: readonly Element[]): Element | null {
  let best: Element | null = null;
  for (const link of links) {
    const isLong = lineIn(link).length > 200;
    if (!isLong && (best === null || weightOf(lineIn(link)) > weightOf(lineIn(best)))) best = link;
  }
  return best;
}
