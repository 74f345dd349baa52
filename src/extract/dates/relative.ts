import { type DateContext, type Day, today } from "./moment.ts";
import { numberPattern, readNumber, weekdayNumber } from "./words.ts";

/** What a relative date comes to: a day, or an instant where it counts hours or less. */
export type Relative =
  | { readonly kind: "day"; readonly day: Day }
  | { readonly kind: "instant"; readonly at: number };

/** One way of saying how long ago something was. */
export interface RelativeRule {
  readonly pattern: RegExp;
  /** What holds wherever the pattern does, and costs little to look for: most texts lack it. */
  readonly needs: RegExp;
  readonly read: (groups: readonly string[], context: DateContext) => Relative | null;
}

type Unit = "second" | "minute" | "hour" | "day" | "week" | "month" | "year";

const unitStarts: readonly (readonly [RegExp, Unit])[] = [
  [/^(?:mon|mos?$|mes|mois|mês|mese|maand|個?个?月|[かヶヵカ]月|개월|달)/iu, "month"],
  [/^(?:min|minut|m$|分|분)/iu, "minute"],
  [/^(?:sec|sek|seg|s$|秒|초)/iu, "second"],
  [/^(?:hour|hr|h$|std|stund|heure|hora|ora$|ore$|uur|個?个?小时|個?小時|時間|시간|鐘頭)/iu, "hour"],
  [/^(?:day|d$|tag|jour|j$|d[ií]a|giorn|gg?$|dag|dgn|天|日|일)/iu, "day"],
  [
    /^(?:week|weken|w$|wks?$|woche|semain|semana|sem$|settiman|sett$|個?个?(?:周|週|星期|礼拜|禮拜)|주)/iu,
    "week",
  ],
  [/^(?:year|y$|yr|jahr|jaar|an$|ans$|a$|ann|año|ano|年|년)/iu, "year"],
];

const lengths = { second: 1_000, minute: 60_000, hour: 3_600_000 } as const;
const some = /^(?:an?|one|einem|einer|un|une|una|um|uma)$/i;

function ago(written: string, unitName: string, context: DateContext): Relative | null {
  const unit = unitStarts.find(([start]) => start.test(unitName))?.[1];
  const isHalf = written === "半";
  const count = isHalf ? 0.5 : some.test(written) ? 1 : readNumber(written);
  if (unit === undefined || count === null || count > 10_000) return null;
  if (unit === "second" || unit === "minute" || unit === "hour")
    return { kind: "instant", at: context.readAt - Math.round(count * lengths[unit]) };
  if (isHalf) return null;
  return dayBefore(context, { [`${unit}s`]: count });
}

function dayBefore(
  context: DateContext,
  time: { days?: number; weeks?: number; months?: number; years?: number },
): Relative {
  const { year, month, day } = today(context).subtract(time);
  return { kind: "day", day: { year, month, day } };
}

const anything = /(?:)/;

function rule(pattern: string, read: RelativeRule["read"], needs = anything): RelativeRule {
  return { pattern: new RegExp(pattern, "giu"), needs, read };
}

const start = "(?<![\\p{L}\\p{N}])";
const end = "(?![\\p{L}\\p{N}])";
const count = "(\\d+|an?|one|einem|einer|un|une|una|uma?)";
const han = `(${numberPattern}|半)\\s?`;

function daysBack(words: string, days: number): RelativeRule {
  const spoken = words.split(" ").map((word) => word.replaceAll("_", " "));
  const list = spoken.map((word) => (/^\p{Script=Latin}/u.test(word) ? `${start}${word}${end}` : word));
  const needs = new RegExp(spoken.join("|"), "iu");
  return rule(list.join("|"), (_, context) => dayBefore(context, { days }), needs);
}

/** The ways of saying how long ago. They count only where little else stands around them. */
export const relativeRules: readonly RelativeRule[] = [
  rule(
    `${start}${count}\\s?(\\p{Script=Latin}{1,9})\\.?\\s(?:ago|geleden)${end}`,
    ([, n = "", unit = ""], c) => ago(n, unit, c),
    /\s(?:ago|geleden)/iu,
  ),
  rule(
    `${start}(?:vor|il y a|hace|há)\\s${count}\\s(\\p{Script=Latin}{1,9})\\.?${end}`,
    // A month as well as a minute.
    ([, n = "", unit = ""], c) => (unit === "m" ? null : ago(n, unit, c)),
    /vor|il y a|hace|há/iu,
  ),
  rule(
    `${start}${count}\\s(\\p{Script=Latin}{1,9})\\.?\\sfa${end}`,
    ([, n = "", unit = ""], c) => ago(n, unit, c),
    /\sfa/iu,
  ),
  rule(
    `${han}(秒|分|[个個]?小[时時]|時間|[个個]?星期|[个個]?[礼禮]拜|[周週]|[天日]|[个個かヶヵカ]月|年)(?:[钟鐘])?[间間]?(?:以|之)?前`,
    ([, n = "", unit = ""], c) => ago(n, unit, c),
    /前/,
  ),
  rule("(\\d+)\\s?(초|분|시간|일|주|개월|달|년)\\s?전", ([, n = "", unit = ""], c) => ago(n, unit, c), /전/),
  rule(
    `刚刚|剛剛|刚才|たった今|방금(?:\\s?전)?|${start}(?:just now|gerade eben|à l['’]instant|ahora mismo)${end}`,
    (_, c) => ({
      kind: "instant",
      at: c.readAt,
    }),
    /刚|剛|たった今|방금|just|gerade|instant|ahora/iu,
  ),
  daysBack("大前天 大前日 그끄저께", 3),
  daysBack(
    "the_day_before_yesterday vorgestern avant-hier anteayer l[’']altro_ieri anteontem eergisteren 前天 一昨日 おととい 그저께 그제",
    2,
  ),
  daysBack("yesterday gestern hier ayer ieri ontem gisteren 昨天 昨日 어제", 1),
  daysBack("today heute aujourd['’]hui hoy oggi hoje vandaag 今天 今日 本日 오늘", 0),
  rule(
    "(上)?(?:个|個)?(?:周|週|星期|礼拜|禮拜)([一二三四五六日天])",
    ([, which, name = ""], c) => weekday(weekdayNumber(name), which === "上" ? weekBefore : latest, c),
    /[周週期拜]/,
  ),
  rule(
    `${start}last\\s(\\p{L}{6,9})${end}`,
    ([, name = ""], c) => weekday(weekdayNumber(name), latestPast, c),
    /last\s/iu,
  ),
];

/** Days back to a weekday, both from 1 (Monday) to 7: in the week before; the latest, today too; the latest but today. */
const weekBefore = (now: number, then: number) => now - then + 7;
const latest = (now: number, then: number) => (now - then + 7) % 7;
const latestPast = (now: number, then: number) => ((now - then + 6) % 7) + 1;

function weekday(
  number: number | null,
  daysTo: (now: number, then: number) => number,
  context: DateContext,
): Relative | null {
  return number === null ? null : dayBefore(context, { days: daysTo(today(context).dayOfWeek, number) });
}
