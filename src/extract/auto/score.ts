import { normalized } from "../../base/text.ts";
import type { Item } from "../../domain/page.ts";
import type { Element } from "../document.ts";
import { weightOf } from "../labels.ts";
import type { Candidate } from "./candidates.ts";
import { placeOf, type Survey } from "./survey.ts";

/** How good a set of items is, from 0 to 1 but for `total`, which compares candidates of one page. */
export interface Score {
  readonly total: number;
  readonly quality: number;
  readonly dates: number;
  readonly titles: number;
  readonly urls: number;
}

/** Words of text that make a card without a title a post. */
const tellingText = 8;

const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

/** A first guess from the survey alone: which candidates are worth reading. */
export function promise(
  candidate: Candidate,
  surveys: ReadonlyMap<Element, Survey>,
  pageText: number,
): number {
  const found = candidate.elements.map((element) => surveys.get(element));
  const count = found.length;
  const dated = share(found.filter((one) => (one?.dates ?? 0) > 0).length, count);
  const linked = share(found.filter((one) => (one?.links ?? 0) > 0).length, count);
  const headed = share(found.filter((one) => one?.headings === 1).length, count);
  const text = found.reduce((sum, one) => sum + (one?.text ?? 0), 0);
  const single = share(found.filter((one) => isOnePost(one)).length, count);
  const place = candidate.elements[0] === undefined ? 0 : placeOf(candidate.elements[0]);
  const evidence = 0.1 + dated * 2 + linked * 0.7 + headed * 0.5;
  return (
    evidence * single * place * Math.log2(1 + Math.min(count, 60)) * Math.min(1, share(text, pageText)) ** 0.3
  );
}

/** What a candidate's elements are worth by themselves, whatever is in them: where they stand, and how much they hold. */
export function frameOf(
  candidate: Candidate,
  surveys: ReadonlyMap<Element, Survey>,
  pageText: number,
): number {
  const covered = candidate.elements.reduce((sum, element) => sum + (surveys.get(element)?.text ?? 0), 0);
  const coverage = Math.min(1, share(covered, pageText)) ** 0.25;
  return coverage * placeIn(candidate) * purity(candidate, surveys);
}

const [inOrder, mostCounted] = [1.1, 60];
const sizeOf = (count: number) => Math.log2(1 + Math.min(count, mostCounted));

/** The most that `scoreOf` can give a candidate. */
export function mostOf({ elements }: Candidate, frame: number): number {
  return sizeOf(elements.length) * inOrder * frame;
}

/**
 * Scores the items that a candidate gives: dates are the strongest evidence, then shown, distinct and telling
 * titles and addresses of their own; a list counts more the more it holds and the more of the page's text it is.
 */
export function scoreOf(items: readonly Item[], frame: number): Score {
  const count = items.length;
  const shown = items.filter(({ title, titleIsMade }) => title !== null && !titleIsMade);
  const speaking = items.filter(
    ({ titleIsMade, text }) => titleIsMade && weightOf(text ?? "") >= tellingText,
  );
  const names = new Set([...shown, ...speaking].map(({ title }) => normalized(title ?? "")));
  const titles = share(names.size, count);
  const urls = share(new Set(items.flatMap(({ url }) => url ?? [])).size, count);
  const dates = share(items.filter(({ publishedAt }) => publishedAt !== null).length, count);
  const telling = average(shown.map(({ title }) => Math.min(1, weightOf(title ?? "") / 4)));
  const words = average(
    items.map(({ text, title }) => Math.min(1, (weightOf(text ?? "") - weightOf(title ?? "")) / 20)),
  );
  const quality =
    0.25 * titles + 0.2 * urls + 0.3 * dates + 0.15 * telling * titles + 0.1 * Math.max(0, words);
  const total = quality ** 3 * sizeOf(count) * (isInOrder(items) ? inOrder : 1) * frame;
  return { total, quality, dates, titles, urls };
}

/** Of several posts each has its date; headings without one are those within a post. */
function isOnePost(survey: Survey | undefined): boolean {
  const { headings = 0, dates = 0 } = survey ?? {};
  return dates <= 4 && (headings <= 2 || (dates > 0 && dates <= 2));
}

function average(values: readonly number[]): number {
  return share(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );
}

function placeIn(candidate: Candidate): number {
  return average(candidate.elements.slice(0, 30).map(placeOf));
}

/** 1 where each element is one post; less where elements hold several headings, or dates of several posts. */
function purity(candidate: Candidate, surveys: ReadonlyMap<Element, Survey>): number {
  const single = candidate.elements.filter((element) => isOnePost(surveys.get(element)));
  return share(single.length, candidate.elements.length) ** 2;
}

/** Dates that fall (or rise) down the page are those of a list. */
export function isInOrder(items: readonly Item[]): boolean {
  const dates = items.flatMap(({ publishedAt }) => publishedAt ?? []);
  if (dates.length < 3) return false;
  const falls = dates.filter((at, index) => index > 0 && at <= (dates[index - 1] ?? at)).length;
  const rises = dates.filter((at, index) => index > 0 && at >= (dates[index - 1] ?? at)).length;
  return Math.max(falls, rises) >= (dates.length - 1) * 0.8;
}
