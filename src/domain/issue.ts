import type { Instant } from "../base/clock.ts";
import { byOrder } from "./order.ts";
import type { AlsoAt, Category } from "./post.ts";

/** How often an edition comes out. Weekly is the one there is; the tables carry the name for others. */
export type Cadence = "weekly";

/**
 * `opening` its deliveries are still being written · `open` being delivered · `paused` by the operator ·
 * `halted` by us: the mail server refuses us · `approval` waiting for the operator · `cancelled` · `done` nothing left.
 */
export type IssueState = "opening" | "approval" | "open" | "paused" | "halted" | "cancelled" | "done";

/** When the digest comes out: a weekday (ISO 8601, Monday is 1) and a local time. */
export interface Rule {
  readonly cadence: Cadence;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** `"Mon 08:00"` as a rule, or null; the weekday in English, short or long, in any case. */
export function parseRule(written: string): Rule | null {
  const match = /^([a-z]{3,})\s+([01]?\d|2[0-3]):([0-5]\d)$/.exec(written.trim().toLowerCase());
  const [, named = "?"] = match ?? [];
  const weekday = weekdays.findIndex((day) => day === named || day.slice(0, 3) === named) + 1;
  return match === null || weekday === 0
    ? null
    : { cadence: "weekly", weekday, hour: Number(match[2]), minute: Number(match[3]) };
}

/** A rule as it is written in the configuration: `"Mon 08:00"`. */
export function writtenRule({ weekday, hour, minute }: Rule): string {
  const name = weekdays[weekday - 1]?.slice(0, 3) ?? "";
  const two = (part: number) => String(part).padStart(2, "0");
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)} ${two(hour)}:${two(minute)}`;
}

/** A post as frozen in an issue: nothing of it changes afterwards. */
export interface IssuePost {
  readonly id: number;
  readonly title: string;
  /** The post's own address, or its page at our site. */
  readonly url: string;
  readonly sourceName: string;
  readonly at: Instant;
  /** The day to show, `2026-01-11`: as its source gives it, else that of `at` in the site's zone. */
  readonly on: string;
  /** False where the date is only when we first saw it. */
  readonly isDated: boolean;
  /** At most 300 characters, one line; empty where there is nothing but the title. */
  readonly summary: string;
  readonly categories: readonly Category[];
  readonly alsoAt: readonly AlsoAt[];
  readonly releasedAs: number;
}

/** The stretch of news an issue is about: releases after `from`, up to and including `to`. */
export interface Period {
  readonly cadence: Cadence;
  /** The local date of the schedule, `2026-01-05`: one issue per cadence and key. */
  readonly key: string;
  readonly from: number;
  readonly to: number;
  /** When the period began, for people; the schedule before this one. */
  readonly startedAt: Instant;
}

/** What every mail of an issue bears, as it was when the issue was opened: a second copy has the same bytes. */
export interface Letterhead {
  /** Which secret signs the personal links. */
  readonly keyId: string;
  readonly from: { readonly name: string; readonly address: string };
  /** Where the personal links lead, and what the list is called after. */
  readonly siteUrl: string;
}

/** Everything that is frozen when an issue is opened. */
export interface NewIssue {
  readonly period: Period;
  readonly title: string;
  readonly openedAt: Instant;
  readonly posts: readonly IssuePost[];
  readonly letterhead: Letterhead;
  readonly state: "opening";
  /** The state after the deliveries are written. */
  readonly thenState: "open" | "approval";
  /** Retries and everything else about the issue end here. */
  readonly expiresAt: Instant;
}

/** How an issue stands: a row of `postwire issues`. `candidates` = sent + failed + cancelled + unknown + pending. */
export interface Accounting {
  readonly posts: number;
  readonly candidates: number;
  readonly skipped: number;
  readonly sent: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly unknown: number;
  /** pending + leased + submitting + deferred */
  readonly pending: number;
}

/** One edition of the digest. */
export interface Issue {
  readonly number: number;
  readonly period: Period;
  readonly title: string;
  readonly openedAt: Instant;
  readonly expiresAt: Instant;
  readonly state: IssueState;
  readonly posts: readonly IssuePost[];
  readonly letterhead: Letterhead;
}

/** One rendered form of an issue: a language and a choice of categories. Frozen with it. */
export interface Variant {
  /** `en|*` or `zh|nlp,python`: language and sorted category slugs. */
  readonly key: string;
  readonly language: string;
  readonly subject: string;
  /** With the slots `personal.ts` fills for each subscriber. */
  readonly html: string;
  readonly text: string;
}

/** The posts of one category in an issue; `category` is null for posts that have none. */
export interface Section {
  readonly category: Category | null;
  readonly posts: readonly IssuePost[];
}

/**
 * The posts of an issue grouped for one choice of categories: `wanted` slugs, or null for everything.
 *
 * Each post stands once, in the first of its wanted categories by `order` (slugs), else by name; posts without a
 * category come last, and only where everything is wanted. Inside a section the newest comes first.
 */
export function groupByCategory(
  posts: readonly IssuePost[],
  wanted: readonly string[] | null,
  order: readonly string[],
): readonly Section[] {
  const byRank = byOrder(order);
  const sections = new Map<string, { category: Category | null; posts: IssuePost[] }>();
  for (const post of posts) {
    const fitting = post.categories.filter(({ slug }) => wanted === null || wanted.includes(slug));
    const category = fitting.toSorted(byRank)[0] ?? null;
    if (category === null && (wanted !== null || post.categories.length > 0)) continue;
    const section = sections.get(category?.slug ?? "") ?? { category, posts: [] };
    section.posts.push(post);
    sections.set(category?.slug ?? "", section);
  }
  const placed = (a: Section, b: Section) =>
    a.category === null ? 1 : b.category === null ? -1 : byRank(a.category, b.category);
  return [...sections.values()].toSorted(placed).map(({ category, posts: of }) => ({
    category,
    posts: of.toSorted((a, b) => b.at - a.at || b.id - a.id),
  }));
}
