import { expect, test } from "vitest";
import { dayRules } from "../../src/extract/dates/absolute.ts";
import { relativeRules } from "../../src/extract/dates/relative.ts";

/** What somebody writes in each of the ways that are read, in the sparest form and in the most spacious. */
const written = [
  "2026-1-5, 2026.01.05., 115-01-12, 115/1/12, 12 2026-01, 122026.01, 2026. 1. 5., 26. 1. 5., R8.1.5, H31/4/30, 20260105",
  "令和8年1月5日, 民國115年 1月 5日, 2026年1月5日, 2026년 1월 5일, 二〇二六年一月五日, 1月5日, 1월 5일, 十二月 二十五日",
  "5Jan26, Mon, 5th of  January,  2026, 5. Jän. 2026, le 1er janv. 2026, 5 de enero del 2026, 05-Jan-26, 5 - Jan - ’26",
  "Jan5, 2026, January.  5th, 2026, Mon Jan  5 10:00:00 2026, 5Jan, 5.  de enero, Jan 5, Sept.  5th, 5 juill",
  "5–7 January 2026, 30 Jan – 2 Feb 2026, January 30 – February 2 2026, Jan 5-7 2026, 5 בינואר 2026",
  "5.1.2026, 5. 1. 2026, 5/1/2026, 5-1-2026, 5.1.26, 05-01-26, 5/1/26, 5/1, 12-31",
  "3h ago, an hour ago, 3 hr. ago, 3 dgn geleden, vor 3 Std., il y a 3 j, hace 3 h, há 3 h, 3 gg fa, 3 sett. fa",
  "3小时前, 半個小時前, 十二天以前, 3 分钟之前, 3일 전, 3개월전, 刚刚, たった今, 방금 전, just now, à l’instant, gerade eben",
  "大前天, the day before yesterday, l’altro ieri, eergisteren, gisteren, ieri, aujourd’hui, vandaag, 오늘, 上周三, 个星期一, last Friday",
].flatMap((line) => line.split(/(?<!Mon|Jan\d|5th|January), /));

test("what is looked for before a date is there wherever the date is", () => {
  for (const { pattern, needs } of [...dayRules, ...relativeRules]) {
    const texts = written.filter((text) => text.search(pattern) >= 0);
    expect({ pattern, count: texts.length }).not.toMatchObject({ count: 0 });
    expect({ pattern, missed: texts.filter((text) => !needs.test(text)) }).toMatchObject({ missed: [] });
  }
});
