import type { Instant } from "../base/clock.ts";
import { cut, squash, visible } from "../base/text.ts";
import { safeHttpUrl } from "../base/url.ts";
import type { Words } from "../base/words.ts";
import { addressOf, postPath } from "../domain/address.ts";
import type { Issue, IssuePost, Period } from "../domain/issue.ts";
import type { Site } from "../domain/site.ts";
import type { Choice, ChosenSection } from "./compose.ts";
import { personalSlots } from "./personal.ts";

/** The issue as far as a mail tells of it. */
export type Edition = Pick<Issue, "number" | "title" | "openedAt" | "posts"> & {
  readonly period: Pick<Period, "startedAt">;
};

/** One variant to be made of an issue. */
export interface Sheet {
  readonly issue: Edition;
  /** Category slugs; null is everything. */
  readonly wanted: readonly string[] | null;
  readonly site: Site;
  /** Category slugs in the order wanted. */
  readonly order: readonly string[];
  /** Most posts in one mail; the web edition has all. */
  readonly maxPosts: number;
}

/** A string for every slot of the templates; an empty one or an empty list leaves its part out. */
export type View = { readonly [slot: string]: string | boolean | readonly View[] };

const titleWidth = 220;
/** Code points before the `…` that `cut` adds: a subject of at most 78 (RFC 5322 §2.1.1). */
export const subjectLength = 77;
const namesShown = 3;
const longestLink = 1_000;
/** A table of contents pays from this many categories on. */
const contentsFrom = 4;

/**
 * The digest as strings for the templates. `summaryWidth` bounds a summary in columns (three lines are about 200;
 * a Chinese character takes two); the lead post gets half as much again; 0 leaves summaries out.
 */
export function viewDigest(
  { issue, site }: Pick<Sheet, "issue" | "site">,
  choice: Choice,
  summaryWidth: number,
  words: Words,
): View {
  const date = (at: Instant) => words.date(at, site.timeZone);
  const sections = choice.sections.map((section, index) => {
    const posts = section.posts.map((post, place) => {
      const isLead = index === 0 && place === 0;
      return viewPost(post, isLead, isLead ? summaryWidth * 1.5 : summaryWidth, words, site);
    });
    return viewSection(section, index, posts, words);
  });
  const left = choice.total - choice.shown;
  const title = clean(issue.title);
  const lead = choice.sections[0]?.posts[0];
  return {
    ...frame(words, site),
    subject: cut(words.say("mail.digest.subject", { title, lead: clean(lead?.title ?? "") }), subjectLength),
    title,
    issue: words.say("mail.digest.issue", { number: issue.number }),
    period: words.say("mail.digest.period", {
      from: date(issue.period.startedAt),
      to: date(issue.openedAt),
    }),
    overview: overviewOf(choice, words),
    contents: sections.length < contentsFrom ? [] : sections,
    contentsLabel: words.say("mail.digest.contents"),
    sections,
    more: left === 0 ? "" : words.say("mail.digest.more", { count: left }),
    web: words.say("mail.digest.web"),
    webUrl: addressOf(site.url, `issues/${issue.number}`),
    sentBy: words.say("mail.footer.sentBy", { site: clean(site.title) }),
    why: words.say("mail.footer.why"),
    preferences: words.say("mail.footer.preferences"),
    preferencesUrl: personalSlots.preferences,
    unsubscribe: words.say("mail.footer.unsubscribe"),
    unsubscribeUrl: personalSlots.unsubscribe,
  };
}

/** The mail that asks for a confirmation at `url`; `days` is how long that works. */
export function viewConfirm(url: string, days: number, words: Words, site: Site): View {
  const title = clean(site.title);
  return {
    ...frame(words, site),
    subject: cut(words.say("mail.confirm.subject", { title }), subjectLength),
    title,
    heading: words.say("mail.confirm.heading"),
    body: words.say("mail.confirm.body", { title }),
    button: words.say("mail.confirm.button"),
    confirmUrl: url,
    copy: words.say("mail.confirm.copy"),
    open: words.say("mail.confirm.open"),
    expires: words.say("mail.confirm.expires", { count: days }),
    ignore: words.say("mail.confirm.ignore"),
  };
}

/** "14 new posts in 4 categories"; of a single category nothing is said. */
function overviewOf({ sections, total }: Choice, words: Words): string {
  const posts = words.say("mail.digest.posts", { count: total });
  const named = sections.filter(({ category }) => category !== null).length;
  if (named < 2) return posts;
  return words.say("mail.digest.overview", {
    posts,
    categories: words.say("mail.digest.categories", { count: named }),
  });
}

/** What every mail has. */
export function frame(words: Words, site: Site): View {
  return {
    language: words.language,
    dir: words.dir,
    leading: /^(?:zh|ja|ko)\b/.test(words.language) ? "1.75" : "1.65",
    siteUrl: safeHttpUrl(site.url) ?? "",
    imprint: site.imprint
      .split("\n")
      .map((line) => ({ line: clean(line) }))
      .filter(({ line }) => line !== ""),
  };
}

function viewSection(section: ChosenSection, index: number, posts: readonly View[], words: Words): View {
  const name = section.category === null ? words.say("mail.digest.other") : clean(section.category.name);
  const shown = section.posts.length;
  const count =
    shown === section.total
      ? words.number(shown)
      : words.say("mail.digest.partly", { shown, all: section.total });
  return { anchor: `c${index + 1}`, name, count, rule: "-".repeat(widthOf(`${name} · ${count}`)), posts };
}

function viewPost(post: IssuePost, isLead: boolean, summaryWidth: number, words: Words, site: Site): View {
  const day = words.day(post.on);
  const own = safeHttpUrl(post.url);
  const others = [...new Set(post.alsoAt.map(({ sourceName }) => clean(sourceName)))];
  const names = others.slice(0, namesShown).join(words.say("mail.digest.comma"));
  const also = words.say("mail.digest.also", { names: others.length > namesShown ? `${names}…` : names });
  const date = post.isDated ? day : words.say("mail.digest.firstSeen", { date: day });
  return {
    isLead,
    headline: narrow(clean(post.title), titleWidth),
    url: own !== null && own.length <= longestLink ? own : addressOf(site.url, postPath(post.id)),
    meta: [clean(post.sourceName), date, others.length === 0 ? "" : also]
      .filter((part) => part !== "")
      .join(" · "),
    summary: narrow(clean(post.summary), summaryWidth),
  };
}

/** One line of what can be seen: no control, no noncharacter, and so none of the personal slots. */
export function clean(text: string): string {
  return squash(visible(text));
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

function widthOf(text: string): number {
  return [...text].reduce((sum, mark) => sum + (wide.test(mark) ? 2 : 1), 0);
}

/** At most `width` columns of `text`, cut between words. */
function narrow(text: string, width: number): string {
  let columns = 0;
  let fitting = 0;
  for (const mark of text) {
    columns += wide.test(mark) ? 2 : 1;
    if (columns > width) return fitting === 0 ? "" : cut(text, fitting);
    fitting += 1;
  }
  return text;
}
