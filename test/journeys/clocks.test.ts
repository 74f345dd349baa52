import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { day, type Instant } from "../../src/base/clock.ts";
import type { Store } from "../../src/domain/store.ts";
import { aDiary } from "../support/diary.ts";
import { isLong, ruleOf, tell } from "../support/long.ts";
import { anyRule, looksOf, moves, nearlyRight, sometimesFarOff } from "../support/looks.ts";
import { aWeekly } from "../support/weekly.ts";
import { allZones, editionsOf, stretchesOf } from "../support/zones.ts";

describe("a clock that steps back", () => {
  test("by a day, after an edition, brings out no second one, though the week before had no news", async () => {
    const weekly = await aWeekly("2026-01-01T09:00:00Z");
    expect(await weekly.look("2026-01-05T08:00:00Z")).toBe("no-news");
    await weekly.news("2026-01-06T09:00:00Z");
    expect(await weekly.look("2026-01-12T08:00:00Z")).toEqual({ opened: "2026-01-12" });

    await weekly.news("2026-01-11T08:10:00Z");

    expect(await weekly.look("2026-01-11T08:11:00Z")).toBe("not-due");
    expect(await weekly.look("2026-01-12T08:00:00Z")).toBe("not-due");
    expect(await weekly.look("2026-01-19T08:00:00Z")).toEqual({ opened: "2026-01-19" });
  });

  test("to before the house was built, as after a power cut, mails nothing, and Monday comes as ever", async () => {
    const weekly = await aWeekly("2026-01-01T09:00:00Z");
    await weekly.news("2026-01-01T10:00:00Z");
    expect(await weekly.look("2026-01-05T08:00:00Z")).toEqual({ opened: "2026-01-05" });
    await weekly.news("2000-01-05T00:00:10Z");

    expect(await weekly.look("2000-01-05T00:00:20Z")).toBe("not-due");
    expect(await weekly.look("2026-01-08T10:00:00Z")).toBe("not-due");
    expect(await weekly.look("2026-01-12T08:00:00Z")).toEqual({ opened: "2026-01-12" });
  });
});

describe("a clock that was years ahead", () => {
  test("keeps no edition waiting on the day that it was at then", async () => {
    const weekly = await aWeekly("2026-01-01T09:00:00Z");
    await weekly.news("2026-01-01T10:00:00Z");
    expect(await weekly.look("2027-01-04T09:00:00Z")).toEqual({ opened: "2027-01-04" });
    await weekly.news("2026-01-02T09:00:00Z");
    expect(await weekly.look("2026-01-05T08:00:00Z")).toEqual({ opened: "2026-01-05" });
    for (let at = Date.UTC(2026, 0, 12, 8); at < Date.UTC(2027, 0, 4, 8); at += 7 * day) {
      expect(await weekly.look(at)).toBe("no-news");
    }

    await weekly.news("2027-01-03T09:00:00Z");

    expect(await weekly.look("2027-01-04T08:00:00Z")).toEqual({ opened: "2027-01-04T08:00:00" });
    await weekly.news("2027-01-04T08:00:10Z");
    expect(await weekly.look("2027-01-04T08:00:20Z")).toBe("not-due");
    expect(await weekly.look("2027-01-11T08:00:00Z")).toEqual({ opened: "2027-01-11" });
  });
});

describe("a schedule that is changed", () => {
  test("to a later day brings out nothing at once, and its own first edition when that is due", async () => {
    const weekly = await aWeekly("2026-01-01T09:00:00Z");
    await weekly.news("2026-01-02T09:00:00Z");
    expect(await weekly.look("2026-01-05T08:00:00Z")).toEqual({ opened: "2026-01-05" });
    await weekly.news("2026-01-05T09:00:00Z");

    weekly.configure(ruleOf(2, "09:00"), "UTC");

    expect(await weekly.look("2026-01-05T10:00:00Z")).toBe("not-due");
    expect(await weekly.look("2026-01-06T09:00:00Z")).toEqual({ opened: "2026-01-06" });
    expect(await weekly.look("2026-01-06T09:00:20Z")).toBe("not-due");
  });

  test("to a day of this week that is over, before its edition was due, brings that out at once and not twice", async () => {
    const weekly = await aWeekly("2026-01-01T09:00:00Z");
    weekly.configure(ruleOf(5, "08:00"), "UTC");
    await weekly.news("2026-01-03T09:00:00Z");

    weekly.configure(ruleOf(3, "08:00"), "UTC");
    expect(await weekly.look("2026-01-08T08:00:00Z")).toEqual({ opened: "2026-01-07" });
    await weekly.news("2026-01-08T09:00:00Z");

    expect(await weekly.look("2026-01-09T08:00:00Z")).toBe("not-due");
    expect(await weekly.look("2026-01-14T08:00:00Z")).toEqual({ opened: "2026-01-14" });
  });

  test("to a later hour of the day, or a zone in which that day begins later, brings out no second edition", async () => {
    const weekly = await aWeekly("2026-01-01T09:00:00Z");
    weekly.configure(ruleOf(1, "08:00"), "Pacific/Auckland");
    await weekly.news("2026-01-02T09:00:00Z");
    expect(await weekly.look("2026-01-04T19:00:00Z")).toEqual({ opened: "2026-01-05" });
    await weekly.news("2026-01-04T19:01:00Z");

    weekly.configure(ruleOf(1, "09:00"), "Pacific/Auckland");
    expect(await weekly.look("2026-01-04T20:00:00Z")).toBe("exists");
    weekly.configure(ruleOf(1, "09:00"), "Pacific/Honolulu");
    expect(await weekly.look("2026-01-05T19:00:00Z")).toBe("exists");
    expect(await weekly.look("2026-01-12T19:00:00Z")).toEqual({ opened: "2026-01-12" });
  });

  test("to a zone in which that day began earlier brings the edition of that day out, and the next in its week", async () => {
    const weekly = await aWeekly("2026-01-01T09:00:00Z");
    weekly.configure(ruleOf(1, "00:30"), "Pacific/Honolulu");
    await weekly.news("2026-01-02T09:00:00Z");

    weekly.configure(ruleOf(1, "00:30"), "Asia/Shanghai");
    expect(await weekly.look("2026-01-05T00:00:00Z")).toEqual({ opened: "2026-01-05" });
    await weekly.news("2026-01-05T01:00:00Z");

    expect(await weekly.look("2026-01-05T10:30:00Z")).toBe("not-due");
    expect(await weekly.look("2026-01-11T16:30:00Z")).toEqual({ opened: "2026-01-12" });
  });
});

describe("an issue that is opened anyway", () => {
  test("takes no edition's place, before or after it, nor when the clock steps back over both", async () => {
    const weekly = await aWeekly("2026-01-01T09:00:00Z");
    await weekly.news("2026-01-02T09:00:00Z");
    expect(await weekly.openAnyway("2026-01-05T07:59:50Z")).toEqual({ opened: "2026-01-05T07:59:50" });
    await weekly.news("2026-01-05T07:59:55Z");
    expect(await weekly.look("2026-01-05T08:00:00Z")).toEqual({ opened: "2026-01-05" });

    await weekly.news("2026-01-05T07:10:00Z");
    expect(await weekly.openAnyway("2026-01-05T07:30:00Z")).toEqual({ opened: "2026-01-05T07:30:00" });
    await weekly.news("2026-01-05T07:40:00Z");

    expect(await weekly.look("2026-01-05T08:00:00Z")).toBe("exists");
    expect(await weekly.look("2026-01-12T08:00:00Z")).toEqual({ opened: "2026-01-12" });
  });
});

/** The posts of all issues, and all there are, by id. */
async function postsOf(store: Store) {
  const issues = await Promise.all((await store.listIssues()).map(({ number }) => store.getIssue(number)));
  const mailed = issues.flatMap((issue) => issue?.posts.map(({ id }) => id) ?? []);
  const all = await store.listPosts({ source: null, after: 0, limit: 1_000 });
  return { mailed: mailed.toSorted((a, b) => a - b), all: all.map(({ id }) => id).toSorted((a, b) => a - b) };
}

describe("a year of the real house, whatever its clock does", () => {
  const [from, to] = [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)];
  const numRuns = isLong ? 100 : 12;
  const pattern = fc.oneof(
    moves(35 * day, nearlyRight, fc.boolean(), 30),
    moves(20 * day, sometimesFarOff, fc.boolean(), 30),
  );

  test("each post that was released ends in exactly one issue, and the job decides as the diary says", {
    timeout: 900_000,
  }, async () => {
    let [looks, posts, opened] = [0, 0, 0];
    const aYear = fc.asyncProperty(
      fc.constantFrom(...allZones),
      anyRule,
      pattern,
      async (zone, rule, made) => {
        const editions = editionsOf(
          stretchesOf(zone, from - 28 * day, to + 84 * day, 14 * day),
          rule,
          from,
          to + 56 * day,
        );
        const bornAt = (editions[0]?.at ?? from) - day;
        const [weekly, diary] = [await aWeekly(bornAt), aDiary(rule, zone, bornAt)];
        weekly.configure(rule, zone);
        let isNew = false;
        const look = async (now: Instant, hasNews: boolean) => {
          if (hasNews) await weekly.news(now);
          isNew ||= hasNews;
          const came = await weekly.look(now);
          expect(came).toEqual(diary.look(now, isNew));
          if (typeof came === "object") isNew = false;
          looks++;
        };

        const year = [
          ...looksOf(
            made,
            editions.filter(({ at }) => at < to),
          ),
        ].slice(0, made.length);
        for (const { now, hasNews } of year) await look(now, hasNews);
        for (const { at } of editions
          .filter((edition) => edition.at > (year.at(-1)?.trueAt ?? to))
          .slice(0, 5)) {
          await look(at, false);
        }

        const { mailed, all } = await postsOf(weekly.store);
        expect(mailed).toEqual(all);
        posts += all.length;
        opened += (await weekly.store.listIssues()).length;
      },
    );
    await fc.assert(aYear, { numRuns });
    tell(`the real house: ${looks} looks, ${posts} posts in ${opened} issues, in ${numRuns} runs`);
  });
});
